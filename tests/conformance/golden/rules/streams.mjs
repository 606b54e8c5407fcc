// Rules about streams.
import { isObject } from '../compare.mjs'
import { fragments, partial } from '../partial.mjs'
import { lastJson } from './answers.mjs'

const isPartial = (golden) => golden.call?.method.startsWith('create_partial')
const isIterable = (golden) => golden.call?.method.startsWith('create_iterable')
const isStream = (golden) => isPartial(golden) || isIterable(golden)

/** The scripted streams as lists of fragments, the last one played first in mind: it is the one whose value counts. */
const played = (golden) =>
  golden.scripted_responses.map(({ stream }) => (typeof stream === 'string' ? fragments(stream) : []))
const whole = (golden) => played(golden).at(-1).join('')

/** Whether a model object shows at least what a partial value holds, the rest being unset or a default. */
function shows(model, value) {
  if (Array.isArray(value)) {
    return (
      Array.isArray(model) &&
      model.length === value.length &&
      value.every((item, at) => shows(model[at], item))
    )
  }
  if (isObject(value))
    return isObject(model) && Object.keys(value).every((key) => shows(model[key], value[key]))
  return Object.is(model, value)
}

/** A snapshot without the places that hold nothing yet (null or a default), so that both libraries' can be compared. */
function filled(snapshot, value) {
  if (Array.isArray(value)) return value.map((item, at) => filled(snapshot?.[at], item))
  if (isObject(value))
    return Object.fromEntries(Object.keys(value).map((key) => [key, filled(snapshot?.[key], value[key])]))
  return snapshot
}

const distinct = (list) =>
  list.filter((item, at) => at === 0 || JSON.stringify(item) !== JSON.stringify(list[at - 1]))

/** The values a reader sees while the fragments arrive. */
function growth(pieces, options, trim = (text) => text) {
  let text = ''
  return pieces.map((piece) => {
    text += piece
    return partial(trim(text), options)
  })
}

export const streams = [
  {
    // In the request and in the answer that was scripted for it.
    id: 'one-name-streaming-or-not',
    row: 18,
    names: (golden) => [`Partial${golden.call.response_model}`, golden.call.response_model],
    play(golden) {
      if (!isPartial(golden)) return golden
      const [partialName, name] = this.names(golden)
      return JSON.parse(JSON.stringify(golden).replaceAll(partialName, name))
    },
    apply({ theirs }, golden) {
      if (!isPartial(golden)) return
      const [partialName, name] = this.names(golden)
      theirs.requests = JSON.parse(JSON.stringify(theirs.requests).replaceAll(partialName, name))
      if (theirs.outcome.error)
        theirs.outcome = JSON.parse(JSON.stringify(theirs.outcome).replaceAll(partialName, name))
    },
  },
  {
    id: 'stream-usage-asked-for',
    row: 23,
    apply({ ours }, golden) {
      if (!isStream(golden)) return
      for (const { body } of ours.requests) {
        if (body.stream === true && JSON.stringify(body.stream_options) === '{"include_usage":true}') {
          delete body.stream_options
        }
      }
    },
  },
  {
    // LiteLLM's synchronous streams fail in Python before a chunk is read.
    id: 'litellm-streams',
    row: 16,
    apply({ theirs }, golden) {
      if (golden.provider !== 'litellm' || theirs.outcome?.error?.class !== 'TypeError' || !isStream(golden))
        return
      const value = lastJson(whole(golden))
      if (isIterable(golden)) theirs.partials = value.tasks
      else theirs.partials = growth(played(golden).at(-1), { growing: true }, (text) => text.trim())
      theirs.outcome = { value: isIterable(golden) ? value.tasks : value }
    },
  },
  {
    // Python validates the whole of a stream as Python objects: an enum given as JSON is "not an instance".
    id: 'streamed-enums-are-json',
    row: 7,
    apply({ theirs }, golden) {
      const error = theirs.outcome?.error
      const message = error?.last?.message ?? error?.message
      if (!isPartial(golden) || !message?.includes('[type=is_instance_of')) return
      theirs.requests = theirs.requests.slice(0, 1)
      theirs.outcome = { value: lastJson(whole(golden)) }
      theirs.partials = growth(played(golden)[0], { growing: true }, (text) => text.trim())
    },
  },
  {
    id: 'snapshots',
    row: '8-10',
    apply({ theirs, ours }, golden) {
      if (!isPartial(golden)) return
      const lists = played(golden)
      const python = lists.at(-1) ? growth(lists.at(-1), { growing: true }, (text) => text.trim()) : []
      const offset = theirs.partials.length - python.length
      const agree = theirs.partials.every(
        (model, at) => at < offset || shows(model, python[at - offset] ?? {}),
      )
      if (golden.mode !== 'MD_JSON' && (!agree || offset > 1)) return
      const mine = lists
        .flatMap((list) => growth(list, { growing: false }))
        .filter((value) => value !== undefined)
      theirs.partials = distinct(mine)
      ours.partials = distinct(ours.partials.map((snapshot, at) => filled(snapshot, mine[at])))
    },
  },
]

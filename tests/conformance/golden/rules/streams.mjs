// Rules about streams.
import { isObject } from '../compare.mjs'
import { fragments, partial } from '../partial.mjs'
import { lastJson } from './answers.mjs'
import { eachSchema } from './requests.mjs'

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

/** `PartialUser` is `User`, in a whole tree. */
function unpartial(tree, { call }) {
  const names = [call.response_model, ...Object.keys(call.json_schema_of_model.$defs ?? {})]
  const text = names.reduce((json, name) => json.replaceAll(`Partial${name}`, name), JSON.stringify(tree))
  return JSON.parse(text)
}

export const streams = [
  {
    // Python streams into a rewritten class: `Partial` before every name, docstrings lost. The answer scripted for it has the name too.
    id: 'one-model-streaming-or-not',
    row: 18,
    play(golden) {
      if (!isPartial(golden)) return golden
      return { ...golden, scripted_responses: unpartial(golden.scripted_responses, golden) }
    },
    apply({ theirs }, golden) {
      if (!isPartial(golden)) return
      theirs.requests = unpartial(theirs.requests, golden)
      theirs.outcome = unpartial(theirs.outcome, golden)
      const own = golden.call.json_schema_of_model
      eachSchema(theirs, (schema, holder) => {
        if (own.description && 'title' in schema) schema.description = own.description
        for (const [name, { description }] of Object.entries(own.$defs ?? {})) {
          if (description && schema.$defs?.[name]) schema.$defs[name].description = description
        }
        if (own.description && holder?.description) holder.description = own.description
      })
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

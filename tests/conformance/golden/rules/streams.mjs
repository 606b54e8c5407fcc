// Rules about streams.
import { isObject } from '../compare.mjs'
import { fragments, partial, restreamed } from '../partial.mjs'
import { report, sameProblems } from '../pydantic.mjs'
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

/** A value with its schema's defaults in the places nothing has come for yet. */
function defaulted(value, schema, root = schema) {
  const options = schema?.anyOf?.filter(({ type }) => type !== 'null')
  const one = options?.length === 1 ? options[0] : schema
  const at = one?.$ref ? root.$defs[one.$ref.split('/').pop()] : one
  if (Array.isArray(value)) return value.map((item) => defaulted(item, at?.items, root))
  if (!isObject(value) || !at?.properties) return value
  const filled = Object.entries(at.properties).flatMap(([key, member]) => {
    if (key in value) return [[key, defaulted(value[key], member, root)]]
    return 'default' in member ? [[key, member.default]] : []
  })
  return Object.fromEntries(filled)
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
      const lists = played(golden).slice(0, theirs.requests.length)
      const python = growth(lists.at(-1), { growing: true }, (text) => text.trim())
      const follows = (offset) =>
        theirs.partials.length <= python.length + offset &&
        theirs.partials.every((model, at) => at < offset || shows(model, python[at - offset] ?? {}))
      if (golden.mode !== 'MD_JSON' && ![0, 1].some(follows)) return
      const schema = golden.call.json_schema_of_model
      const nothing = JSON.stringify(defaulted({}, schema))
      const shown = (list) => distinct(list.filter((snapshot) => JSON.stringify(snapshot) !== nothing))
      const mine = lists.flatMap((list) =>
        growth(list, { growing: false }, (text) => text.replace(/^[^{[]*/, '')),
      )
      theirs.partials = shown(mine.map((value) => defaulted(value ?? {}, schema)))
      ours.partials = shown(ours.partials.map((snapshot) => defaulted(snapshot, schema)))
    },
  },
  {
    // A stream that fails its checks is a call that failed.
    id: 'streams-fail-like-calls',
    row: 8,
    apply({ theirs }, golden) {
      const { error } = theirs.outcome ?? {}
      if (!isStream(golden) || error?.class !== 'ValidationError') return
      theirs.outcome.error = { class: 'InstructorRetryError', attempts: theirs.requests.length, last: error }
    },
  },
  {
    // A streamed answer is shown to the model with its problems, as a whole one is.
    id: 'stream-reasks-show-the-answer',
    row: 8,
    apply({ theirs }, golden) {
      if (!isPartial(golden)) return
      const lists = played(golden)
      for (const [n, { body }] of theirs.requests.entries()) {
        const key = body.messages ? 'messages' : 'input'
        const from = theirs.requests[0].body[key]?.length
        const added = body[key]?.slice(from) ?? []
        if (added.length !== n || added.some(({ role }) => role !== 'user')) continue
        const turns = added.flatMap((turn, at) =>
          answered(golden.scripted_responses[at].stream, lists[at].join(''), turn, key),
        )
        body[key] = [...body[key].slice(0, from), ...turns]
      }
    },
  },
  {
    // The elements before a bad one are delivered; then only the rest is asked for.
    id: 'lists-are-completed',
    row: 8,
    good: [
      { name: 'Jason', age: 25 },
      { name: 'Ann', age: 30 },
    ],
    failed: (golden) =>
      isIterable(golden) && golden.error?.type === 'ValidationError' && golden.call.kwargs.max_retries > 0,
    play(golden) {
      if (!this.failed(golden)) return golden
      const [first] = golden.scripted_responses
      const content = played(golden)[0].join('')
      const rest = JSON.stringify({ tasks: this.good.slice(1) })
      const again = {
        ...first,
        stream: restreamed(
          first.stream,
          content.replace(/\{[\s\S]*\}/, () => rest),
        ),
      }
      return { ...golden, scripted_responses: [first, again] }
    },
    apply({ theirs, ours }, golden) {
      if (!this.failed(golden) || !ours.requests[1]) return
      const reported = report(golden.error.message)
      const [before] = theirs.requests
      const key = before.body.messages ? 'messages' : 'input'
      const turn = ours.requests[1].body[key]?.at(-1)
      const text = typeof turn?.content === 'string' ? turn.content : ''
      const lines = text.split('\n').filter((line) => line.startsWith('tasks.1.'))
      const problems = reported.problems.map((problem) => ({ ...problem, path: `tasks.1.${problem.path}` }))
      if (
        turn?.role !== 'user' ||
        !text.includes('The first 1 elements are accepted') ||
        !sameProblems(problems, lines)
      )
        return
      const again = structuredClone(before)
      again.body[key].push(turn)
      theirs.requests = [before, again]
      theirs.outcome = { value: this.good }
      theirs.partials = this.good
    },
  },
]

/** The turns that show a streamed answer and its problems: what Python itself sends for a whole answer. */
function answered(stream, text, turn, key) {
  const [, name] = /"name": "(?:Partial)?(\w+)"/.exec(stream) ?? []
  if (key === 'input') {
    const [, item] = /"id": "(fc_\w+)"/.exec(stream) ?? []
    return [{ ...turn, content: `${turn.content} with ${text} (tool call name=${name}, id=${item})` }]
  }
  const [, id] = /"id": "(call_\w+)"/.exec(stream) ?? []
  if (!id) return [{ role: 'assistant', content: text }, turn]
  const call = { id, type: 'function', function: { name, arguments: text } }
  return [
    { role: 'assistant', content: '', tool_calls: [call] },
    { role: 'tool', tool_call_id: id, name, content: turn.content },
  ]
}

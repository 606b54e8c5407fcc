// Cases that Python cannot handle: it fails before sending a request, or while reading, because of a bug.
import { differences, isObject, walk } from '../compare.mjs'
import { sampleOf } from '../model.mjs'
import { fragments } from '../partial.mjs'
import { auth } from '../replay.mjs'
import { plainSchema } from '../strict.mjs'
import { lastJson } from './answers.mjs'
import { enveloped, wrong } from './envelope.mjs'
import { finishOf, textOf } from './places.mjs'

/** Python's message, for the failures that are a gap and not a decision. */
const gaps = [
  /Unsupported role: /,
  /Unsupported content item type/,
  /Unsupported content part for/,
  /Only string content supported/,
  /must be a string for Bedrock/,
  /maximum recursion depth|recursion/i,
  /additionalProperties|Extra inputs are not permitted/,
  /Jinja templating is not supported/,
  /Streaming is not supported|Unknown parameter in input: "stream"/,
  /do not support the `\w+` JSON Schema constraint|open-ended|native structured outputs/,
  /Could not create `Blob`|Unable to determine the intended type|Unknown field for Schema/,
  /Unsupported content type in list|Expected concrete model class/,
  /Failed to parse|ParseError|Invalid enum value/,
  /Blocked|not allowed|private|resolve|Failed to (fetch|download)/i,
  /requires a `response_model`/,
  /object has no attribute|model_json_schema|got an unexpected keyword|is not iterable|Parameter validation failed/,
]

const failure = ({ error }) =>
  [error?.message, error?.type, ...(error?.chain ?? []).flatMap(({ type, message }) => [type, message])].join(
    '\n',
  )

/** Whether Python sent nothing in this case because of a gap. */
export const impossible = (golden) =>
  Boolean(
    golden.error &&
      golden.call &&
      golden.requests.length === 0 &&
      gaps.some((gap) => gap.test(failure(golden))),
  )

const plain = (value) =>
  Array.isArray(value)
    ? value.map(plain)
    : isObject(value) && 'type' in value && 'value' in value
      ? plain(value.value)
      : value

/** The value of a scenario: the result for a provider that Python supports, with an invalid answer corrected. */
export function meant({ call, sibling }) {
  if (call.response_model === null) return undefined
  const { result, partials, scripted_responses: scripted = [] } = sibling ?? {}
  if (result?.type === 'stream' || result?.yielded) return partials.map(plain)
  if (result && !call.method.startsWith('create_partial')) return plain(result)
  const last = scripted.at(-1)
  const text = last?.stream === undefined ? (textOf(last) ?? '') : fragments(last.stream).join('')
  const value = lastJson(text.replaceAll('"abc"', '25'))
  return value?.tasks ?? value ?? sampleOf(call.json_schema_of_model)
}

/** The answer as the model writes it, with its wrapper. */
function written(golden, value) {
  const { properties } = plainSchema(golden.call, golden.call.method)
  if (properties?.tasks && Array.isArray(value)) return { tasks: value }
  return properties && Object.keys(properties).join() === 'content' ? { content: value } : value
}

/** The calls of a chat answer as a scripted reply. */
function called({ scripted_responses: [answer] }) {
  const toolCalls = answer.body.choices[0].message.tool_calls.map(({ function: call }) => call)
  return finishOf(answer) === 'length' ? { toolCalls, finish: 'length' } : { toolCalls }
}

/**
 * Whether the snapshots grow to the value: each is a part of it or a default, none is longer, and the last is the
 * whole value.
 */
function grow(snapshots, value, schema) {
  const defaults = []
  walk(schema, (member, _parent, key) => {
    if (isObject(member) && 'default' in member) defaults.push(`${key} ${JSON.stringify(member.default)}`)
  })
  const within = (part, whole) => {
    if (typeof part === 'string') return typeof whole === 'string' && whole.startsWith(part)
    if (Array.isArray(part)) return Array.isArray(whole) && part.every((item, at) => within(item, whole[at]))
    if (!isObject(part)) return Object.is(part, whole)
    const may = (key) =>
      within(part[key], whole[key]) || defaults.includes(`${key} ${JSON.stringify(part[key])}`)
    return isObject(whole) && Object.keys(part).every(may)
  }
  return snapshots.every((one) => within(one, value)) && differences(value, snapshots.at(-1)).length === 0
}

export const bugs = [
  {
    // The call works: one request like the provider's others, with the caller's messages and the model's schema, and
    // the intended value.
    id: 'python-could-not',
    row: '13-15',
    play(golden) {
      if (!impossible(golden)) return golden
      const value = meant(golden)
      if (value === undefined)
        return { ...golden, scripted_responses: golden.reference.scripted_responses.slice(0, 1) }
      const reply =
        golden.mode === 'PARALLEL_TOOLS' && golden.sibling
          ? called(golden.sibling)
          : { value: written(golden, value) }
      return { ...golden, scripted_responses: [{ reply }] }
    },
    apply({ theirs, ours }, golden) {
      if (!impossible(golden) || ours.requests.length !== 1) return
      if (wrong(ours.requests[0].body, golden)) return
      theirs.requests = [normalised(enveloped(golden, ours.requests, golden))]
      const cut =
        golden.mode === 'PARALLEL_TOOLS' && finishOf(golden.sibling?.scripted_responses[0]) === 'length'
      const message = 'The output is incomplete due to a max_tokens length limit.'
      const value = meant(golden) ?? golden.reference.scripted_responses[0].body
      theirs.outcome = cut ? { error: { class: 'IncompleteOutputError', message } } : { value }
      if (golden.call.method.startsWith('create_iterable')) theirs.partials = value
      else if (grow(ours.partials, value, golden.call.json_schema_of_model)) theirs.partials = ours.partials
    },
  },
]

const normalised = ({ headers, ...request }) => ({ ...request, headers: auth(headers) })

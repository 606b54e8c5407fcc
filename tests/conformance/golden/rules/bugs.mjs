// Where Python could not: it failed before it had sent anything, or while reading, in a way that is a bug of its own.
import { isObject } from '../compare.mjs'
import { fragments } from '../partial.mjs'
import { plainSchema } from '../strict.mjs'
import { lastJson } from './answers.mjs'
import { finishOf, textOf } from './places.mjs'

/** What Python's failure says, for the failures that are no decision but a gap. */
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

/** Whether this is a case in which Python sent nothing because of a gap. */
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

/** The value a scenario is about: the one a provider got where Python could, a bad answer put right. */
export function meant({ call, sibling }) {
  if (call.response_model === null) return undefined
  const { result, partials, scripted_responses: scripted = [] } = sibling ?? {}
  if (result?.type === 'stream' || result?.yielded) return partials.map(plain)
  if (result && !call.method.startsWith('create_partial')) return plain(result)
  const last = scripted.at(-1)
  const text = last?.stream === undefined ? (textOf(last) ?? '') : fragments(last.stream).join('')
  const value = lastJson(text.replaceAll('"abc"', '25'))
  return value?.tasks ?? value ?? { name: 'Jason', age: 25 }
}

/** The answer as the model writes it, in its wrapper. */
function written(golden, value) {
  const { properties } = plainSchema(golden.call, golden.call.method)
  if (properties?.tasks && Array.isArray(value)) return { tasks: value }
  return properties && Object.keys(properties).join() === 'content' ? { content: value } : value
}

const texts = (content) =>
  typeof content === 'string'
    ? [content]
    : content.flatMap((part) => (typeof part === 'string' ? [part] : (part.text ?? [])))

/** The calls of a chat answer, as a scripted reply. */
function called({ scripted_responses: [answer] }) {
  const toolCalls = answer.body.choices[0].message.tool_calls.map(({ function: call }) => call)
  return finishOf(answer) === 'length' ? { toolCalls, finish: 'length' } : { toolCalls }
}

export const bugs = [
  {
    // The call works: one request with all the caller's words and the model's fields in it, and the value that is meant.
    id: 'python-could-not',
    row: '13-15',
    play(golden) {
      if (!impossible(golden)) return golden
      const value = meant(golden)
      const said = value === undefined ? { text: 'Hello there' } : { value: written(golden, value) }
      const reply = golden.mode === 'PARALLEL_TOOLS' && golden.sibling ? called(golden.sibling) : said
      return { ...golden, scripted_responses: [{ reply }] }
    },
    apply({ theirs, ours }, golden) {
      if (!impossible(golden) || ours.requests.length !== 1) return
      const { error } = ours.outcome
      const cut =
        golden.mode === 'PARALLEL_TOOLS' && finishOf(golden.sibling?.scripted_responses[0]) === 'length'
      if (cut ? error?.class !== 'IncompleteOutputError' : error) return
      const [{ body }] = ours.requests
      const sentText = JSON.stringify(body)
      const words = golden.call.messages
        .flatMap(({ content }) => texts(content))
        .filter((text) => !/\{[{%]/.test(text))
      const fields = Object.keys(golden.call.json_schema_of_model?.properties ?? {})
      const there = (text) => sentText.includes(JSON.stringify(text).slice(1, -1))
      if (![...words, ...fields].every(there)) return
      const value = meant(golden)
      theirs.requests = ours.requests
      theirs.partials = ours.partials
      theirs.outcome = cut || value === undefined ? ours.outcome : { value }
    },
  },
]

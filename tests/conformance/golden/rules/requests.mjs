// Rules about what is sent.
import { isObject, pairStrings } from '../compare.mjs'
import { report, sameProblems } from '../pydantic.mjs'
import { bodies, schemas } from './places.mjs'

/** Python's schema prompt: text, schema, text, with the indentation of its source. */
const pythonPrompt =
  /\n? *As a genius expert, your task is to understand the content and provide\n *the parsed objects in json that match the following json_schema:\n\s*(\{[\s\S]*?\n\})\n\s*Make sure to return an instance of the JSON, not the schema itself\n?/
/** Ours: one sentence, then the schema. */
const ourPrompt =
  'Answer with one JSON object that is an instance of this JSON Schema. Give the instance itself, not the schema.\n\n'

const sorted = (value) =>
  Array.isArray(value)
    ? value.map(sorted)
    : isObject(value)
      ? Object.fromEntries(
          Object.keys(value)
            .sort()
            .map((key) => [key, sorted(value[key])]),
        )
      : value

const placed = (schema) => `‹the schema ${JSON.stringify(sorted(schema))}›`

/** `text` with its schema prompt replaced by the schema in a common form; undefined when it has none. */
function promptless(text) {
  const python = pythonPrompt.exec(text)
  if (python) return text.replace(python[0], () => placed(JSON.parse(python[1])))
  const at = text.indexOf(ourPrompt)
  if (at < 0) return undefined
  const from = at + ourPrompt.length
  const end = endOfJson(text, from)
  return text.slice(0, at) + placed(JSON.parse(text.slice(from, end))) + text.slice(end)
}

function endOfJson(text, from) {
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '"') for (at += 1; text[at] !== '"'; at += 1) if (text[at] === '\\') at += 1
    if ('{['.includes(text[at])) depth += 1
    if ('}]'.includes(text[at]) && (depth -= 1) === 0) return at + 1
  }
  return text.length
}

export const requests = [
  {
    id: 'short-schema-prompt',
    row: 1,
    apply(pair) {
      pairStrings(pair.theirs, pair.ours, (theirs, ours) => {
        const [python, mine] = [promptless(theirs), promptless(ours)]
        return python !== undefined && python === mine ? python : undefined
      })
    },
  },
  {
    id: 'required-in-schema-order',
    row: 2,
    apply(pair) {
      for (const both of bodies(pair)) {
        for (const body of both) {
          for (const [holder, key] of schemas(body)) {
            const schema = holder[key]
            if (Array.isArray(schema.required)) schema.required.sort()
          }
        }
      }
    },
  },
  {
    id: 'empty-required-left-out',
    row: 2,
    apply({ theirs }) {
      for (const { body } of theirs.requests ?? []) {
        for (const [holder, key] of schemas(body))
          if (holder[key].required?.length === 0) delete holder[key].required
      }
    },
  },
  {
    id: 'reask-lines',
    row: 25,
    apply(pair) {
      pairStrings(pair.theirs, pair.ours, (theirs, ours) => {
        const python = report(theirs)
        if (!python || !ours.startsWith(python.before) || !ours.endsWith(python.after)) return undefined
        const lines = ours.slice(python.before.length, ours.length - python.after.length).split('\n')
        if (!sameProblems(python.problems, lines)) return undefined
        return `${python.before}${python.problems.map(({ path, kind }) => `‹${path} ${kind}›`).join('')}${python.after}`
      })
    },
  },
  {
    id: 'stream-false-unsaid',
    row: undefined,
    apply({ theirs }) {
      for (const { body } of theirs.requests ?? []) if (body.stream === false) delete body.stream
    },
  },
]

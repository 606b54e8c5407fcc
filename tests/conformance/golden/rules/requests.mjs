// Rules about what is sent.
import { isObject, pairStrings } from '../compare.mjs'
import { report, sameProblems } from '../pydantic.mjs'
import { mistranslated, plainSchema } from '../strict.mjs'
import { bodies, schemas, sent } from './places.mjs'

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

/** The schema as we mean to send it where Python wraps a bare type or a list. */
function wrapped(schema) {
  const content = schema.properties?.content
  const name = content?.$ref?.split('/').pop()
  if (
    name &&
    Object.keys(schema.properties).length === 1 &&
    JSON.stringify(schema).split(content.$ref).length === 2
  ) {
    const { [name]: inner, ...others } = schema.$defs
    schema.properties.content = { ...inner, title: 'Content' }
    schema.$defs = others
    if (Object.keys(others).length === 0) delete schema.$defs
  }
  if (schema.properties?.tasks && !schema.required?.length) schema.required = ['tasks']
}

/** Changes every schema one side sent, those inside Python's prompts as well. */
export function eachSchema(side, change) {
  for (const { body } of sent(side)) {
    for (const [holder, key] of schemas(body)) change(holder[key], holder)
    for (const message of body.messages ?? []) {
      for (const part of Array.isArray(message.content) ? message.content : [message]) {
        const field = part === message ? 'content' : 'text'
        const found = pythonPrompt.exec(part[field])
        if (!found) continue
        const schema = JSON.parse(found[1])
        change(schema)
        part[field] = part[field].replace(found[1], () => JSON.stringify(schema, null, 2))
      }
    }
  }
}

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
    // A bare enum stands in the wrapper itself, not in `$defs`; the wrapper's list is required, so that `{}` is no answer.
    id: 'wrappers',
    row: 'api',
    apply({ theirs }) {
      eachSchema(theirs, wrapped)
    },
  },
  {
    // Maybe's own fields in JSON's words: null, not None, and no titles that repeat their names.
    id: 'maybe',
    row: 'api',
    apply({ theirs }, golden) {
      if (!golden.call?.response_model?.startsWith('Maybe')) return
      eachSchema(theirs, (schema) => {
        const { result, error, message } = schema.properties
        result.description = result.description.replace('None', 'null')
        delete error.title
        delete message.title
      })
    },
  },
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
    // Where the API enforces a schema, it is sent in the form the API takes; whether it still means the model is checked here.
    id: 'strict-where-the-api-has-it',
    row: 3,
    apply({ theirs, ours }, golden) {
      if (!golden.call?.json_schema_of_model) return
      const plain = plainSchema(golden.call, golden.call.method)
      for (const [python, mine] of bodies({ theirs, ours })) {
        const [wanted, sentBy] = [schemas(python), schemas(mine)]
        for (const [n, [holder, key]] of wanted.entries()) {
          const [ourHolder, ourKey] = sentBy[n] ?? []
          if (
            ourKey !== key ||
            ourHolder.strict !== true ||
            mistranslated(plain, ourHolder[key]) !== undefined
          )
            continue
          holder[key] = ourHolder[key]
          holder.strict = true
          if (ourHolder.description === plain.description) holder.description = plain.description
          if (holder.description === undefined) delete holder.description
        }
      }
    },
  },
  {
    id: 'token-limit-field',
    row: 20,
    apply({ theirs }, golden) {
      if (!['openai', 'azure_openai'].includes(golden.provider)) return
      for (const { body } of sent(theirs)) {
        if (!('max_tokens' in body)) continue
        body.max_completion_tokens = body.max_tokens
        delete body.max_tokens
      }
    },
  },
  {
    // Python's LiteLLM is a client-side router; ours is its proxy, which routes by the whole name.
    id: 'litellm-is-its-proxy',
    row: 16,
    apply({ theirs }, golden) {
      if (golden.provider !== 'litellm') return
      const model = golden.model_string.slice('litellm/'.length)
      for (const { body } of sent(theirs)) if (model.endsWith(`/${body.model}`)) body.model = model
    },
  },
  {
    // Anyscale's own schema format.
    id: 'anyscale-schema-format',
    row: 3,
    apply({ theirs }, golden) {
      if (golden.provider !== 'anyscale') return
      for (const { body } of sent(theirs)) {
        const { schema } = body.response_format?.json_schema ?? {}
        if (schema) body.response_format = { type: 'json_object', schema }
      }
    },
  },
  {
    // What SDK objects carry beside the wire's own fields when they are sent back.
    id: 'assistant-turn-as-received',
    row: 26,
    apply({ theirs }) {
      for (const { body } of sent(theirs)) {
        for (const message of body.messages ?? []) {
          if (message.role !== 'assistant') continue
          if (message.prefix === false) delete message.prefix
          for (const call of message.tool_calls ?? []) delete call.index
        }
      }
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
      for (const { body } of sent(theirs)) {
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
        if (lines[0] === python.head) lines.shift()
        if (!sameProblems(python.problems, lines)) return undefined
        return `${python.before}${python.problems.map(({ path, kind }) => `‹${path} ${kind}›`).join('')}${python.after}`
      })
    },
  },
  {
    id: 'stream-false-unsaid',
    row: undefined,
    apply({ theirs }) {
      for (const { body } of sent(theirs)) if (body.stream === false) delete body.stream
    },
  },
]

// Rules about requests.
import { isObject, pairStrings, walk } from '../compare.mjs'
import { ourPrompt, pythonPrompt } from '../prompts.mjs'
import { report, sameProblems } from '../pydantic.mjs'
import { mistranslated, plainSchema } from '../strict.mjs'
import { bodies, schemas, sent, uncalled } from './places.mjs'

/** Providers that deprecate or refuse `max_tokens`. */
const completionTokens = ['openai', 'azure_openai', 'groq', 'cerebras', 'xai']

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

/** Changes every schema that one side sent, including those in Python's prompts. */
export function eachSchema(side, change) {
  for (const { body } of sent(side)) {
    for (const [holder, key] of schemas(body)) change(holder[key], holder)
    walk(body, (value, parent, key) => {
      const found = typeof value === 'string' && pythonPrompt.exec(value)
      if (!found) return
      const schema = JSON.parse(found[1])
      change(schema)
      parent[key] = value.replace(found[1], () => JSON.stringify(schema, null, 2))
    })
  }
}

const jsonFrame = 'Correct your JSON ONLY RESPONSE, based on the following errors:'
const toolFrame = '\nRecall the function correctly, fix the errors'
const noCall = (mode) => `No tool calls or function call found in response (mode: ${mode})`

/** `text` with its schema prompt replaced by the schema in a common form; undefined without one. */
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
    // The wrapper's list is required, so that `{}` is not a valid answer.
    id: 'lists-are-required',
    row: 'api',
    apply({ theirs }) {
      eachSchema(theirs, (schema) => {
        if (schema.properties?.tasks && !schema.required?.length) schema.required = ['tasks']
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
    // A tool has a name and a description, which the root of its schema does not repeat.
    id: 'tools-say-it-once',
    row: 'api',
    apply({ theirs }) {
      for (const { body } of sent(theirs)) {
        for (const [holder, key, isTool] of schemas(body)) {
          if (!isTool) continue
          delete holder[key].title
          delete holder[key].description
          holder[key].required ??= []
        }
      }
    },
  },
  {
    // Where the API enforces a schema, it is sent in the API's form; this checks that it still describes the model.
    id: 'strict-where-the-api-has-it',
    row: 3,
    apply({ theirs, ours }, golden) {
      if (!golden.call?.json_schema_of_model) return
      const plain = plainSchema(golden.call, golden.call.method)
      for (const [python, mine] of bodies({ theirs, ours })) {
        const [theirSchemas, sentBy] = [schemas(python), schemas(mine)]
        for (const [n, [holder, key]] of theirSchemas.entries()) {
          const [ourHolder, ourKey, isTool] = sentBy[n] ?? []
          if (
            ourKey !== key ||
            mistranslated(plain, ourHolder[key], { isTool, open: golden.provider === 'cohere' })
          )
            continue
          holder[key] = ourHolder[key]
          if (ourHolder.strict === true) holder.strict = true
          if (ourHolder.description === plain.description) holder.description = plain.description
          if (holder.description === undefined) delete holder.description
        }
      }
    },
  },
  {
    // Python sends chat parts unchanged to the Responses API, which rejects them.
    id: 'responses-parts',
    row: 13,
    apply({ theirs }, golden) {
      if (golden.mode !== 'RESPONSES_TOOLS') return
      for (const { body } of sent(theirs)) {
        for (const { content } of body.input ?? []) {
          if (!Array.isArray(content)) continue
          content.forEach((part, at) => {
            if (part.type === 'text') content[at] = { ...part, type: 'input_text' }
            if (part.type === 'image_url')
              content[at] = { type: 'input_image', image_url: part.image_url.url }
          })
        }
      }
    },
  },
  {
    id: 'token-limit-field',
    row: 20,
    apply({ theirs }, golden) {
      if (!completionTokens.includes(golden.provider)) return
      for (const { body } of sent(theirs)) {
        if (!('max_tokens' in body)) continue
        body.max_completion_tokens = body.max_tokens
        delete body.max_tokens
      }
    },
  },
  {
    // Thinking counts towards the limit that Anthropic's API requires.
    id: 'token-limit-of-newer-models',
    row: 20,
    apply({ theirs }, golden) {
      if (!golden.provider?.startsWith('anthropic') || golden.call?.kwargs?.max_tokens !== undefined) return
      for (const { body } of sent(theirs)) if (body.max_tokens === 4096) body.max_tokens = 16384
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
    // Fields that SDK objects add to those of the wire format when they are sent back.
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
    // In Python some providers have their own reask sentences; here all tool modes share one, and all JSON modes another.
    id: 'one-wording',
    row: 25,
    apply({ theirs }, golden) {
      walk(theirs, (value, parent, key) => {
        if (typeof value !== 'string') return
        parent[key] = value
          .replace(/^Correct your JSON response: [\s\S]*?, based on the following errors:/, jsonFrame)
          .replace(/\n Fix errors and fill tool call arguments[\s\S]*IMPORTANT!$/, toolFrame)
          .replace(/No tool calls (found )?in (Mistral|Writer) response \(mode: \w+\)/, noCall(golden.mode))
          .replace('No tool use found in Bedrock response. (mode: BEDROCK_TOOLS)', noCall(golden.mode))
          .replace('No choices in OpenAI response (mode: responses_tools)', noCall('RESPONSES_TOOLS'))
      })
      const last = theirs.outcome?.error?.last
      if (uncalled.test(last?.message ?? ''))
        theirs.outcome.error.last = { class: 'ResponseParsingError', message: noCall(golden.mode) }
    },
  },
  {
    // Python reports usage to hooks only where it has OpenAI's or Anthropic's format.
    id: 'usage-for-all',
    row: 23,
    apply({ theirs, ours }, golden) {
      if (!golden.events || theirs.events.some(({ event }) => event === 'completion:usage')) return
      const usages = ours.events.filter(({ event }) => event === 'completion:usage')
      const summed = usages.every(({ about, usage }) => usage.inputTokens === 10 * about.attemptNumber)
      if (summed)
        theirs.events = theirs.events.flatMap((one) =>
          one.event === 'completion:response' ? [one, usages.shift()] : [one],
        )
    },
  },
  {
    // Several calls can fail at once: a problem's path begins with the index of its call.
    id: 'parallel-problems-name-the-call',
    row: 25,
    apply(pair, golden) {
      if (golden.mode !== 'PARALLEL_TOOLS') return
      pairStrings(pair.theirs, pair.ours, (theirs, ours) => {
        const python = report(theirs)
        const [, number] = /(\d+)\.\w/.exec(ours) ?? []
        if (!python || number === undefined) return undefined
        const lines = ours
          .slice(python.before.length, ours.length - python.after.length)
          .split('\n')
          .slice(1)
        const problems = python.problems.map((problem) => ({ ...problem, path: `${number}.${problem.path}` }))
        return sameProblems(problems, lines) ? theirs : undefined
      })
    },
  },
  {
    // Servers parse the calls of the history, so arguments that are not an object are quoted next to the problem.
    id: 'unparsable-arguments-are-quoted',
    row: undefined,
    apply({ theirs }) {
      for (const { body } of sent(theirs))
        for (const [at, turn] of (body.messages ?? []).entries()) quote(turn, body.messages.slice(at + 1))
    },
  },
  {
    id: 'reask-lines',
    row: 25,
    apply(pair) {
      pairStrings(pair.theirs, pair.ours, (theirs, ours) => {
        const python = report(theirs)
        if (!python || !ours.startsWith(python.before) || !ours.endsWith(python.after)) return undefined
        const [head, ...rest] = ours
          .slice(python.before.length, ours.length - python.after.length)
          .split('\n')
        const lines = head === python.head ? rest : [head, ...rest]
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

/** A call's arguments as they can be sent back; lost text is quoted in the call's result. */
function quote({ tool_calls: calls }, behind) {
  for (const call of calls ?? []) {
    const text = call.function?.arguments
    if (typeof text !== 'string' || isObject(jsonOf(text))) continue
    call.function.arguments = '{}'
    const result = behind.find((turn) => turn.tool_call_id === call.id || turn.role === 'user')
    if (text.trim() && result)
      result.content += `\nThe arguments of the call were not a JSON object:\n${text}`
  }
}

function jsonOf(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

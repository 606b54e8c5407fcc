// Google's retired SDKs (providers `gemini` and `vertexai` in Python): they use protobuf, recorded as JSON with
// numbers for enums. The recordings are converted to the REST API's format and then compared like `google`'s.
import { isObject, walk } from '../compare.mjs'
import { pythonPrompt } from '../prompts.mjs'
import { expected } from '../python.mjs'
import { sent } from './places.mjs'

const isOld = ({ provider, call }) => ['gemini', 'vertexai'].includes(provider) && call

const types = ['TYPE_UNSPECIFIED', 'STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT']
const callModes = ['MODE_UNSPECIFIED', 'AUTO', 'ANY', 'NONE']
/**
 * Harassment, hate and explicit content "only if the danger is high": the safety settings that Python sends to Gemini
 * by default.
 */
const unasked = ({ category, threshold }) => [7, 8, 10].includes(category) && threshold === 3

function overRest(request) {
  const { body, query } = request
  delete query.$alt
  if (request.path.endsWith(':streamGenerateContent')) query.alt = 'sse'
  request.path = request.path.replace(/^\/v1\//, '/v1beta1/')
  walk(body, (value, parent, key) => {
    if (key === 'type' && types[value]) parent[key] = types[value]
    if (key === 'format' && value === 'enum') delete parent[key]
  })
  if (body.safetySettings?.every(unasked)) delete body.safetySettings
  if (isObject(body.generationConfig) && Object.keys(body.generationConfig).length === 0)
    delete body.generationConfig
  const calling = body.toolConfig?.functionCallingConfig
  if (calling) {
    calling.mode = callModes[calling.mode] ?? calling.mode
    calling.allowedFunctionNames ??= body.tools.flatMap(({ functionDeclarations }) =>
      functionDeclarations.map(({ name }) => name),
    )
  }
}

/** Moves system texts out of user turns: one SDK puts them between asterisks, the other in a separate role. */
function instructed(body) {
  const system = body.contents.filter(({ role }) => role === 'system').flatMap(({ parts }) => parts)
  body.contents = body.contents.filter(({ role }) => role !== 'system')
  const [first] = body.contents[0].parts
  const [, starred] = /^\*([\s\S]+)\*$/.exec(first.text ?? '') ?? []
  if (starred) {
    body.contents[0].parts.shift()
    const prompt = pythonPrompt.exec(starred)?.[0] ?? ''
    const own = prompt ? starred.replace(prompt, '').replace(/\n+$/, '') : starred
    const texts = [...(own ? own.split('\n\n') : []), ...(prompt ? [prompt] : [])]
    system.push(...texts.map((text) => ({ text })))
  }
  if (system.length > 0) body.systemInstruction = { parts: system }
}

/** Turns in Gemini's own role for the assistant are dropped with their text. */
function restored({ contents }, { provider, call: { messages } }) {
  const turns = messages.filter(({ role }) => role !== 'system')
  if (provider !== 'gemini' || contents.some(({ role }) => role === 'model')) return
  for (const [at, { role, content }] of turns.entries())
    if (role === 'model') contents.splice(at, 0, { role, parts: [{ text: content }] })
}

const attempt = (problems, text) =>
  `Validation Error found:\n${problems}\nRecall the function correctly, fix the errors in the following attempt:\n${text}`

/** The turns of a reask in the form that `google` uses. */
function reasked(contents) {
  return contents.flatMap((turn, at) => {
    const [part] = turn.parts
    if (part.functionResponse) {
      const { name, response } = part.functionResponse
      const report = (response.content ?? response.error).replace(
        /^Validation Error\(s\) found:/,
        'Validation Error found:',
      )
      const whole = report.endsWith('fix the errors')
        ? report
        : `${report}\nRecall the function correctly, fix the errors`
      return [{ role: 'user', parts: [{ functionResponse: { name, response: { error: whole } } }] }]
    }
    if (part.text === 'Recall the function arguments correctly and fix the errors') return []
    const [, json, exceptions] =
      /^Correct the following JSON response, .*\n\nJSON:\n([\s\S]*)\n\nExceptions:\n([\s\S]*)$/.exec(
        part.text ?? '',
      ) ?? []
    if (exceptions) return [{ role: 'user', parts: [{ text: attempt(exceptions, json) }] }]
    const [, problems, tried] =
      /^Validation Errors found:\n([\s\S]*)\nRecall the function correctly, fix the errors found in the following attempt:\n([\s\S]*)$/.exec(
        part.text ?? '',
      ) ?? []
    if (problems) return [{ role: 'user', parts: [{ text: attempt(problems, tried) }] }]
    // The other SDK shows the answer twice.
    const next = contents[at + 1]?.parts[0].text
    if (turn.role === 'model' && next?.startsWith('Validation Errors found:') && next.endsWith(part.text))
      return []
    return [turn.role === 'assistant' ? { ...turn, role: 'model' } : turn]
  })
}

/** The list that one SDK reads as a stream. */
function streamed(answer) {
  if (!Array.isArray(answer.body)) return answer
  const stream = answer.body.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
  return { status: 200, headers: {}, stream }
}

const finishes = ['FINISH_REASON_UNSPECIFIED', 'STOP', 'MAX_TOKENS']

function camelled(value) {
  if (Array.isArray(value)) return value.map(camelled)
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(([key, item]) => [
    key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()),
    key === 'finish_reason' ? finishes[item] : camelled(item),
  ])
  return Object.fromEntries(entries)
}

/** Arguments that reach pydantic as protobuf objects: integers are floats, and objects are not dictionaries. */
const asProtobuf = (golden) =>
  isOld(golden) &&
  golden.requests.length > 0 &&
  golden.sibling &&
  /MapComposite|input_value=\d+\.0, input_type=float/.test(JSON.stringify(golden.error ?? ''))

/** An OpenAI reask turn in Gemini's form. */
function turned({ content, tool_calls, name }) {
  if (tool_calls) {
    const parts = tool_calls.map(({ function: call }) => ({
      functionCall: { name: call.name, args: JSON.parse(call.arguments) },
    }))
    return { role: 'model', parts }
  }
  if (!name) return { role: 'user', parts: [{ text: content }] }
  return { role: 'user', parts: [{ functionResponse: { name, response: { error: content } } }] }
}

/** The reask and its result, as for the provider that Python supports. */
function likeSibling(theirs, golden) {
  const [first] = theirs.requests
  const meant = expected(golden.sibling)
  const from = meant.requests[0].body.messages.length
  theirs.requests = meant.requests.map(({ body }) => {
    const again = structuredClone(first)
    again.body.contents.push(...body.messages.slice(from).map(turned))
    return again
  })
  theirs.outcome = meant.outcome
  theirs.partials = golden.call.method.startsWith('create_partial') ? [] : meant.partials
  const { error, result } = golden.sibling
  Object.assign(golden, { error, result })
}

/** The other SDK's arguments are validated laxly, whatever the caller requests. */
const lax = ({ provider, mode, scenario, sibling }) =>
  provider === 'vertexai' && mode === 'TOOLS' && scenario === 'D9_strict_coercion' && sibling

export const google = [
  {
    id: 'google-over-rest',
    row: 13,
    play(golden) {
      if (!isOld(golden)) return golden
      return { ...golden, scripted_responses: golden.scripted_responses.map(streamed) }
    },
    apply({ theirs }, golden) {
      if (!isOld(golden)) return
      for (const request of sent(theirs)) {
        overRest(request)
        restored(request.body, golden)
        instructed(request.body)
        request.body.contents = reasked(request.body.contents)
      }
      golden.scripted_responses = golden.scripted_responses.map(streamed)
      // The SDK's object in the wire format.
      if (golden.call.response_model === null && golden.requests.length > 0) {
        const { responseId } = golden.scripted_responses[0].body
        theirs.outcome.value = { ...camelled(theirs.outcome.value), responseId }
      }
    },
  },
  {
    id: 'arguments-are-json',
    row: 13,
    apply({ theirs }, golden) {
      if (!asProtobuf(golden)) return
      likeSibling(theirs, golden)
    },
  },
  {
    id: 'strict-unless-told',
    row: 7,
    play(golden) {
      if (!lax(golden)) return golden
      const reply = { value: expected(golden.sibling).outcome.value }
      return { ...golden, scripted_responses: [...golden.scripted_responses, { reply }] }
    },
    apply({ theirs }, golden) {
      if (lax(golden)) likeSibling(theirs, golden)
    },
  },
]

// What a request has to be where Python sent none: the envelope of the provider's other requests in the mode, around what
// the caller said and the model's schema.
import { differences } from '../compare.mjs'
import { ourPrompt } from '../prompts.mjs'
import { mistranslated, plainSchema } from '../strict.mjs'
import { nameOf, schemas } from './places.mjs'

/** The keys of a body that are the call's own; the others are the provider's. */
const own = [
  'messages',
  'contents',
  'input',
  'system',
  'systemInstruction',
  'tools',
  'toolConfig',
  'tool_choice',
  'response_format',
  'output_config',
  'outputConfig',
  'generationConfig',
  'text',
]

export const streams = ({ call }) => /^create_(partial|iterable)/.test(call.method)

/** The request that is meant: the reference's, with our own parts, which `wrong` has judged. */
export function enveloped({ reference }, [{ body: ours }], golden) {
  const request = structuredClone(reference.requests[0])
  const { body } = request
  for (const key of own) {
    delete body[key]
    if (key in ours) body[key] = ours[key]
  }
  if (golden.provider === 'xai') {
    delete body.n
    request.method = 'POST'
    request.path = '/v1/chat/completions'
    request.headers = { authorization: 'Bearer', 'content-type': 'application/json' }
  }
  if (streams(golden) && !streams(reference)) {
    request.path = request.path.replace(/\/converse$/, '/converse-stream')
    if (golden.provider === 'cohere') body.stream = true
  }
  return request
}

const texts = (content) =>
  typeof content === 'string'
    ? [content]
    : content.flatMap((part) => (typeof part === 'string' ? [part] : (part.text ?? [])))

/** What is wrong with our own parts of a request, or undefined. */
export function wrong(body, golden) {
  const { call } = golden
  const said = JSON.stringify(body)
  const words = call.messages.flatMap(({ content }) => texts(content)).filter((text) => !/\{[{%]/.test(text))
  const lost = words.find((text) => !said.includes(JSON.stringify(text).slice(1, -1)))
  if (lost) return `the caller's words are lost: ${lost}`
  const roles = (turns) =>
    turns.map(({ role }) => (role === 'model' ? 'assistant' : role)).filter((role) => role !== 'system')
  if (roles(body.messages ?? body.contents).join() !== roles(call.messages).join()) return 'other turns'
  if (call.response_model === null) return undefined
  return wrongSchema(body, golden) ?? wrongNames(body, golden) ?? wrongSettings(body, golden)
}

function wrongSchema(body, { call, mode, provider }) {
  const parallel = mode === 'PARALLEL_TOOLS'
  const plain = plainSchema(call, call.method)
  const members = parallel ? Object.values(call.json_schema_of_model.$defs) : [plain]
  const found = schemas(body)
  if (mode === 'MD_JSON' && provider !== 'vertexai') {
    const [, after] = JSON.stringify(body).split(JSON.stringify(ourPrompt).slice(1, -1))
    if (!after) return 'no schema in the prompt'
    const text = JSON.parse(`"${after.slice(0, endOf(after))}"`)
    return differences(plain, JSON.parse(text))[0]
  }
  if (found.length !== members.length) return `${found.length} schemas`
  return members
    .map((member) =>
      found
        .filter(([holder]) => !parallel || holder.name === member.title || holder.name === undefined)
        .map(([holder, key, isTool]) => mistranslated(member, holder[key], { isTool, open: true }))
        .find(Boolean),
    )
    .find(Boolean)
}

/** Where a text of JSON within JSON ends: at its first bare quote. */
function endOf(text) {
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return at
  }
  return text.length
}

function wrongNames(body, { call, mode }) {
  if (mode === 'PARALLEL_TOOLS') return undefined
  const name = nameOf(call)
  const named = [
    ...(body.tools ?? []).flatMap((tool) => [
      tool.name,
      tool.function?.name,
      ...(tool.functionDeclarations ?? []).map((one) => one.name),
    ]),
    ...(body.toolConfig?.tools ?? []).map(({ toolSpec }) => toolSpec?.name),
    body.response_format?.json_schema?.name,
    body.outputConfig?.textFormat?.structure?.jsonSchema?.name,
  ].filter((one) => one !== undefined)
  return named.every((one) => one === name) ? undefined : `named ${named.join()}, not ${name}`
}

/** How a tool is asked for, and what stands beside the schema. */
function wrongSettings(body, { call, mode, provider }) {
  const tool = mode.startsWith('TOOLS')
  const name = nameOf(call)
  const parallel = mode === 'PARALLEL_TOOLS'
  const choice = {
    tool_choice: body.tool_choice,
    toolChoice: body.toolConfig?.toolChoice,
    calling: body.toolConfig?.functionCallingConfig,
  }
  const forms = {
    bedrock: { toolChoice: tool ? { tool: { name } } : undefined },
    cohere: { tool_choice: tool ? 'REQUIRED' : undefined },
    google: {
      calling: parallel ? { mode: 'AUTO' } : tool ? { mode: 'ANY', allowedFunctionNames: [name] } : undefined,
    },
    other: {
      tool_choice: parallel ? 'auto' : tool ? { type: 'function', function: { name } } : undefined,
    },
  }
  const isGoogle = 'contents' in body
  const form = forms[isGoogle ? 'google' : provider] ?? forms.other
  const [difference] = differences(JSON.parse(JSON.stringify(form)), JSON.parse(JSON.stringify(choice)))
  if (difference || !isGoogle) return difference
  const { responseSchema, responseJsonSchema, responseMimeType, ...settings } = body.generationConfig ?? {}
  const given = { temperature: call.kwargs.temperature, maxOutputTokens: call.kwargs.max_tokens }
  const mime = tool || parallel ? undefined : 'application/json'
  return differences(
    JSON.parse(JSON.stringify({ ...given, mime })),
    JSON.parse(JSON.stringify({ ...settings, mime: responseMimeType })),
  )[0]
}

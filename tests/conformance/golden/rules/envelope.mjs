// The expected request where Python sent none: the envelope of the provider's other requests in this mode, with the
// caller's messages and the model's schema.
import { differences, walk } from '../compare.mjs'
import { fenceWords, ourPrompt } from '../prompts.mjs'
import { mistranslated, plainSchema } from '../strict.mjs'
import { nameOf, schemas, toolWords } from './places.mjs'

/** The keys of a body that depend on the call; the others depend on the provider. */
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

/** The expected request: the reference's, with our own parts, which `wrong` has checked. */
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

/** The error in our own parts of a request, or undefined. */
export function wrong(body, golden) {
  const { call } = golden
  const turns = body.messages ?? body.contents
  const all = call.messages.filter(({ role }) => role !== 'system').flatMap(({ content }) => texts(content))
  const isData = (text) => text.startsWith('data:')
  const words = all.filter((text) => !isData(text))
  const found = turns
    .filter(({ role }) => role !== 'system')
    .flatMap(({ content, parts }) => texts(content ?? parts))
    .map((text) => text.replace(fenceWords, '').replace(fenceWords.trim(), ''))
    .filter((text) => text !== '' && !text.startsWith(ourPrompt))
  // Rendered templates are checked by the cases of other providers.
  const templates = words.some((text) => /\{[{%]/.test(text))
  if (!templates && differences(words, found).length > 0) return 'other words'
  if (!all.filter(isData).every((url) => JSON.stringify(turns).includes(`"${url}"`))) return 'another image'
  for (const { content } of call.messages) {
    for (const { $image_url: url, $image_base64: data, image_url: part } of Array.isArray(content)
      ? content
      : []) {
      const given = url ?? data ?? part?.url
      const bytes = given?.replace(/^data:.*;base64,/, '')
      const body = JSON.stringify(turns)
      if (given && !body.includes(`"${given}"`) && !body.includes(`"${bytes}"`)) return 'another image'
    }
  }
  const kinds = []
  walk(turns, (value, _parent, key) => {
    if (['mimeType', 'media_type', 'format', 'type'].includes(key) && typeof value === 'string')
      kinds.push(value)
  })
  const known = ['image/png', 'png', 'text', 'image', 'image_url', 'url', 'base64']
  if (!kinds.every((kind) => known.includes(kind))) return 'another kind of part'
  const system = call.messages
    .filter(({ role }) => role === 'system')
    .flatMap(({ content }) => texts(content))
  const instructed = [
    ...turns.filter(({ role }) => role === 'system').flatMap(({ content }) => texts(content)),
    ...texts(body.system ?? []),
    ...(body.systemInstruction?.parts ?? []).map(({ text }) => text),
  ]
  const plainly = instructed.join('\n\n').split(ourPrompt)[0].trimEnd()
  if (!/\{[{%]/.test(system.join('')) && plainly !== system.join('\n\n').trimEnd())
    return 'other instructions'
  const roles = (list) =>
    list.map(({ role }) => (role === 'model' ? 'assistant' : role)).filter((role) => role !== 'system')
  if (roles(turns).join() !== roles(call.messages).join()) return 'other turns'
  if (call.response_model === null) return undefined
  return wrongSchema(body, golden) ?? wrongFrame(body, golden) ?? wrongSettings(body, golden)
}

function wrongSchema(body, { call, mode, provider }) {
  const parallel = mode === 'PARALLEL_TOOLS'
  const strict = ['JSON_SCHEMA', 'TOOLS_STRICT'].includes(mode) && provider !== 'cohere'
  const open = !strict
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
        .map(([holder, key, isTool]) => mistranslated(member, holder[key], { isTool, open }))
        .find(Boolean),
    )
    .find(Boolean)
}

/** The end of a JSON text within JSON: its first unescaped quote. */
function endOf(text) {
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return at
  }
  return text.length
}

/** The text around the schemas, which are already checked. */
function wrongFrame(body, { call, mode, provider }) {
  if (mode === 'PARALLEL_TOOLS' || 'contents' in body) return wrongNames(body, { call, mode })
  const name = nameOf(call)
  const description = toolWords(call, name)
  const schema = '‹schema›'
  const strict = mode === 'TOOLS_STRICT' ? { strict: true } : {}
  const spec = { name, description, inputSchema: { json: schema }, ...strict }
  const format = { type: 'json_schema', json_schema: { name, schema, strict: true } }
  const structure = { jsonSchema: { name, description, schema } }
  const forms = {
    bedrock: {
      TOOLS: { tools: [{ toolSpec: spec }] },
      TOOLS_STRICT: { tools: [{ toolSpec: spec }] },
      JSON_SCHEMA: { outputConfig: { textFormat: { type: 'json_schema', structure } } },
    },
    cohere: { JSON_SCHEMA: { response_format: { type: 'json_object', json_schema: schema } } },
    anthropic: { JSON_SCHEMA: { output_config: { format: { type: 'json_schema', schema } } } },
    anthropic_native_patched: { JSON_SCHEMA: { output_config: { format: { type: 'json_schema', schema } } } },
    xai: {
      TOOLS: { tools: [{ type: 'function', function: { name, description, parameters: schema } }] },
      JSON_SCHEMA: { response_format: format },
    },
  }
  const copy = structuredClone(body)
  for (const [holder, key] of schemas(copy)) holder[key] = schema
  const { response_format, outputConfig, output_config, tools = copy.toolConfig?.tools } = copy
  const ours = JSON.parse(JSON.stringify({ response_format, outputConfig, output_config, tools }))
  return differences(forms[provider]?.[mode] ?? {}, ours)[0]
}

function wrongNames(body, { call, mode }) {
  const parallel = mode === 'PARALLEL_TOOLS'
  const members = parallel ? Object.keys(call.json_schema_of_model.$defs) : [nameOf(call)]
  const declared = (body.tools ?? []).flatMap((tool) => tool.functionDeclarations ?? tool.function)
  const worded = declared.filter(({ name, description }) => {
    const own = parallel ? call.json_schema_of_model.$defs[name]?.description : toolWords(call, name)
    return members.includes(name) && description === own
  })
  return worded.length === declared.length ? undefined : `declared ${JSON.stringify(declared).slice(0, 200)}`
}

/** How a tool is requested, and the fields next to the schema. */
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

// Models that exist on the Responses API only, and models whose flags in litellm's map contradict what is sent.
import { request } from './ask.mjs'
import { strings } from './enums.mjs'

/** litellm's names of the providers with another id here, and the prefixes to remove from its models' names. */
const PROVIDERS = {
  openai: 'openai',
  azure: 'azure_openai',
  anthropic: 'anthropic',
  gemini: 'google',
  bedrock_converse: 'bedrock',
  mistral: 'mistral',
  groq: 'groq',
  cerebras: 'cerebras',
  xai: 'xai',
  deepseek: 'deepseek',
  fireworks_ai: 'fireworks',
  together_ai: 'together',
  openrouter: 'openrouter',
  perplexity: 'perplexity',
  cohere_chat: 'cohere',
  databricks: 'databricks',
  moonshot: 'moonshot',
  zai: 'zai',
  dashscope: 'alibaba',
  minimax: 'minimax',
  sambanova: 'sambanova',
  nebius: 'nebius',
  hyperbolic: 'hyperbolic',
  deepinfra: 'deepinfra',
  novita: 'novita',
  vercel_ai_gateway: 'vercel',
  baseten: 'baseten',
  meta: 'meta',
  ai21: 'ai21',
  snowflake: 'snowflake',
  bedrock_mantle: 'bedrock_mantle',
  wandb: 'wandb',
  nscale: 'nscale',
  ovhcloud: 'ovhcloud',
  scaleway: 'scaleway',
}

const MAP = 'litellm/model_prices_and_context_window_backup.json'
const today = new Date().toISOString().slice(0, 10)

export async function models(sources, report) {
  try {
    responsesOnly(sources, report)
  } catch (error) {
    report.skip("OpenAI's list of Responses models", error.message)
  }
  const map = JSON.parse(sources.read('litellm', MAP))
  const groups = new Map()
  const note = (what, name) => groups.set(what, [...(groups.get(what) ?? []), name])
  let compared = 0
  for (const [key, facts] of Object.entries(map)) {
    const id = PROVIDERS[facts.litellm_provider]
    if (!id || !['chat', 'responses'].includes(facts.mode) || facts.deprecation_date < today) continue
    const name = key.startsWith(`${facts.litellm_provider}/`)
      ? key.slice(facts.litellm_provider.length + 1)
      : key
    compared += 1
    for (const what of disagreements(`${id}/${name}`, facts)) note(`${id}: ${what}`, name)
  }
  if (!compared) throw new Error(`no model of a known provider in ${MAP}: its form has changed`)
  for (const [what, names] of groups) {
    const shown = names.slice(0, 6).join(', ')
    report.differs(`${what}: ${shown}${names.length > 6 ? ` and ${names.length - 6} more` : ''}`)
  }
}

/** The differences between our request and the flags. */
function disagreements(model, facts) {
  const found = []
  const { url, body, error } = request(model)
  if (error) return [`a call without parameters is refused (${error.message})`]
  const onResponses = url.endsWith('/responses') || /\/responses\?/.test(url)
  const endpoints = facts.supported_endpoints
  const chatOnly = endpoints && !endpoints.includes('/v1/responses')
  if (facts.mode === 'responses' && endpoints && !endpoints.includes('/v1/chat/completions') && !onResponses)
    found.push('is listed for the Responses API only, and goes to chat completions')
  if (onResponses && chatOnly) found.push('is not listed for the Responses API, and goes there')

  const heat = request(model, { temperature: 0.5 })
  if (facts.supports_sampling_params === false && !heat.error)
    found.push('is reported to refuse temperature, which is sent')
  if (facts.supports_sampling_params === true && heat.error)
    found.push('is reported to accept temperature, which is refused here')

  const tools = Boolean(body.tools ?? body.toolConfig)
  const choice =
    body.tool_choice ?? body.toolConfig?.toolChoice ?? body.toolConfig?.functionCallingConfig?.mode
  const forced = tools && choice && !['auto', 'AUTO'].includes(choice.type ?? choice)
  if (tools && facts.supports_function_calling === false)
    found.push('is reported to have no tools, and gets one')
  if (forced && (facts.supports_forced_tool_use === false || facts.supports_tool_choice === false))
    found.push('is reported to refuse a forced tool, and gets one')
  const schema =
    body.response_format?.type === 'json_schema' || body.text?.format || body.output_config?.format
  if (schema && facts.supports_response_schema === false)
    found.push('is reported to have no schema format, and gets one')
  return found
}

/** Models that the types of `openai` list for one of its two APIs only. */
function responsesOnly(sources, report) {
  const text = sources.read('openai', 'resources/shared.d.ts')
  const all = strings(text, /type ResponsesModel = /)
  const chat = strings(text, /type ChatModel = /)
  if (!all.length || !chat.length) throw new Error('resources/shared.d.ts has another form')
  const responses = (name) => request(`openai/${name}`, { responseModel: null }).url?.endsWith('/responses')
  for (const name of all.filter((one) => !chat.includes(one)))
    if (!responses(name))
      report.differs(`openai: ${name} is typed for the Responses API only, and goes to chat completions`)
  for (const name of chat.filter((one) => responses(one)))
    report.differs(`openai: ${name} is typed for chat completions, and goes to the Responses API`)
}

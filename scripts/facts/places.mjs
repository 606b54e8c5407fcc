// URLs and key variables of providers, from pydantic-ai's providers and litellm's list of OpenAI-compatible ones.
import { client, opens } from './ask.mjs'

/** Their names of our providers. */
const OURS = {
  google_cloud: 'vertexai',
  moonshotai: 'moonshot',
  azure: 'azure_openai',
  'nano-gpt': undefined,
}
/** Files of pydantic-ai that are not providers of chat models, and providers that are omitted on purpose. */
const NONE = [
  '__init__',
  'elevenlabs',
  'sentence_transformers',
  'voyageai',
  'gateway',
  'openai_compatible',
  'github',
]
const SECRET = /_(API_)?(KEY|TOKEN)$|^HF_TOKEN$/

export async function places(sources, report) {
  const unknown = []
  const files = sources
    .files('pydantic-ai-slim', 'pydantic_ai/providers')
    .filter((file) => /^[a-z]\w*\.py$/.test(file))
  if (!files.length) throw new Error('pydantic_ai/providers contains no providers: its layout has changed')
  for (const file of files) {
    const name = file.slice(0, -3)
    if (NONE.includes(name)) continue
    const text = sources.read('pydantic-ai-slim', `pydantic_ai/providers/${file}`)
    const keys = [...text.matchAll(/(?:getenv|environ\.get)\(\s*['"](\w+)['"]/g)].map(([, key]) => key)
    const bases = [...text.matchAll(/(?:return|or|=)\s+['"](https:\/\/[^'"{}]+)['"]/g)].map(
      ([, base]) => base,
    )
    if (
      !compare(
        OURS[name] ?? name,
        keys.filter((key) => SECRET.test(key)),
        bases,
        'pydantic-ai',
        report,
      )
    )
      unknown.push(name)
  }
  try {
    const list = JSON.parse(sources.read('litellm', 'litellm/llms/openai_like/providers.json'))
    for (const [name, { base_url: base, api_key_env: key }] of Object.entries(list))
      if (!compare(OURS[name] ?? name, key ? [key] : [], base ? [base] : [], 'litellm', report))
        unknown.push(name)
  } catch (error) {
    report.skip("litellm's OpenAI-like providers", error.message)
  }
  if (unknown.length) report.differs(`not in the registry: ${[...new Set(unknown)].join(', ')}`)
}

/** False if the provider is unknown. */
function compare(id, keys, bases, whose, report) {
  const model = `${id}/some-model`
  let ours
  try {
    ours = client(model).baseURL
  } catch (error) {
    if (/^Unsupported provider/.test(error.message)) return false
    ours = undefined
  }
  for (const key of keys)
    if (opens(model, { [key]: 'x' }) === false) report.differs(`${id}: ${whose} reads the key from ${key}`)
  const host = (url) => new URL(url).host
  if (ours && bases.length && !bases.some((base) => host(base) === host(ours)))
    report.differs(`${id}: ${whose} has ${bases.join(' or ')}, the registry ${ours}`)
  return true
}

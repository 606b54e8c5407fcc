// The files of config/: what from_provider refuses and with which messages, its default modes, and which modes each
// provider supports.
import { fromProvider } from 'instructor-wasm'
import { classOf } from './python.mjs'
import { clientFor } from './replay.mjs'

/** Every case of one config file as `{row, golden, python, ours}`. */
export function configCases(golden) {
  return golden.cases.map((one) => (one.call ? construction(golden, one) : acceptance(golden, one)))
}

const never = async () => {
  throw new Error('no request is made while a client is constructed')
}

function construction(golden, one) {
  const [, model, key] = /^from_provider\("([^"]*)"(?:, api_key="([^"]*)")?\)/.exec(one.call)
  const ours = tried(() => {
    const client = fromProvider(model, { env: {}, fetch: never, ...(key ? { apiKey: key } : {}) })
    return { mode: client.mode, provider: client.provider }
  })
  const python = one.ok
    ? { mode: one.mode, provider: one.provider }
    : { error: { class: classOf(one.error.type), message: one.error.message } }
  return {
    row: 'from_provider',
    golden: { ...golden, file: `${golden.file} ${one.call}`, construction: one.call, model },
    python,
    ours,
  }
}

/** Model strings for the providers of the mode table, as in the other golden files. */
const models = {
  openai: 'openai/gpt-4o-mini',
  azure_openai: 'azure_openai/gpt-4o-mini',
  anthropic: 'anthropic/claude-sonnet-4-6',
  anthropic_native_patched: 'anthropic/claude-sonnet-4-6',
  google: 'google/gemini-2.5-flash',
  bedrock: 'bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0',
  perplexity: 'perplexity/sonar',
}

function acceptance(golden, one) {
  const model_string = models[one.provider] ?? `${one.provider}/some-model`
  const ours = tried(() => ({
    mode: clientFor({ provider: one.provider, model_string, mode: one.mode }, never).mode,
  }))
  const python = one.ok
    ? { mode: one.client_mode }
    : { error: { class: classOf(one.error.type), message: one.error.message } }
  return {
    row: 'modes',
    golden: { ...golden, ...one, file: `${golden.file} ${one.provider} ${one.mode}` },
    python,
    ours,
  }
}

function tried(make) {
  const warn = console.warn
  console.warn = () => {}
  try {
    return make()
  } catch (error) {
    return { error: { class: error.name, message: error.message } }
  } finally {
    console.warn = warn
  }
}

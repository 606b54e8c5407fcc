// Finds the golden cases: files by family, and for a case in which Python failed the reference case that shows the
// intended result.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const families = {
  'openai-compatible': [
    'openai',
    'azure_openai',
    'anyscale',
    'together',
    'deepseek',
    'openrouter',
    'ollama',
    'groq',
    'fireworks',
    'cerebras',
    'perplexity',
    'writer',
    'databricks',
    'litellm',
    'mistral',
  ],
  anthropic: ['anthropic', 'anthropic_native_patched'],
  google: ['google', 'google_vertexai_true', 'vertexai', 'gemini'],
  bedrock: ['bedrock'],
  cohere: ['cohere'],
  xai: ['xai'],
  config: ['config'],
}

/** The cases of one provider, those whose file name holds `filter`. */
export function casesOf(folder, provider, filter) {
  let files = []
  try {
    files = readdirSync(join(folder, provider)).filter((name) => name.endsWith('.json'))
  } catch {}
  return files
    .sort()
    .map((name) => `${provider}/${name}`)
    .filter((file) => !filter || file.includes(filter))
    .map((file) => withReference(folder, provider, withSibling(folder, provider, read(folder, file))))
}

/**
 * For a case in which Python sent nothing: another request to this provider in this mode, for what all its requests
 * share.
 */
function withReference(folder, provider, golden) {
  if (!golden.call || golden.requests.length > 0) return golden
  const others = [golden.mode, 'TOOLS'].flatMap((mode) =>
    readdirSync(join(folder, provider))
      .filter((name) => name.startsWith(`${mode}__`) && !/__[INS]/.test(name))
      .map((name) => read(folder, `${provider}/${name}`))
      .filter(({ requests, mode: its }) => requests?.length > 0 && its === mode),
  )
  const streams = ({ call }) => /^create_(partial|iterable)/.test(call.method)
  golden.reference = others.find((one) => streams(one) === streams(golden)) ?? others[0]
  return golden
}

function withSibling(folder, provider, golden) {
  const name = golden.file.slice(provider.length + 1)
  const whole = provider === 'litellm' || /__Z_/.test(name)
  if (whole || !families['openai-compatible'].includes(provider))
    golden.sibling = sibling(folder, provider, name, whole || inItsOwnMode(golden))
  return golden
}

const read = (folder, file) => ({ file, ...JSON.parse(readFileSync(join(folder, file), 'utf8')) })

/** Where Python sent a request, only what follows it is missing, so the reference is in the same mode. */
const inItsOwnMode = ({ provider, requests }) =>
  ['xai', 'gemini', 'vertexai'].includes(provider) && requests?.length > 0

/** Providers for which Python uses OpenAI's handlers, as LiteLLM does. */
const aliases = [
  'openai',
  'together',
  'deepseek',
  'databricks',
  'ollama',
  'cerebras',
  'anyscale',
  'groq',
  'openrouter',
  'fireworks',
]

/**
 * The reference case for a case in which Python failed: the same scenario with a provider for which it works, in the
 * same mode or, for the value alone, in any mode.
 */
function sibling(folder, provider, name, sameMode) {
  const scenario = name.includes('__Z_') ? name.replace(/__Z_.*/, '__A_simple.json') : name
  const modes = ['TOOLS', 'JSON', 'MD_JSON', 'JSON_SCHEMA', 'RESPONSES_TOOLS', 'PARALLEL_TOOLS']
  const others = modes.map((mode) => scenario.replace(/^[A-Z_]+?(?=__)/, mode))
  let failed
  for (const one of sameMode ? [scenario] : [scenario, ...others]) {
    for (const id of [provider, ...(scenario.includes('__S_') ? ['anthropic'] : aliases)]) {
      if (`${id}/${one}` === `${provider}/${name}` || !existsSync(join(folder, id, one))) continue
      const found = read(folder, `${id}/${one}`)
      // Bedrock's templates stay unrendered in every mode.
      if (!sameMode && found.call?.kwargs.context && /\{[{%]/.test(JSON.stringify(found.requests))) continue
      if (sameMode || !found.error) return found
      failed ??= found
    }
  }
  return failed
}

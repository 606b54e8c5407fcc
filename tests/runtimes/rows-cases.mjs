/**
 * Options of clients for `rows.test.mjs`, valid and wrong, for every provider. Run as a worker it reports what the
 * browser entry makes of them while the core has not loaded.
 */
import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

const rows = readFileSync(new URL('../../src/ts/registry/rows.ts', import.meta.url), 'utf8')
const lines = (name) =>
  JSON.parse(`[${rows.split(`export const ${name}`)[1].split('= [\n')[1].split('\n]')[0].replace(/,$/, '')}]`)

export const ROWS = lines('ROWS')
const VARIANTS = lines('VARIANTS')
const OTHER_NAMES = lines('OTHER_NAMES')
const FAMILIES = lines('FAMILIES')
const MODES = lines('MODES')

const MODELS = [
  'gpt-4o-mini',
  'gpt-5',
  'gpt-5.4',
  'gpt-5-pro',
  'gpt-6-sol',
  'o3-mini',
  'openai/gpt-5.5-codex',
  'o4-mini-deep-research',
  'claude-3-5-sonnet-20241022',
  'us.anthropic.claude-opus-5-5-20261001-v1:0',
  'claude-opus-4.6:thinking',
  'gemini-1.5-pro',
  'gemini-3.6-flash',
  'models/a b?',
  'deepseek-v3',
  'deepseek-v4-pro',
  'amazon.nova-pro-v1:0',
  'llama3.1:8b',
  'qwen3-7-plus',
  'glm-5-3',
  'openai-gpt-oss-20b',
  'arn:aws:bedrock:eu-west-1:1:inference-profile/eu.anthropic.claude-v2:1',
  'a/../b',
  '@cf/meta/llama-4',
  '\u{1f600}\u{e9}.x/\u{df}',
]

/** A key and the other settings that some provider needs. */
const ENOUGH = {
  apiKey: 'k',
  project: 'p',
  accessToken: 't',
  accountId: 'acct',
  region: 'us-east-1',
  baseURL: 'https://llm.example.com/v1',
}

/** One wrong or unusual option each, added to {@link ENOUGH}. */
const ODD = [
  { apiKey: '' },
  { apiKey: '  ' },
  { apiKey: 5 },
  { apiKey: 'k\u2026y' },
  { apiKey: ' k\n' },
  { apiKey: '\ufeffk' },
  { baseURL: '' },
  { baseURL: 5 },
  { baseURL: 'llm.example.com/' },
  { baseURL: 'localhost' },
  { baseURL: 'ftp://llm.example.com' },
  { baseURL: '/api/llm/' },
  { baseURL: 'https://u%20ser:pa@ss@llm.example.com/v1' },
  { baseURL: '://u@llm.example.com' },
  { baseURL: 'https://llm.example.com/v1?a=1' },
  { baseURL: 'https://llm.example.com/v1?' },
  { baseURL: 'https://llm.example.com/openai?api-version=2024-10-21' },
  { baseURL: 'https://llm.example.com/openai?api-version=v1' },
  { baseURL: 'https://llm.example.com/v1#f' },
  { baseURL: 'https://llm.example.com/v1/chat/completions' },
  { baseURL: 'https://llm.example.com/v1/responses' },
  { baseURL: 'https://llm.example.com/v1/messages' },
  { baseURL: 'https://llm.example.com/v1beta/models/x:generateContent' },
  { baseURL: 'https://llm.example.com/openai/deployments/d/' },
  { baseURL: 'https://llm.example.com/models' },
  { baseURL: 'https://llm.example.com/publishers/google' },
  { baseURL: 'https://{accountId}.llm.example.com/{region}' },
  { azureEndpoint: 'https://r.openai.azure.com', baseURL: undefined },
  { azureEndpoint: 'r', baseURL: undefined },
  { azureEndpoint: '', baseURL: undefined },
  { azureEndpoint: 5 },
  { apiVersion: '2024-10-21', azureEndpoint: 'https://r.openai.azure.com/openai/', baseURL: undefined },
  { apiVersion: 'preview' },
  { apiVersion: 'v1' },
  { apiVersion: null },
  { baseURL: undefined, apiKey: undefined },
  { baseURL: undefined, apiKey: undefined, accessToken: undefined },
  { baseURL: undefined, apiKey: undefined, accessToken: undefined, project: undefined },
  { baseURL: undefined, accountId: undefined },
  { baseURL: undefined, accountId: 'a/b' },
  { baseURL: undefined, accountId: 'a b' },
  { baseURL: undefined, accountId: '..' },
  { baseURL: undefined, region: 'US East' },
  { baseURL: undefined, region: 'a.evil.example/' },
  { baseURL: undefined, region: 'cn-north-1' },
  { baseURL: undefined, region: 'us-isob-east-1' },
  { baseURL: undefined, region: '' },
  { baseURL: undefined, region: undefined },
  { baseURL: undefined, location: 'global' },
  { baseURL: undefined, location: 'eu' },
  { baseURL: undefined, location: 'Europe!' },
  { baseURL: undefined, location: 'x', project: 'a/b' },
  { baseURL: undefined, project: 'q\u0007\u{1f600}' },
  { baseURL: undefined, project: '' },
  { baseURL: undefined, project: 'p', accessToken: 't\n' },
  { baseURL: undefined, vertexai: true },
  { baseURL: undefined, vertexai: true, apiKey: undefined, accessToken: undefined },
  { baseURL: undefined, vertexai: true, apiKey: undefined, project: undefined },
  { baseURL: undefined, native: true },
  { baseURL: undefined, binding: { run: '$function' } },
  { vertexai: 'yes' },
  { native: 1 },
  { accessToken: 't\u2028', apiKey: undefined },
  { accessToken: 7, apiKey: undefined },
  { accessToken: '$function', apiKey: undefined },
  { apiKey: '$function' },
  { credentials: '$function', apiKey: undefined, accessToken: undefined },
  { credentials: { accessKeyId: 'a', secretAccessKey: 's' }, apiKey: undefined, accessToken: undefined },
  {
    credentials: { accessKeyId: 'a\n\u0001' },
    apiKey: undefined,
    secretAccessKey: 's',
    accessToken: undefined,
  },
  { credentials: { client_email: 'e', private_key: 'k' }, apiKey: undefined, accessToken: undefined },
  {
    credentials: '{"client_email":"e","private_key":"k","project_id":"of/account"}',
    project: undefined,
    apiKey: undefined,
    accessToken: undefined,
  },
  { credentials: 'no JSON', apiKey: undefined, accessToken: undefined },
  { accessKeyId: 'a', apiKey: undefined, accessToken: undefined },
  {
    accessKeyId: 'a',
    secretAccessKey: 's',
    sessionToken: '\u0007',
    apiKey: undefined,
    accessToken: undefined,
  },
  { organization: 'o', anthropicVersion: '2023-01-01' },
  { organization: 'o\u4e2d' },
  { organization: 5 },
  { anthropic_version: 5 },
  { headers: { authorization: 'Basic x' }, apiKey: undefined, accessToken: undefined, baseURL: undefined },
  { headers: { 'API-Key': 'x', 'X-Api-Key': 'y' }, apiKey: undefined, accessToken: undefined },
  { headers: { 'a b': 'x' } },
  { headers: { "it's": 'x', 'caf\u{e9}': 'y' } },
  { headers: { a: 'x\u0000' } },
  { headers: { a: 5 } },
  { headers: { a: null } },
  { headers: 'no' },
  { extraHeaders: { a: 5, b: true } },
  { extraHeaders: { a: { b: 1 } } },
  { extraHeaders: { 'a:': 'x' } },
  { extraHeaders: { a: "x\u2013'" } },
  { extraHeaders: 5 },
  { extraQuery: { a: 5, b: [] } },
  { extraQuery: [] },
  { extraBody: [] },
  { extraBody: { tools: [{}], reasoning: { effort: 'low' } } },
  { extraBody: { chat_template_kwargs: { enable_thinking: false } } },
  { tools: [{ a: 1 }] },
  { tools: [] },
  { thinking: { type: 'enabled', budget_tokens: 1024 } },
  { thinking: { budget_tokens: 0 } },
  { thinking: 'off' },
  { thinking: false },
  { reasoning: { enabled: true } },
  { reasoning: { max_tokens: 5 } },
  { reasoning: 5 },
  { reasoning_effort: 'none' },
  { reasoning_effort: 'high' },
  { reasoning_effort: 5 },
  { temperature: '1' },
  { temperature: null, top_p: 'a' },
  { topP: 'a' },
  { maxTokens: 0 },
  { maxTokens: 1.5 },
  { max_tokens: 5, maxTokens: 'x' },
  { maxTokens: 100, seed: 1.5 },
  { stop: ['a', 5] },
  { stop: 5 },
  { stop: 'a', seed: 1 },
  { maxRetries: 1.5 },
  { maxRetries: -1 },
  { maxRetries: '2' },
  { maxRetries: {} },
  { maxRetries: { attempts: 0 } },
  { maxRetries: { attempts: 2, delay: -1 } },
  { maxRetries: { attempts: 'x' } },
  { maxRetries: { delay: 'x' } },
  { maxRetries: { stopAfter: 0 } },
  { maxRetries: { attempts: 2, stopAfter: '5' } },
  { maxRetries: { stopAfter: 5000 } },
  { httpRetries: -1 },
  { httpRetries: 1.5 },
  { httpRetries: 3 },
  { timeout: 0 },
  { timeout: '5' },
  { timeout: 5000, idleTimeout: 0 },
  { idleTimeout: 'x' },
  { budget: 0 },
  { budget: {} },
  { budget: { tokens: 5, ms: null } },
  { budget: { tokens: '5' } },
  { budget: { usd: 1 } },
  { budget: { usd: 0 } },
  { budget: { tokens: 5, usd: 1, ms: 1, attempts: 2 } },
  { budget: { other: 1 } },
  { budget: [1] },
  { maxAnswerBytes: 0 },
  { maxAnswerBytes: 1.5 },
  { mode: null },
  { mode: 5 },
  { mode: '' },
  { mode: 'TOOL' },
  { mode: 'no such mode' },
  { mode: ' Tools ' },
  { aki_key: 'x' },
  { basURL: 'x' },
  { responseModel: 5 },
  { parse: 'x', every: 'y', schemaPrompt: 5 },
]

const set = (...names) => Object.fromEntries(names.map((name) => [name, `value-of-${name.toLowerCase()}`]))

/** Variables for one row: none, each one alone, all of them; and those of the clouds. */
function environments({ keyEnv = [], tokenEnv, baseEnv = [], filled, optionHeaders = [], missingBase }) {
  const own = [...keyEnv, ...(tokenEnv ? [tokenEnv] : []), ...(filled?.[1] ?? [])]
  const bases = [...baseEnv, ...(missingBase ? [missingBase] : [])]
  const headers = optionHeaders.map(([, , name]) => name).filter(Boolean)
  return [
    {},
    ...own.map((name) => set(name)),
    set(...own, ...headers),
    ...bases.flatMap((name) => [
      { ...set(...own), [name]: 'https://from.example.com' },
      { ...set(...own), [name]: 'from.example.com/path/' },
      { ...set(...own), [name]: 'no address' },
      { [name]: '' },
    ]),
    { ...set(...own), AZURE_RESOURCE_NAME: 'r\u{e9}s', OPENAI_API_VERSION: '2024-10-21' },
    { GOOGLE_GENAI_USE_VERTEXAI: 'true', GOOGLE_CLOUD_PROJECT: 'p', GOOGLE_VERTEX_API_KEY: 'k' },
    { GOOGLE_CLIENT_EMAIL: 'e', GOOGLE_PRIVATE_KEY: 'k', GOOGLE_CLOUD_LOCATION: 'eu' },
    { GOOGLE_VERTEX_API_KEY: 'k', CLOUD_ML_REGION: 'us-east5' },
    { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's', AWS_REGION: 'cn-north-1', AWS_SESSION_TOKEN: 'x' },
    { AWS_ACCESS_KEY_ID: 'a', AWS_DEFAULT_REGION: 'Not A Region' },
    { AWS_BEARER_TOKEN_BEDROCK: 'k' },
  ]
}

const modeNames = [
  ...MODES.flat(),
  'FUNCTIONS',
  'function_call',
  'JSON_O1',
  'responses_tools_with_inbuilt_tools',
  'MISTRAL_STRUCTURED_OUTPUTS',
  'ANTHROPIC_REASONING_TOOLS',
  'anthropic_json',
  'GENAI_STRUCTURED_OUTPUTS',
  'GEMINI_JSON',
  'VERTEXAI_PARALLEL_TOOLS',
]

/** `[model, options, runtime]`, without functions: the text `$function` represents one. */
export function* cases() {
  for (const row of ROWS) {
    const variants = VARIANTS.filter(({ of }) => of.includes(row.id))
    const switches = [{}, ...variants.filter((one) => one.option).map((one) => ({ [one.option]: true }))]
    for (const chosen of switches) {
      for (const model of MODELS) {
        yield [`${row.id}/${model}`, { ...ENOUGH, ...chosen, env: {} }]
        yield [`${row.id}/${model}`, { ...ENOUGH, ...chosen, baseURL: undefined, env: {} }]
        yield [`${row.id}/${model}`, { ...ENOUGH, ...chosen, reasoning_effort: 'low', tools: [{}], env: {} }]
      }
      for (const mode of [...modeNames, ...(row.legacy ?? []).map((one) => `${one}TOOLS`)])
        yield [`${row.id}/m`, { ...ENOUGH, ...chosen, mode, env: {} }]
      for (const odd of ODD) yield [`${row.id}/claude-3-haiku`, { ...ENOUGH, ...chosen, ...odd, env: {} }]
      for (const env of environments(row))
        for (const options of [{}, { apiKey: 'k' }, { apiKey: '' }])
          yield [`${row.id}/gpt-4o`, { ...chosen, ...options, env }]
      for (const runtime of Object.keys(RUNTIMES))
        for (const options of [{}, { apiKey: 'k' }, { apiKey: '' }, { baseURL: 'https://llm.example.com' }])
          yield [`${row.id}/gpt-4o`, { ...chosen, ...options, env: {} }, runtime]
    }
  }
  const typed = [
    ...ROWS.flatMap(({ id }) => [
      id.slice(1),
      `${id}x`,
      id.toUpperCase(),
      id.replace(/[_-]/g, ''),
      `${id[1]}${id[0]}${id.slice(2)}`,
    ]),
    ...[...OTHER_NAMES, ...FAMILIES].flatMap(([name]) => [name, `${name}-5`]),
    ...['', '/', 'openai/', '/gpt', 'x', '\u{e9}', 'foo', 'us.anthropic.claude-sonnet-4-6', 'a'.repeat(90)],
  ]
  for (const name of typed) {
    yield [name, { ...ENOUGH, env: {} }]
    yield [`${name}/gpt-4o`, { ...ENOUGH, env: {} }]
  }
}

const alive = (value) =>
  value === '$function'
    ? () => 'x'
    : value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, alive(inner)]))
      : value

/** The globals by which a runtime is recognised. */
const RUNTIMES = {
  browser: ['document', {}],
  worker: ['navigator', { userAgent: 'Cloudflare-Workers' }],
  edge: ['EdgeRuntime', 'edge-runtime'],
}

function within(runtime, run) {
  if (!runtime) return run()
  const [name, value] = RUNTIMES[runtime]
  const own = Object.getOwnPropertyDescriptor(globalThis, name)
  Object.defineProperty(globalThis, name, { value, configurable: true })
  try {
    return run()
  } finally {
    if (own) Object.defineProperty(globalThis, name, own)
    else delete globalThis[name]
  }
}

/** The client's properties and warnings, or its error with every fact. */
export function outcome(fromProvider, [model, options, runtime]) {
  const warnings = []
  const own = console.warn
  console.warn = (text) => warnings.push(text)
  try {
    const client = within(runtime, () => fromProvider(model, alive(options)))
    const { provider, mode, modes, baseURL } = client
    return JSON.stringify({ provider, model: client.model, mode, modes, baseURL, warnings })
  } catch (error) {
    const facts = Object.entries(error).sort(([a], [b]) => (a < b ? -1 : 1))
    return JSON.stringify({ error: error.constructor.name, name: error.name, message: error.message, facts })
  } finally {
    console.warn = own
  }
}

if (workerData?.entry) {
  // The core never arrives.
  globalThis.fetch = () => new Promise(() => {})
  const { fromProvider } = await import(workerData.entry)
  parentPort.postMessage([...cases()].map((one) => outcome(fromProvider, one)))
}

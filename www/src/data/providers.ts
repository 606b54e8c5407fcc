/**
 * The entries of the provider menu, as data; the library handles each wire format. An entry with `pace` replays the
 * recordings of the examples (recorded.ts). The file of an entry with `inPage` runs in this page (page-model.ts). An entry
 * whose server is on this computer can be added while the page runs, with {@link addProvider}.
 */

/** An entry of the menu. */
export interface Provider {
  /** The value in the menu and in shared links. */
  id: string
  /** The part before the slash of `fromProvider`. */
  provider: string
  label: string
  group: 'demo' | 'page' | 'key' | 'local'
  models: string[]
  /** A key is required (true), optional (undefined) or unused (false). */
  key?: boolean
  baseURL?: string
  /** The mode that this page selects at first; empty leaves it to the library. */
  mode?: string
  /** More options of `fromProvider`. */
  options?: Record<string, unknown>
  /** More parameters of each call. */
  params?: Readonly<Record<string, unknown>>
  /** The model is a GGUF file, which the visitor selects. */
  inPage?: true
  /** The speed of the replay. */
  pace?: Pace
  note?: string
}

/** How fast a recorded answer arrives. */
export interface Pace {
  /** Milliseconds before the first byte. */
  first: number
  /** Milliseconds between events. */
  each: number
  /** Characters of each event. */
  piece: number
}

export const GROUPS = [
  ['demo', 'Recorded demo (no key, no model)'],
  ['page', 'In this page (no key, no server)'],
  ['key', 'With your key'],
  ['local', 'On this computer'],
] as const

const demo = (
  provider: string,
  label: string,
  model: string,
  pace: Pace,
  more: Partial<Provider> = {},
): Provider => ({
  id: `demo-${more.mode === 'RESPONSES_TOOLS' ? 'responses' : provider}`,
  provider,
  label,
  group: 'demo',
  models: [model],
  key: false,
  pace,
  ...more,
})

const hosted = (provider: string, label: string, ...models: string[]): Provider => ({
  id: provider,
  provider,
  label,
  group: 'key',
  models,
  key: true,
})

export const PROVIDERS: Provider[] = [
  demo('openai', 'OpenAI', 'gpt-4o-mini', { first: 350, each: 26, piece: 5 }),
  demo(
    'openai',
    'OpenAI Responses',
    'gpt-5-mini',
    { first: 600, each: 24, piece: 5 },
    { mode: 'RESPONSES_TOOLS' },
  ),
  demo('anthropic', 'Anthropic', 'claude-haiku-4-5', { first: 450, each: 60, piece: 14 }),
  demo(
    'google',
    'Google Gemini',
    'gemini-2.5-flash',
    { first: 400, each: 130, piece: 34 },
    {
      mode: 'JSON_SCHEMA',
      note: 'In JSON_SCHEMA mode, because Gemini sends the arguments of a tool in one piece.',
    },
  ),
  demo('mistral', 'Mistral', 'mistral-small-latest', { first: 300, each: 24, piece: 5 }),
  demo('groq', 'Groq', 'llama-3.3-70b-versatile', { first: 150, each: 8, piece: 6 }),
  demo('cohere', 'Cohere', 'command-a-03-2025', { first: 350, each: 30, piece: 5 }),
  demo(
    'bedrock',
    'Amazon Bedrock',
    'anthropic.claude-3-5-sonnet-20241022-v2:0',
    { first: 600, each: 60, piece: 14 },
    { options: { region: 'us-east-1', accessKeyId: 'demo', secretAccessKey: 'demo' } },
  ),
  {
    id: 'wllama',
    provider: 'wllama',
    label: 'llama.cpp (wllama)',
    group: 'page',
    models: [],
    key: false,
    inPage: true,
    // The most probable answer, always the same one.
    params: { temperature: 0 },
  },
  {
    id: 'chrome',
    provider: 'chrome',
    label: "Chrome's built-in model",
    group: 'page',
    models: ['gemini-nano'],
    key: false,
    note: 'Needs Chrome 138 or later with the Prompt API; the model is downloaded once.',
  },
  hosted('openai', 'OpenAI', 'gpt-4o-mini', 'gpt-4.1-mini', 'gpt-5-mini'),
  hosted('anthropic', 'Anthropic', 'claude-haiku-4-5', 'claude-sonnet-4-5'),
  hosted('google', 'Google Gemini', 'gemini-2.5-flash', 'gemini-2.5-pro'),
  hosted('mistral', 'Mistral', 'mistral-small-latest'),
  hosted('groq', 'Groq', 'llama-3.3-70b-versatile'),
  hosted('cerebras', 'Cerebras', 'llama-3.3-70b'),
  hosted('deepseek', 'DeepSeek', 'deepseek-chat'),
  hosted('fireworks', 'Fireworks', 'accounts/fireworks/models/llama-v3p3-70b-instruct'),
  hosted('together', 'Together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo'),
  hosted('openrouter', 'OpenRouter', 'openai/gpt-4o-mini'),
  hosted('xai', 'xAI', 'grok-4'),
  hosted('perplexity', 'Perplexity', 'sonar'),
  hosted('cohere', 'Cohere', 'command-a-03-2025'),
  {
    ...hosted('azure_openai', 'Azure OpenAI', 'gpt-4o-mini'),
    baseURL: 'https://my-resource.openai.azure.com',
    note: 'The base URL is the address of your resource, the model the name of your deployment.',
  },
  {
    ...hosted('bedrock', 'Amazon Bedrock', 'anthropic.claude-3-5-sonnet-20241022-v2:0'),
    options: { region: 'us-east-1' },
    note: 'With a Bedrock API key, in us-east-1. Bedrock allows no requests from pages: send them through a proxy (base URL).',
  },
  {
    ...hosted('litellm', 'LiteLLM proxy', 'gpt-4o-mini'),
    baseURL: 'http://127.0.0.1:4000',
  },
  {
    id: 'openai-compatible',
    provider: 'openai-compatible',
    label: 'Any OpenAI-compatible server',
    group: 'key',
    models: [],
    baseURL: 'http://127.0.0.1:8000/v1',
    note: 'vLLM, LM Studio, your own proxy …',
  },
  {
    id: 'ollama',
    provider: 'ollama',
    label: 'Ollama',
    group: 'local',
    models: ['llama3.2', 'qwen3'],
    key: false,
    note: 'Start Ollama with OLLAMA_ORIGINS set to the address of this page.',
  },
]

/** Adds an entry, or replaces the one with the same id. */
export function addProvider(entry: Provider): void {
  const at = PROVIDERS.findIndex(({ id }) => id === entry.id)
  if (at < 0) PROVIDERS.push(entry)
  else PROVIDERS[at] = entry
}

/** The server that `npm run dev -- --model` runs on this computer. */
export const localModel = (baseURL: string, model: string): Provider => ({
  id: 'llama_cpp',
  provider: 'llama_cpp',
  label: `llama.cpp (${model})`,
  group: 'local',
  models: [model],
  key: false,
  baseURL,
  mode: 'JSON_SCHEMA',
  params: { temperature: 0 },
  note: 'A model with 135 million parameters: select an example for small models.',
})

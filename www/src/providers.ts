/** The entries of the provider menu. Names and defaults only; the library handles each wire format. */
export interface Provider {
  /** The part before the slash of `fromProvider`. */
  id: string
  label: string
  models: string[]
  /** A key is required (true), optional (undefined) or unused (false). */
  key?: boolean
  baseURL?: string
  /** The mode this page picks at first; empty leaves it to the library. */
  mode?: string
  note?: string
}

export const LOCAL = 'llama_cpp'

export const PROVIDERS: Provider[] = [
  {
    id: LOCAL,
    label: 'Local model (llama.cpp)',
    models: ['smollm2-135m'],
    key: false,
    baseURL: 'http://127.0.0.1:8080/v1',
    mode: 'JSON_SCHEMA',
    note: 'SmolLM2-135M, started by npm start. Tiny: it shows the machinery, not intelligence.',
  },
  {
    id: 'ollama',
    label: 'Ollama',
    models: ['llama3.2', 'qwen3'],
    key: false,
    note: 'Allow this page with OLLAMA_ORIGINS.',
  },
  { id: 'openai', label: 'OpenAI', models: ['gpt-4o-mini', 'gpt-4.1-mini', 'gpt-5-mini'], key: true },
  { id: 'anthropic', label: 'Anthropic', models: ['claude-haiku-4-5', 'claude-sonnet-4-5'], key: true },
  { id: 'google', label: 'Google Gemini', models: ['gemini-2.5-flash', 'gemini-2.5-pro'], key: true },
  { id: 'mistral', label: 'Mistral', models: ['mistral-small-latest'], key: true },
  { id: 'groq', label: 'Groq', models: ['llama-3.3-70b-versatile'], key: true },
  { id: 'cerebras', label: 'Cerebras', models: ['llama-3.3-70b'], key: true },
  { id: 'deepseek', label: 'DeepSeek', models: ['deepseek-chat'], key: true },
  {
    id: 'fireworks',
    label: 'Fireworks',
    models: ['accounts/fireworks/models/llama-v3p3-70b-instruct'],
    key: true,
  },
  { id: 'together', label: 'Together', models: ['meta-llama/Llama-3.3-70B-Instruct-Turbo'], key: true },
  { id: 'openrouter', label: 'OpenRouter', models: ['openai/gpt-4o-mini'], key: true },
  { id: 'xai', label: 'xAI', models: ['grok-4'], key: true },
  { id: 'perplexity', label: 'Perplexity', models: ['sonar'], key: true },
  { id: 'cohere', label: 'Cohere', models: ['command-a-03-2025'], key: true },
  {
    id: 'openai-compatible',
    label: 'Any OpenAI-compatible server',
    models: [],
    baseURL: 'http://127.0.0.1:8000/v1',
    note: 'vLLM, LM Studio, LiteLLM, your own proxy …',
  },
]

// The calls whose functions `core.wasm` holds (profile.mjs): what most pages call, as the client writes it for the core. A
// kind of call that is missing here loads one more file before its first request; each one here adds bytes to every page.

const object = (properties, required = Object.keys(properties)) => ({ type: 'object', properties, required })

const SMALL = object({ name: { type: 'string' }, age: { type: 'number' } })

/** The forms of properties that converters of schema libraries write most. */
const LARGE = {
  title: 'Person',
  ...object(
    {
      name: { type: 'string', description: 'The full name' },
      age: { type: 'integer', minimum: 0, maximum: 150 },
      email: { type: 'string', format: 'email', pattern: '^.+@.+$' },
      role: { type: 'string', enum: ['admin', 'user'], default: 'user' },
      kind: { const: 'person' },
      active: { type: 'boolean' },
      tags: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 5 },
      address: { anyOf: [{ ...object({ city: { type: 'string', minLength: 1 } }) }, { type: 'null' }] },
      orders: { type: 'array', items: object({ id: { type: 'integer' }, total: { type: 'number' } }) },
    },
    ['name', 'age', 'role', 'kind', 'tags', 'address', 'orders'],
  ),
  additionalProperties: false,
}

const model = (schema, more = {}) => ({ responseModel: JSON.stringify({ schema, ...more }) })
const MESSAGES = [
  { role: 'system', content: 'Extract the person.' },
  { role: 'user', content: 'Jason is 25 years old.\n"quoted" – ünïcode' },
  { role: 'assistant', content: 'Which one?' },
  { role: 'user', content: [{ type: 'text', text: 'The first.' }] },
]
const PARAMETERS = { maxTokens: 500, temperature: 0, maxRetries: 2, timeout: 30_000 }

const WHOLE = [
  { prompt: 'Jason is 25.', ...model(SMALL) },
  { prompt: 'Jason is 25.', ...PARAMETERS, ...model(LARGE) },
  { messages: MESSAGES, ...model(LARGE, { name: 'Person' }) },
]
const TASKS = { type: 'array', items: object({ task: { type: 'string' } }) }
/** Other models and modes, by OpenAI's model, and the modes that other APIs have as well. */
const KINDS = [
  { prompt: 'Two people.', ...model(TASKS) },
  { prompt: 'Spam?', ...model({ enum: ['spam', 'ham'] }) },
  { prompt: 'Hi.', responseModel: null },
  {
    prompt: 'Weather in Rome?',
    responseModel: { parallel: [JSON.stringify({ schema: SMALL, name: 'weather' })], named: true },
  },
]
const MODES = [
  ['openai/gpt-4o-mini', 'JSON_SCHEMA'],
  ['openai/gpt-4o-mini', 'JSON'],
  ['ollama/llama3.2', 'JSON'],
  ['anthropic/claude-sonnet-4-5', 'JSON_SCHEMA'],
  ['google/gemini-2.5-flash', 'JSON_SCHEMA'],
]
const STREAMED = [
  { prompt: 'Jason is 25.', ...model(LARGE) },
  { prompt: 'Two people.', ...model(SMALL, { iterable: true }) },
]

const MODELS = [
  'openai/gpt-4o-mini',
  'groq/llama-3.3-70b-versatile',
  'openrouter/openai/gpt-4o-mini',
  'ollama/llama3.2',
  'anthropic/claude-3-5-haiku-latest',
  'google/gemini-2.5-flash',
]
/** Where the client runs. */
const OPTIONS = [
  { apiKey: 'key', runtime: 'browser', browser: true },
  {
    baseURL: 'https://relay.example/v1',
    apiKey: 'key',
    headers: { 'x-page': 'a' },
    runtime: 'browser',
    browser: true,
    httpRetries: 2,
  },
]

/** `{ model, options, call, stream }`: the client's model and options, and a call's parameters. */
export const CALLS = [
  ...MODELS.flatMap((model) =>
    OPTIONS.flatMap((options) => [
      ...WHOLE.map((call) => ({ model, options, call, stream: false })),
      ...STREAMED.map((call) => ({ model, options, call, stream: true })),
    ]),
  ),
  ...KINDS.map((call) => ({ model: MODELS[0], options: OPTIONS[0], call, stream: false })),
  ...MODES.map(([name, mode]) => ({
    model: name,
    options: OPTIONS[0],
    call: { prompt: 'Jason is 25.', mode, ...model(LARGE) },
    stream: false,
  })),
]

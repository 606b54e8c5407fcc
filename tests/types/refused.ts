/** Code that the compiler must reject. */
import {
  ConfigurationError,
  fromProvider,
  InstructorError,
  type InstructorRetryError,
  ProviderError,
  ValidationError,
} from 'instructor-wasm'
import * as z from 'zod'
import { type Equal, expect } from './expect.js'

const client = fromProvider('openai/gpt-4o-mini')
const messages = [{ role: 'user', content: 'x' }]
const User = z.object({ name: z.string() })

// @ts-expect-error the model is a string
fromProvider(42)
// @ts-expect-error fetch is a function
fromProvider('openai/x', { fetch: 'fetch' })
// @ts-expect-error the timeout is a number
fromProvider('openai/x', { timeout: '5s' })
fromProvider('openai/x', { schemaPrompt: 'types' })
fromProvider('openai/x', { schemaPrompt: 'Answer in this form: {types}' })
fromProvider('openai/x', { schemaPrompt: (schema) => `Keys: ${Object.keys(schema)}` })
// @ts-expect-error the function returns the prompt
fromProvider('openai/x', { schemaPrompt: () => 5 })
// @ts-expect-error no response model
client.create({ messages })
// @ts-expect-error a number is not a schema
client.create({ responseModel: 42, messages })
// @ts-expect-error a string is not a schema
client.create({ responseModel: 'User', messages })
// @ts-expect-error undefined is not a schema (null is the raw answer)
client.create({ responseModel: undefined, messages })
// @ts-expect-error an object that is not a schema
client.create({ responseModel: { foo: 1 }, messages })
// @ts-expect-error a message needs a role
client.create({ responseModel: User, messages: [{ content: 'x' }] })
// @ts-expect-error retries are a number or a policy
client.create({ responseModel: User, messages, maxRetries: 'often' })
// @ts-expect-error an unknown hook
client.on('nope', () => {})
// @ts-expect-error the elements of a list have one model
client.createIterable({ responseModel: [User], messages })
// @ts-expect-error the raw answer is not streamed as snapshots
client.createPartial({ responseModel: null, messages })
// @ts-expect-error a mistyped parameter
client.create({ responseModel: User, messages, maxTokns: 5 })
// @ts-expect-error a mistyped option
fromProvider('openai/x', { timout: 5000 })
// @ts-expect-error a key belongs to the client
client.create({ responseModel: User, messages, apiKey: 'k' })
// @ts-expect-error messages belong to a call
fromProvider('openai/x', { messages })
// @ts-expect-error an unknown limit of a budget
client.create({ responseModel: User, messages, budget: { minutes: 1 } })
// @ts-expect-error a parameter of the address is text, a number or a boolean
client.create({ responseModel: User, messages, extraQuery: { a: {} } })
// @ts-expect-error a property the model does not have
client.create({ responseModel: User, messages }).then((user) => user.surname)

client.on('completion:usage', (usage, { attemptNumber }) => {
  expect<Equal<typeof usage.totalTokens, number>>()
  expect<Equal<typeof attemptNumber, number>>()
})
client.on('parse:error', (error, { isLastAttempt, maxAttempts }) => {
  expect<Equal<typeof error, Error>>()
  expect<Equal<typeof isLastAttempt, boolean>>()
  expect<Equal<typeof maxAttempts, number | null>>()
})

// Errors
const failed: unknown = null
if (failed instanceof ProviderError) {
  expect<Equal<typeof failed.status, number | undefined>>()
  expect<Equal<typeof failed.retryAfter, number | undefined>>()
}
if (failed instanceof ValidationError)
  expect<Equal<(typeof failed.issues)[number]['path'], readonly (string | number)[]>>()
declare const exhausted: InstructorRetryError
expect<Equal<typeof exhausted.totalUsage, import('instructor-wasm').Usage | undefined>>()
const configuration: InstructorError = new ConfigurationError('x')
configuration.message
// @ts-expect-error an error is not a Promise
InstructorError.then

// Code that the compiler must accept: request fields of the APIs, and any field in extraBody.
client.create({
  responseModel: User,
  messages,
  tools: [],
  tool_choice: 'auto',
  reasoning_effort: 'low',
  thinking: { type: 'disabled' },
  generationConfig: { topK: 3 },
  extraBody: { quite_unheard_of: [1] },
  extraHeaders: { 'x-a': '1' },
  budget: { tokens: 5, ms: 1000 },
  cacheTtl: 5,
})
interface WorkerEnv {
  OPENAI_API_KEY: string
  AI: { run(): unknown }
}
declare const env: WorkerEnv
fromProvider('openai/x', { env, cacheNamespace: 'a', allowBrowser: true, stop: ['x'] })
const renamed: ReturnType<typeof fromProvider> = client.with({ model: 'gpt-4.1', mode: 'JSON' })
renamed.createWithCompletion({ responseModel: User, messages }).then(([, completion]) => {
  expect<Equal<typeof completion.cached, boolean>>()
})

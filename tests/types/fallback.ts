/** Types of `fallback`: models of known providers, texts that are known at run time, clients; and the failures of all. */
import {
  type FallbackClient,
  fromOpenAI,
  fromProvider,
  InstructorRetryError,
  NetworkError,
  ProviderError,
} from 'instructor-wasm'
import * as z from 'zod'

declare const variable: string
declare const sdk: object
const User = z.object({ name: z.string() })

const second = fromProvider('anthropic/claude-sonnet-4-5')
const client = fromProvider('openai/gpt-4o-mini', {
  fallback: ['anthropic/claude-sonnet-4-5', 'groq/any-model', second],
  fallbackOn: [NetworkError, ProviderError, 429],
  fallbackAfter: 5000,
})
client.with({
  fallback: [variable],
  fallback_on: (error: Error, usual: boolean) => usual || error.name === 'x',
})
const one: FallbackClient = second
const user: { name: string } = await client.create({
  responseModel: User,
  prompt: 'x',
  fallback: [one, 'google/gemini-2.5-flash'],
  fallbackOn: async () => true,
})
client.createPartial({ responseModel: User, prompt: user.name, fallback: [] })
fromOpenAI(sdk as never, { fallback: [second] })

// @ts-expect-error an unknown provider
fromProvider('openai/gpt-4o-mini', { fallback: ['antropic/claude-sonnet-4-5'] })
// @ts-expect-error no provider
client.create({ responseModel: User, prompt: 'x', fallback: ['claude-sonnet-4-5'] })
// @ts-expect-error not a list
client.create({ responseModel: User, prompt: 'x', fallback: 'anthropic/claude-sonnet-4-5' })
// @ts-expect-error names of classes
client.create({ responseModel: User, prompt: 'x', fallbackOn: ['NetworkError'] })
// @ts-expect-error an object that is not a client
client.create({ responseModel: User, prompt: 'x', fallback: [{ provider: 'openai' }] })

const [, { attempts, provider, model }] = await client.createWithCompletion({
  responseModel: User,
  prompt: 'x',
})
const who: readonly (string | undefined)[] = [provider, model, attempts[0]?.provider, attempts[0]?.model]
const failures = (error: unknown): readonly string[] =>
  error instanceof InstructorRetryError
    ? (error.failures ?? []).map(({ provider, model, error }) => `${provider}/${model}: ${error.message}`)
    : []

export { failures, who }

/** Batches, retry policies, budgets and stores, as an app's compiler sees them. */
import {
  AutoCache,
  type Batch,
  type BudgetExceededError,
  fromProvider,
  kvCache,
  ProviderError,
  type RetryPolicy,
  redisCache,
  retry,
  retryIfError,
  stopAfterAttempt,
  waitExponential,
  webCache,
} from 'instructor-wasm'
import * as z from 'zod'

/** Compiles if the value has exactly this type or a narrower one. */
function expectType<T>(_value: T): void {}

const client = fromProvider('openai/gpt-4o-mini')
const User = z.object({ name: z.string(), at: z.string().transform((text) => new Date(text)) })
const City = z.object({ city: z.string() })

const users = client.batch(['a', 'b'].map((text) => ({ id: text, responseModel: User, prompt: text })))
expectType<Batch<{ name: string; at: Date }>>(users)
for await (const { id, value, error } of users.results()) {
  expectType<string>(id)
  expectType<{ name: string; at: Date } | undefined>(value)
  expectType<Error | undefined>(error)
}
const several = client.batch([
  { id: 'a', responseModel: User, prompt: 'x' },
  { id: 'b', responseModel: City, prompt: 'y' },
])
for await (const { value } of several)
  expectType<{ name: string; at: Date } | { city: string } | undefined>(value)

expectType<RetryPolicy>(retry(stopAfterAttempt(3), waitExponential(), retryIfError(ProviderError)))
await client.create({
  responseModel: User,
  prompt: 'x',
  maxRetries: stopAfterAttempt(2),
  budget: { usd: 1, attempts: 2 },
  prices: { 'openai/gpt-4o-mini': { input: 1, output: 2 } },
  cache: new AutoCache({ maxSize: 5, ttl: 1000 }),
})
// @ts-expect-error: a price without output
fromProvider('openai/gpt-4o-mini', { prices: { 'openai/gpt-4o-mini': { input: 1 } } })
const [, { cost, usage }] = await client.createWithCompletion({ responseModel: User, prompt: 'x' })
expectType<number | undefined>(cost)
expectType<number | undefined>(usage.cachedInputTokens)
declare const exceeded: BudgetExceededError
expectType<'tokens' | 'usd' | 'ms' | 'attempts' | undefined>(exceeded.limit)

fromProvider('openai/gpt-4o-mini', { cache: webCache(caches) })
declare const namespace: {
  get(key: string): Promise<string | null>
  put(key: string, value: string, options?: { expirationTtl?: number }): Promise<void>
}
fromProvider('openai/gpt-4o-mini', { cache: kvCache(namespace) })
declare const redis: {
  get(key: string): Promise<string | null>
  set(key: string, value: string): Promise<'OK'>
  psetex(key: string, ms: number, value: string): Promise<'OK'>
}
fromProvider('openai/gpt-4o-mini', { cache: redisCache(redis) })

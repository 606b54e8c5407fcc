/** Thousands of calls with retries, budgets, prices, hooks, a cache and a shared signal need no more memory. */
import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { AutoCache, fromProvider, retry, retryIfStatus, stopAfterAttempt, waitFixed } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import { jason, messages, User } from './support.mjs'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

test('memory and listeners are the same after a thousand calls and after some thousands', async () => {
  const { signal } = new AbortController()
  const bad = { value: { name: 'Jason', age: 'x' } }
  const good = { value: jason }
  // One call: a status, an invalid answer, then the value.
  const replies = function* () {
    for (;;) yield* [{ status: 503 }, bad, good]
  }
  const script = replies()
  const fetch = (url, init) => scripted([script.next().value]).fetch(url, init)
  const cache = new AutoCache({ maxSize: 20, ttl: 60_000 })
  let heard = 0
  const client = fromProvider('openai/gpt-4o-mini', {
    apiKey: 'k',
    env: {},
    fetch,
    signal,
    cache,
    httpRetries: 0,
    timeout: 60_000,
    prices: { 'openai/gpt-4o-mini': { input: 1, output: 2 } },
    budget: { tokens: 1e6, usd: 1, ms: 60_000, attempts: 9 },
    maxRetries: retry(stopAfterAttempt(5), waitFixed(0), retryIfStatus(503), { onRetry: () => heard++ }),
    hooks: { 'parse:error': () => heard++, 'completion:usage': () => heard++ },
  })
  let number = 0
  const run = async (calls) => {
    for (let i = 0; i < calls; i++) {
      const call = { responseModel: User, messages, seed: number++ }
      const same = await Promise.all([client.create(call), client.create(call)])
      assert.deepEqual(same, [jason, jason])
      if (i % 10 === 0)
        assert.deepEqual(await client.createPartial({ ...call, seed: number++ }).final(), jason)
    }
    await new Promise((done) => setTimeout(done, 20))
    collect()
    const { heapUsed, arrayBuffers, external } = process.memoryUsage()
    return { heap: heapUsed, outside: arrayBuffers + external }
  }
  const first = await run(1000)
  const later = await run(3000)
  assert.ok(later.heap - first.heap < 3e6, `${first.heap} → ${later.heap} bytes of heap`)
  assert.ok(later.outside - first.outside < 2e6, `${first.outside} → ${later.outside} bytes outside`)
  assert.equal(getEventListeners(signal, 'abort').length, 0)
  assert.equal(cache.size, 20)
  assert.ok(heard > 4000 * 4)
})

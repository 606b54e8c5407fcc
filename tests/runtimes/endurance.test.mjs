/** Ten thousand calls of every kind, with all options, need no more memory than the first thousand, and leave no listener. */
import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  AutoCache,
  cited,
  fromProvider,
  image,
  iterable,
  llmValidator,
  maybe,
  readPartial,
  retry,
  retryIfStatus,
  stopAfterAttempt,
  tools,
  waitFixed,
} from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import * as z from 'zod'
import { all, failure, jason, messages, User } from './support.mjs'

const { coreMemory } = await import('../../pkg/internals.node.js')
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

const plain = { ...z.toJSONSchema(User), title: 'User' }
const list = { value: { tasks: [jason, { name: 'Ann', age: 30 }] } }
const wrong = { value: { name: 'Jason', age: 'x' } }
const right = { value: jason }
const article = 'Jason is 25 years old, and lives in Oslo.'
const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...Array(500).fill(7)])
const City = z.object({ city: z.string() }).meta({ title: 'City' })

const MODELS = {
  openai: 'openai/gpt-4o-mini',
  claude: 'anthropic/claude-sonnet-4-5',
  gemini: 'google/gemini-2.5-flash',
}

/** What the calls share, and the answers of the next one. */
function shared() {
  const { signal } = new AbortController()
  const cache = new AutoCache({ maxSize: 20, ttl: 60_000 })
  const heard = { events: 0, retries: 0 }
  let provider
  const on = () => heard.events++
  const options = {
    apiKey: 'k',
    env: {},
    fetch: (url, init) => provider.fetch(url, init),
    signal,
    cache,
    httpRetries: 1,
    timeout: 60_000,
    idleTimeout: 50_000,
    extraHeaders: { 'x-app': '1' },
    budget: { tokens: 1e6, usd: 1, ms: 60_000, attempts: 9 },
    maxRetries: retry(stopAfterAttempt(5), waitFixed(0), retryIfStatus(503), {
      onRetry: () => heard.retries++,
    }),
    check: (value) => (value === 'never' ? 'wrong' : undefined),
    hooks: { 'completion:kwargs': on, 'parse:error': on, 'completion:usage': on, 'completion:end': on },
  }
  const price = { input: 1, output: 2 }
  const prices = { [MODELS.openai]: price, [MODELS.claude]: price, [MODELS.gemini]: price }
  const make = (model, more) => fromProvider(model, { ...options, prices, ...more })
  const next = (...script) => {
    provider = scripted(script)
  }
  return { signal, cache, heard, make, next }
}

/** The kinds of calls, by name: each makes one call or more, and returns their number. */
function kinds({ make, next }) {
  const openai = make(MODELS.openai)
  const claude = make(MODELS.claude)
  const gemini = make(MODELS.gemini)
  const backed = make(MODELS.openai, { maxRetries: 0, httpRetries: 0, fallback: [claude] })
  const judge = fromProvider(MODELS.openai, {
    apiKey: 'k',
    env: {},
    fetch: (url, init) => scripted([{ value: { is_valid: true, reason: null } }]).fetch(url, init),
  })
  const polite = llmValidator('It is polite.', { client: judge })
  const busy = { status: 503, headers: { 'retry-after-ms': '1' } }
  // No call is like an earlier one, which would be in the cache.
  let number = 0
  const ask = (more) => ({ responseModel: User, messages, user: `u${number++}`, ...more })
  return {
    'a status, an invalid answer, then the value': async () => {
      next(busy, wrong, right)
      assert.deepEqual(await openai.create(ask()), jason)
      return 1
    },
    'two equal calls, and one that hits the cache': async () => {
      next(right)
      const same = ask()
      assert.deepEqual(await Promise.all([openai.create(same), openai.create(same)]), [jason, jason])
      assert.equal((await openai.createWithCompletion(same))[1].cached, true)
      return 3
    },
    'a stream of an invalid and a valid answer': async () => {
      next(wrong, right)
      const stream = claude.createPartial(ask())
      await all(stream)
      assert.deepEqual(await stream.final(), jason)
      return 1
    },
    'a stream that is left': async () => {
      next({ ...right, piece: 2 })
      const stream = openai.createPartial(ask({ mode: 'JSON' }))
      for await (const _ of stream) break
      return 1
    },
    'a stream that is aborted, and a call that is': async () => {
      next({ ...right, piece: 2, pace: 1 }, { ...right, delay: 1000 })
      const stream = openai.createPartial(ask({ every: 'delta' }))
      await assert.rejects(async () => {
        for await (const _ of stream) stream.abort(new Error('enough'))
      }, /enough/)
      const own = new AbortController()
      const call = failure(() => openai.create(ask({ signal: own.signal })))
      own.abort(new Error('enough'))
      assert.equal((await call).message, 'enough')
      assert.equal(getEventListeners(own.signal, 'abort').length, 0)
      return 2
    },
    'a relay': async () => {
      next(right)
      const relayed = readPartial(gemini.createPartial(ask()).toResponse())
      await all(relayed)
      assert.deepEqual(await relayed.final(), jason)
      return 1
    },
    'elements, with an invalid one': async () => {
      next({ value: { tasks: [jason, { name: 4 }] } }, { value: { tasks: [{ name: 'Ann', age: 30 }] } })
      const elements = await all(openai.create(ask({ responseModel: iterable(User) })))
      assert.deepEqual(elements, list.value.tasks)
      return 1
    },
    'a template, a check by path and a validator that is a model': async () => {
      next(right)
      const params = { prompt: '{% for x in list %}{{ x }}{% endfor %}', context: { list: [number, 'a'] } }
      const check = { name: polite }
      assert.deepEqual(await openai.create({ ...ask(params), messages: undefined, check }), jason)
      return 2
    },
    'plain JSON Schema with a correction of a part': async () => {
      next(wrong, { value: { age: 25 } })
      const params = { responseModel: plain, repair: 'part' }
      assert.deepEqual(await openai.create(ask(params)), jason)
      return 1
    },
    'lenient reading in a prompt mode, with a file': async () => {
      next({ text: `Here: {name: 'Jason', age: "25",}` })
      const content = ['Who?', image(new Blob([PNG]))]
      const params = { responseModel: plain, parse: 'lenient', mode: 'MD_JSON' }
      assert.deepEqual(await openai.create(ask({ ...params, messages: [{ role: 'user', content }] })), jason)
      return 1
    },
    'parallel tools': async () => {
      const toolCalls = [
        { name: 'City', arguments: { city: 'Rome' } },
        { name: 'User', arguments: jason },
      ]
      next({ toolCalls })
      const value = await openai.create(ask({ responseModel: [User, City] }))
      assert.deepEqual(value, [{ city: 'Rome' }, jason])
      return 1
    },
    'quotes, and a value that may be absent': async () => {
      next({ value: { city: 'Oslo', quotes: ['lives in Oslo'] } })
      const responseModel = cited(City, { from: [article] })
      assert.equal((await openai.create(ask({ responseModel }))).quotes[0].start, 27)
      next({ value: { result: null, error: true, message: 'nobody' } })
      const nobody = await openai.create(ask({ responseModel: maybe(User) }))
      assert.equal(nobody.message, 'nobody')
      return 2
    },
    'strict schemas of another API': async () => {
      next(right)
      assert.deepEqual(await claude.create(ask({ mode: 'TOOLS_STRICT', cache: false })), jason)
      return 1
    },
    'an error of the server, and a call whose answers are all invalid': async () => {
      next({ status: 400, body: { error: { message: 'no' } } })
      assert.equal((await failure(() => openai.create(ask()))).name, 'ProviderError')
      next(wrong)
      const error = await failure(() => gemini.create(ask({ maxRetries: 0 })))
      assert.equal(error.name, 'InstructorRetryError')
      return 2
    },
    'tools with names': async () => {
      next({ toolCalls: [{ name: 'user', arguments: jason }] })
      const value = await openai.create(ask({ responseModel: tools({ user: User, city: City }) }))
      assert.deepEqual(value, [{ tool: 'user', value: jason }])
      return 1
    },
    'another provider after a failure, whole and streamed': async () => {
      next({ status: 503 }, right)
      assert.deepEqual(await backed.create(ask()), jason)
      next({ status: 503 }, right)
      assert.deepEqual(await backed.createPartial(ask()).final(), jason)
      return 2
    },
    'a client for one call': async () => {
      next(right)
      assert.deepEqual(await openai.with({ temperature: 0.5 }).create(ask()), jason)
      return 1
    },
  }
}

test('memory and listeners are the same after a thousand calls of every kind and after ten thousand', async () => {
  const common = shared()
  const calls = kinds(common)
  let made = 0
  const until = async (count) => {
    while (made < count)
      for (const [name, call] of Object.entries(calls))
        made += await call().catch((cause) => assert.fail(new Error(`${name}: ${cause}`, { cause })))
    // What one collection finds, a finalizer may release for the next one.
    for (let i = 0; i < 6; i++) {
      await new Promise((done) => setTimeout(done, 20))
      collect()
    }
    const { heapUsed, arrayBuffers, external } = process.memoryUsage()
    return { heap: heapUsed, outside: arrayBuffers + external, wasm: coreMemory().byteLength }
  }
  const first = await until(1000)
  const later = await until(10_000)
  assert.ok(later.heap - first.heap < 3e6, `${first.heap} → ${later.heap} bytes of heap`)
  assert.ok(later.outside - first.outside < 2e6, `${first.outside} → ${later.outside} bytes outside`)
  assert.ok(later.wasm - first.wasm < 2 ** 20, `${first.wasm} → ${later.wasm} bytes of the core`)
  assert.equal(getEventListeners(common.signal, 'abort').length, 0)
  assert.equal(common.cache.size, 20)
  assert.ok(common.heard.events > 10_000 && common.heard.retries > 1000, JSON.stringify(common.heard))
  const more = Object.entries(later).map(([name, bytes]) => `${name} ${bytes - first[name]}`)
  console.log(
    `endurance: ${made} calls of ${Object.keys(calls).length} kinds, more bytes: ${more.join(', ')}`,
  )
})

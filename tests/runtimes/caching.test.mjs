/** The cache of answers: which calls share an entry, for how long, and what a hit reports. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AutoCache, fromProvider, idbCache, kvCache, redisCache, webCache } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import * as z from 'zod'
import { clientOf, failure, jason, messages, User } from './support.mjs'

const call = { responseModel: User, messages }
const one = { value: jason, usage: { input: 10, output: 5 } }

/** The number of requests of two calls that share a store. */
async function requestsOf([options, params = {}, model], [otherOptions, otherParams = {}, otherModel]) {
  const cache = new Map()
  const { fetch, requests } = scripted([one, one])
  const base = { apiKey: 'key-of-tenant-1', env: {}, fetch, cache }
  for (const [own, more, name] of [
    [options, params, model],
    [otherOptions, otherParams, otherModel],
  ])
    await fromProvider(name ?? 'openai/gpt-4o-mini', { ...base, ...own }).create({ ...call, ...more })
  for (const text of [...cache.keys(), ...cache.values()]) assert.doesNotMatch(text, /key-of|secret|token-of/)
  return requests.length
}

const bedrock = 'bedrock/amazon.nova-lite-v1:0'
const aws = (accessKeyId) => ({ apiKey: undefined, accessKeyId, secretAccessKey: 'aws-secret-1' })
const apart = {
  'two API keys': [[{}], [{ apiKey: 'key-of-tenant-2' }]],
  'two keys of the environment': [
    [{ apiKey: undefined, env: { OPENAI_API_KEY: 'key-of-1' } }],
    [{ apiKey: undefined, env: { OPENAI_API_KEY: 'key-of-2' } }],
  ],
  'two key functions': [[{ apiKey: () => 'key-of-1' }], [{ apiKey: async () => 'key-of-2' }]],
  'two bearer tokens': [[{ accessToken: 'token-of-1' }], [{ accessToken: 'token-of-2', apiKey: undefined }]],
  'two AWS accounts': [
    [aws('AKID1'), {}, bedrock],
    [aws('AKID2'), {}, bedrock],
  ],
  'two AWS accounts from functions': [
    [{ apiKey: undefined, credentials: () => aws('AKID1') }, {}, bedrock],
    [{ apiKey: undefined, credentials: async () => aws('AKID2') }, {}, bedrock],
  ],
  'two organizations': [[{ organization: 'a' }], [{ organization: 'b' }]],
  'two headers of the app': [[{ headers: { 'x-tenant': '1' } }], [{ headers: { 'x-tenant': '2' } }]],
  'two headers of a call': [
    [{}, { extraHeaders: { 'x-tenant': '1' } }],
    [{}, { extraHeaders: { 'x-tenant': '2' } }],
  ],
  'two addresses': [[{}], [{ baseURL: 'https://proxy.example/v1' }]],
  'strict and not strict': [
    [{}, { strict: false }],
    [{}, { strict: true }],
  ],
  'strict and not strict, as client options': [[{ strict: false }], [{}]],
  'two parse modes': [[{}, { parse: 'lenient' }], [{}]],
  'two schemas': [
    [{}],
    [{}, { responseModel: z.object({ name: z.string(), age: z.number() }).meta({ title: 'User' }) }],
  ],
  'two contexts': [
    [{}, { context: { a: 1 } }],
    [{}, { context: { a: 2 } }],
  ],
  'two namespaces': [[{ cacheNamespace: 'a' }], [{}, { cacheNamespace: 'b' }]],
}
for (const [what, [first, second]] of Object.entries(apart))
  test(`${what} share no entry; the same call twice does`, async () => {
    assert.equal(await requestsOf(first, second), 2)
    assert.equal(await requestsOf(first, first), 1)
  })

test('clients with the same namespace share entries, whatever their keys', async () => {
  const shared = { cacheNamespace: 'app' }
  assert.equal(await requestsOf([shared], [{ ...shared, apiKey: 'key-of-tenant-2' }]), 1)
  assert.equal(await requestsOf([shared], [{ cache_namespace: 'app', apiKey: async () => 'key-of-3' }]), 1)
})

test('options that do not change the answer do not change the key', async () => {
  assert.equal(
    await requestsOf([{}, { maxRetries: 1, timeout: 5000 }], [{ httpRetries: 0 }, { budget: 1000 }]),
    1,
  )
})

test('a hit is reported and has no usage', async () => {
  const { client } = clientOf([one], { cache: true })
  const [, first] = await client.createWithCompletion(call)
  const [value, second] = await client.createWithCompletion(call)
  assert.deepEqual(value, jason)
  assert.deepEqual([first.cached, first.usage.totalTokens], [false, 15])
  assert.equal(second.cached, true)
  assert.deepEqual(second.usage, { inputTokens: 0, outputTokens: 0, totalTokens: 0, raw: {} })
  assert.deepEqual(second.raw, first.raw)
})

test('an entry is valid until its time to live ends', async () => {
  const { client, requests } = clientOf([one, one, one], { cache: new Map(), cacheTtl: 5000 })
  const own = Date.now
  try {
    await client.create(call)
    Date.now = () => own() + 4000
    await client.create(call)
    assert.equal(requests.length, 1)
    Date.now = () => own() + 6000
    await client.create({ ...call, cacheTtl: 60_000 })
    Date.now = () => own() + 60_000
    await client.create(call)
    assert.equal(requests.length, 2)
  } finally {
    Date.now = own
  }
  for (const cacheTtl of [0, -1, '5', Number.NaN])
    assert.equal((await failure(() => client.create({ ...call, cacheTtl }))).parameter, 'cacheTtl')
  assert.equal(
    (await failure(() => client.create({ ...call, cacheNamespace: '' }))).parameter,
    'cacheNamespace',
  )
})

test('without WebCrypto the key is a digest, too', async () => {
  const cache = new Map()
  const { client } = clientOf([one], { cache })
  const own = Object.getOwnPropertyDescriptor(globalThis, 'crypto')
  Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true })
  try {
    await client.create(call)
  } finally {
    Object.defineProperty(globalThis, 'crypto', own)
  }
  assert.match([...cache.keys()][0], /^instructor:[0-9a-f]{64}$/)
})

test('lists, single values and streams are cached', async () => {
  for (const [responseModel, value, wire] of [
    [z.array(User), [jason], { tasks: [jason] }],
    [z.enum(['spam', 'ham']), 'ham', { content: 'ham' }],
    [z.number(), 4, { content: 4 }],
  ]) {
    const { client, requests } = clientOf([{ value: wire }], { cache: true })
    for (let i = 0; i < 2; i++) assert.deepEqual(await client.create({ responseModel, messages }), value)
    assert.deepEqual(await client.createPartial({ responseModel, messages }).final(), value)
    assert.equal(requests.length, 1)
  }
  const { client, requests } = clientOf([{ value: { tasks: [jason, jason] } }], { cache: true })
  for (let i = 0; i < 2; i++) assert.deepEqual(await client.createIterable(call).final(), [jason, jason])
  assert.equal(requests.length, 1)
})

test('create and a stream of the same call share an entry', async () => {
  for (const [first, second] of [
    ['create', 'createPartial'],
    ['createPartial', 'create'],
  ]) {
    const { client, requests } = clientOf([one, one], { cache: true })
    const run = async (method) => {
      if (method === 'create') return client.createWithCompletion(call)
      const stream = client.createPartial(call)
      return [await stream.final(), await stream.completion()]
    }
    assert.deepEqual((await run(first))[0], jason)
    const [value, { cached }] = await run(second)
    assert.deepEqual([value, cached], [jason, true])
    assert.equal(requests.length, 1, `${first}, ${second}`)
  }
})

test('equal calls at the same time are one request', async () => {
  const { client, requests } = clientOf([{ ...one, delay: 30 }, one], { cache: true })
  const runs = await Promise.all(Array.from({ length: 20 }, () => client.createWithCompletion(call)))
  assert.equal(requests.length, 1)
  assert.deepEqual(
    runs.map(([value]) => value),
    Array(20).fill(jason),
  )
  assert.deepEqual(runs.map(([, { cached }]) => cached).sort(), [false, ...Array(19).fill(true)])
  const [, { usage }] = runs[5]
  assert.equal(usage.totalTokens, 0)
  await client.create({ ...call, cache: false })
  assert.equal(requests.length, 2)
})

test('clients with one store share a call under way; other calls are not affected', async () => {
  const cache = new AutoCache()
  const { fetch, requests } = scripted([{ ...one, delay: 30 }, one])
  const make = () => fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {}, fetch, cache })
  const stream = make().createPartial(call)
  const all = [make().create(call), make().create(call), stream.final(), make().create({ ...call, seed: 1 })]
  assert.deepEqual(await Promise.all(all), Array(4).fill(jason))
  assert.equal(requests.length, 2)
  assert.equal((await stream.completion()).cached, true)
})

test('calls that wait for a call that fails or is aborted make their own requests', async () => {
  const failed = clientOf([{ status: 400, delay: 20 }, one, one], { cache: true })
  const runs = await Promise.allSettled([1, 2, 3].map(() => failed.client.create(call)))
  assert.deepEqual(runs.map(({ status }) => status).sort(), ['fulfilled', 'fulfilled', 'rejected'])
  assert.equal(failed.requests.length, 3)

  const aborted = clientOf([{ ...one, delay: 5000 }, one], { cache: true })
  const controller = new AbortController()
  const first = aborted.client.create({ ...call, signal: controller.signal })
  const second = aborted.client.create(call)
  setTimeout(() => controller.abort(new Error('left')), 30)
  await assert.rejects(first, /left/)
  assert.deepEqual(await second, jason)
})

test('a call that waits for another has its own timeout', async () => {
  const { client } = clientOf([{ ...one, delay: 400 }], { cache: true })
  const first = client.create(call)
  const error = await failure(() => client.create({ ...call, timeout: 100 }))
  assert.equal(error.name, 'TimeoutError')
  assert.deepEqual(await first, jason)
})

test('a stream whose reader stops does not hold up an equal call', async () => {
  const { client } = clientOf([{ ...one, pace: 5 }, one], { cache: true })
  const stream = client.createPartial(call)
  const reader = stream[Symbol.asyncIterator]()
  await reader.next()
  assert.deepEqual(await client.create(call), jason)
  await reader.return()
})

test('AutoCache removes the least recently used entries, and expired ones', () => {
  const cache = new AutoCache({ maxSize: 2, ttl: 1000 })
  const own = Date.now
  try {
    cache.set('a', '1')
    cache.set('b', '2')
    assert.equal(cache.get('a'), '1')
    cache.set('c', '3')
    assert.deepEqual([cache.get('a'), cache.get('b'), cache.get('c'), cache.size], ['1', undefined, '3', 2])
    cache.setFor('d', '4', 5000)
    Date.now = () => own() + 1500
    assert.deepEqual([cache.get('c'), cache.get('d')], [undefined, '4'])
    Date.now = () => own() + 5500
    assert.equal(cache.get('d'), undefined)
  } finally {
    Date.now = own
  }
  cache.clear()
  assert.equal(cache.size, 0)
  for (const options of [{ maxSize: 0 }, { maxSize: 1.5 }, { ttl: 0 }])
    assert.throws(() => new AutoCache(options), { name: 'ConfigurationError' })
})

test('cacheTtl of a call takes precedence over the ttl of an AutoCache', async () => {
  const cache = new AutoCache({ ttl: 1000 })
  const { client, requests } = clientOf([one, one, one], { cache })
  const own = Date.now
  try {
    await client.create({ ...call, cacheTtl: 5000 })
    Date.now = () => own() + 2000
    await client.create({ ...call, cacheTtl: 5000 })
    assert.equal(requests.length, 1)
    Date.now = () => own() + 6000
    await client.create(call)
    assert.equal(requests.length, 2)
    Date.now = () => own() + 7500
    await client.create(call)
    assert.equal(requests.length, 3)
  } finally {
    Date.now = own
  }
})

/** Clients of Redis: what they were called with, and how they return a value. */
const redis = {
  ioredis: ['psetex', (text) => text],
  'node-redis': ['pSetEx', (text) => text],
  upstash: ['psetex', (text) => JSON.parse(text)],
}
for (const [name, [timed, read]] of Object.entries(redis))
  test(`redisCache stores answers through ${name}, with an expiration of Redis`, async () => {
    const kept = new Map()
    const called = []
    const store = {
      get: async (key) => (kept.has(key) ? read(kept.get(key)) : null),
      set: async (key, value) => {
        called.push(['set'])
        kept.set(key, value)
      },
      [timed]: async (key, ttl, value) => {
        called.push([timed, ttl])
        kept.set(key, value)
      },
    }
    const { client, requests } = clientOf([one, one], { cache: redisCache(store) })
    for (let i = 0; i < 2; i++) assert.deepEqual(await client.create({ ...call, cacheTtl: 5000.5 }), jason)
    assert.deepEqual(called, [[timed, 5001]])
    for (let i = 0; i < 2; i++) assert.deepEqual(await client.create({ ...call, seed: 1 }), jason)
    assert.deepEqual([called[1], requests.length], [['set'], 2])
  })

test('a store that returns parsed JSON is a cache, and its entries are validated', async () => {
  const kept = new Map()
  const cache = { get: (key) => kept.get(key), set: (key, text) => kept.set(key, JSON.parse(text)) }
  const { client, requests } = clientOf([one, one], { cache })
  await client.create(call)
  assert.deepEqual(await client.create(call), jason)
  assert.equal(requests.length, 1)
  for (const entry of kept.values()) entry.value.age = 'x'
  await client.create(call)
  assert.equal(requests.length, 2)
})

test('an object without the methods of a store is refused, with the function that makes one', async () => {
  const { client } = clientOf([])
  const kv = { get: async () => null, put: async () => {} }
  assert.match((await failure(() => client.create({ ...call, cache: kv }))).message, /kvCache\(env\.KV\)/)
  for (const make of [
    () => kvCache({}),
    () => kvCache(undefined),
    () => webCache(undefined),
    () => redisCache({}),
  ])
    assert.equal((await failure(make)).name, 'ConfigurationError')
  // Outside of browsers there is no IndexedDB: the store counts as empty.
  assert.equal(typeof idbCache().get, 'function')
})

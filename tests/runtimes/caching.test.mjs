/** The cache of answers: which calls share an entry, for how long, and what a hit reports. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromProvider } from 'instructor-wasm'
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

/** Clients derived from another client, signals shared by many calls, and warnings. */
import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { fromOpenAI, fromProvider, patch } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import OpenAI from 'openai'
import { clientOf, failure, jason, messages, User, warnings } from './support.mjs'

const call = { responseModel: User, messages }

test('with and patch return a client with other options and leave the first unchanged', async () => {
  const heard = []
  const { client, server } = clientOf([{ value: jason }, { value: jason }, { value: jason }], {
    temperature: 0.5,
    api_key: 'ignored-for-apiKey',
    cache: true,
    hooks: { 'completion:kwargs': () => heard.push('options') },
  })
  client.on('completion:kwargs', () => heard.push('on'))
  const other = client.with({ mode: 'JSON', temperature: undefined, apiKey: 'sk-other', model: 'gpt-4.1' })
  assert.equal(other.mode, 'JSON')
  assert.equal(client.mode, 'TOOLS')
  assert.equal(patch(client, { mode: 'MD_JSON' }).mode, 'MD_JSON')
  other.on('completion:kwargs', () => heard.push('other'))
  await other.create({ ...call, hooks: { 'completion:kwargs': () => heard.push('call') } })
  assert.deepEqual(heard, ['options', 'on', 'other', 'call'])
  const { body, headers } = server.requests[0]
  assert.deepEqual([body.model, body.temperature, headers.authorization], ['gpt-4.1', 0.5, 'Bearer sk-other'])
  // The store is the same; the first client has a different key.
  await client.create(call)
  await client.with({ timeout: 5000 }).create(call)
  assert.equal(server.requests.length, 2)
  assert.throws(() => client.with({ mode: 'NOPE' }), { name: 'ModeError' })
  assert.throws(() => client.with({ tempratur: 1 }), /Did you mean temperature/)
})

test('a wrapped client has no default model, and accepts one per call', async () => {
  const { fetch, requests } = scripted([{ value: jason }])
  const client = fromOpenAI(new OpenAI({ apiKey: 'sk-own-key', fetch }), { env: {} }).with({ maxRetries: 0 })
  assert.match((await failure(() => client.create(call))).message, /no model/)
  await client.with({ model: 'gpt-4o' }).create(call)
  assert.equal(requests[0].body.model, 'gpt-4o')
})

test('an OpenAI client with an unknown address is openai-compatible; its organization is sent', async () => {
  const { fetch, requests } = scripted([{ value: jason }])
  const sdk = new OpenAI({
    apiKey: 'k-1234567',
    organization: 'org-1',
    baseURL: 'https://llm.my-host.example/v1',
    fetch,
  })
  const client = fromOpenAI(sdk, { model: 'my-finetune', env: {} })
  assert.equal(client.provider, 'openai-compatible')
  await client.create({ ...call, maxTokens: 100, temperature: 0 })
  assert.equal(requests[0].url, 'https://llm.my-host.example/v1/chat/completions')
  assert.deepEqual([requests[0].body.max_tokens, requests[0].body.temperature], [100, 0])
  assert.equal(requests[0].headers['openai-organization'], 'org-1')
  assert.equal(fromOpenAI(new OpenAI({ apiKey: 'k' }), { model: 'm', env: {} }).provider, 'openai')
})

test('one signal aborts any number of calls through one listener, which is removed afterwards', async () => {
  const said = []
  const listen = (warning) => said.push(warning.name)
  process.on('warning', listen)
  const abort = new AbortController()
  const { client } = clientOf(Array(40).fill({ value: jason, delay: 5000 }))
  const calls = [...Array(15)].map(() => failure(() => client.create({ ...call, signal: abort.signal })))
  const streams = [...Array(15)].map(() =>
    failure(() => client.createPartial({ ...call, signal: abort.signal }).final()),
  )
  await new Promise((done) => setTimeout(done, 50))
  assert.equal(getEventListeners(abort.signal, 'abort').length, 1)
  const reason = new Error('enough')
  abort.abort(reason)
  for (const error of await Promise.all([...calls, ...streams])) assert.equal(error, reason)
  const fine = new AbortController()
  const quick = clientOf(Array(12).fill({ value: jason }), { signal: fine.signal }).client
  await Promise.all([...Array(12)].map(() => quick.create({ ...call, signal: fine.signal })))
  assert.equal(getEventListeners(fine.signal, 'abort').length, 0)
  await new Promise((done) => setImmediate(done))
  process.off('warning', listen)
  assert.deepEqual(said, [])
})

test('a timeout that looks like seconds is warned about once', async () => {
  const said = await warnings(async () => {
    clientOf([], { timeout: 30.0 })
    clientOf([], { timeout: 30.0 })
    clientOf([], { timeout: 100 })
  })
  assert.equal(said.length, 1)
  assert.match(said[0], /timeout: 30 means 30 milliseconds/)
})

test('a key in a page is warned about once, unless it is allowed or a placeholder', async () => {
  globalThis.document = {}
  const of = (options, model = 'openai/gpt-4o') => fromProvider(model, { env: {}, ...options })
  try {
    const none = await warnings(async () => {
      of({ apiKey: 'sk-1234567', allowBrowser: true })
      of({ apiKey: 'sk-1234567', dangerouslyAllowBrowser: true })
      of({ apiKey: 'sk-1234567', baseURL: '/api/llm' })
      of({ apiKey: 'ollama', baseURL: 'http://localhost:11434/v1' }, 'ollama/llama3.2')
      of({ apiKey: async () => 'sk-of-the-visitor' })
      fromOpenAI(new OpenAI({ apiKey: 'sk-1', dangerouslyAllowBrowser: true }), { model: 'm', env: {} })
    })
    assert.deepEqual(none, [])
    const said = await warnings(async () => {
      of({ apiKey: 'sk-1234567' })
      of({ apiKey: 'sk-7654321' })
    })
    assert.equal(said.length, 1)
    assert.match(said[0], /docs\/security\.md.*allowBrowser: true/)
    assert.doesNotMatch(said[0], /sk-/)
  } finally {
    delete globalThis.document
  }
})

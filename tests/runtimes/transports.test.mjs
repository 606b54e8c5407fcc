/** `fromCreate`, `fromLiteLLM` and the factories of providers with OpenAI's SDK. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as exported from 'instructor-wasm'
import { fromCreate, fromLiteLLM, fromOpenAI, ProviderError, patch } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import OpenAI from 'openai'
import * as z from 'zod'
import { ROWS } from './rows-cases.mjs'
import { all, failure, jason, messages, User } from './support.mjs'

const call = { responseModel: User, messages }
const factories = { ...exported }
const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }

/** A function in OpenAI's form that returns the values in order, as the requested tool's arguments or as text. */
function model(values) {
  const seen = []
  const create = async (body, options) => {
    seen.push({ body, options })
    const value = values[seen.length - 1]
    if (value instanceof Error) throw value
    const name = body.tools?.[0]?.function.name
    const text = JSON.stringify(value)
    if (body.stream) return chunks(name, text)
    const message = name
      ? { content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name, arguments: text } }] }
      : { content: text }
    return {
      choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }],
      usage,
    }
  }
  return { create, seen }
}

async function* chunks(name, text) {
  for (let i = 0; i < text.length; i += 6) {
    const part = { index: 0, function: { ...(i ? {} : { name }), arguments: text.slice(i, i + 6) } }
    const delta = name
      ? { tool_calls: [i ? part : { id: 'c1', type: 'function', ...part }] }
      : { content: text.slice(i, i + 6) }
    yield { choices: [{ index: 0, delta, finish_reason: null }] }
  }
  yield { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }
  yield { choices: [], usage }
}

/** The three forms in which the function is given. */
const FORMS = {
  'fromCreate(fn)': (create, options) => fromCreate(create, options),
  'fromCreate(object)': (create, options) => fromCreate({ chat: { completions: { create } } }, options),
  'patch(object)': (create, options) => patch({ baseURL: 'x', chat: { completions: { create } } }, options),
  'fromLiteLLM(fn)': (create, options) => fromLiteLLM(create, options),
  'fromLiteLLM(object)': (create, options) => fromLiteLLM({ chat: { completions: { create } } }, options),
}

for (const [name, make] of Object.entries(FORMS)) {
  for (const mode of ['TOOLS', 'JSON', 'MD_JSON']) {
    test(`${name}, ${mode}: an answer, a reask, snapshots and elements`, async () => {
      const { create, seen } = model([
        jason,
        { name: 'Jason', age: 'x' },
        jason,
        jason,
        { tasks: [jason, jason] },
      ])
      const client = make(create, { model: 'm-1', mode })
      assert.deepEqual(await client.create(call), jason)
      const [value, completion] = await client.createWithCompletion(call)
      assert.deepEqual(value, jason)
      assert.equal(completion.attempts.length, 2)
      assert.equal(completion.usage.totalTokens, 30)
      const stream = client.create({ ...call, stream: true })
      assert.ok((await all(stream)).length > 2)
      assert.deepEqual(await stream.final(), jason)
      assert.deepEqual(await all(client.createIterable(call)), [jason, jason])
      assert.deepEqual(
        seen.map(({ body }) => [body.model, Boolean(body.stream)]),
        [...Array(3).fill(['m-1', false]), ...Array(2).fill(['m-1', true])],
      )
    })
  }
}

test('the method keeps its object, and the function gets an abort signal', async () => {
  class Llama {
    answers = model([jason])
    chat = { completions: new Completions(this) }
  }
  class Completions {
    constructor(llama) {
      this.llama = llama
    }
    create(...args) {
      return this.llama.answers.create(...args)
    }
  }
  const llama = new Llama()
  assert.deepEqual(await patch(llama, { model: 'm' }).create(call), jason)
  const [{ options }] = llama.answers.seen
  assert.ok(options.signal instanceof AbortSignal)
})

test("without a model the function's body has none; a model of the call is in it", async () => {
  const { create, seen } = model([jason, jason])
  const client = fromCreate(create)
  await client.create(call)
  await client.create({ ...call, model: 'other' })
  assert.equal('model' in seen[0].body, false)
  assert.equal(seen[1].body.model, 'other')
})

test('the real OpenAI SDK as the function: whole and streamed', async () => {
  const { fetch, requests } = scripted([{ value: jason }, { value: jason }])
  const openai = new OpenAI({ apiKey: 'sk-own-key', fetch })
  const client = fromCreate(openai.chat.completions.create.bind(openai.chat.completions), {
    model: 'gpt-4o-mini',
  })
  assert.deepEqual(await client.create(call), jason)
  const stream = client.createPartial(call)
  assert.ok((await all(stream)).length > 2)
  assert.deepEqual(await stream.final(), jason)
  for (const { url, headers } of requests) {
    assert.equal(url, 'https://api.openai.com/v1/chat/completions')
    assert.equal(headers.authorization, 'Bearer sk-own-key')
  }
})

test('an error with a status is treated as a server error; one without ends the call', async () => {
  const busy = Object.assign(new Error('slow down'), {
    status: 429,
    headers: new Headers({ 'retry-after': '0' }),
  })
  const retried = model([busy, jason])
  assert.deepEqual(await fromCreate(retried.create).create(call), jason)
  assert.equal(retried.seen.length, 2)

  const waits = []
  for (const name of ['retry-after', 'retry-after-ms']) {
    busy.headers = new Headers({ [name]: '0' })
    const client = fromCreate(model([busy, jason]).create)
    client.on('http:retry', (_, { delay }) => waits.push(delay))
    await client.create(call)
  }
  assert.deepEqual(waits, [0, 0])

  const denied = model([Object.assign(new Error('no such key'), { status: 401, code: 'invalid_api_key' })])
  const refused = await failure(() => fromCreate(denied.create).create(call))
  assert.ok(refused instanceof ProviderError)
  assert.equal(refused.status, 401)
  assert.equal(refused.code, 'invalid_api_key')
  assert.match(refused.message, /no such key/)

  const own = new Error('the model is not loaded')
  const broken = model([own])
  const error = await failure(() => fromCreate(broken.create).create(call))
  assert.ok(error instanceof ProviderError)
  assert.equal(error.cause, own)
  assert.match(error.message, /not loaded/)
  assert.equal(broken.seen.length, 1)
})

test('an error inside a stream is retried like a broken connection, unless its status is final', async () => {
  for (const [status, requests] of [
    [undefined, 2],
    [400, 1],
    [503, 2],
  ]) {
    let n = 0
    const create = async () => {
      n += 1
      if (n > 1) return chunks('User', JSON.stringify(jason))
      return (async function* () {
        yield* chunks('User', '{"na')
        throw Object.assign(new Error('lost'), { status })
      })()
    }
    const stream = fromCreate(create, { httpRetries: 1 }).createPartial(call)
    const result = await stream.final().catch((error) => error)
    if (requests === 2) assert.deepEqual(result, jason)
    else assert.match(result.message, /lost|ended/)
    assert.equal(n, requests, String(status))
  }
})

test('leaving a stream ends the iterator and aborts the signal', async () => {
  let ended = false
  let signal
  const create = async (_body, options) => {
    signal = options.signal
    return (async function* () {
      try {
        for (let piece = '{"name": "J'; ; piece = 'o') {
          yield { choices: [{ index: 0, delta: { content: piece } }] }
          await new Promise((next) => setTimeout(next, 1))
        }
      } finally {
        ended = true
      }
    })()
  }
  for await (const _ of fromCreate(create, { mode: 'JSON' }).createPartial(call)) break
  await new Promise((done) => setTimeout(done, 20))
  assert.ok(signal.aborted)
  assert.ok(ended)
})

test("an abort reaches the function, and the call rejects with the signal's reason", async () => {
  const controller = new AbortController()
  const create = (_body, { signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  const running = failure(() => fromCreate(create).create({ ...call, signal: controller.signal }))
  setTimeout(() => controller.abort(new Error('enough')), 5)
  assert.equal((await running).message, 'enough')
})

test('a ReadableStream and a Response are accepted as results', async () => {
  const text = JSON.stringify(jason)
  const create = async () => {
    const source = chunks('User', text)
    const stream = new ReadableStream({
      async pull(controller) {
        const { done, value } = await source.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
    })
    // As in browsers whose streams are not iterable.
    Object.defineProperty(stream, Symbol.asyncIterator, { value: undefined })
    return stream
  }
  assert.deepEqual(await fromCreate(create).createPartial(call).final(), jason)
  const { fetch } = scripted([{ value: jason }])
  const answer = (body) => fetch('https://x.example/v1/chat/completions', { body: JSON.stringify(body) })
  assert.deepEqual(await fromCreate(answer).create(call), jason)
})

test('a wrong argument, a wrong result and a wrong mode are refused', async () => {
  for (const wrong of [undefined, null, 5, {}, { chat: {} }])
    assert.throws(() => fromCreate(wrong), { name: 'ConfigurationError', message: /OpenAI's form/ })
  const create = async () => 'text'
  assert.throws(() => fromCreate(create, { baseURL: 'https://x.example' }), { parameter: 'baseURL' })
  assert.throws(() => fromCreate(create, { fetch }), { parameter: 'fetch' })
  for (const [result, run] of [
    ['text', (client) => client.create(call)],
    [undefined, (client) => client.create(call)],
    [chunks('User', '{}'), (client) => client.create(call)],
    [{ choices: [] }, (client) => client.createPartial(call).final()],
  ]) {
    const error = await failure(() => run(fromCreate(async () => result)))
    assert.equal(error.name, 'ConfigurationError')
    assert.match(error.message, /must resolve to/)
  }
  const responses = fromLiteLLM(create, { mode: 'RESPONSES_TOOLS' })
  assert.equal((await failure(() => responses.create(call))).parameter, 'mode')
})

test("LiteLLM's proxy: address and key of the environment, and its names of the methods", async () => {
  const { fetch, requests } = scripted([
    { value: jason },
    { value: jason },
    { value: { tasks: [jason] } },
    { value: jason },
    { value: { tasks: [jason] } },
  ])
  const env = { LITELLM_BASE_URL: 'http://proxy.example:4000', LITELLM_API_KEY: 'lite-key-1' }
  const client = fromLiteLLM(undefined, { fetch, env, model: 'anthropic/claude-sonnet-4-5' })
  assert.deepEqual(await client.completion(call), jason)
  assert.deepEqual(await client.acompletion(call), jason)
  const responseModel = exported.iterable(User)
  assert.deepEqual(await client.completion({ ...call, responseModel }), [jason])
  assert.deepEqual(await client.stream_completion(call).final(), jason)
  assert.deepEqual(await all(client.with({ mode: 'JSON' }).completion_iterable(call)), [jason])
  for (const { url, headers, body } of requests) {
    assert.equal(url, 'http://proxy.example:4000/v1/chat/completions')
    assert.equal(headers.authorization, 'Bearer lite-key-1')
    assert.equal(body.model, 'anthropic/claude-sonnet-4-5')
  }
  assert.throws(() => fromLiteLLM(undefined, { env: {} }), {
    name: 'ConfigurationError',
    message: /needs an address/,
  })
  const unnamed = fromLiteLLM(undefined, { env, fetch })
  assert.match((await failure(() => unnamed.completion(call))).message, /no model/)
})

test('validation_hook gets value, count and error, and decides about the retry', async () => {
  for (const spelling of ['validation_hook', 'validationHook'])
    for (const place of ['call', 'client']) {
      const seen = []
      const hook = (value, count, error) => {
        seen.push([value, count, error.name])
        return count < 2
      }
      const { create } = model([{ name: 'A', age: 'x' }, { name: 'B', age: 'x' }, jason])
      const client = fromLiteLLM(create, place === 'client' ? { [spelling]: hook } : {})
      const error = await failure(() =>
        client.completion({ ...call, ...(place === 'call' ? { [spelling]: hook } : {}) }),
      )
      assert.equal(error.nAttempts, 2)
      assert.deepEqual(seen, [
        [{ name: 'A', age: 'x' }, 1, 'ValidationError'],
        [{ name: 'B', age: 'x' }, 2, 'ValidationError'],
      ])
    }
})

test('retry_config limits the retries and reports them; an HTTP error is not the hook of the answer', async () => {
  const bad = { name: 'A', age: 'x' }
  const reported = []
  const config = { max_retries: 1, on_retry: (error, attempt) => reported.push([error.name, attempt]) }
  const { create, seen } = model([bad, bad, bad])
  const error = await failure(() => fromLiteLLM(create).completion({ ...call, retry_config: config }))
  assert.equal(error.nAttempts, 2)
  assert.equal(seen.length, 2)
  assert.deepEqual(reported, [['ValidationError', 1]])

  let asked = 0
  const denied = model([Object.assign(new Error('no'), { status: 401 })])
  const client = fromLiteLLM(denied.create, { validation_hook: () => ++asked > 0 })
  assert.equal((await failure(() => client.completion(call))).status, 401)
  assert.equal(asked, 0)
  const both = { ...call, maxRetries: { attempts: 2 }, retry_config: config }
  assert.equal((await failure(() => client.completion(both))).parameter, 'maxRetries')
})

test("every provider of Python's Instructor has a factory", () => {
  const [last] = ROWS.filter(({ id }) => id === 'litellm').map((row) => ROWS.indexOf(row))
  const names = {
    openai: 'fromOpenAI',
    azure_openai: 'fromOpenAI',
    ollama: 'fromOpenAI',
    'generative-ai': 'fromGemini',
    google: 'fromGenAI',
    vertexai: 'fromVertexAI',
    xai: 'fromXAI',
    openrouter: 'fromOpenRouter',
    deepseek: 'fromDeepSeek',
    litellm: 'fromLiteLLM',
  }
  const ids = ROWS.slice(0, last + 1).map(({ id }) => id)
  assert.ok(ids.length > 20)
  for (const id of ids) {
    const name = names[id] ?? `from${id[0].toUpperCase()}${id.slice(1)}`
    assert.equal(typeof factories[name], 'function', name)
  }
})

test("OpenAI's SDK with another address: the factories' provider, and every host of the registry is recognised", async () => {
  const sdk = (baseURL, fetch) => new OpenAI({ apiKey: 'key-123456', baseURL, fetch })
  const own = {
    xai: 'XAI',
    perplexity: 'Perplexity',
    openrouter: 'OpenRouter',
    anyscale: 'Anyscale',
    together: 'Together',
    databricks: 'Databricks',
    deepseek: 'DeepSeek',
  }
  for (const [id, name] of Object.entries(own)) {
    const { fetch, requests } = scripted([{ value: jason }])
    const client = factories[`from${name}`](sdk('https://gateway.example/v1', fetch), { model: 'm' })
    assert.equal(client.provider, id)
    assert.deepEqual(await client.create(call), jason)
    assert.ok(requests[0].url.startsWith('https://gateway.example/v1'), requests[0].url)
  }
  const hosts = ROWS.filter(({ base, api }) => !api && base?.startsWith('https:'))
  assert.ok(hosts.length > 40)
  for (const { id, base } of hosts) {
    const address = base.replace('{accountId}', 'acme-x1').replace('{region}', 'us-east-1')
    assert.equal(fromOpenAI(sdk(address), { model: 'm' }).provider, id)
  }
  for (const base of [
    'https://llm.example/v1',
    'https://notmoonshot.ai.example/v1',
    'https://xmoonshot.ai/v1',
    'http://192.168.1.5:8000/v1',
  ])
    assert.equal(fromOpenAI(sdk(base), { model: 'm' }).provider, 'openai-compatible', base)
})

test("a model of Google's retired SDK: key, model and address", async () => {
  const { fetch, requests } = scripted([{ value: jason }, { value: jason }])
  const given = { apiKey: 'goog-key-1', model: 'models/gemini-2.5-flash', _requestOptions: {} }
  assert.deepEqual(await exported.fromGemini(given, { fetch, env: {} }).create(call), jason)
  const proxied = { ...given, _requestOptions: { baseUrl: 'https://proxy.example/g/', apiVersion: 'v1' } }
  await exported.fromGenAI(proxied, { fetch, env: {} }).create(call)
  assert.deepEqual(
    requests.map(({ url }) => url),
    [
      'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent',
      'https://proxy.example/g/v1/models/gemini-2.5-flash:generateContent',
    ],
  )
  assert.equal(requests[0].headers['x-goog-api-key'], 'goog-key-1')
})

test('a value of a schema library reaches the caller transformed', async () => {
  const { create } = model([{ at: '2026-01-02' }])
  const responseModel = z.object({ at: z.string().transform((text) => new Date(text).getUTCFullYear()) })
  assert.deepEqual(await fromCreate(create).create({ responseModel, messages }), { at: 2026 })
})

/** Errors: each mistake results in the documented class and a message with a remedy. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import {
  ConfigurationError,
  fromProvider,
  IncompleteOutputError,
  InstructorError,
  InstructorRetryError,
  ModeError,
  NetworkError,
  ProviderError,
  RefusalError,
  ResponseParsingError,
  TimeoutError,
} from 'instructor-wasm'
import * as z from 'zod'
import { clientOf, failure, jason, messages, User, warnings } from './support.mjs'

const call = { responseModel: User, messages }
const quick = { ...call, httpRetries: 0, maxRetries: 0 }

test('a wrong model string or a missing key is reported at once, with the message of the Python library', () => {
  const cases = [
    ['gpt-4o', /Model string must be in format "provider\/model-name"/],
    ['openai/', /with both parts non-empty/],
    ['/x', /with both parts non-empty/],
    ['foo/bar', /Unsupported provider: foo. Supported providers are: \['openai', 'anyscale'/],
    ['openai/gpt-4o', /OPENAI_API_KEY is not set/],
    [42, /must be a string.*number 42/],
    [undefined, /must be a string.*undefined/],
  ]
  for (const [model, says] of cases)
    assert.throws(
      () => fromProvider(model, { env: {} }),
      (error) =>
        error instanceof ConfigurationError &&
        error.name === 'ConfigurationError' &&
        says.test(error.message),
    )
})

test('options of a wrong type are reported by name', () => {
  const cases = {
    fetch: 'fetch',
    signal: {},
    headers: 'x',
    timeout: '5s',
    maxRetries: 'often',
    httpRetries: -1,
    apiKey: 42,
    baseURL: 7,
    mode: 4,
    cache: 'yes',
    env: 'x',
    hooks: 'x',
  }
  for (const [name, value] of Object.entries(cases))
    assert.throws(
      () => fromProvider('openai/x', { apiKey: 'k', env: {}, [name]: value }),
      (error) => error instanceof ConfigurationError && error.message.includes(name),
      name,
    )
  assert.throws(() => fromProvider('openai/x', 'sk-1'), ConfigurationError)
  assert.throws(() => fromProvider('openai/x', { apiKey: 'k', parse: () => {} }), /parse is a function/)
})

test('parameters of a wrong type are reported by name, and nothing is sent', async () => {
  const cases = {
    messages: 'x',
    prompt: 4,
    maxRetries: '3',
    timeout: -1,
    context: 'x',
    strict: 'no',
    mode: 7,
    signal: 'x',
    budget: 'x',
    model: 5,
    validate: true,
    hooks: { 'parse:error': 4 },
    tools: () => {},
  }
  for (const [name, value] of Object.entries(cases)) {
    const { client, requests } = clientOf([{ value: jason }])
    const error = await failure(() => client.create({ ...call, [name]: value }))
    assert.ok(error instanceof ConfigurationError, `${name}: ${error}`)
    assert.ok(error.message.includes(name === 'hooks' ? 'parse:error' : name), error.message)
    assert.equal(requests.length, 0)
  }
  const { client } = clientOf([])
  for (const params of [undefined, null, 'x', []])
    assert.ok((await failure(() => client.create(params))) instanceof ConfigurationError)
})

test('invalid messages are reported with their path', async () => {
  const cases = [
    [[], /messages must be a non-empty array/],
    [[{ role: 'user' }], /messages\[0\].content/],
    [[{ content: 'x' }], /messages\[0\].role/],
    [[{ role: 'user', content: 'x' }, 'y'], /messages\[1\]/],
    [[{ role: 'user', content: [{ text: 'x' }] }], /messages\[0\].content\[0\]/],
    [undefined, /messages must be/],
  ]
  for (const [given, says] of cases) {
    const { client } = clientOf([])
    const error = await failure(() => client.create({ responseModel: User, messages: given }))
    assert.ok(error instanceof ConfigurationError, String(error))
    assert.match(error.message, says)
  }
})

test('an unsupported mode is a ModeError that lists the legal ones', async () => {
  assert.throws(
    () => fromProvider('openai/x', { apiKey: 'k', mode: 'ANTHROPIC_TOOLS' }),
    (error) => error instanceof ModeError && /Valid modes/.test(error.message) && error.validModes.length > 1,
  )
})

test('values that JSON cannot represent are reported: big integers, cycles', async () => {
  const circle = {}
  circle.self = circle
  for (const extra of [{ seed: 1n }, { metadata: circle }]) {
    const { client } = clientOf([{ value: jason }])
    const error = await failure(() => client.create({ ...call, ...extra }))
    assert.ok(error instanceof ConfigurationError, String(error))
    assert.match(error.message, /JSON/)
  }
  const loop = [{ role: 'user', content: [] }]
  loop[0].content.push({ type: 'text', text: loop })
  const { client } = clientOf([])
  assert.ok(
    (await failure(() => client.create({ responseModel: User, messages: loop }))) instanceof
      ConfigurationError,
  )
})

test('an unreachable host is a NetworkError with what to check', async () => {
  const server = createServer()
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address()
  await new Promise((done) => server.close(done))
  const client = fromProvider('openai/gpt-4o-mini', {
    apiKey: 'sk-secret',
    baseURL: `http://127.0.0.1:${port}/v1`,
  })
  const error = await failure(() => client.create(quick))
  assert.ok(error instanceof NetworkError, String(error))
  assert.match(error.message, new RegExp(`127.0.0.1:${port}.*ECONNREFUSED.*baseURL`))
})

test('an unreachable local server is reported with how to start it', async () => {
  const down = async () => {
    throw new TypeError('fetch failed')
  }
  const said = async (model, options) =>
    (await failure(() => fromProvider(model, { fetch: down, httpRetries: 0, ...options }).create(quick)))
      .message
  assert.match(await said('ollama/llama3.2'), /ollama serve/)
  assert.match(await said('llama_cpp/m'), /llama-server/)
  assert.match(await said('vllm/m'), /vllm serve/)
  assert.doesNotMatch(await said('openai/m', { apiKey: 'sk-secret' }), /Start/)
})

test('a truncated body is reported, streamed or not', async () => {
  const whole = clientOf([{ value: jason, cut: true }])
  const error = await failure(() => whole.client.create(quick))
  assert.ok(error instanceof IncompleteOutputError, String(error))
  assert.match(error.message, /broke in the middle.*httpRetries/)
  assert.ok(error.cause instanceof NetworkError)

  for (const model of ['openai/gpt-4o-mini', 'anthropic/claude-sonnet-4-5', 'google/gemini-2.5-flash']) {
    const streamed = clientOf([{ value: jason, cut: true, piece: 2 }], {}, model)
    const stream = streamed.client.createPartial({ ...quick, mode: 'JSON' })
    let last
    const cut = await failure(async () => {
      for await (last of stream);
    })
    assert.ok(cut instanceof IncompleteOutputError, String(cut))
    assert.match(cut.message, /broke in the middle.*httpRetries/)
    assert.ok(cut.cause instanceof NetworkError)
    assert.deepEqual(cut.lastSnapshot, last)
    assert.ok(last.name.length > 0)
  }
})

test('an interrupted stream is restarted, and the restart is reported', async () => {
  const { client, requests } = clientOf([{ value: jason, cut: true }, { value: jason }])
  const stream = client.createPartial(call)
  assert.deepEqual(await stream.final(), jason)
  assert.equal(stream.restarts, 1)
  assert.equal(requests.length, 2)
})

test('a refused key is reported with the variable it comes from', async () => {
  const { client } = clientOf([{ status: 401, body: { error: { message: 'no such key' } } }])
  const error = await failure(() => client.create(quick))
  assert.equal(
    error.message,
    'OpenAI answered 401: no such key. Check the key: `apiKey`, or OPENAI_API_KEY in the environment.',
  )
})

test('a stream without its final event is an IncompleteOutputError with the last snapshot', async () => {
  const frames = [{ role: 'assistant', content: '' }, { content: '{"name":"Jason","a' }]
  const body = frames
    .map((delta) => `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`)
    .join('')
  const { client } = clientOf([{ body, headers: { 'content-type': 'text/event-stream' } }])
  const error = await failure(() => client.createPartial({ ...quick, mode: 'JSON' }).final())
  assert.ok(error instanceof IncompleteOutputError, String(error))
  assert.deepEqual(error.lastSnapshot, { name: 'Jason' })
})

test('provider errors carry status, code, retryAfter and body, and never the key', async () => {
  const { client, requests } = clientOf([
    {
      status: 429,
      headers: { 'retry-after': '7' },
      body: { error: { message: 'Rate limit for sk-secret', code: 'rate_limit_exceeded', type: 'requests' } },
    },
  ])
  const error = await failure(() => client.create(quick))
  assert.ok(error instanceof ProviderError)
  assert.equal(error.status, 429)
  assert.equal(error.code, 'rate_limit_exceeded')
  assert.equal(error.retryAfter, 7000)
  assert.equal(requests.length, 1)
  assert.ok(!JSON.stringify({ ...error, message: error.message }).includes('sk-secret'))
})

test('HTTP retries are counted separately from reasks, and x-should-retry overrides the policy', async () => {
  const busy = { status: 503, headers: { 'retry-after-ms': '1' } }
  const { client, requests } = clientOf([busy, busy, { value: jason }])
  assert.deepEqual(await client.create({ ...call, maxRetries: 0 }), jason)
  assert.equal(requests.length, 3)
  const never = clientOf([{ status: 503, headers: { 'x-should-retry': 'false' } }])
  assert.ok((await failure(() => never.client.create(call))) instanceof ProviderError)
  assert.equal(never.requests.length, 1)
  const always = clientOf([
    { status: 400, headers: { 'x-should-retry': 'true', 'retry-after-ms': '1' } },
    { value: jason },
  ])
  assert.deepEqual(await always.client.create(call), jason)
})

test('a redirect to another origin is refused, so the key is not sent there', async () => {
  const { client, requests } = clientOf([
    { status: 307, headers: { location: 'https://evil.example/v1' }, body: '' },
    { value: jason },
  ])
  const error = await failure(() => client.create(quick))
  assert.ok(error instanceof InstructorError)
  assert.match(error.message, /another origin/)
  assert.equal(requests.length, 1)
})

test('garbage, HTML and refusals each have their own error', async () => {
  const kinds = [
    [{ garbage: true }, InstructorError, /JSON/],
    [
      { body: '<html><body>Bad gateway</body></html>', headers: { 'content-type': 'text/html' } },
      InstructorError,
      /HTML|JSON/i,
    ],
    [{ refusal: 'I will not' }, RefusalError, /I will not/],
    [{ value: jason, finish: 'length' }, IncompleteOutputError, /max_tokens|incomplete/],
    [{ text: 'Sorry?' }, InstructorRetryError, /tool/],
  ]
  for (const [reply, Class, says] of kinds) {
    const { client } = clientOf([reply])
    const error = await failure(() => client.create(quick))
    assert.ok(error instanceof Class, `${JSON.stringify(reply)}: ${error}`)
    assert.match(error.message, says)
    assert.ok(!/unreachable|panicked/.test(error.message))
  }
  const { client } = clientOf([{ text: 'Sorry?' }])
  assert.ok((await failure(() => client.create(quick))).cause instanceof ResponseParsingError)
})

test('abort rejects with the reason of the signal at any time', async () => {
  const reason = new Error('changed my mind')
  const early = clientOf([{ value: jason }])
  assert.equal(
    await failure(() => early.client.create({ ...call, signal: AbortSignal.abort(reason) })),
    reason,
  )
  assert.equal(early.requests.length, 0)

  for (const reply of [
    { value: jason, delay: 5000 },
    { status: 503, headers: { 'retry-after-ms': '5000' } },
  ]) {
    const abort = new AbortController()
    const { client } = clientOf([reply])
    setTimeout(() => abort.abort(reason), 20)
    assert.equal(await failure(() => client.create({ ...call, signal: abort.signal })), reason)
  }
  const own = new AbortController()
  const { client } = clientOf([{ value: jason, delay: 5000 }], { signal: own.signal })
  setTimeout(() => own.abort(), 20)
  assert.equal((await failure(() => client.create(call))).name, 'AbortError')
})

test('a timeout covers the whole call, of the client or of one call', async () => {
  for (const [options, params] of [
    [{ timeout: 30 }, {}],
    [{ timeout: 60_000 }, { timeout: 30 }],
  ]) {
    const { client } = clientOf([{ value: jason, delay: 5000 }], options)
    const error = await failure(() => client.create({ ...call, ...params }))
    assert.ok(error instanceof TimeoutError, String(error))
    assert.match(error.message, /30/)
  }
})

test('a token budget stops reasks, and a valid answer is returned even above it', async () => {
  const bad = { value: { name: 1 }, usage: { input: 80, output: 40 } }
  const { client, requests } = clientOf([bad, bad])
  const error = await failure(() => client.create({ ...call, budget: 100 }))
  assert.equal(error.name, 'BudgetExceededError')
  assert.equal(requests.length, 1)
  const fine = clientOf([{ value: jason, usage: { input: 500 } }])
  assert.deepEqual(await fine.client.create({ ...call, budget: 100 }), jason)
})

test('errors thrown by a validator or by fetch are kept as the cause', async () => {
  const boom = new Error('validator broke')
  const Model = {
    '~standard': {
      version: 1,
      vendor: 'own',
      validate: () => {
        throw boom
      },
      jsonSchema: { input: () => ({ type: 'object', properties: { a: { type: 'string' } } }) },
    },
  }
  const { client } = clientOf([{ value: { a: 'x' } }])
  assert.equal(await failure(() => client.create({ responseModel: Model, messages })), boom)
  const offline = clientOf([{ fail: new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } }) }])
  const error = await failure(() => offline.client.create(quick))
  assert.ok(error instanceof NetworkError)
  assert.match(error.message, /ENOTFOUND/)
})

test('errors are distinguished by isInstance and by name, which is printed', async () => {
  const { client } = clientOf([{ status: 401 }])
  const error = await failure(() => client.create(quick))
  assert.ok(ProviderError.isInstance(error))
  assert.ok(InstructorError.isInstance(error))
  assert.ok(!NetworkError.isInstance(error))
  assert.equal(Object.prototype.toString.call(error), '[object Error]')
  assert.match(error.stack, /^ProviderError: /)
  assert.match(error.message, /401|key/i)
})

test('deprecated modes are accepted, with one warning each', async () => {
  const said = await warnings(async () => {
    clientOf([], { mode: 'FUNCTIONS' })
    clientOf([], { mode: 'FUNCTIONS' })
    const { client } = clientOf([{ value: jason }])
    await client.create({ ...call, mode: 'FUNCTIONS' })
    client.buildRequest({ ...call, mode: 'JSON_O1' })
    client.createPartial({ ...call, mode: 'JSON_O1' })
  })
  assert.equal(said.length, 2)
  assert.match(said[0], /FUNCTIONS.*deprecated/)
  assert.match(said[1], /JSON_O1.*deprecated/)
})

test('hostile nesting in an answer is an error, not a crash, and the client still works', async () => {
  const deep = '['.repeat(100_000)
  const { client } = clientOf([{ text: deep }, { text: deep }, { value: jason }])
  const Any = z.object({ a: z.unknown() })
  assert.ok((await failure(() => client.create({ ...quick, responseModel: Any }))) instanceof InstructorError)
  assert.ok(
    (await failure(() => client.createPartial({ ...quick, responseModel: Any }).final())) instanceof
      InstructorError,
  )
  assert.deepEqual(await client.create(call), jason)
})

test("a failed connection has fetch's error as its cause, in the error, in hooks and in a policy", async () => {
  const refused = new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })
  const heard = []
  const hooks = { 'completion:error': (error) => heard.push(error.cause) }
  const { client } = clientOf([{ fail: refused }, { fail: refused }], { hooks, httpRetries: 0 })
  assert.equal((await failure(() => client.create(call))).cause, refused)
  const maxRetries = { attempts: 1, retryOn: (error) => Boolean(heard.push(error.cause)) }
  const given = await failure(() => client.create({ ...call, maxRetries }))
  assert.equal(NetworkError.isInstance(given) ? given.cause : given.cause.cause, refused)
  assert.ok(heard.length > 1 && heard.every((cause) => cause === refused))
  const cut = clientOf([{ value: jason, cut: 30 }], { httpRetries: 0 })
  assert.equal((await failure(() => cut.client.create(call))).cause.cause.message, 'terminated')
  const telling = clientOf([{ fail: new Error('no way to https://u:sk-secret-1234@h') }], {
    apiKey: 'sk-secret-1234',
    httpRetries: 0,
  })
  assert.doesNotMatch((await failure(() => telling.client.create(call))).cause.message, /sk-secret-1234/)
})

test("slow functions of the app end with the call's timeout or abort", async () => {
  const never = () => new Promise(() => {})
  const Slow = {
    '~standard': {
      version: 1,
      vendor: 'own',
      validate: never,
      jsonSchema: { input: () => ({ type: 'object', properties: { a: { type: 'string' } } }) },
    },
  }
  const slow = [
    [{}, { responseModel: Slow }],
    [{ apiKey: never }, {}],
    [{ cache: { get: never, set: never } }, {}],
    [{}, { responseModel: Slow, maxRetries: { attempts: 2, retryOn: never } }],
  ]
  const model = 'bedrock/anthropic.claude-sonnet-4-5'
  for (const [options, more, id] of [
    ...slow,
    [{ region: never, accessKeyId: 'a', secretAccessKey: 'b', apiKey: undefined }, {}, model],
    [{ credentials: never, apiKey: undefined }, {}, model],
  ])
    for (const how of ['create', 'createPartial']) {
      const run = async (params) => {
        const { client } = clientOf([{ value: { a: 1 } }], options, id)
        const given = { ...call, ...more, ...params }
        return how === 'create' ? client.create(given) : client.createPartial(given).final()
      }
      if (how === 'createPartial' && options.cache) continue
      const late = await failure(() => run({ timeout: 20 }))
      assert.ok(late instanceof TimeoutError, `${how} ${Object.keys({ ...options, ...more })}: ${late}`)
      const reason = new Error('enough')
      const controller = new AbortController()
      setTimeout(() => controller.abort(reason), 5)
      assert.equal(await failure(() => run({ signal: controller.signal })), reason)
      assert.equal(await failure(() => run({ signal: AbortSignal.abort(reason) })), reason)
    }
})

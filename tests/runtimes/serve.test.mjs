/** `serve` of `instructor-wasm/server`: what a page can request, and what is refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError, iterable, ProviderError, readPartial } from 'instructor-wasm'
import { serve } from 'instructor-wasm/server'
import * as z from 'zod'
import { all, clientOf, failure, jason, User } from './support.mjs'

const URL = 'https://app.example.com/api'
const Topic = z.object({ topic: z.string().min(2).max(20) })
const models = {
  user: { responseModel: User, input: Topic, prompt: ({ topic }) => `Extract: ${topic}`, maxTokens: 99 },
}

/** A request with a JSON body. */
const post = (body, init = {}) =>
  new Request(URL, {
    method: 'POST',
    body: typeof body === 'string' || body instanceof ReadableStream ? body : JSON.stringify(body),
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers },
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  })
const good = { model: 'user', input: { topic: 'Jason' } }

/** A handler whose provider returns Jason. */
function handler(options = {}, script = Array(4).fill({ value: jason })) {
  const { client, requests } = clientOf(script)
  return { handle: serve({ client, models, ...options }), requests }
}

/** The status and the code of a refusal. */
async function refusal(handle, request, ...more) {
  const response = await handle(request, ...more)
  assert.match(response.headers.get('content-type'), /application\/json/)
  const { error } = await response.json()
  assert.equal(typeof error.message, 'string')
  return [response.status, error.code]
}

/** Console errors during `run`. */
async function logged(run) {
  const lines = []
  const own = console.error
  console.error = (...args) => lines.push(args.map(String).join(' '))
  try {
    await run()
  } finally {
    console.error = own
  }
  return lines
}

test('a page names a model and its input; prompt, schema and parameters are those of the server', async () => {
  const { handle, requests } = handler()
  const response = await handle(post(good))
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('x-accel-buffering'), 'no')
  const stream = readPartial(response, User)
  assert.deepEqual(await stream.final(), jason)
  assert.equal(requests[0].body.messages.at(-1).content, 'Extract: Jason')
  assert.equal(requests[0].body.max_tokens ?? requests[0].body.max_completion_tokens, 99)
  // The only model needs no name.
  assert.deepEqual(await readPartial(handle(post({ input: { topic: 'Jo' } })), User).final(), jason)
})

test('a list is relayed element by element, and messages may be the prompt', async () => {
  const { handle, requests } = handler(
    {
      models: {
        users: {
          responseModel: iterable(User),
          prompt: (input) => [{ role: 'user', content: `In: ${input}` }],
        },
      },
    },
    [{ value: { tasks: [jason, jason] } }],
  )
  const stream = readPartial(handle(post({ model: 'users', input: 'text' })), iterable(User))
  assert.deepEqual(await all(stream), [jason, jason])
  assert.equal(requests[0].body.messages.at(-1).content, 'In: text')
})

test('the input is passed on as the schema returns it; problems are named with their paths', async () => {
  const Trimmed = z.object({ topic: z.string().transform((text) => text.trim()) })
  const { handle, requests } = handler({ models: { user: { ...models.user, input: Trimmed } } })
  await readPartial(handle(post({ input: { topic: '  Ann ', other: 1 } }))).final()
  assert.equal(requests[0].body.messages.at(-1).content, 'Extract: Ann')
  const strict = handler()
  const response = await strict.handle(post({ input: { topic: 'x' } }))
  assert.equal(response.status, 400)
  const { error } = await response.json()
  assert.equal(error.code, 'invalid_input')
  assert.deepEqual(error.issues[0].path, ['topic'])
  const parse = handler({
    models: {
      user: {
        responseModel: User,
        input: (given) => {
          if (typeof given !== 'string') throw new Error('a text is needed')
          return given
        },
        prompt: (text) => text,
      },
    },
  })
  assert.deepEqual(await refusal(parse.handle, post({ input: 4 })), [400, 'invalid_input'])
  assert.deepEqual(await readPartial(parse.handle(post({ input: 'x' }))).final(), jason)
  assert.equal(strict.requests.length, 0)
})

test('hostile requests are refused before anything is sent to the provider', async () => {
  const { handle, requests } = handler({ maxBodyBytes: 1000 })
  const nested = `{"input":${'['.repeat(400)}${']'.repeat(400)}}`
  const cases = [
    [new Request(URL), 405, 'method_not_allowed'],
    [new Request(URL, { method: 'OPTIONS' }), 405, 'method_not_allowed'],
    [post(good, { method: 'PUT' }), 405, 'method_not_allowed'],
    [post(good, { headers: { 'content-type': 'text/plain' } }), 415, 'unsupported_media_type'],
    [post(good, { headers: { 'content-type': 'application/jsonp' } }), 415, 'unsupported_media_type'],
    [post('{'), 400, 'invalid_request'],
    [post(''), 400, 'invalid_request'],
    [post('[]'), 400, 'invalid_request'],
    [post('null'), 400, 'invalid_request'],
    [post(nested), 400, 'invalid_request'],
    [post({ ...good, model: 4 }), 400, 'invalid_request'],
    [post({ ...good, responseModel: { type: 'object' } }), 400, 'invalid_request'],
    [post({ ...good, messages: [{ role: 'user', content: 'poem' }] }), 400, 'invalid_request'],
    [post('{"model":"user","__proto__":{"input":1}}'), 400, 'invalid_request'],
    [post({ model: 'admin' }), 404, 'unknown_model'],
    [post({ model: '' }), 404, 'unknown_model'],
    [post({ model: '__proto__', input: {} }), 404, 'unknown_model'],
    [post({ model: 'constructor', input: {} }), 404, 'unknown_model'],
    [post({ model: 'toString', input: {} }), 404, 'unknown_model'],
    [post({ model: 'user' }), 400, 'invalid_input'],
    [post({ model: 'user', input: { topic: ['x', 'y'] } }), 400, 'invalid_input'],
    [post({ model: 'user', input: { topic: 'x'.repeat(2000) } }), 413, 'too_large'],
    [post({ resume: { id: '../secret', position: '' } }), 404, 'unknown_stream'],
    [post({ resume: 'x' }), 400, 'invalid_request'],
    [post({ cancel: { id: 'x' } }), 404, 'unknown_stream'],
  ]
  for (const [request, status, code] of cases)
    assert.deepEqual(await refusal(handle, request), [status, code], `${request.method} ${code}`)
  assert.equal(requests.length, 0)
})

test('a body without an end or with bytes that are not text is refused at its limit', async () => {
  const { handle } = handler({ maxBodyBytes: 5000 })
  let sent = 0
  let cancelled = false
  const endless = new ReadableStream({
    pull(controller) {
      sent += 1000
      controller.enqueue(new Uint8Array(1000).fill(32))
    },
    cancel() {
      cancelled = true
    },
  })
  assert.deepEqual(await refusal(handle, post(endless)), [413, 'too_large'])
  assert.ok(cancelled && sent < 20_000)
  const bytes = new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array([123, 255, 254, 125]))
      controller.close()
    },
  })
  assert.deepEqual(await refusal(handle, post(bytes)), [400, 'invalid_request'])
})

test('authorize decides first: 401, 403, its own response, and a user that prompts receive', async () => {
  const seen = []
  const results = { none: undefined, null: null, no: false, 401: 401, 403: 403 }
  for (const [name, result] of Object.entries(results)) {
    const { handle, requests } = handler({ authorize: () => result })
    // The body is not read.
    const [status] = await refusal(handle, post('{'))
    assert.equal(status, name === 'no' || name === '403' ? 403 : 401, name)
    assert.equal(requests.length, 0)
  }
  const own = handler({
    authorize: async () => new Response('log in', { status: 401, headers: { 'x-own': '1' } }),
  })
  assert.equal((await own.handle(post(good))).headers.get('x-own'), '1')
  const { handle } = handler({
    authorize: (request, { env }) => request.headers.get('authorization') === env.TOKEN && { name: 'Ann' },
    models: {
      user: {
        responseModel: User,
        prompt: (_, context) => {
          seen.push(context.auth)
          return 'x'
        },
      },
    },
  })
  const env = { TOKEN: 'Bearer t' }
  assert.deepEqual(await refusal(handle, post({}), env), [403, 'forbidden'])
  await readPartial(handle(post({}, { headers: { authorization: 'Bearer t' } }), env)).final()
  assert.deepEqual(seen, [{ name: 'Ann' }])
  const broken = handler({
    authorize: () => {
      throw new Error('database at 10.0.0.1 is down')
    },
  })
  const lines = await logged(async () => {
    const response = await broken.handle(post(good))
    assert.equal(response.status, 500)
    assert.ok(!(await response.text()).includes('10.0.0.1'))
  })
  assert.match(lines.join(), /10\.0\.0\.1/)
  assert.equal(broken.requests.length, 0)
})

test('rateLimit leads to 429 and retry-after, which the page gets as an error', async () => {
  for (const [result, seconds] of [
    [false, '60'],
    [12.2, '13'],
    [{ success: false, retryAfter: 5 }, '5'],
    [{ success: false }, '60'],
    [{ success: false, retryAfter: 0 }, '0'],
  ]) {
    const { handle, requests } = handler({ rateLimit: async () => result })
    const response = await handle(post(good))
    assert.equal(response.status, 429)
    assert.equal(response.headers.get('retry-after'), seconds)
    const error = await failure(() => readPartial(response, User).final())
    assert.equal(error.status, 429)
    assert.equal(error.retryAfter, Number(seconds) * 1000)
    assert.match(error.message, /Too many requests/)
    assert.equal(requests.length, 0)
  }
  for (const result of [true, undefined, 0, { success: true }]) {
    const { handle } = handler({ rateLimit: () => result })
    assert.equal((await handle(post(good))).status, 200)
  }
  const counts = new Map()
  const { handle } = handler({
    authorize: () => 'ann',
    rateLimit: (_, { auth }) => {
      counts.set(auth, (counts.get(auth) ?? 0) + 1)
      return counts.get(auth) <= 2
    },
  })
  const statuses = []
  for (let i = 0; i < 3; i++) statuses.push((await handle(post(good))).status)
  assert.deepEqual(statuses, [200, 200, 429])
})

test('CORS: no other origin by default; listed origins get their headers, errors too', async () => {
  const origin = 'https://other.example'
  const preflight = new Request(URL, { method: 'OPTIONS', headers: { origin } })
  const closed = await handler().handle(post(good, { headers: { origin } }))
  assert.equal(closed.headers.get('access-control-allow-origin'), null)
  const { handle } = handler({ cors: { origin: [origin], credentials: true, headers: ['x-app'] } })
  const allowed = await handle(preflight)
  assert.equal(allowed.status, 204)
  assert.equal(allowed.headers.get('access-control-allow-origin'), origin)
  assert.match(allowed.headers.get('access-control-allow-headers'), /content-type.*x-app/)
  assert.equal(allowed.headers.get('access-control-allow-credentials'), 'true')
  const refused = await handle(post({ model: 'no' }, { headers: { origin } }))
  assert.equal(refused.status, 404)
  assert.equal(refused.headers.get('access-control-allow-origin'), origin)
  assert.equal(refused.headers.get('vary'), 'origin')
  const foreign = { method: 'OPTIONS', headers: { origin: 'https://evil.example' } }
  assert.equal((await handle(new Request(URL, foreign))).status, 403)
  const open = handler({ cors: true })
  const any = await open.handle(post(good, { headers: { origin } }))
  assert.equal(any.headers.get('access-control-allow-origin'), '*')
  assert.deepEqual(await readPartial(any, User).final(), jason)
})

test('failures are masked and logged on the server; onError decides otherwise', async () => {
  const secret = { error: { message: 'org-acme has no credit' } }
  const script = [{ status: 401, body: secret }]
  const lines = await logged(async () => {
    const error = await failure(() => readPartial(handler({}, script).handle(post(good))).final())
    assert.ok(error instanceof ProviderError)
    assert.equal(error.status, 401)
    assert.ok(!error.message.includes('acme'))
  })
  assert.match(lines.join(), /acme/)
  const told = handler(
    { onError: (error) => (error instanceof ProviderError ? 'Ask the administrator.' : undefined) },
    script,
  )
  assert.match((await failure(() => readPartial(told.handle(post(good))).final())).message, /administrator/)
  const broken = {
    models: {
      user: {
        responseModel: User,
        prompt: () => {
          throw new Error('cannot read /etc/app')
        },
      },
    },
  }
  const silent = await logged(async () => {
    const seen = []
    const { handle } = handler({ ...broken, onError: (error) => void seen.push(error.message) })
    const response = await handle(post({}))
    assert.equal(response.status, 500)
    assert.ok(!(await response.text()).includes('/etc'))
    assert.deepEqual(seen, ['cannot read /etc/app'])
  })
  assert.deepEqual(silent, [])
})

test('a function creates the client once for each env, and again after a failure', async () => {
  const made = []
  const { client } = clientOf(Array(4).fill({ value: jason }))
  const handle = serve({
    client: (env) => {
      made.push(env)
      if (env.broken) throw new Error('no key sk-abc')
      return client
    },
    models,
  })
  const env = { OPENAI_API_KEY: 'sk-1' }
  for (let i = 0; i < 2; i++) assert.equal((await handle(post(good), env)).status, 200)
  assert.deepEqual(made, [env])
  const bad = { broken: true }
  await logged(async () => {
    for (let i = 0; i < 2; i++) {
      const response = await handle(post(good), bad)
      assert.equal(response.status, 500)
      assert.ok(!(await response.text()).includes('sk-abc'))
    }
  })
  assert.equal(made.length, 3)
})

test('a page that leaves cancels the request to the provider', async () => {
  const { handle, requests } = handler({}, [{ value: jason, pace: 5, piece: 1 }])
  const stream = readPartial(handle(post(good)), User)
  for await (const _ of stream) break
  await new Promise((done) => setTimeout(done, 30))
  assert.equal(requests[0].state.cancelled, true)
})

test('wrong options are a ConfigurationError with the name of the option', () => {
  const { client } = clientOf([])
  const cases = {
    client: { models },
    models: { client, models: {} },
    responseModel: { client, models: { a: { prompt: 'x' } } },
    prompt: { client, models: { a: { responseModel: User } } },
    input: { client, models: { a: { responseModel: User, prompt: 'x', input: { type: 'string' } } } },
    authorize: { client, models, authorize: 'token' },
    maxBodyBytes: { client, models, maxBodyBytes: '1 MB' },
    cors: { client, models, cors: 'example.com' },
    store: { client, models, resume: { store: {} } },
  }
  for (const [parameter, options] of Object.entries(cases))
    assert.throws(
      () => serve(options),
      (error) => error instanceof ConfigurationError && error.parameter === parameter,
      parameter,
    )
  assert.throws(() => serve({ client, models, cors: { origin: '*', credentials: true } }), ConfigurationError)
})

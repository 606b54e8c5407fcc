/** Keys and tokens never appear in errors, events or the client itself, whatever their source. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime'
import { fromBedrock, fromOpenAI, fromProvider, HookName } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import OpenAI from 'openai'
import { failure, messages, User } from './support.mjs'

const aws = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'aws-secret-1234',
  sessionToken: 'aws-session-123',
}
const openai = (options) => (fetch) => fromProvider('openai/gpt-4o', { env: {}, fetch, ...options })
const cases = {
  'a key': [openai({ apiKey: 'sk-static-12345' }), ['sk-static-12345']],
  'a key under its other name': [openai({ api_key: 'sk-snake-12345' }), ['sk-snake-12345']],
  'a key of the environment': [openai({ env: { OPENAI_API_KEY: 'sk-env-12345' } }), ['sk-env-12345']],
  'a key from a function': [openai({ apiKey: async () => 'sk-late-12345' }), ['sk-late-12345']],
  'keys in headers': [
    openai({
      apiKey: 'k',
      headers: { authorization: 'Bearer token-in-header', 'x-api-key': 'key-in-header' },
    }),
    ['token-in-header', 'key-in-header'],
  ],
  'a password in the address': [
    openai({ apiKey: 'k', baseURL: 'https://me:secret-word@proxy.example/v1' }),
    ['secret-word'],
  ],
  'static AWS keys': [
    (fetch) => fromProvider('bedrock/m', { ...aws, env: {}, fetch }),
    [aws.secretAccessKey, aws.sessionToken],
  ],
  'AWS keys from a function': [
    (fetch) => fromProvider('bedrock/m', { credentials: async () => aws, env: {}, fetch }),
    [aws.secretAccessKey, aws.sessionToken],
  ],
  'a Google token from a function': [
    (fetch) =>
      fromProvider('vertexai/g', {
        accessToken: async () => 'ya29.late-token',
        project: 'p',
        env: {},
        fetch,
      }),
    ['ya29.late-token'],
  ],
  "the key of an SDK's client": [
    (fetch) => fromOpenAI(new OpenAI({ apiKey: 'sk-of-the-sdk', fetch }), { model: 'gpt-4o', env: {} }),
    ['sk-of-the-sdk'],
  ],
  "the token of an SDK's client": [
    (fetch) =>
      fromBedrock(
        new BedrockRuntimeClient({
          region: 'us-east-1',
          token: { token: 'bedrock-api-key' },
          authSchemePreference: ['httpBearerAuth'],
          credentials: aws,
        }),
        { model: 'm', env: {}, fetch },
      ),
    ['bedrock-api-key'],
  ],
}

for (const [what, [make, secrets]] of Object.entries(cases))
  test(`${what} is never shown, whatever the server and the network return`, async () => {
    const loud = { status: 401, body: { error: { message: `wrong: ${secrets.join(' ')}` } } }
    const broken = { fail: new Error(`no way to send ${secrets.join(' ')}`) }
    const { fetch } = scripted([loud, broken, { value: { name: 5 } }, loud])
    const client = make(fetch)
    const heard = []
    for (const name of Object.values(HookName))
      client.on(name, (...args) => heard.push(inspect(args, { depth: 20 })))
    const call = { responseModel: User, messages, maxRetries: 0, httpRetries: 0 }
    const errors = []
    for (let i = 0; i < 3; i++) errors.push(await failure(() => client.create(call)))
    errors.push(await failure(() => client.createPartial(call).final()))
    assert.match(errors[0].message, /redacted/)
    const said = [
      ...errors.map((error) => inspect(error, { depth: 20 })),
      ...heard,
      inspect(client, { depth: 9 }),
    ]
    said.push(...errors.map((error) => JSON.stringify(error)))
    for (const text of said) for (const secret of secrets) assert.ok(!text.includes(secret), text)
  })

test('a base URL with a query is refused, since paths are appended to it', () => {
  assert.throws(() => openai({ apiKey: 'k', baseURL: 'https://h.example/v1?key=abc' })(fetch), {
    name: 'ConfigurationError',
    message: /baseURL.*query/,
  })
})

const KEY = 'mistral-key-without-a-prefix-0123456789'

test('a key in the wrong place is not quoted', async () => {
  const wrong = [
    () => fromProvider('openai/x', KEY),
    () => fromOpenAI(KEY),
    () => fromProvider('openai/x', { apiKey: 'k', fetch: KEY }),
    () => fromProvider('openai/x', { apiKey: 'k', headers: KEY }),
    () => fromProvider('openai/x', { apiKey: 'k', maxRetries: KEY }),
    () => fromProvider('openai/x', { apiKey: 'k', env: KEY }),
    () => fromProvider('openai/x', { apiKey: 'k' }).create({ responseModel: KEY, messages }),
    () => fromProvider('openai/x', { apiKey: 'k' }).create(KEY),
    () => fromProvider('openai/x', { apiKey: 'k' }).create({ responseModel: User, messages: KEY }),
    () => fromProvider('openai/x', { apiKey: 'k' }).parseResponse({ responseModel: User, messages }, KEY),
  ]
  for (const run of wrong) {
    const error = await failure(async () => run())
    assert.equal(error.name, 'ConfigurationError')
    assert.ok(!inspect(error, { depth: 9 }).includes(KEY), error.message)
  }
})

/** Everything an HTTP client may throw, with the key somewhere in it. */
const thrown = {
  'a cause of a cause': new TypeError('fetch failed', {
    cause: new Error('a', { cause: new Error(`b ${KEY}`) }),
  }),
  'the configuration of a request': Object.assign(new Error('Network Error'), {
    code: 'ECONNRESET',
    config: { url: 'x', headers: { Authorization: `Bearer ${KEY}` } },
  }),
  'a request object': Object.assign(new Error('failed'), {
    request: new Request('https://a.example', { headers: { authorization: `Bearer ${KEY}` } }),
  }),
  'a Headers': Object.assign(new Error('failed'), { sent: new Headers({ 'x-api-key': KEY }) }),
  'a map': Object.assign(new Error('failed'), { sent: new Map([['x-api-key', KEY]]) }),
  'a hidden property': Object.defineProperty(new Error('failed'), 'sent', { value: { key: KEY } }),
  'a symbol': Object.assign(new Error('failed'), { [Symbol('state')]: { key: KEY } }),
  'a getter': Object.defineProperty(new Error('failed'), 'sent', { get: () => KEY, enumerable: true }),
  'several errors': new AggregateError([new Error('one'), new Error(`two ${KEY}`)], 'all failed'),
  'the name': Object.assign(new Error('failed'), { name: KEY }),
  'an object': { status: 0, detail: { authorization: KEY } },
  'a string': `could not send ${KEY}`,
  'a class without a prototype of Error': new (class Sent {
    key = KEY
  })(),
}
const loop = new Error('failed')
Object.assign(loop, { self: loop, list: [loop, { sent: KEY }] })
thrown['a circle'] = loop

for (const [what, given] of Object.entries(thrown))
  test(`what fetch throws holds no key as a cause: ${what}`, async () => {
    const heard = []
    const client = fromProvider('openai/gpt-4o', {
      apiKey: KEY,
      env: {},
      fetch: () => Promise.reject(given),
      hooks: { 'completion:error': (error) => heard.push(error) },
    })
    const call = { responseModel: User, messages, httpRetries: 0 }
    const errors = [
      await failure(() => client.create(call)),
      await failure(() => client.createPartial(call).final()),
      await failure(() =>
        client.create({ ...call, maxRetries: { retryOn: (error) => void heard.push(error) } }),
      ),
      ...heard,
    ]
    assert.ok(errors.length > 4)
    for (const error of errors) {
      const shown = inspect(error, { depth: 30, showHidden: true, getters: true })
      assert.ok(!shown.includes(KEY), shown)
      assert.ok(!JSON.stringify(error).includes(KEY))
    }
  })

test('a cause without secrets is the thrown error itself, and a copy keeps plain data', async () => {
  const cause = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND', errno: -3008 })
  const plain = new TypeError('fetch failed', { cause })
  const of = async (error) =>
    (
      await failure(() =>
        openai({ apiKey: KEY })(() => Promise.reject(error)).create({
          responseModel: User,
          messages,
          httpRetries: 0,
        }),
      )
    ).cause
  assert.equal(await of(plain), plain)
  const copied = await of(
    Object.assign(new TypeError(`no ${KEY}`, { cause }), { code: 'E1', config: { key: KEY } }),
  )
  assert.deepEqual([copied.name, copied.message, copied.code], ['TypeError', 'no [redacted]', 'E1'])
  assert.equal(copied.cause.code, 'ENOTFOUND')
  assert.equal(copied.config, undefined)
})

test('errors thrown by functions of the app are reported without the key', async () => {
  const fail = async () => {
    throw new Error(`no token for ${KEY}`, { cause: { config: { key: KEY } } })
  }
  const secret = { headers: { 'x-api-key': KEY } }
  for (const [model, options] of [
    ['openai/gpt-4o', { apiKey: fail }],
    ['bedrock/m', { credentials: fail }],
    ['bedrock/m', { ...aws, region: fail }],
  ]) {
    const client = fromProvider(model, { env: {}, fetch, ...secret, ...options })
    const error = await failure(() => client.create({ responseModel: User, messages }))
    assert.equal(error.name, 'ConfigurationError')
    assert.match(error.message, /no token for \[redacted\]/)
    assert.ok(!inspect(error, { depth: 9 }).includes(KEY))
  }
})

test("a user and a short password in a URL are not shown, whatever the URL's source", async () => {
  const address = 'https://me:pw1@proxy.example/v1'
  const cases = [
    ['openai/gpt-4o', { baseURL: address }],
    ['openai/gpt-4o', { base_url: address }],
    ['openai/gpt-4o', { env: { OPENAI_BASE_URL: address } }],
    ['azure_openai/dep', { azureEndpoint: address }],
  ]
  for (const [model, options] of cases) {
    let headers
    const fetch = async (_, init) => {
      headers = init.headers
      throw new TypeError('fetch failed')
    }
    const client = fromProvider(model, { apiKey: 'k', env: {}, fetch, ...options })
    assert.match(client.baseURL, /^https:\/\/proxy\.example/)
    const error = await failure(() => client.create({ responseModel: User, messages, httpRetries: 0 }))
    // fetch refuses this URL, so they are sent as a header.
    assert.equal(headers.authorization, `Basic ${btoa('me:pw1')}`)
    assert.doesNotMatch(inspect(error, { depth: 9 }), /pw1/)
  }
})

test('the header made from a user in a URL is not shown when the server repeats it', async () => {
  const given = {
    'https://me:pw1@proxy.example/v1': 'me:pw1',
    'https://m%40e:p%2Fw%3A1@proxy.example/v1': 'm@e:p/w:1',
    'https://someone@proxy.example/v1': 'someone',
    'https://me:p%C3%A4ss@proxy.example/v1': 'me:p\u00c3\u00a4ss',
    'https://me:half%zz-escaped@proxy.example/v1': 'me:half%zz-escaped',
    // Its base64 alone could be a word of a message.
    'https://a:b@proxy.example/v1': 'a:b',
  }
  for (const [address, user] of Object.entries(given))
    for (const options of [{ baseURL: address }, { env: { OPENAI_BASE_URL: address } }]) {
      let sent
      const fetch = async (_, init) => {
        sent = init.headers.authorization
        const [, alone] = sent.split(' ')
        const said = { error: { message: `wrong: ${sent}; ${user === 'a:b' ? sent : alone}`, seen: [sent] } }
        return new Response(JSON.stringify(said), { status: 401 })
      }
      const client = fromProvider('openai/gpt-4o', { apiKey: 'k', env: {}, fetch, ...options })
      const error = await failure(() => client.create({ responseModel: User, messages, httpRetries: 0 }))
      assert.equal(sent, `Basic ${btoa(user)}`)
      assert.match(error.message, /wrong: \[redacted\]; \[redacted\]/)
      for (const text of [inspect(error, { depth: 20 }), JSON.stringify(error)])
        assert.ok(!text.includes(btoa(user)), text)
    }
})

test('the JSON of an error has name, message and properties, and the causes in the same form', async () => {
  const { fetch } = scripted([
    { value: { name: 5 } },
    { status: 429, body: { error: { message: 'slow down' } } },
  ])
  const client = openai({ apiKey: KEY })(fetch)
  const call = { responseModel: User, messages, maxRetries: 0, httpRetries: 0 }
  const first = JSON.parse(JSON.stringify(await failure(() => client.create(call))))
  assert.equal(first.name, 'InstructorRetryError')
  assert.match(first.message, /No valid answer after 1 attempt/)
  assert.equal(first.nAttempts, 1)
  assert.equal(first.cause.name, 'ValidationError')
  assert.ok(first.cause.issues.length > 0)
  assert.equal(first.attempts[0].error.name, 'ValidationError')
  const second = JSON.parse(JSON.stringify({ error: await failure(() => client.create(call)) })).error
  assert.deepEqual([second.name, second.status], ['ProviderError', 429])
})

test('a token in the headers of a call is not repeated in its error, however many came before', async () => {
  const echo = (_, init) =>
    Promise.resolve(
      Response.json({ error: { message: `bad ${init.headers['x-user-token']}` } }, { status: 401 }),
    )
  const client = fromProvider('openai/gpt-4o', { apiKey: 'k', env: {}, fetch: echo })
  for (let i = 0; i < 600; i++) {
    const token = `token-of-user-${i}`
    const error = await failure(() =>
      client.create({ responseModel: User, messages, extraHeaders: { 'X-User-Token': token } }),
    )
    assert.match(error.message, /bad \[redacted\]/)
  }
})

/** Arbitrary values in place of the expected ones: the call works or reports the mistake. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError, fromProvider, InstructorError } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import { clientOf, failure, jason, messages, User, warnings } from './support.mjs'

const circle = {}
circle.self = circle
/** Common mistakes: unset variables, wrong types, values that JSON cannot represent. */
const odd = {
  undefined: undefined,
  null: null,
  zero: 0,
  negative: -1,
  NaN: Number.NaN,
  infinite: Number.POSITIVE_INFINITY,
  fraction: 1.5,
  bigint: 10n,
  'empty string': '',
  string: 'text',
  'cut string': 'half an emoji: \ud83d',
  true: true,
  false: false,
  'empty array': [],
  'array of null': [null],
  object: {},
  function: () => 1,
  symbol: Symbol('s'),
  date: new Date(0),
  circle,
  'object with __proto__': JSON.parse('{"__proto__":{"x":1}}'),
  'object without prototype': Object.create(null),
  map: new Map(),
  bytes: new Uint8Array(3),
}

/** Runs it; a failure must be an error of this package with a message, and not a defect of the core. */
async function sound(what, run) {
  try {
    await run()
  } catch (error) {
    assert.ok(error instanceof InstructorError, `${what}: ${error?.stack ?? error}`)
    assert.doesNotMatch(error.message, /defect of instructor-wasm/, what)
    assert.ok(error.message.length > 15, `${what}: ${error.message}`)
  }
}

const MODELS = ['openai/gpt-4o-mini', 'anthropic/claude-sonnet-4-5', 'google/gemini-2.5-flash']
const answering = () => scripted(Array.from({ length: 4 }, () => ({ value: jason }))).fetch
const settings = () => ({ apiKey: 'k', env: {}, fetch: answering(), httpRetries: 0, timeout: 1000 })
const quiet = { responseModel: User, messages, maxRetries: 0 }

const OPTIONS =
  'apiKey baseURL fetch headers mode timeout maxRetries httpRetries cache hooks env signal organization project ' +
  'temperature maxTokens stop seed region credentials accessToken apiVersion azureEndpoint vertexai location custom'
test('any option of fromProvider may have any value', async () => {
  for (const option of OPTIONS.split(' '))
    for (const [name, value] of Object.entries(odd))
      for (const model of MODELS)
        if (option !== 'fetch' || typeof value === 'function')
          await sound(`${option}: ${name}, ${model}`, () =>
            fromProvider(model, { ...settings(), [option]: value }).create(quiet),
          )
})

const PARAMETERS =
  'responseModel messages prompt maxRetries context strict mode hooks signal timeout cache budget validate ' +
  'temperature maxTokens stop model httpRetries autodetect every stream tools tool_choice response_format'
test('any parameter of a call may have any value, streamed or not', async () => {
  for (const parameter of PARAMETERS.split(' '))
    for (const [name, value] of Object.entries(odd))
      for (const model of MODELS) {
        const client = fromProvider(model, settings())
        const call = { ...quiet, [parameter]: value }
        await sound(`create, ${parameter}: ${name}, ${model}`, () => client.create(call))
        await sound(`createPartial, ${parameter}: ${name}, ${model}`, () =>
          client.createPartial(call).final(),
        )
        await sound(`buildRequest, ${parameter}: ${name}, ${model}`, () => client.buildRequest(call))
      }
})

test('any field of a message or a part may have any value', async () => {
  const ask = (model, message) =>
    fromProvider(model, settings()).create({
      ...quiet,
      messages: [{ role: 'user', content: 'x', ...message }],
    })
  for (const [name, value] of Object.entries(odd))
    for (const model of MODELS) {
      for (const field of ['role', 'content', 'tool_calls', 'tool_call_id'])
        await sound(`${field}: ${name}, ${model}`, () => ask(model, { [field]: value }))
      for (const type of ['text', 'image', 'audio', 'document', 'image_url', 'file', 'unheard-of'])
        for (const field of ['type', 'text', 'source', 'image_url', 'file', 'mediaType'])
          await sound(`${type}.${field}: ${name}, ${model}`, () =>
            ask(model, { content: [{ type, [field]: value }] }),
          )
    }
})

test('a text part without text is reported with its path', async () => {
  const { client, requests } = clientOf([])
  for (const part of [{ type: 'text' }, { type: 'text', text: 5 }, { type: 'text', text: null }]) {
    const error = await failure(() =>
      client.create({ ...quiet, messages: [{ role: 'user', content: [part] }] }),
    )
    assert.ok(error instanceof ConfigurationError, String(error))
    assert.match(error.message, /messages\[0\]\.content\[0\]\.text must be a string/)
  }
  assert.equal(requests.length, 0)
})

test('text cut inside an emoji is sent with the half replaced; a backslash is unchanged', async () => {
  const { client, requests } = clientOf([{ value: jason }])
  const text = '👍 \ud83d x \udc4d\ud83d \\ud83d \\\ud83d'
  await client.create({ ...quiet, messages: [{ role: 'user', content: text }] })
  assert.equal(requests[0].body.messages[0].content, '👍 \ufffd x \ufffd\ufffd \\ud83d \\\ufffd')
})

test('a value that is not a number is reported, not sent as null', async () => {
  const { client, requests } = clientOf([])
  for (const temperature of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const error = await failure(() => client.create({ ...quiet, temperature }))
    assert.ok(error instanceof ConfigurationError, String(error))
    assert.match(error.message, /^temperature is/)
  }
  assert.equal(requests.length, 0)
})

test("an error in a function of the app ends the call at once with the function's name", async () => {
  const cases = [
    [{ fetch: () => undefined }, /fetch must return a Response; it returned undefined/],
    [{ fetch: async () => ({ ok: true, json: async () => ({}) }) }, /fetch must return a Response/],
    [{ apiKey: async () => undefined }, /key function must return a non-empty string/],
    [
      {
        apiKey: async () => {
          throw new Error('the vault is shut')
        },
      },
      /key function failed: the vault is shut/,
    ],
  ]
  for (const [options, says] of cases)
    for (const run of [
      (client) => client.create({ responseModel: User, messages }),
      (client) => client.createPartial({ responseModel: User, messages }).final(),
    ]) {
      const { client, requests } = clientOf([], options)
      const error = await failure(() => run(client))
      assert.ok(error instanceof ConfigurationError, String(error))
      assert.match(error.message, says)
      assert.equal(requests.length, 0)
    }
})

test('a handler that adds a value that JSON cannot represent causes a warning, and the request is sent unchanged', async () => {
  const { client, requests } = clientOf([{ value: jason }])
  client.on('completion:kwargs', (request) => {
    request.seed = 1n
  })
  const said = await warnings(async () => assert.deepEqual(await client.create(quiet), jason))
  assert.equal(said.length, 1)
  assert.match(said[0], /completion:kwargs/)
  assert.equal(requests[0].body.seed, undefined)
})

test('an option of a wrong type is reported by name, for the client and for a call, and nothing is sent', async () => {
  const wrong = {
    maxRetries: [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      () => 3,
      [3],
      'three',
      { retries: 3 },
      { attempts: Number.NaN },
    ],
    timeout: [Number.NaN, 0, -1, '5', () => 5, Symbol('s')],
    temperature: ['hot', true, [], {}],
    topP: ['0.5'],
    maxTokens: [0, -1, 1.5, '100'],
    seed: [1.5, '7'],
    stop: [5, [1], {}],
    parse: [true, 5, 'nearly'],
  }
  const own = {
    headers: [5, 'x', [], new Set(['a']), () => ({})],
    accessToken: [5, {}],
    vertexai: ['yes', 1],
    secretAccessKey: [5],
  }
  for (const [option, values] of Object.entries({ ...wrong, ...own }))
    for (const value of values) {
      const server = scripted([{ value: jason }])
      const error = await failure(async () => {
        const client = fromProvider('openai/gpt-4o', {
          apiKey: 'k',
          env: {},
          fetch: server.fetch,
          [option]: value,
        })
        await client.create(quiet)
      })
      assert.ok(error instanceof ConfigurationError, `${option}=${String(value)}: ${error}`)
      assert.equal(server.requests.length, 0, `${option}=${String(value)}`)
    }
  for (const [option, values] of Object.entries(wrong))
    for (const value of values) {
      const { client, requests } = clientOf([{ value: jason }])
      const error = await failure(() => client.create({ ...quiet, [option]: value }))
      assert.ok(error instanceof ConfigurationError, `${option}=${String(value)}: ${error}`)
      assert.equal(requests.length, 0, `${option}=${String(value)}`)
    }
})

test('headers may be an object, a Headers or a Map', async () => {
  for (const headers of [{ 'x-a': '1' }, new Headers({ 'x-a': '1' }), new Map([['x-a', '1']])]) {
    const { client, requests } = clientOf([{ value: jason }], { headers })
    await client.create(quiet)
    assert.equal(requests[0].headers['x-a'], '1')
  }
})

test('a mistake in a plain schema is reported before anything is sent', async () => {
  const of = (a) => ({ type: 'object', properties: { a }, required: ['a'] })
  for (const [detail, says] of [
    [{ type: 'string', pattern: '(' }, /pattern/],
    [{ type: 'string', pattern: 5 }, /pattern/],
    [{ type: 'integer', minimum: '5' }, /minimum/],
    [{ type: 'string', maxLength: -1 }, /maxLength/],
    [{ type: 'object', patternProperties: { '[': { type: 'string' } } }, /\[/],
  ])
    for (const how of ['create', 'createPartial']) {
      const { client, requests } = clientOf([{ value: { a: 'x' } }])
      const call = { responseModel: of(detail), messages }
      const error = await failure(async () => {
        if (how === 'create') await client.create(call)
        else await client.createPartial(call).final()
      })
      assert.ok(error instanceof ConfigurationError, `${JSON.stringify(detail)}: ${error}`)
      assert.match(error.message, says)
      assert.equal(requests.length, 0, JSON.stringify(detail))
    }
})

test('a string in place of media is base64 of a known type or is refused with its path', async () => {
  const part = (source, more) => [{ role: 'user', content: [{ type: 'image', source, ...more }] }]
  const { client } = clientOf([])
  const sent = (messages) => JSON.parse(client.buildRequest({ responseModel: User, messages }).body)
  const url = (messages) => sent(messages).messages[0].content[0].image_url.url
  assert.equal(url(part('iVBORw0KGgoAAA')), 'data:image/png;base64,iVBORw0KGgoAAA')
  assert.equal(url(part('AAAA', { mediaType: 'image/bmp' })), 'data:image/bmp;base64,AAAA')
  for (const source of ['./a.png', 'C:\\a.png', 'AAAA', ''])
    assert.throws(
      () => sent(part(source)),
      (error) =>
        error instanceof ConfigurationError && /messages\[0\]\.content\[0\]\.source/.test(error.message),
    )
})

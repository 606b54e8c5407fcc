/** `instructor-wasm/instructor-js`: programs for the package `@instructor-ai/instructor`, with the real OpenAI SDK. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ValidationError } from 'instructor-wasm'
import Instructor, { createInstructor } from 'instructor-wasm/instructor-js'
import { scripted } from 'instructor-wasm/test'
import OpenAI from 'openai'
import * as z4 from 'zod'
import * as z3 from 'zod3'
import { all, failure } from './support.mjs'

const MODES = ['FUNCTIONS', 'TOOLS', 'JSON', 'MD_JSON', 'JSON_SCHEMA', 'THINKING_MD_JSON']
const jason = { age: 30, name: 'Jason Liu' }
const messages = [{ role: 'user', content: 'Jason Liu is 30 years old' }]
const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }

/** OpenAI's SDK with scripted answers. */
function sdk(script, options = {}) {
  const { fetch, requests } = scripted(script)
  return {
    oai: new OpenAI({ apiKey: 'sk-own-key', organization: 'org-1', maxRetries: 0, fetch, ...options }),
    requests,
  }
}

const usageOf = ({ _meta }) => Object.fromEntries(Object.keys(USAGE).map((name) => [name, _meta.usage[name]]))

for (const [version, z] of Object.entries({ 'Zod 3': z3, 'Zod 4': z4 })) {
  const UserSchema = z.object({ age: z.number().describe('The age of the user'), name: z.string() })
  const NamedSchema = z.object({
    age: z.number(),
    name: z.string().refine((name) => name.includes(' '), { message: 'Name must contain a space' }),
  })
  const ExtractionSchema = z.object({
    users: z.array(z.object({ name: z.string(), handle: z.string(), twitter: z.string() })).min(2),
    location: z.string(),
    budget: z.number(),
    due: z.coerce.date(),
  })
  const user = { schema: UserSchema, name: 'User' }

  for (const mode of MODES)
    test(`${version}: the basic program in the mode ${mode}`, async () => {
      const { oai, requests } = sdk([{ value: jason }])
      const client = Instructor({ client: oai, mode })
      const found = await client.chat.completions.create({ messages, model: 'gpt-4o', response_model: user })
      const { _meta, ...value } = found
      assert.deepEqual(value, jason)
      assert.deepEqual(usageOf(found), USAGE)
      assert.equal(requests.length, 1)
      assert.equal(requests[0].url, 'https://api.openai.com/v1/chat/completions')
      assert.equal(requests[0].headers.authorization, 'Bearer sk-own-key')
      assert.equal(requests[0].headers['openai-organization'], 'org-1')
      assert.match(JSON.stringify(requests[0].body), /The age of the user/)
    })

  test(`${version}: the streaming program: partial results, the last one is complete`, async () => {
    const users = ['john', 'jane'].map((name) => ({ name, handle: `@${name}`, twitter: `x.com/${name}` }))
    const { oai, requests } = sdk([
      { value: { users, location: 'Grand Tech Arena', budget: 50000, due: '2024-03-15' } },
    ])
    const client = createInstructor({ client: oai, mode: 'TOOLS' })
    const stream = await client.chat.completions.create({
      messages,
      model: 'gpt-4o',
      response_model: { schema: ExtractionSchema, name: 'value extraction' },
      max_retries: 3,
      stream: true,
      seed: 1,
    })
    assert.equal(typeof stream.next, 'function')
    const results = await all(stream)
    assert.ok(results.length > 5)
    assert.equal(results[0]._meta._isValid, false)
    const { _meta, ...last } = results.at(-1)
    assert.deepEqual(last, {
      users,
      location: 'Grand Tech Arena',
      budget: 50000,
      due: new Date('2024-03-15'),
    })
    assert.equal(_meta._isValid, true)
    assert.deepEqual(usageOf(results.at(-1)), USAGE)
    assert.equal(requests[0].body.seed, 1)
    assert.equal(requests[0].body.stream, true)
  })

  for (const baseURL of ['https://api.endpoints.anyscale.com/v1', 'https://api.together.xyz/v1'])
    test(`${version}: a refinement at ${baseURL} is reported to the model`, async () => {
      const { oai, requests } = sdk([{ value: { ...jason, name: 'Jason' } }, { value: jason }], { baseURL })
      const instructor = Instructor({ client: oai, mode: 'TOOLS' })
      const { _meta, ...value } = await instructor.chat.completions.create({
        messages,
        model: 'mistralai/Mixtral-8x7B-Instruct-v0.1',
        response_model: { schema: NamedSchema, name: 'User' },
        max_retries: 4,
      })
      assert.deepEqual(value, jason)
      assert.equal(requests.length, 2)
      assert.ok(requests[0].url.startsWith(baseURL))
      assert.match(JSON.stringify(requests[1].body), /Name must contain a space/)
    })

  test(`${version}: without max_retries there is one request, and the error is the library's own`, async () => {
    const { oai, requests } = sdk([{ value: { ...jason, name: 'Jason' } }])
    const client = Instructor({ client: oai, mode: 'TOOLS' })
    const error = await failure(() =>
      client.chat.completions.create({
        messages,
        model: 'gpt-4o',
        response_model: { schema: NamedSchema, name: 'User' },
      }),
    )
    assert.equal(requests.length, 1)
    assert.ok(error instanceof z.ZodError)
    assert.equal(error.issues[0].message, 'Name must contain a space')
  })

  test(`${version}: an invalid value at the end of a stream does not throw, and is not valid`, async () => {
    const { oai } = sdk([{ value: { ...jason, name: 'Jason' } }])
    const said = []
    const client = Instructor({
      client: oai,
      mode: 'TOOLS',
      logger: (level, ...args) => said.push([level, args.join(' ')]),
    })
    const stream = await client.chat.completions.create({
      messages,
      model: 'gpt-4o',
      response_model: { schema: NamedSchema, name: 'User' },
      stream: true,
    })
    const last = (await all(stream)).at(-1)
    assert.equal(last.name, 'Jason')
    assert.equal(last._meta._isValid, false)
    assert.ok(said.some(([level, text]) => level === 'warn' && text.includes('Name must contain a space')))
  })
}

const user = { schema: z4.object({ age: z4.number(), name: z4.string() }), name: 'User' }

test('THINKING_MD_JSON: the reasoning is in _meta.thinking', async () => {
  const text = `<think>He says 30.</think>\n\`\`\`json\n${JSON.stringify(jason)}\n\`\`\``
  const { oai, requests } = sdk([{ text }], { baseURL: 'https://api.groq.com/openai/v1' })
  const client = Instructor({ client: oai, mode: 'THINKING_MD_JSON' })
  const { _meta, ...value } = await client.chat.completions.create({
    messages,
    model: 'deepseek-r1-distill-llama-70b',
    response_model: user,
  })
  assert.deepEqual(value, jason)
  assert.equal(_meta.thinking, 'He says 30.')
  assert.equal(requests.length, 1)
})

test('without response_model a call is passed to the SDK, streamed or not', async () => {
  const { oai } = sdk([{ text: 'Hello' }, { text: 'Hello there' }])
  const client = Instructor({ client: oai, mode: 'TOOLS' })
  const completion = await client.chat.completions.create({ messages, model: 'gpt-4o' })
  assert.equal(completion.choices[0].message.content, 'Hello')
  let text = ''
  for await (const chunk of await client.chat.completions.create({ messages, model: 'gpt-4o', stream: true }))
    text += chunk.choices[0]?.delta.content ?? ''
  assert.equal(text, 'Hello there')
})

test("everything else of the SDK is on the same object, with the SDK's own `this`", async () => {
  const seen = []
  const fetch = async (url) => {
    seen.push(String(url))
    return Response.json({ data: [{ embedding: [1, 2] }], object: 'list' })
  }
  const oai = new OpenAI({ apiKey: 'sk-own-key', fetch })
  const client = Instructor({ client: oai, mode: 'TOOLS' })
  const found = await client.embeddings.create({
    model: 'text-embedding-3-small',
    input: 'x',
    encoding_format: 'float',
  })
  assert.deepEqual(found.data[0].embedding, [1, 2])
  assert.deepEqual(seen, ['https://api.openai.com/v1/embeddings'])
  assert.equal(client.baseURL, oai.baseURL)
  assert.equal(client.client, oai)
  assert.equal(client.mode, 'TOOLS')
  assert.equal(typeof client.chat.completions.list, 'function')
  assert.ok('embeddings' in client && 'mode' in client && !('nothing' in client))
})

test('the second argument: headers, signal, timeout, query and retries of the request', async () => {
  const { oai, requests } = sdk([{ status: 503, headers: { 'retry-after': '0' } }, { value: jason }])
  const client = Instructor({ client: oai, mode: 'TOOLS' })
  const params = { messages, model: 'gpt-4o', response_model: user }
  const options = {
    headers: { 'x-own': '1', 'x-none': null },
    query: { tag: 'a' },
    maxRetries: 1,
    idempotencyKey: 'k-1',
  }
  await client.chat.completions.create(params, options)
  assert.equal(requests.length, 2)
  for (const { url, headers } of requests) {
    assert.equal(new URL(url).searchParams.get('tag'), 'a')
    assert.equal(headers['x-own'], '1')
    assert.equal(headers['idempotency-key'], 'k-1')
    assert.equal('x-none' in headers, false)
  }
  const controller = new AbortController()
  controller.abort(new Error('enough'))
  const aborted = await failure(() => client.chat.completions.create(params, { signal: controller.signal }))
  assert.equal(aborted.message, 'enough')
  const late = sdk([{ value: jason, delay: 400 }])
  const slow = Instructor({ client: late.oai, mode: 'TOOLS' })
  assert.equal(
    (await failure(() => slow.chat.completions.create(params, { timeout: 120 }))).name,
    'TimeoutError',
  )
})

test('an error of the server is one with its status; retryAllErrors counts it as an attempt', async () => {
  const params = { messages, model: 'gpt-4o', response_model: user, max_retries: 1 }
  const once = sdk([{ status: 401 }, { value: jason }])
  const error = await failure(() =>
    Instructor({ client: once.oai, mode: 'TOOLS' }).chat.completions.create(params),
  )
  assert.equal(error.status, 401)
  assert.equal(once.requests.length, 1)
  const again = sdk([{ status: 401 }, { value: jason }])
  const client = Instructor({ client: again.oai, mode: 'TOOLS', retryAllErrors: true })
  assert.equal((await client.chat.completions.create(params)).name, 'Jason Liu')
})

test('debug prints requests and problems, never the key; a logger gets them instead', async () => {
  const script = [{ value: { ...jason, age: 'x' } }, { value: jason }]
  const params = { messages, model: 'gpt-4o', response_model: user, max_retries: 1 }
  const printed = []
  const own = console.debug
  console.debug = (...args) => printed.push(JSON.stringify(args))
  try {
    await Instructor({ client: sdk(script).oai, mode: 'TOOLS', debug: true }).chat.completions.create(params)
    await Instructor({ client: sdk(script).oai, mode: 'TOOLS' }).chat.completions.create(params)
  } finally {
    console.debug = own
  }
  assert.equal(printed.length, 3)
  assert.match(printed[0], /making completion call/)
  assert.match(printed[1], /validation failed in attempt 1/)
  assert.doesNotMatch(printed.join(), /sk-own-key/)
  const logged = []
  const client = Instructor({ client: sdk(script).oai, mode: 'TOOLS', logger: (level) => logged.push(level) })
  await client.chat.completions.create(params)
  assert.deepEqual(logged, ['debug', 'debug', 'debug'])
})

test('any object with chat.completions.create is a client, as those of llm-polyglot', async () => {
  const seen = []
  const polyglot = {
    apiKey: 'own',
    chat: {
      completions: {
        async create(params) {
          seen.push(params)
          const name = params.tools?.[0].function.name
          const calls = [{ id: 'c', type: 'function', function: { name, arguments: JSON.stringify(jason) } }]
          return {
            choices: [
              { message: { role: 'assistant', content: 'plain', ...(name ? { tool_calls: calls } : {}) } },
            ],
          }
        },
      },
    },
  }
  const client = Instructor({ client: polyglot, mode: 'TOOLS' })
  const params = { model: 'claude-3-opus-20240229', max_tokens: 1000, messages }
  const { _meta, ...value } = await client.chat.completions.create({ ...params, response_model: user })
  assert.deepEqual(value, jason)
  assert.equal(seen[0].max_tokens, 1000)
  assert.equal(seen[0].model, 'claude-3-opus-20240229')
  assert.equal((await client.chat.completions.create(params)).choices[0].message.content, 'plain')
})

test('an object that is not a client, and a mode that does not exist, are refused', () => {
  for (const config of [undefined, {}, { client: null, mode: 'TOOLS' }, { client: {}, mode: 'TOOLS' }])
    assert.throws(() => Instructor(config), { name: 'ConfigurationError' })
  assert.throws(() => Instructor({ client: sdk([]).oai, mode: 'NONE' }), { name: 'ModeError' })
})

test('a model of another library: its invalid answer is a ValidationError', async () => {
  const { oai } = sdk([{ value: { age: 'x' } }])
  const schema = { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] }
  const client = Instructor({ client: oai, mode: 'TOOLS' })
  const error = await failure(() =>
    client.chat.completions.create({ messages, model: 'gpt-4o', response_model: { schema, name: 'Age' } }),
  )
  assert.ok(error instanceof ValidationError)
})

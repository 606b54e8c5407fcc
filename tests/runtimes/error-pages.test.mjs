/** docs/errors.md: each quoted message is thrown in the situation of its heading, by the class of its section. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as library from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import * as z from 'zod'
import { failure, User } from './support.mjs'

const { fromOpenAI, fromProvider, readPartial } = library
const call = { responseModel: z.object({ name: z.string(), age: z.number().int() }), prompt: 'Jason is 25.' }
const jason = { name: 'Jason', age: 25 }
const wrong = { name: 'Jason', age: 'x' }

const clientOf = (script, options = {}, model = 'openai/gpt-4o-mini') =>
  fromProvider(model, { apiKey: 'key', env: {}, httpRetries: 0, fetch: scripted(script).fetch, ...options })
const create =
  (params = {}, script = [], options = {}) =>
  () =>
    clientOf(script, options).create({ ...call, ...params })
/** The provider returns this error. */
const status = (code, message, more) => create({}, [{ status: code, body: { error: { message, ...more } } }])

const SITUATIONS = {
  'The key is missing': () => fromProvider('openai/gpt-4o-mini', { env: {} }),
  'The key is an empty string': () => fromProvider('openai/gpt-4o-mini', { apiKey: '', env: {} }),
  'A client of a fallback is wrong': () =>
    fromProvider('openai/gpt-4o', { apiKey: 'key', env: {}, fallback: ['groq/llama-3.3-70b-versatile'] }),
  'The provider is unknown': () => fromProvider('openia/gpt-4o', { apiKey: 'key' }),
  'The model string has no provider': () => fromProvider('gpt-4o-mini', { apiKey: 'key' }),
  'An option or a parameter is misspelt': create({ maxTokns: 5 }),
  'A credential in a call': create({ apiKey: 'key' }),
  'The response model is missing': create({ responseModel: undefined }),
  'schema instead of responseModel': () => clientOf([]).create({ prompt: 'x', schema: User }),
  'The schema has no JSON form': create({ responseModel: z.object({ at: z.date() }) }),
  'The schema accepts anything': create({ responseModel: z.any() }),
  'The response model is a module': create({ responseModel: z }),
  'A pattern can take exponential time': create({
    responseModel: { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } },
  }),
  'No messages and no prompt': create({ prompt: undefined }),
  'The prompt is empty': create({ prompt: '' }),
  'A role that no API has': create({ prompt: undefined, messages: [{ role: 'bot', content: 'x' }] }),
  'system is not a parameter': create({ system: 'Be exact.' }),
  'A part that the provider does not support': () =>
    clientOf([], {}, 'anthropic/claude-sonnet-4-5').create({
      responseModel: call.responseModel,
      messages: [{ role: 'user', content: [{ type: 'audio', source: 'https://example.com/a.wav' }] }],
    }),
  'tool_choice excludes the answer': create({ tool_choice: 'none' }),
  'A template cannot be read': create({ context: { x: 1 }, prompt: '{{ x' }),
  'The base URL is incomplete': () => fromProvider('openai/gpt-4o', { apiKey: 'key', baseURL: 'http://' }),
  'An event does not exist': () => clientOf([]).on('completion:foo', () => {}),
  'The cache has no get and set': create({}, [], { cache: 3 }),
  'A budget in dollars without prices': create({ budget: { usd: 1 } }),
  'Not the client of an SDK': () => fromOpenAI({}),
  'AWS credentials are missing': () => fromProvider('bedrock/anthropic.claude-sonnet-4-5', { env: {} }),
  'Google Cloud credentials are missing': () => fromProvider('vertexai/gemini-2.5-flash', { env: {} }),
  'The mode is not supported': () => clientOf([], {}, 'perplexity/sonar').create({ ...call, mode: 'TOOLS' }),
  '400: the request is wrong': status(400, 'Unknown parameter: foo', { code: 'unknown_parameter' }),
  '400: the messages are too long': status(400, 'maximum context length is 128000', {
    code: 'context_length_exceeded',
  }),
  '401: the key is wrong': status(401, 'Incorrect API key provided: sk-secret', { code: 'invalid_api_key' }),
  '403: the key is not allowed to do this': status(403, 'Country not supported'),
  '404: the model or the address is wrong': status(404, 'The model does not exist'),
  '429: too many requests': status(429, 'Rate limit reached', { code: 'rate_limit_exceeded' }),
  '429: the quota is used up': status(429, 'You exceeded your current quota', { code: 'insufficient_quota' }),
  '5xx: the provider failed': status(500, 'oops'),
  '200 with a page instead of JSON': create({}, [{ status: 200, body: '<html><title>hi</title></html>' }]),
  'The answer is too large': create({ maxAnswerBytes: 1000 }, [{ text: 'x'.repeat(5000) }]),
  'No response arrives': create({}, [{ fail: true }]),
  'The relay failed': () => readPartial(Response.json({ error: 'no' }, { status: 500 }), User).final(),
  'The call was too slow': create({ timeout: 110 }, [{ value: jason, delay: 400 }]),
  'The token limit cut the answer': create({}, [{ value: jason, finish: 'length' }]),
  'The connection broke': () =>
    clientOf([{ value: jason, cut: true }])
      .createPartial(call)
      .final(),
  'The model refused': create({}, [{ refusal: "I'm sorry, I can't help with that." }]),
  'A content filter stopped the answer': create({}, [{ text: '', finish: 'filter' }]),
  'The answer does not match the schema': create({ maxRetries: 1 }, [{ value: wrong }, { value: wrong }]),
  'No tool was called': create({ maxRetries: 0 }, [{ text: 'I think Jason is 25.' }]),
  'The answer is not JSON': create({ maxRetries: 0 }, [{ toolCalls: [{ arguments: '{"name": Jason' }] }]),
  'All models of a fallback failed': create({ maxRetries: 0, fallback: ['openai/gpt-4o'] }, [
    { value: wrong },
    { value: wrong },
  ]),
  'An answer is invalid': async () => {
    const error = await failure(create({ maxRetries: 0 }, [{ value: wrong }]))
    throw error.cause
  },
  'There is nothing to read': () =>
    clientOf([]).parseResponse(call, {
      status: 200,
      headers: {},
      body: '{"choices":[{"message":{"content":"no"},"finish_reason":"stop"}]}',
    }),
  'Not a relayed stream': () => readPartial(new Response('<html>'), User).final(),
  'A limit is reached': create({ budget: 100 }, [{ value: wrong, usage: { input: 100, output: 50 } }]),
}

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
const quoted = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '[^]*')

/** The entries of a page: class, heading and message. */
const entries = page.split(/^## /m).flatMap((section) => {
  const [name] = section.split('\n')
  return [...section.matchAll(/^### (.*)\n\n```text\n([^`]*(?:`[^`]+`[^`]*)*)\n```$/gm)].map(
    ([, heading, message]) => ({ name, heading, message }),
  )
})

for (const { name, heading, message } of entries)
  test(`${heading}: the page has the message of ${name}`, async () => {
    assert.ok(SITUATIONS[heading], `tests/runtimes/error-pages.test.mjs provokes no “${heading}”`)
    const error = await failure(SITUATIONS[heading])
    assert.equal(error.name, name)
    assert.match(error.message, new RegExp(`^${quoted(message)}$`))
  })

test('every provoked error and every class is in the page', () => {
  const headings = entries.map(({ heading }) => heading)
  assert.deepEqual(
    Object.keys(SITUATIONS).filter((heading) => !headings.includes(heading)),
    [],
  )
  for (const name of Object.keys(library).filter((name) => /^[A-Z].*Error$/.test(name)))
    assert.match(page, new RegExp(`^## ${name}$`, 'm'))
})

test('docs of an error is the address of its section', async () => {
  const error = await failure(create({ maxTokns: 5 }))
  assert.match(error.docs, /\/docs\/errors\.md#configurationerror$/)
  assert.equal(JSON.stringify(error).includes('errors.md'), false)
})

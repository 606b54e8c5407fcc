/** `create` and related methods, through the built package with a scripted fetch. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InstructorRetryError, maybe, ValidationError } from 'instructor-wasm'
import * as z from 'zod'
import { all, clientOf, failure, jason, messages, User, warnings } from './support.mjs'

test('create returns the validated value and sends the model name as the tool', async () => {
  const { client, requests } = clientOf([{ value: jason }])
  assert.deepEqual(await client.create({ responseModel: User, messages }), jason)
  assert.equal(requests.length, 1)
  assert.equal(requests[0].url, 'https://api.openai.com/v1/chat/completions')
  assert.equal(requests[0].headers.authorization, 'Bearer sk-secret')
  assert.equal(requests[0].body.tools[0].function.name, 'User')
})

test('an invalid answer is sent back with its problems, and usage is summed', async () => {
  const { client, requests } = clientOf([{ value: { name: 'Jason', age: 'x' } }, { value: jason }])
  const [user, completion] = await client.createWithCompletion({ responseModel: User, messages })
  assert.deepEqual(user, jason)
  assert.equal(completion.usage.totalTokens, 30)
  assert.equal(completion.attempts.length, 2)
  assert.ok(completion.attempts[0].error instanceof ValidationError)
  assert.deepEqual(completion.attempts[0].error.issues[0].path, ['age'])
  assert.equal(completion.mode, 'TOOLS')
  assert.equal(completion.provider, 'openai')
  assert.equal(completion.finishReason, 'tool_calls')
  assert.match(JSON.stringify(requests[1].body.messages.at(-1)), /Validation Error found/)
  assert.equal(messages.length, 1)
})

test('maxRetries n means n + 1 attempts, then an InstructorRetryError with attempts, usage and cause', async () => {
  const bad = { value: { name: 'Jason', age: 'x' } }
  const { client, requests } = clientOf([bad, bad, bad])
  const error = await failure(() => client.create({ responseModel: User, messages, max_retries: 2 }))
  assert.ok(error instanceof InstructorRetryError)
  assert.equal(error.name, 'InstructorRetryError')
  assert.equal(requests.length, 3)
  assert.equal(error.attempts.length, 3)
  assert.ok(error.attempts[0].error instanceof ValidationError)
  assert.equal(error.totalUsage.totalTokens, 45)
  assert.ok(error.cause instanceof ValidationError)
})

test('a retry policy decides on attempts, delay and which errors are retried', async () => {
  const told = []
  const bad = { value: { name: 'Jason', age: 'x' } }
  const { client, requests } = clientOf([bad, bad, { value: jason }])
  await client.create({
    responseModel: User,
    messages,
    maxRetries: {
      attempts: 3,
      delay: (n) => n,
      retryOn: () => true,
      onRetry: (e, n) => told.push([e.name, n]),
    },
  })
  assert.equal(requests.length, 3)
  assert.deepEqual(told, [
    ['ValidationError', 1],
    ['ValidationError', 2],
  ])
  const strictly = clientOf([bad])
  const error = await failure(() =>
    strictly.client.create({
      responseModel: User,
      messages,
      maxRetries: { attempts: 5, retryOn: () => false },
    }),
  )
  assert.ok(error instanceof InstructorRetryError)
  assert.equal(strictly.requests.length, 1)
})

test('transforms, defaults and async refinements of the schema are applied to the value', async () => {
  const Model = z.object({
    at: z.iso.datetime().transform((text) => new Date(text)),
    tags: z.array(z.string()).default([]),
    name: z.string().refine(async (name) => name !== 'X', 'not X'),
  })
  const at = '2026-01-02T03:04:05Z'
  const { client, requests } = clientOf([{ value: { at, name: 'X' } }, { value: { at, name: 'Y' } }])
  const value = await client.create({ responseModel: Model, messages })
  assert.deepEqual(value, { at: new Date(at), tags: [], name: 'Y' })
  assert.equal(requests.length, 2)
  assert.deepEqual(requests[0].body.tools[0].function.parameters.required, ['at', 'name'])
})

test('strings, enums, lists and unions at the root are wrapped on the wire and unwrapped in the result', async () => {
  const cases = [
    [z.string(), 'hello', { content: 'hello' }],
    [z.enum(['spam', 'ham']), 'ham', { content: 'ham' }],
    [z.array(User), [jason], { tasks: [jason] }],
    [z.union([User, z.number()]), 4, { content: 4 }],
    [Number, 4.5, { content: 4.5 }],
    [Boolean, true, { content: true }],
  ]
  for (const [responseModel, value, wire] of cases) {
    const { client } = clientOf([{ value: wire }])
    assert.deepEqual(await client.create({ responseModel, messages }), value)
  }
})

test('null returns the raw answer, also from createWithCompletion', async () => {
  const { client, requests } = clientOf([{ text: 'Hello' }])
  const [raw, completion] = await client.createWithCompletion({ responseModel: null, messages })
  assert.equal(raw.choices[0].message.content, 'Hello')
  assert.equal(completion.text, 'Hello')
  assert.equal(requests[0].body.tools, undefined)
})

test('an array of models becomes parallel tools, each value validated by its own model', async () => {
  const City = z.object({ city: z.string() }).meta({ title: 'City' })
  const { client, requests } = clientOf([
    {
      toolCalls: [
        { name: 'City', arguments: { city: 'Oslo' } },
        { name: 'User', arguments: jason },
      ],
    },
  ])
  const values = await client.create({ responseModel: [User, City], messages, mode: 'PARALLEL_TOOLS' })
  assert.deepEqual(values, [{ city: 'Oslo' }, jason])
  assert.deepEqual(
    requests[0].body.tools.map((tool) => tool.function.name),
    ['User', 'City'],
  )
})

test('maybe lets the model report that there is no value', async () => {
  const { client, requests } = clientOf([
    { value: { result: null, error: true, message: 'no user' } },
    { value: { result: { name: 'Jason', age: 'x' }, error: false, message: null } },
    { value: { result: jason } },
  ])
  assert.deepEqual(await client.create({ responseModel: maybe(User), messages }), {
    result: null,
    error: true,
    message: 'no user',
  })
  assert.deepEqual(await client.create({ responseModel: maybe(User), messages }), {
    result: jason,
    error: false,
    message: null,
  })
  assert.equal(requests[0].body.tools[0].function.name, 'MaybeUser')
  assert.equal(requests.length, 3)
})

test('the error of maybe is true exactly if there is no result, whatever the model writes there', async () => {
  const { client } = clientOf([
    { value: { result: null, error: false, message: null } },
    { value: { result: jason, error: true, message: 'unsure' } },
  ])
  assert.equal((await client.create({ responseModel: maybe(User), messages })).error, true)
  assert.deepEqual(await client.create({ responseModel: maybe(User), messages }), {
    result: jason,
    error: false,
    message: 'unsure',
  })
})

test('a name and a description given with the schema are used for the tool', async () => {
  const { client, requests } = clientOf([{ value: jason }])
  await client.create({
    responseModel: { schema: User, name: 'Person', description: 'Who it is.' },
    messages,
  })
  assert.equal(requests[0].body.tools[0].function.name, 'Person')
  assert.equal(requests[0].body.tools[0].function.description, 'Who it is.')
})

test('the names of other clients work: chat.completions, messages, snake_case', async () => {
  const { client, requests } = clientOf([
    { value: jason },
    { value: jason },
    { value: jason },
    { value: jason },
  ])
  await client.chat.completions.create({ response_model: User, messages, max_retries: 0, max_tokens: 9 })
  await client.messages.create({ responseModel: User, messages })
  await client.create_with_completion({ responseModel: User, messages })
  assert.deepEqual(await all(client.create_iterable({ responseModel: User, messages })), [jason])
  assert.equal(requests[0].body.max_completion_tokens ?? requests[0].body.max_tokens, 9)
  assert.equal(requests[0].body.response_model, undefined)
})

test('client parameters go into every request, and call parameters override them', async () => {
  const { client, requests } = clientOf([{ value: jason }, { value: jason }], {
    temperature: 0.5,
    user: 'u1',
  })
  await client.create({ responseModel: User, messages })
  await client.create({ responseModel: User, messages, temperature: 0, topP: 0.9, model: 'gpt-4o' })
  assert.equal(requests[0].body.temperature, 0.5)
  assert.equal(requests[0].body.user, 'u1')
  assert.equal(requests[1].body.temperature, 0)
  assert.equal(requests[1].body.top_p, 0.9)
  assert.equal(requests[1].body.model, 'gpt-4o')
})

test('prompt is shorthand for one user message', async () => {
  const { client, requests } = clientOf([{ value: jason }])
  await client.create({ responseModel: User, prompt: 'Jason is 25' })
  assert.deepEqual(requests[0].body.messages, [{ role: 'user', content: 'Jason is 25' }])
})

test('buildRequest and parseResponse are the two halves of create', async () => {
  const { client, requests } = clientOf([{ value: jason }])
  await client.create({ responseModel: User, messages })
  const request = client.buildRequest({ responseModel: User, messages })
  assert.equal(request.url, requests[0].url)
  assert.equal(request.method, 'POST')
  assert.equal(request.headers.authorization, 'Bearer sk-secret')
  assert.deepEqual(JSON.parse(request.body), requests[0].body)
  const answer = (value) => ({
    choices: [
      {
        finish_reason: 'tool_calls',
        message: {
          tool_calls: [
            { id: 'c', type: 'function', function: { name: 'User', arguments: JSON.stringify(value) } },
          ],
        },
      },
    ],
  })
  const call = { responseModel: User, messages }
  assert.deepEqual(await client.parseResponse(call, Response.json(answer(jason))), jason)
  assert.deepEqual(await client.parseResponse(call, { body: answer(jason) }), jason)
  const error = await failure(() => client.parseResponse(call, { body: answer({ name: 1 }) }))
  assert.ok(error instanceof ValidationError)
  assert.deepEqual(
    error.issues.map(({ path }) => path.join('.')),
    ['name', 'age'],
  )
})

test('a cached call makes no request, and the cache never returns an invalid value', async () => {
  const { client, requests } = clientOf([{ value: jason }, { value: jason }], { cache: true })
  const events = []
  client.on('completion:kwargs', () => events.push('kwargs'))
  await client.create({ responseModel: User, messages })
  assert.deepEqual(await client.create({ responseModel: User, messages }), jason)
  assert.equal(requests.length, 1)
  assert.deepEqual(events, ['kwargs'])
  const damaged = new Map()
  await client.create({ responseModel: User, messages, cache: damaged })
  for (const [key, text] of damaged) damaged.set(key, text.replace('25', '"x"'))
  assert.equal(damaged.size, 1)
  const error = await failure(() => client.create({ responseModel: User, messages, cache: damaged }))
  assert.match(String(error.cause ?? error), /script has 2 replies|No response/)
})

test('cache: true in a call uses one cache for all these calls of a client, separate from other clients', async () => {
  const { client, requests } = clientOf([{ value: jason }, { value: jason }, { value: jason }])
  await client.create({ responseModel: User, messages, cache: true })
  await client.create({ responseModel: User, messages, cache: true })
  assert.equal(requests.length, 1)
  await client.create({ responseModel: User, messages })
  assert.equal(requests.length, 2)
  const keeping = clientOf([{ value: jason }, { value: jason }], { cache: true })
  await keeping.client.create({ responseModel: User, messages })
  await keeping.client.create({ responseModel: User, messages, cache: false })
  assert.equal(keeping.requests.length, 2)
})

test('a failing store is treated as an empty one, with a warning', async () => {
  const broken = {
    get: async () => {
      throw new Error('store down')
    },
    set: () => {
      throw new Error('store down')
    },
  }
  for (const cache of [broken, { get: () => '{"half', set: () => {} }]) {
    const { client, requests } = clientOf([{ value: jason }], { cache })
    const said = await warnings(async () =>
      assert.deepEqual(await client.create({ responseModel: User, messages }), jason),
    )
    assert.equal(requests.length, 1)
    assert.match(said[0], /cache/)
  }
})

test('a cache key contains no API key, and the key of a signed request is stable', async () => {
  const store = new Map()
  const options = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'very-secret', cache: store }
  const model = 'bedrock/anthropic.claude-3-haiku-20240307-v1:0'
  const { client, requests } = clientOf([{ value: jason }], { ...options, apiKey: undefined }, model)
  await client.create({ responseModel: User, messages })
  assert.deepEqual(await client.create({ responseModel: User, messages }), jason)
  assert.equal(requests.length, 1)
  assert.doesNotMatch(JSON.stringify([...store]), /very-secret|AKIDEXAMPLE/)
})

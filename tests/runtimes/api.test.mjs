/** The public API: every documented name, option, alias, event and property. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as everything from 'instructor-wasm'
import * as testing from 'instructor-wasm/test'
import * as z from 'zod'
import { all, clientOf, failure, jason, messages, User } from './support.mjs'

// Names are looked up by string, which linters reject on a namespace.
const instructor = { ...everything }
const { fromProvider } = instructor
const call = { responseModel: User, messages }
const bodyOf = (model, options, params = {}) =>
  JSON.parse(
    fromProvider(model, { apiKey: 'k', env: {}, ...options }).buildRequest({ ...call, ...params }).body,
  )

test('every documented name is exported', () => {
  const functions =
    'fromProvider fromClient patch fromOpenAI fromAnthropic fromGoogle fromVertexAI fromMistral fromCohere ' +
    'fromGroq fromCerebras fromFireworks fromWriter fromBedrock fromLiteLLM readPartial jsonSchema maybe cited'
  for (const name of functions.split(' ')) assert.equal(typeof instructor[name], 'function', name)
  const errors =
    'ConfigurationError ModeError ProviderError NetworkError TimeoutError IncompleteOutputError RefusalError ' +
    'ResponseParsingError ValidationError InstructorRetryError BudgetExceededError'
  for (const name of errors.split(' ')) {
    assert.ok(instructor[name].prototype instanceof instructor.InstructorError, name)
    assert.equal(new instructor[name]('x').name, name)
  }
  for (const mode of [
    'TOOLS',
    'TOOLS_STRICT',
    'JSON',
    'JSON_SCHEMA',
    'MD_JSON',
    'PARALLEL_TOOLS',
    'RESPONSES_TOOLS',
  ])
    assert.equal(instructor.Mode[mode], mode)
  assert.equal(typeof testing.scripted, 'function')
})

test('a client has every documented method, also under the names of other clients', () => {
  const { client } = clientOf([])
  const methods =
    'create createWithCompletion createPartial createIterable buildRequest parseResponse on off clear ' +
    'create_with_completion create_partial create_iterable'
  for (const name of methods.split(' ')) assert.equal(typeof client[name], 'function', name)
  for (const inner of [client.chat.completions, client.messages])
    for (const name of [
      'create',
      'createPartial',
      'create_partial',
      'create_iterable',
      'create_with_completion',
    ])
      assert.equal(typeof inner[name], 'function', name)
})

test('generation parameters become the field of each provider', () => {
  const given = { temperature: 0.5, topP: 0.9, maxTokens: 50, stop: ['END'], seed: 7 }
  const openai = { temperature: 0.5, top_p: 0.9, stop: ['END'], seed: 7 }
  const { seed: _, ...seedless } = given
  const cases = {
    'openai/gpt-4o-mini': { ...openai, max_completion_tokens: 50 },
    'together/m': { ...openai, max_tokens: 50 },
    'mistral/m': { temperature: 0.5, top_p: 0.9, stop: ['END'], random_seed: 7, max_tokens: 50 },
    'cohere/c': { temperature: 0.5, p: 0.9, max_tokens: 50, stop_sequences: ['END'], seed: 7 },
    'google/g': {
      generationConfig: { temperature: 0.5, topP: 0.9, maxOutputTokens: 50, stopSequences: ['END'], seed: 7 },
    },
    'anthropic/c': { temperature: 0.5, top_p: 0.9, max_tokens: 50, stop_sequences: ['END'] },
    'bedrock/anthropic.claude-3': {
      inferenceConfig: { temperature: 0.5, topP: 0.9, maxTokens: 50, stopSequences: ['END'] },
    },
  }
  for (const [model, wanted] of Object.entries(cases)) {
    const params = /anthropic/.test(model) ? seedless : given
    const { topP, maxTokens, ...same } = params
    const snake = { ...same, top_p: topP, max_tokens: maxTokens }
    for (const body of [
      bodyOf(model, {}, params),
      bodyOf(model, params),
      bodyOf(model, {}, snake),
      bodyOf(model, snake),
    ])
      for (const [field, value] of Object.entries(wanted))
        assert.deepEqual(body[field], value, `${model} ${field}`)
    for (const name of ['topP', 'maxTokens']) assert.equal(bodyOf(model, params)[name], undefined, model)
  }
  // A parameter without a field in the API is an error before anything is sent.
  for (const model of ['anthropic/c', 'bedrock/b'])
    assert.throws(() => bodyOf(model, { accessKeyId: 'a', secretAccessKey: 'b' }, { seed: 7 }), /seed/)
})

test('any other key goes into the body unchanged, and call parameters override client options', () => {
  const options = { reasoning_effort: 'low', metadata: { a: 1 } }
  const body = bodyOf('openai/gpt-4o-mini', options, { metadata: { b: 2 }, parallel_tool_calls: false })
  assert.equal(body.reasoning_effort, 'low')
  assert.deepEqual(body.metadata, { b: 2 })
  assert.equal(body.parallel_tool_calls, false)
})

test('every documented option and parameter has its snake_case spelling, and none of them is in the body', () => {
  const built = (model, options, params = {}) =>
    fromProvider(model, { env: {}, ...options }).buildRequest({ response_model: User, messages, ...params })
  const openai = built(
    'openai/gpt-4o-mini',
    {
      api_key: 'sk-1',
      base_url: 'https://b.example/v1',
      max_retries: 1,
      http_retries: 1,
      organization: 'o',
      project: 'p',
    },
    { max_retries: 2, http_retries: 0, strict: false, budget: 5, timeout: 9, cache: true, validate: 'early' },
  )
  assert.equal(openai.url, 'https://b.example/v1/chat/completions')
  assert.equal(openai.headers.authorization, 'Bearer sk-1')
  assert.equal(openai.headers['openai-organization'], 'o')
  assert.equal(openai.headers['openai-project'], 'p')
  assert.deepEqual(Object.keys(JSON.parse(openai.body)).sort(), ['messages', 'model', 'tool_choice', 'tools'])
  const azure = { api_key: 'k', azure_endpoint: 'https://r.openai.azure.com', api_version: '2024-10-21' }
  assert.match(
    built('azure_openai/dep', azure).url,
    /^https:\/\/r\.openai\.azure\.com\/.*\/dep\/.*2024-10-21$/,
  )
  const entra = { access_token: 'entra', azure_endpoint: 'https://r.openai.azure.com' }
  assert.equal(built('azure_openai/dep', entra).headers.authorization, 'Bearer entra')
  const aws = { access_key_id: 'AK', secret_access_key: 's', session_token: 't', region: 'eu-west-1' }
  const bedrock = built('bedrock/b', aws)
  assert.match(bedrock.headers.authorization, /Credential=AK\/\d+\/eu-west-1\//)
  assert.equal(bedrock.headers['x-amz-security-token'], 't')
  const vertex = { access_token: 'tok', project: 'p', location: 'europe-west4' }
  for (const one of [built('vertexai/g', vertex), built('google/g', { ...vertex, vertexai: true })]) {
    assert.match(one.url, /europe-west4-aiplatform.*\/projects\/p\/locations\/europe-west4\//)
    assert.equal(one.headers.authorization, 'Bearer tok')
  }
})

test('every kind of message and part is accepted, and parts that a provider does not support are reported by name', async () => {
  const png = 'data:image/png;base64,iVBORw0KGgo='
  const conversation = [
    { role: 'system', content: 's' },
    { role: 'developer', content: 'd' },
    { role: 'user', content: ['bare', { type: 'text', text: 't' }, { type: 'image', source: png }] },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } }],
    },
    { role: 'tool', tool_call_id: 'c1', content: 'seen' },
    { role: 'assistant', content: 'so' },
    { role: 'user', content: 'go' },
  ]
  for (const model of [
    'openai/gpt-4o-mini',
    'anthropic/c',
    'google/g',
    'cohere/c',
    'bedrock/b',
    'ollama/llava',
  ]) {
    const { client, requests } = clientOf(
      [{ value: jason }],
      { accessKeyId: 'a', secretAccessKey: 'b' },
      model,
    )
    assert.deepEqual(await client.create({ responseModel: User, messages: conversation }), jason, model)
    assert.match(JSON.stringify(requests[0].body), /iVBORw0KGgo/, model)
  }
  for (const part of [
    { type: 'image_url', image_url: { url: png } },
    { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
    { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
  ]) {
    const body = bodyOf('openai/gpt-4o', {}, { messages: [{ role: 'user', content: [part] }] })
    assert.deepEqual(body.messages[0].content[0], part)
  }
  const audio = { type: 'audio', source: { data: 'UklGRg==', mediaType: 'audio/wav' } }
  const refused = await failure(() =>
    bodyOf('anthropic/c', {}, { messages: [{ role: 'user', content: [audio] }] }),
  )
  assert.ok(refused instanceof instructor.ConfigurationError, String(refused))
  assert.match(refused.message, /anthropic.*audio/i)
})

test('createWithCompletion returns every documented property of a completion', async () => {
  const { client } = clientOf([{ value: { name: 'Jason', age: 'x' } }, { value: jason }])
  const [value, completion] = await client.createWithCompletion(call)
  assert.deepEqual(value, jason)
  assert.deepEqual(completion.usage.totalTokens, completion.usage.inputTokens + completion.usage.outputTokens)
  assert.equal(completion.usage.raw.total_tokens, 30)
  assert.equal(completion.raw.object, 'chat.completion')
  assert.equal(completion.mode, 'TOOLS')
  assert.equal(completion.model, 'gpt-4o-mini')
  assert.equal(completion.provider, 'openai')
  assert.equal(completion.finishReason, 'tool_calls')
  assert.equal(completion.text, null)
  assert.deepEqual(completion.coercions, [])
  assert.equal(completion.attempts.length, 2)
  const [first, second] = completion.attempts
  assert.ok(first.error instanceof instructor.ValidationError)
  assert.deepEqual(first.error.issues[0].path, ['age'])
  assert.equal(first.raw.object, 'chat.completion')
  assert.equal(first.request.body.model, 'gpt-4o-mini')
  assert.equal(second.error, undefined)
  assert.equal(second.request.body.messages.length, 3)
  const lax = clientOf([{ value: { name: 'Jason', age: '25' } }])
  const Schema = { ...z.toJSONSchema(User), title: 'User' }
  const [coerced, about] = await lax.client.createWithCompletion({
    ...call,
    responseModel: Schema,
    strict: false,
  })
  assert.deepEqual(coerced, jason)
  assert.equal(about.coercions.length, 1)
})

test('a stream has every documented method, and each of its promises resolves to its part of the result', async () => {
  const { client } = clientOf([{ value: jason, piece: 3 }])
  const stream = client.createPartial(call)
  for (const name of 'final completion usage patches toReadableStream toResponse abort'.split(' '))
    assert.equal(typeof stream[name], 'function', name)
  const patches = all(stream.patches())
  const snapshots = await all(stream)
  assert.deepEqual(snapshots.at(-1), jason)
  for (const patch of await patches) {
    assert.ok(Array.isArray(patch.path))
    assert.equal(typeof patch.op, 'string')
    assert.equal(typeof patch.done, 'boolean')
    assert.ok('value' in patch || 'text' in patch || patch.op === 'done', JSON.stringify(patch))
  }
  assert.deepEqual(await stream.final(), jason)
  assert.deepEqual(await stream.usage(), (await stream.completion()).usage)
})

test('every documented event is emitted, by name or by its constant', async () => {
  const names = Object.values(instructor.HookName)
  assert.deepEqual(names.sort(), [
    'completion:end',
    'completion:error',
    'completion:kwargs',
    'completion:last_attempt',
    'completion:response',
    'completion:usage',
    'http:retry',
    'parse:error',
  ])
  const told = new Set()
  const busy = { status: 503, headers: { 'retry-after-ms': '5' } }
  for (const script of [[{ value: { name: 4 } }], [{ status: 401 }], [busy, { value: jason }]]) {
    const { client } = clientOf(script)
    for (const name of names) client.on(name, () => told.add(name))
    await client.create({ ...call, maxRetries: 0 }).catch(() => {})
  }
  assert.deepEqual([...told].sort(), names)
})

test('an error has its documented properties', async () => {
  const retry = await failure(() =>
    clientOf([{ value: { name: 4 } }]).client.create({ ...call, maxRetries: 0 }),
  )
  assert.equal(retry.name, 'InstructorRetryError')
  assert.equal(retry.attempts.length, 1)
  assert.equal(retry.totalUsage.totalTokens, 15)
  assert.ok(retry.lastCompletion)
  assert.ok(retry.cause instanceof instructor.ValidationError)
  assert.ok(retry.cause.issues.every(({ path, message }) => Array.isArray(path) && message))
  const headers = { 'retry-after': '3' }
  const denied = await failure(() =>
    clientOf([{ status: 429, headers, body: { error: { message: 'm' } } }]).client.create({
      ...call,
      httpRetries: 0,
    }),
  )
  assert.deepEqual([denied.name, denied.status, denied.retryAfter], ['ProviderError', 429, 3000])
  assert.deepEqual(denied.body, { error: { message: 'm' } })
})

test('buildRequest and parseResponse together equal create', async () => {
  const { client, server } = clientOf([{ value: jason }])
  const { url, method, headers, body } = client.buildRequest(call)
  const response = await server.fetch(url, { method, headers, body })
  assert.deepEqual(await client.parseResponse(call, response), jason)
})

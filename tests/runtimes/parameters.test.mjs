/** Names and values of options and parameters: known ones are used, mistyped ones are refused, the others are sent. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ConfigurationError, fromProvider } from 'instructor-wasm'
import { clientOf, failure, jason, messages, User } from './support.mjs'

const call = { responseModel: User, messages }
const settings = { apiKey: 'sk-secret', env: {} }

/** The error of a call that is built and not sent, or `undefined`. */
function refusal(params, model = 'openai/gpt-4o-mini') {
  try {
    fromProvider(model, settings).buildRequest({ ...call, ...params })
    return undefined
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error))
    return error
  }
}

function optionRefusal(options, model = 'openai/gpt-4o-mini') {
  try {
    fromProvider(model, { ...settings, ...options })
    return undefined
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error))
    return error
  }
}

/** The members of an interface in an SDK's declarations. */
function members(file, name) {
  const text = readFileSync(new URL(`../../node_modules/${file}`, import.meta.url), 'utf8')
  const start = new RegExp(`(interface|type) ${name}( extends [^{]+)?( =)? \\{`).exec(text)
  assert.ok(start, `${file} has no ${name}`)
  let depth = 1
  let top = ''
  const body = text.slice(start.index + start[0].length).replace(/\/\*[\s\S]*?\*\//g, '')
  for (const letter of body) {
    if ('{('.includes(letter)) depth++
    if ('})'.includes(letter)) depth--
    if (!depth) break
    if (depth === 1) top += letter
  }
  const found = [...top.matchAll(/(?:^|\n|;)\s*(?:readonly )?(\w+)\??:/g)].map(([, member]) => member)
  assert.ok(found.length > 5, `${name}: ${found}`)
  return found
}

const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const mistral = '@mistralai/mistralai/esm/models/components/chatcompletionrequest.d.ts'
/** Request fields by the API that has them. Ollama's and OpenRouter's are those of their API references. */
const fields = {
  'openai/gpt-4o-mini': members(
    'openai/resources/chat/completions/completions.d.ts',
    'ChatCompletionCreateParamsBase',
  ),
  'openai/gpt-4.1': members('openai/resources/responses/responses.d.ts', 'ResponseCreateParamsBase'),
  'anthropic/claude-sonnet-4-5': [
    ...members('@anthropic-ai/sdk/resources/messages/messages.d.ts', 'MessageCreateParamsBase'),
    ...members('@anthropic-ai/sdk/resources/beta/messages/messages.d.ts', 'MessageCreateParamsBase'),
    'top_k',
    'top_p',
    'temperature',
  ],
  'groq/llama-3.3-70b-versatile': members(
    'groq-sdk/resources/chat/completions.d.ts',
    'ChatCompletionCreateParamsBase',
  ),
  'cerebras/llama-3.3-70b': members(
    '@cerebras/cerebras_cloud_sdk/resources/chat/completions.d.ts',
    'ChatCompletionCreateParamsBase',
  ),
  'google/gemini-2.5-flash': [
    ...members('@google/genai/dist/genai.d.ts', 'GenerationConfig'),
    ...'contents generationConfig safetySettings systemInstruction cachedContent toolConfig tools labels'.split(
      ' ',
    ),
  ],
  'mistral/mistral-small': members(mistral, 'ChatCompletionRequest').map(snake),
  'cohere/command-a-03-2025': members(
    'cohere-ai/dist/api/resources/v2/client/requests/V2ChatRequest.d.ts',
    'V2ChatRequest',
  ).map(snake),
  'bedrock/amazon.nova-lite-v1:0': members(
    '@aws-sdk/client-bedrock-runtime/dist-types/models/models_0.d.ts',
    'ConverseRequest',
  ),
  'ollama/llama3.2':
    'model messages tools format options stream keep_alive think logprobs top_logprobs'.split(' '),
  'openrouter/openai/gpt-4o-mini': (
    'provider models route transforms plugins reasoning include_reasoning usage user session_id trace min_p top_a ' +
    'top_k top_p repetition_penalty frequency_penalty presence_penalty logit_bias logprobs top_logprobs seed stop ' +
    'prediction structured_outputs verbosity web_search_options modalities image_config preset tools tool_choice ' +
    'parallel_tool_calls response_format max_tokens max_completion_tokens temperature debug metadata'
  ).split(' '),
}

/** Names of this package with another meaning: they are not fields of a body. */
const OURS = ['messages', 'model', 'stream', 'prompt', 'modelId', 'system', 'role', 'type']

for (const [model, names] of Object.entries(fields))
  test(`${model}: every field of the API is accepted, by a call and by a client`, () => {
    for (const name of new Set(names)) {
      if (OURS.includes(name)) continue
      assert.equal(refusal({ [name]: null }, model)?.message, undefined, name)
      assert.equal(optionRefusal({ [name]: null }, model)?.message, undefined, name)
    }
  })

test('a mistyped name is refused, with the correct name', () => {
  const cases = {
    maxTokns: 'maxTokens',
    max_token: 'max_tokens',
    Temperature: 'temperature',
    temprature: 'temperature',
    temperatuer: 'temperature',
    'tool-choice': 'tool_choice',
    toolChoice: 'tool_choice',
    reasoningEffort: 'reasoning_effort',
    maxRetry: 'maxRetries',
    max_retry: 'maxRetries',
    tiemout: 'timeout',
    tokenBudget: undefined,
    sed: 'seed',
    extraBdy: 'extraBody',
  }
  for (const [name, meant] of Object.entries(cases))
    for (const error of [refusal({ [name]: 1 }), optionRefusal({ [name]: 1 })]) {
      if (!meant) continue
      assert.match(
        error?.message ?? `${name} is sent`,
        new RegExp(`^${name} is not .* Did you mean ${meant}\\?`),
      )
      assert.equal(error.parameter, name)
    }
  assert.match(
    refusal({ responseModle: User, responseModel: undefined }).message,
    /Did you mean responseModel\?/,
  )
  assert.match(refusal({ mesages: messages }).message, /Did you mean messages\?/)
  for (const name of ['baseurl', 'baseUri', 'base_ulr'])
    assert.match(optionRefusal({ [name]: 'https://a.example' }).message, /Did you mean baseURL\?/, name)
})

test('names of other libraries are refused with the equivalent name', () => {
  for (const [name, says] of [
    ['schema', /Did you mean responseModel/],
    ['http_client', /`fetch`/],
    ['retryConfig', /maxRetries: \{ attempts/],
    ['abortSignal', /Did you mean signal/],
    ['validationHook', /'parse:error'/],
  ])
    assert.match(refusal({ [name]: {} }).message, says)
  assert.match(refusal({ system: 'Be brief.' }).message, /role: 'system'/)
  assert.equal(refusal({ system: 'Be brief.' }, 'anthropic/claude-sonnet-4-5'), undefined)
})

test('client options are refused in a call, and call parameters in a client', () => {
  for (const name of [
    'apiKey',
    'api_key',
    'baseURL',
    'base_url',
    'fetch',
    'env',
    'organization',
    'region',
    'access_token',
  ]) {
    const { message } = refusal({ [name]: 'x' })
    assert.match(message, /belongs to the client: use client\.with\(\{ \w+ \}\)/, name)
  }
  assert.match(refusal({ headers: {} }).message, /extraHeaders/)
  for (const name of ['responseModel', 'messages', 'prompt', 'context', 'stream'])
    assert.match(optionRefusal({ [name]: 'x' }).message, /belongs to a call/, name)
  assert.match(optionRefusal({ engine: {} }).message, /engine is not an option of openai/)
})

test('a name of a secret is used as the option or refused; its value is never sent', async () => {
  const secret = 'TOP-SECRET-VALUE'
  const names =
    'openai_api_key google_api_key apikey API_KEY apiSecret token bearer_token password aws_session_token ' +
    'aws_secret_access_key azure_ad_token client_secret authorization private_key key credentials cookie'
  for (const name of names.split(' ')) {
    const { client, requests } = clientOf([{ value: jason }])
    const error = await failure(() => client.create({ ...call, [name]: secret }))
    assert.ok(error instanceof ConfigurationError, `${name}: ${error}`)
    assert.equal(requests.length, 0, name)
    assert.ok(!error.message.includes(secret))
    // For a client it may be an option.
    const server = clientOf([{ value: jason }])
    const made = await (async () =>
      fromProvider('openai/gpt-4o-mini', {
        ...settings,
        fetch: server.server.fetch,
        [name]: secret,
      }))().catch((thrown) => thrown)
    if (made instanceof Error) assert.ok(made instanceof ConfigurationError, `${name}: ${made}`)
    else {
      await made.create(call)
      assert.ok(!JSON.stringify(server.requests[0].body).includes(secret), name)
    }
  }
  assert.match(
    refusal({ extraBody: { api_key: secret } }).message,
    /extraBody\.api_key looks like a credential/,
  )
  assert.match(refusal({ extraQuery: { key: secret } }).message, /extraQuery\.key looks like a credential/)
  assert.match(optionRefusal({ extraQuery: { 'api-key': secret } }).message, /in headers/)
  // Tokens of a text are not secrets.
  for (const name of ['max_tokens', 'min_tokens', 'stop_token_ids', 'eos_token', 'thinking_budget_tokens'])
    assert.equal(refusal({ [name]: null }), undefined, name)
})

test("Python's spellings of AWS keys are the options", () => {
  const { headers, url } = fromProvider('bedrock/amazon.nova-lite-v1:0', {
    env: {},
    aws_access_key_id: 'AKIDEXAMPLE',
    aws_secret_access_key: 'secret-secret',
    aws_session_token: 'session-token',
    aws_region: 'eu-west-1',
  }).buildRequest(call)
  assert.match(headers.authorization, /Credential=AKIDEXAMPLE\/\d+\/eu-west-1\//)
  assert.equal(headers['x-amz-security-token'], 'session-token')
  assert.match(url, /eu-west-1/)
  const azure = fromProvider('azure_openai/dep', {
    env: {},
    azure_ad_token: 'entra-token',
    azure_endpoint: 'https://res.openai.azure.com',
  })
  assert.equal(azure.buildRequest(call).headers.authorization, 'Bearer entra-token')
})

test('unknown keys go into the body, whatever their name', () => {
  const odd = JSON.parse(
    '{"constructor":1,"toString":2,"__proto__":{"x":3},"hasOwnProperty":4,"quite_unheard_of":5}',
  )
  for (const build of [
    () => fromProvider('openai/gpt-4o-mini', settings).buildRequest({ ...call, ...odd }),
    () => fromProvider('openai/gpt-4o-mini', { ...settings, ...odd }).buildRequest(call),
  ]) {
    const { body } = build()
    assert.match(
      body,
      /"constructor":1,"toString":2,"__proto__":\{"x":3\},"hasOwnProperty":4,"quite_unheard_of":5/,
    )
  }
})

test('a name with an id suffix is not a mistyped one', () => {
  for (const name of ['project_id', 'thread_id', 'conversation_id', 'region_id', 'guardrail_id', 'prompt_id'])
    assert.equal(refusal({ [name]: 'x' }), undefined, name)
})

test("Python's async_client and its cache options are accepted, and none is sent", () => {
  const client = fromProvider('openai/gpt-4o-mini', {
    ...settings,
    async_client: true,
    cache_ttl: 1000,
    cache_namespace: 'n',
    default_query: { v: '1' },
    default_headers: { 'x-a': '1' },
    max_retries: 1,
  })
  const { body, url, headers } = client.buildRequest({ ...call, cache_ttl: 5, token_budget: 100 })
  assert.deepEqual(Object.keys(JSON.parse(body)), ['model', 'messages', 'tools', 'tool_choice'])
  assert.match(url, /\?v=1$/)
  assert.equal(headers['x-a'], '1')
})

test('extraBody, extraHeaders and extraQuery reach every request, reasks and streams included', async () => {
  const bad = { value: { name: 'Jason', age: 'x' } }
  for (const how of ['create', 'createPartial']) {
    const { client, requests } = clientOf([bad, { value: jason }], {
      extraBody: { a: { max_tokens: 1 }, b: 1 },
      extraHeaders: { 'X-One': '1' },
      extra_query: { version: 2 },
    })
    const params = {
      ...call,
      extraBody: { b: 2 },
      extra_headers: new Headers({ 'x-two': '2' }),
      stream: undefined,
    }
    if (how === 'create') await client.create(params)
    else await client.createPartial(params).final()
    assert.equal(requests.length, 2)
    for (const { url, headers, body } of requests) {
      assert.match(url, /\?version=2$/)
      assert.equal(headers['x-one'], '1')
      assert.equal(headers['x-two'], '2')
      assert.deepEqual([body.a, body.b], [{ max_tokens: 1 }, 2])
    }
  }
  for (const [name, value] of [
    ['extraBody', 'x'],
    ['extraBody', [1]],
    ['extraHeaders', 5],
    ['extraQuery', { a: {} }],
  ])
    assert.match(refusal({ [name]: value }).message, new RegExp(name))
})

test('values that JSON would drop are refused with their path', () => {
  const cases = [
    [{ metadata: { retry: { onRetry: () => {} } } }, 'metadata.retry.onRetry', /a function/],
    [{ tools: [{ type: 'function', 'a b': [Symbol('x')] }] }, 'tools[0]["a b"][0]', /a symbol/],
    [{ metadata: { at: Number.NaN } }, 'metadata.at', /NaN/],
    [{ metadata: new Map([['a', 1]]) }, 'metadata', /class Map/],
    [{ metadata: { later: Promise.resolve(1) } }, 'metadata.later', /class Promise/],
    [{ metadata: { bytes: new Uint8Array(3) } }, 'metadata.bytes', /class Uint8Array/],
    [{ extraBody: { a: [() => 1] } }, 'extraBody.a[0]', /a function/],
  ]
  for (const [params, parameter, says] of cases)
    for (const error of [refusal(params), optionRefusal(params)]) {
      assert.equal(error?.parameter, parameter)
      assert.match(error.message, says)
      assert.ok(error.message.startsWith(parameter), error.message)
    }
  const said = refusal({ messages: [{ role: 'user', content: [{ type: 'text', text: 'x', run: () => 1 }] }] })
  assert.equal(said.parameter, 'messages[0].content[0].run')
  assert.equal(
    refusal({ metadata: { at: new Date(0), url: new URL('https://a.example'), empty: {} } }),
    undefined,
  )
})

test('unknown roles and types of parts are refused with their path', () => {
  const of = (...list) => refusal({ messages: list })
  assert.equal(of(messages[0], { role: 'usr', content: 'x' }).parameter, 'messages[1].role')
  assert.match(of({ role: 'User', content: 'x' }).message, /one of system, developer, user.*got "User"/)
  const part = (type) =>
    of({
      role: 'user',
      content: [
        { type: 'text', text: 'x' },
        { type, text: 'x' },
      ],
    })
  for (const type of ['txt', 'img', 'Text', 'constructor'])
    assert.equal(part(type).parameter, 'messages[0].content[1].type', type)
  for (const role of ['system', 'developer', 'user', 'model'])
    assert.equal(of({ role, content: 'x' }, messages[0]), undefined, role)
})

test('stream in a method that returns a value is an error with the streaming methods', async () => {
  const { client, requests } = clientOf([{ value: jason }])
  for (const responseModel of [User, [User, User], null]) {
    const error = await failure(() => client.createWithCompletion({ ...call, responseModel, stream: true }))
    assert.equal(error.parameter, 'stream')
    assert.match(error.message, /createPartial.*createIterable/)
  }
  assert.equal(
    (await failure(() => client.parseResponse({ ...call, stream: true }, { body: {} }))).parameter,
    'stream',
  )
  assert.throws(() => client.createPartial({ ...call, stream: false }), { parameter: 'stream' })
  assert.equal(requests.length, 0)
  assert.equal(JSON.parse(client.buildRequest({ ...call, stream: true }).body).stream, true)
})

test('an empty prompt, negative retries and unknown budgets are refused', () => {
  assert.equal(refusal({ messages: undefined, prompt: '' }).parameter, 'prompt')
  assert.match(refusal({ messages: undefined }).message, /or give `prompt`/)
  assert.equal(refusal({ maxRetries: -1 }).parameter, 'maxRetries')
  assert.equal(optionRefusal({ maxRetries: -1 }).parameter, 'maxRetries')
  assert.match(refusal({ budget: { usd: 1 } }).message, /budget\.usd needs the price/)
  assert.match(refusal({ budget: { minutes: 1 } }).message, /\{ tokens, usd, ms, attempts \}/)
  assert.equal(refusal({ budget: { ms: 1000 } }), undefined)
})

test('an invalid URL is refused', () => {
  for (const baseURL of ['http://', 'https://', 'http:///v1', 'https://?x', 'http:/a', 'https://[::1'])
    assert.equal(optionRefusal({ baseURL })?.parameter, 'baseURL', baseURL)
  for (const baseURL of ['http://localhost:1234/v1', 'https://a.example', '/api/llm', 'api.example.com/v1'])
    assert.equal(optionRefusal({ baseURL }), undefined, baseURL)
})

test('every name that the core reads is in the list of known names, so that none of them is refused', () => {
  const source = (file) => readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8')
  const listed = (file, list) => {
    const [, body] = new RegExp(`const ${list}: [^=]*= &\\[([\\s\\S]*?)\\n\\];`).exec(source(file))
    return [...body.matchAll(/"(\w+)"/g)].map(([, name]) => name)
  }
  const known = ['client/names', 'common/openai-fields', 'common/request-fields']
    .map((file) => source(`ts/${file}.ts`))
    .join('')
  const names = [...listed('call/setup/keys.rs', 'CALL_KEYS'), ...listed('call/setup/keys.rs', 'ALIASES')]
  names.push(...listed('provider/endpoint.rs', 'OPTIONS'))
  assert.ok(names.length > 40)
  for (const name of names)
    assert.ok(new RegExp(`\\b${name}\\b`).test(known), `${name} is missing in the lists of names`)
})

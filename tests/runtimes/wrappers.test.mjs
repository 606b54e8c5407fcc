/** `fromOpenAI` and related functions, with the real SDKs: URL, key, headers and fetch are adopted. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime'
import Cerebras from '@cerebras/cerebras_cloud_sdk'
import { GoogleGenAI } from '@google/genai'
import { HTTPClient, Mistral } from '@mistralai/mistralai'
import { CohereClientV2 } from 'cohere-ai'
import Groq from 'groq-sdk'
import * as exported from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import OpenAI, { AzureOpenAI } from 'openai'
import { failure, jason, messages, User } from './support.mjs'

const instructor = { ...exported }
const call = { responseModel: User, messages }

/** Wraps an SDK's client, makes a call, and returns the request. */
async function requested(wrap, make, model, options = {}) {
  const { fetch, requests } = scripted([{ value: jason }])
  const client = instructor[wrap](make(fetch), { model, env: {}, ...options(fetch) })
  assert.deepEqual(await client.create(call), jason)
  return { ...requests[0], client }
}
/** SDKs that keep the given fetch need none from the test. */
const own = () => ({})
const given = (fetch) => ({ fetch })

test('OpenAI: key, base, organization, headers and fetch', async () => {
  const make = (fetch) =>
    new OpenAI({ apiKey: 'sk-own-key', organization: 'org-1', defaultHeaders: { 'x-own': '1' }, fetch })
  for (const wrap of ['fromOpenAI', 'fromClient', 'patch']) {
    const { url, headers, client } = await requested(wrap, make, 'gpt-4o-mini', own)
    assert.equal(url, 'https://api.openai.com/v1/chat/completions')
    assert.equal(headers.authorization, 'Bearer sk-own-key')
    assert.equal(headers['openai-organization'], 'org-1')
    assert.equal(headers['x-own'], '1')
    assert.equal(client.provider, 'openai')
  }
})

test('the mode of a wrapped client is used, and strict tools are strict', async () => {
  const make = (fetch) => new OpenAI({ apiKey: 'sk-own-key', fetch })
  const modes = {
    TOOLS_STRICT: ({ tools }) => tools[0].function.strict,
    TOOLS: ({ tools }) => tools[0].function.strict === undefined,
    JSON_SCHEMA: ({ response_format }) => response_format.json_schema.strict,
    JSON: ({ response_format }) => response_format.type === 'json_object',
    MD_JSON: ({ response_format, tools }) => response_format === undefined && tools === undefined,
  }
  for (const [mode, shown] of Object.entries(modes)) {
    const { body, client } = await requested('fromOpenAI', make, 'gpt-4o-mini', () => ({ mode }))
    assert.equal(client.mode, mode)
    assert.ok(shown(body), `${mode}: ${JSON.stringify(body)}`)
  }
})

test('OpenAI with a key function, and pointed at another provider', async () => {
  const make = (fetch) =>
    new OpenAI({ apiKey: async () => 'sk-late', baseURL: 'https://openrouter.ai/api/v1', fetch })
  const { url, headers, client } = await requested('fromOpenAI', make, 'openai/gpt-4o-mini', own)
  assert.equal(client.provider, 'openrouter')
  assert.equal(url, 'https://openrouter.ai/api/v1/chat/completions')
  assert.equal(headers.authorization, 'Bearer sk-late')
})

test('Azure OpenAI: endpoint, version and deployment', async () => {
  const make = (fetch) =>
    new AzureOpenAI({
      apiKey: 'az-key-1234',
      endpoint: 'https://res.openai.azure.com',
      apiVersion: '2024-10-21',
      deployment: 'dep',
      fetch,
    })
  const { url, headers, client } = await requested('fromOpenAI', make, undefined, own)
  assert.equal(client.provider, 'azure_openai')
  assert.equal(
    url,
    'https://res.openai.azure.com/openai/deployments/dep/chat/completions?api-version=2024-10-21',
  )
  assert.equal(headers['api-key'], 'az-key-1234')
})

test("Azure OpenAI with Entra ID: the token function's result is the bearer token", async () => {
  const make = (fetch) =>
    new AzureOpenAI({
      azureADTokenProvider: async () => 'entra-token-1',
      endpoint: 'https://res.openai.azure.com',
      apiVersion: '2024-10-21',
      deployment: 'dep',
      fetch,
    })
  const { headers } = await requested('fromOpenAI', make, undefined, own)
  assert.equal(headers.authorization, 'Bearer entra-token-1')
  assert.equal(headers['api-key'], undefined)
})

test('Anthropic: a key, or a bearer token', async () => {
  const withKey = (fetch) => new Anthropic({ apiKey: 'ant-key-1', fetch })
  for (const wrap of ['fromAnthropic', 'fromClient']) {
    const { url, headers } = await requested(wrap, withKey, 'claude-sonnet-4-5', own)
    assert.equal(url, 'https://api.anthropic.com/v1/messages')
    assert.equal(headers['x-api-key'], 'ant-key-1')
  }
  const withToken = (fetch) => new Anthropic({ apiKey: null, authToken: 'tok-1', fetch })
  const { headers } = await requested('fromAnthropic', withToken, 'claude-sonnet-4-5', own)
  assert.equal(headers.authorization, 'Bearer tok-1')
  assert.equal(headers['x-api-key'], undefined)
})

test('Google: key, URL, headers and fetch', async () => {
  for (const wrap of ['fromGoogle', 'fromClient']) {
    const make = (fetch) =>
      new GoogleGenAI({ apiKey: 'goog-key-1', httpOptions: { fetch, headers: { 'x-own': '1' } } })
    const { url, headers } = await requested(wrap, make, 'gemini-2.5-flash', own)
    assert.equal(
      url,
      'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent',
    )
    assert.equal(headers['x-goog-api-key'], 'goog-key-1')
    assert.equal(headers['x-own'], '1')
    // The SDK's identification headers are not sent.
    assert.equal(headers['x-goog-api-client'], undefined)
    assert.doesNotMatch(headers['user-agent'] ?? '', /google-genai/)
  }
  const elsewhere = (fetch) =>
    new GoogleGenAI({
      apiKey: 'goog-key-1',
      httpOptions: { fetch, baseUrl: 'https://proxy.example/gemini/' },
    })
  const { url } = await requested('fromGoogle', elsewhere, 'gemini-2.5-flash', own)
  assert.equal(url, 'https://proxy.example/gemini/v1beta/models/gemini-2.5-flash:generateContent')
})

test('Vertex AI: project, location and the token of its auth library', async () => {
  const make = (fetch) => {
    const sdk = new GoogleGenAI({
      vertexai: true,
      project: 'proj',
      location: 'europe-west4',
      httpOptions: { fetch },
    })
    sdk.apiClient.clientOptions.auth.googleAuth = { getAccessToken: async () => 'ya29.token' }
    return sdk
  }
  for (const wrap of ['fromVertexAI', 'fromGoogle', 'fromClient']) {
    const { url, headers } = await requested(wrap, make, 'gemini-2.5-flash', own)
    assert.match(
      url,
      /^https:\/\/europe-west4-aiplatform\.googleapis\.com\/.*\/projects\/proj\/locations\/europe-west4\//,
    )
    assert.equal(headers.authorization, 'Bearer ya29.token')
  }
})

/** Mistral's SDK calls fetch with `Request` objects; the script expects a URL and init. */
const taking = (fetch) => async (request) =>
  fetch(request.url, {
    method: request.method,
    headers: Object.fromEntries(request.headers),
    body: await request.text(),
  })

test('Mistral, Cohere, Groq, Cerebras: key, URL, headers and fetch', async () => {
  const defaultHeaders = { 'x-own': '1' }
  const apiKey = 'the-key-1'
  const cases = [
    [
      'fromMistral',
      (fetch) => {
        const httpClient = new HTTPClient({ fetcher: taking(fetch) })
        httpClient.addHook('beforeRequest', (request) => {
          request.headers.set('x-own', '1')
          return request
        })
        return new Mistral({ apiKey, httpClient })
      },
      'mistral-small',
      'https://api.mistral.ai/v1/chat/completions',
    ],
    [
      'fromCohere',
      (fetch) => new CohereClientV2({ token: apiKey, headers: { 'x-own': '1' }, fetch }),
      'command-a-03-2025',
      'https://api.cohere.com/v2/chat',
    ],
    [
      'fromGroq',
      (fetch) => new Groq({ apiKey, defaultHeaders, fetch }),
      'llama-3.3-70b-versatile',
      'https://api.groq.com/openai/v1/chat/completions',
    ],
    [
      'fromCerebras',
      (fetch) => new Cerebras({ apiKey, defaultHeaders, warmTCPConnection: false, fetch }),
      'llama-3.3-70b',
      'https://api.cerebras.ai/v1/chat/completions',
    ],
  ]
  for (const [wrap, make, model, address] of cases)
    for (const name of [wrap, 'fromClient']) {
      const { url, headers } = await requested(name, make, model, own)
      assert.equal(url, address)
      assert.equal(headers.authorization, 'Bearer the-key-1', wrap)
      assert.equal(headers['x-own'], '1', wrap)
    }
})

test('every SDK with another base URL keeps it', async () => {
  const base = 'https://proxy.example/llm'
  const apiKey = 'the-key-1'
  const cases = [
    ['fromOpenAI', (fetch) => new OpenAI({ apiKey, baseURL: base, fetch }), `${base}/chat/completions`],
    ['fromAnthropic', (fetch) => new Anthropic({ apiKey, baseURL: base, fetch }), `${base}/v1/messages`],
    [
      'fromMistral',
      (fetch) =>
        new Mistral({ apiKey, serverURL: base, httpClient: new HTTPClient({ fetcher: taking(fetch) }) }),
      `${base}/v1/chat/completions`,
    ],
    ['fromCohere', (fetch) => new CohereClientV2({ token: apiKey, baseUrl: base, fetch }), `${base}/v2/chat`],
    [
      'fromCohere',
      (fetch) => new CohereClientV2({ token: apiKey, environment: base, fetch }),
      `${base}/v2/chat`,
    ],
    ['fromGroq', (fetch) => new Groq({ apiKey, baseURL: base, fetch }), `${base}/openai/v1/chat/completions`],
    [
      'fromCerebras',
      (fetch) => new Cerebras({ apiKey, baseURL: base, warmTCPConnection: false, fetch }),
      `${base}/v1/chat/completions`,
    ],
  ]
  for (const [wrap, make, address] of cases) {
    const { url } = await requested(wrap, make, 'a-model', own)
    assert.equal(url, address, wrap)
  }
})

test("a proxy in the SDK's fetch options, and its query parameters, are part of every request", async () => {
  const dispatcher = { a: 'proxy' }
  let seen
  const make = (fetch) =>
    new OpenAI({
      apiKey: 'the-key-1',
      baseURL: 'https://gateway.example/v1',
      fetchOptions: { dispatcher },
      defaultQuery: { 'api-version': '2026-01-01' },
      fetch: (url, init) => {
        seen = init.dispatcher
        return fetch(url, init)
      },
    })
  const { url } = await requested('fromOpenAI', make, 'a-model', own)
  assert.equal(url, 'https://gateway.example/v1/chat/completions?api-version=2026-01-01')
  assert.equal(seen, dispatcher)
})

// writer-sdk has the same structure, but requires Zod 3 as `zod`, which is Zod 4 in the other tests.
test("Fireworks, LiteLLM and Writer: any client like OpenAI's", async () => {
  const cases = [
    [
      'fromFireworks',
      'https://api.fireworks.ai/inference/v1',
      'https://api.fireworks.ai/inference/v1/chat/completions',
    ],
    ['fromLiteLLM', 'http://localhost:4000', 'http://localhost:4000/v1/chat/completions'],
    ['fromWriter', 'https://api.writer.com', 'https://api.writer.com/v1/chat'],
  ]
  for (const [wrap, baseURL, address] of cases) {
    const { url } = await requested(
      wrap,
      (fetch) => new OpenAI({ apiKey: 'k-123456', baseURL, fetch }),
      'm',
      own,
    )
    assert.equal(url, address)
  }
})

test('Bedrock: region and credentials are read when the request is signed', async () => {
  const make = () =>
    new BedrockRuntimeClient({
      region: 'us-west-2',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-secret', sessionToken: 'session' },
    })
  for (const wrap of ['fromBedrock', 'fromClient']) {
    const { url, headers } = await requested(wrap, make, 'anthropic.claude-3-haiku-20240307-v1:0', given)
    assert.match(url, /^https:\/\/bedrock-runtime\.us-west-2\.amazonaws\.com\/model\/.*\/converse$/)
    assert.match(
      headers.authorization,
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-west-2\/bedrock\//,
    )
    assert.equal(headers['x-amz-security-token'], 'session')
  }
})

test('Bedrock: a custom endpoint, and a bearer token where it is preferred', async () => {
  const make = () =>
    new BedrockRuntimeClient({
      region: 'eu-central-1',
      endpoint: 'http://127.0.0.1:4566/aws/',
      token: { token: 'bedrock-api-key' },
      authSchemePreference: ['httpBearerAuth'],
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-secret' },
    })
  const { url, headers } = await requested('fromBedrock', make, 'amazon.nova-lite-v1:0', given)
  assert.equal(url, 'http://127.0.0.1:4566/aws/model/amazon.nova-lite-v1%3A0/converse')
  assert.equal(headers.authorization, 'Bearer bedrock-api-key')
})

test('asynchronous values of an SDK cannot be in a request built synchronously, and concurrent calls share them', async () => {
  let asked = 0
  const sdk = new BedrockRuntimeClient({
    region: async () => {
      asked += 1
      return 'ap-south-1'
    },
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-secret' },
  })
  const { fetch, requests } = scripted([{ value: jason }, { value: jason }, { value: jason }])
  const client = instructor.fromBedrock(sdk, { model: 'amazon.nova-lite-v1:0', fetch, env: {} })
  assert.throws(() => client.buildRequest(call), { name: 'ConfigurationError', message: /region/ })
  const before = asked
  await Promise.all([client.create(call), client.create(call)])
  await client.create(call)
  assert.equal(asked - before, 1)
  for (const { url } of requests) assert.match(url, /bedrock-runtime\.ap-south-1\./)
})

test("a wrapped client without a model requires one per call; the caller's options take precedence", async () => {
  const { fetch, requests } = scripted([{ value: jason }])
  const client = instructor.fromOpenAI(new OpenAI({ apiKey: 'sk-own-key' }), {
    fetch,
    apiKey: 'sk-other-key',
  })
  const error = await failure(() => client.create(call))
  assert.equal(error.name, 'ConfigurationError')
  assert.match(error.message, /no model/)
  await client.create({ ...call, model: 'gpt-4o' })
  assert.equal(requests[0].body.model, 'gpt-4o')
  assert.equal(requests[0].headers.authorization, 'Bearer sk-other-key')
})

test('a value that is not a client is refused', () => {
  for (const wrap of [
    'fromOpenAI',
    'fromAnthropic',
    'fromGoogle',
    'fromMistral',
    'fromCohere',
    'fromBedrock',
    'fromClient',
  ])
    for (const given of [undefined, 'openai', 42, {}, []])
      assert.throws(
        () => instructor[wrap](given),
        (error) => error.name === 'ConfigurationError' && error.message.includes(wrap),
        `${wrap}(${String(given)})`,
      )
})

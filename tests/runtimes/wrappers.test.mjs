/** `fromOpenAI` and its relatives, with the real SDKs: address, key, headers and fetch are taken over. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime'
import Cerebras from '@cerebras/cerebras_cloud_sdk'
import { GoogleGenAI } from '@google/genai'
import { Mistral } from '@mistralai/mistralai'
import { CohereClientV2 } from 'cohere-ai'
import Groq from 'groq-sdk'
import * as exported from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import OpenAI, { AzureOpenAI } from 'openai'
import { failure, jason, messages, User } from './support.mjs'

const instructor = { ...exported }
const call = { responseModel: User, messages }

/** Wraps an SDK's client, makes a call, and gives the request. */
async function requested(wrap, make, model, options = {}) {
  const { fetch, requests } = scripted([{ value: jason }])
  const client = instructor[wrap](make(fetch), { model, env: {}, ...options(fetch) })
  assert.deepEqual(await client.create(call), jason)
  return { ...requests[0], client }
}
/** SDKs that keep the fetch they are given need none from us. */
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

test('Google: key and address', async () => {
  for (const wrap of ['fromGoogle', 'fromClient']) {
    const make = () => new GoogleGenAI({ apiKey: 'goog-key-1' })
    const { url, headers } = await requested(wrap, make, 'gemini-2.5-flash', given)
    assert.equal(
      url,
      'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent',
    )
    assert.equal(headers['x-goog-api-key'], 'goog-key-1')
  }
})

test('Vertex AI: project, location and the token of its auth library', async () => {
  const make = () => {
    const sdk = new GoogleGenAI({ vertexai: true, project: 'proj', location: 'europe-west4' })
    sdk.apiClient.clientOptions.auth.googleAuth = { getAccessToken: async () => 'ya29.token' }
    return sdk
  }
  for (const wrap of ['fromVertexAI', 'fromGoogle', 'fromClient']) {
    const { url, headers } = await requested(wrap, make, 'gemini-2.5-flash', given)
    assert.match(
      url,
      /^https:\/\/europe-west4-aiplatform\.googleapis\.com\/.*\/projects\/proj\/locations\/europe-west4\//,
    )
    assert.equal(headers.authorization, 'Bearer ya29.token')
  }
})

test('Mistral, Cohere, Groq, Cerebras: key and address', async () => {
  const cases = [
    [
      'fromMistral',
      () => new Mistral({ apiKey: 'the-key-1' }),
      'mistral-small',
      'https://api.mistral.ai/v1/chat/completions',
      given,
    ],
    [
      'fromCohere',
      () => new CohereClientV2({ token: 'the-key-1' }),
      'command-a-03-2025',
      'https://api.cohere.com/v2/chat',
      given,
    ],
    [
      'fromGroq',
      (fetch) => new Groq({ apiKey: 'the-key-1', fetch }),
      'llama-3.3-70b-versatile',
      'https://api.groq.com/openai/v1/chat/completions',
      own,
    ],
    [
      'fromCerebras',
      (fetch) => new Cerebras({ apiKey: 'the-key-1', warmTCPConnection: false, fetch }),
      'llama-3.3-70b',
      'https://api.cerebras.ai/v1/chat/completions',
      given,
    ],
  ]
  for (const [wrap, make, model, address, options] of cases)
    for (const name of [wrap, 'fromClient']) {
      const { url, headers } = await requested(name, make, model, options)
      assert.equal(url, address)
      assert.equal(headers.authorization, 'Bearer the-key-1', wrap)
    }
})

test('Fireworks, LiteLLM and Writer: any client of the OpenAI kind', async () => {
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

test('Bedrock: region and credentials are asked for when the request is signed', async () => {
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

test("a wrapped client without a model asks the call for one; the caller's options win", async () => {
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

test('what is no client is told so', () => {
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

/** Where a request goes: model, address, key and default mode of each provider that Python's Instructor has. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError, fromProvider } from 'instructor-wasm'
import { failure, messages, User } from './support.mjs'

const call = { responseModel: User, messages }
/** A client of a model, with its request. */
function made(model, options = {}) {
  const client = fromProvider(model, { env: {}, ...options })
  const { url, headers, body } = client.buildRequest(call)
  return { client, url, headers, body: JSON.parse(body) }
}

test('the model is everything after the first slash', () => {
  assert.equal(made('together/meta-llama/Llama-3-70b', { apiKey: 'k' }).body.model, 'meta-llama/Llama-3-70b')
  const { client } = made('openrouter/openai/gpt-4o:free', { apiKey: 'k' })
  assert.equal(client.provider, 'openrouter')
  assert.equal(client.model, 'openai/gpt-4o:free')
})

test("every provider of Python's Instructor has its own address", () => {
  const chat = {
    openai: 'https://api.openai.com/v1/chat/completions',
    anyscale: 'https://api.endpoints.anyscale.com/v1/chat/completions',
    together: 'https://api.together.ai/v1/chat/completions',
    mistral: 'https://api.mistral.ai/v1/chat/completions',
    cohere: 'https://api.cohere.com/v2/chat',
    perplexity: 'https://api.perplexity.ai/chat/completions',
    groq: 'https://api.groq.com/openai/v1/chat/completions',
    writer: 'https://api.writer.com/v1/chat',
    cerebras: 'https://api.cerebras.ai/v1/chat/completions',
    deepseek: 'https://api.deepseek.com/chat/completions',
    fireworks: 'https://api.fireworks.ai/inference/v1/chat/completions',
    ollama: 'http://localhost:11434/v1/chat/completions',
    openrouter: 'https://openrouter.ai/api/v1/chat/completions',
    xai: 'https://api.x.ai/v1/chat/completions',
    anthropic: 'https://api.anthropic.com/v1/messages',
  }
  const gemini = 'https://generativelanguage.googleapis.com/v1beta/models/m:generateContent'
  for (const id of ['google', 'generative-ai']) chat[id] = gemini
  for (const [id, url] of Object.entries(chat)) assert.equal(made(`${id}/m`, { apiKey: 'k' }).url, url, id)

  const region = 'eu-west-1'
  assert.equal(
    made('bedrock/m', { apiKey: 'k', region }).url,
    'https://bedrock-runtime.eu-west-1.amazonaws.com/model/m/converse',
  )
  const vertex = { accessToken: 't', project: 'p', location: region }
  const path = `https://${region}-aiplatform.googleapis.com/v1beta1/projects/p/locations/${region}/publishers/google/models/m:generateContent`
  assert.equal(made('vertexai/m', vertex).url, path)
  assert.equal(made('google/m', { ...vertex, vertexai: true }).url, path)
  // These run at an address of the user.
  const own = { apiKey: 'k', baseURL: 'https://own.example' }
  assert.equal(made('litellm/m', own).url, 'https://own.example/v1/chat/completions')
  assert.equal(made('databricks/m', own).url, 'https://own.example/serving-endpoints/chat/completions')
  assert.equal(
    made('databricks/m', { ...own, baseURL: 'https://own.example/serving-endpoints' }).url,
    'https://own.example/serving-endpoints/chat/completions',
  )
})

test('Azure OpenAI: the deployment is in the path if there is a version, and the key has its own header', () => {
  const options = { apiKey: 'k', azureEndpoint: 'https://r.openai.azure.com' }
  const versioned = made('azure_openai/dep', { ...options, apiVersion: '2024-02-01' })
  assert.equal(
    versioned.url,
    'https://r.openai.azure.com/openai/deployments/dep/chat/completions?api-version=2024-02-01',
  )
  assert.equal(versioned.headers['api-key'], 'k')
  assert.equal(versioned.headers.authorization, undefined)
  assert.equal(made('azure_openai/dep', options).url, 'https://r.openai.azure.com/openai/v1/chat/completions')
})

test('an option for the address or the key has precedence over its variable', () => {
  const env = { OPENAI_API_KEY: 'of the environment', OPENAI_BASE_URL: 'https://env.example/v1' }
  const from = (options) => made('openai/gpt-4o', { env, ...options })
  assert.equal(from({}).headers.authorization, 'Bearer of the environment')
  assert.equal(from({}).url, 'https://env.example/v1/chat/completions')
  for (const options of [
    { apiKey: 'given', baseURL: 'https://given.example/v1' },
    { api_key: 'given', base_url: 'https://given.example/v1' },
  ]) {
    assert.equal(from(options).headers.authorization, 'Bearer given')
    assert.equal(from(options).url, 'https://given.example/v1/chat/completions')
  }
})

test('the key of each provider comes from its variable, which the error for a missing key names', async () => {
  const variables = {
    openai: 'OPENAI_API_KEY',
    anyscale: 'ANYSCALE_API_KEY',
    together: 'TOGETHER_API_KEY',
    anthropic: 'ANTHROPIC_API_KEY',
    google: 'GOOGLE_API_KEY',
    mistral: 'MISTRAL_API_KEY',
    cohere: 'CO_API_KEY',
    perplexity: 'PERPLEXITY_API_KEY',
    groq: 'GROQ_API_KEY',
    writer: 'WRITER_API_KEY',
    cerebras: 'CEREBRAS_API_KEY',
    fireworks: 'FIREWORKS_API_KEY',
    deepseek: 'DEEPSEEK_API_KEY',
    openrouter: 'OPENROUTER_API_KEY',
    xai: 'XAI_API_KEY',
  }
  for (const [id, variable] of Object.entries(variables)) {
    const { headers } = made(`${id}/m`, { env: { [variable]: 'of-the-variable' } })
    const values = Object.values(headers).map((value) => value.replace('Bearer ', ''))
    assert.ok(values.includes('of-the-variable'), id)
    const error = await failure(() => made(`${id}/m`))
    assert.ok(error instanceof ConfigurationError, `${id}: ${error}`)
    assert.match(error.message, new RegExp(`\\b${variable}\\b`), id)
  }
})

test('the default mode depends on what the model supports', () => {
  const modes = {
    'openai/gpt-4o': 'TOOLS',
    'anthropic/claude-sonnet-4-5': 'TOOLS',
    'google/gemini-2.5-flash': 'TOOLS',
    'mistral/mistral-large-latest': 'TOOLS',
    'perplexity/sonar': 'MD_JSON',
    'ollama/llama3.1': 'TOOLS',
    'ollama/llama3:8b': 'JSON',
    'bedrock/anthropic.claude-3-haiku-20240307-v1:0': 'TOOLS',
    'bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0': 'TOOLS',
    'bedrock/meta.llama3-70b-instruct-v1:0': 'MD_JSON',
  }
  for (const [model, mode] of Object.entries(modes)) {
    const { client } = made(model, { apiKey: 'k' })
    assert.equal(client.mode, mode, model)
  }
  // The caller's choice has precedence.
  assert.equal(made('ollama/llama3:8b', { mode: 'TOOLS' }).client.mode, 'TOOLS')
})

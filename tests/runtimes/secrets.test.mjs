/** Keys and tokens never appear in errors, events or the client itself, wherever they came from. */
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
  test(`${what} stays unsaid, whatever the server and the network say`, async () => {
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

test('an address with a query is refused, since paths are added to it', () => {
  assert.throws(() => openai({ apiKey: 'k', baseURL: 'https://h.example/v1?key=abc' })(fetch), {
    name: 'ConfigurationError',
    message: /baseURL.*query/,
  })
})

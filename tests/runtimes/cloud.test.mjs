/**
 * Credentials of AWS and Google Cloud through the built package: signatures compared with another implementation,
 * shared tokens.
 */
import assert from 'node:assert/strict'
import { createHash, createHmac, createVerify, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { SignatureV4 } from '@smithy/signature-v4'
import { fromProvider } from 'instructor-wasm'
import { failure, jason, User } from './support.mjs'

// -- AWS -----------------------------------------------------------------------------------------------------

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }

/** The hash function that @smithy/signature-v4 requires. */
class Sha256 {
  constructor(secret) {
    this.hash = secret ? createHmac('sha256', Buffer.from(secret)) : createHash('sha256')
  }
  update(data) {
    this.hash.update(typeof data === 'string' ? data : Buffer.from(data))
  }
  async digest() {
    return new Uint8Array(this.hash.digest())
  }
}

/** The headers that AWS's own library generates for the request. */
async function smithy(request, region, credentials) {
  const { hostname, pathname } = new URL(request.url)
  const signer = new SignatureV4({
    service: 'bedrock',
    region,
    credentials,
    sha256: Sha256,
    applyChecksum: false,
  })
  const stamp = request.headers['x-amz-date']
  const signingDate = new Date(stamp.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z'))
  const plain = {
    method: 'POST',
    protocol: 'https:',
    hostname,
    path: pathname,
    query: {},
    headers: { host: hostname },
    body: request.body,
  }
  return (await signer.sign(plain, { signingDate })).headers
}

const models = [
  'anthropic.claude-3-5-sonnet-20241022-v2:0',
  'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.meta.llama3-1-70b-instruct-v1:0',
  'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2~c_d.e',
  'odd model/with+plus & (parentheses)*!\'"é',
]
const texts = ['hi', 'Zoë → 東京 🙂 ­ naïve', '\u0000\u2028 "quoted" \\ back', 'x'.repeat(20_000)]

test('signatures equal those of @smithy/signature-v4: odd models, unicode bodies, session tokens, regions', async () => {
  let compared = 0
  for (const model of models)
    for (const text of texts)
      for (const sessionToken of [undefined, 'FwoGZXIvYXdzE/+abc==', 'tok  with  spaces'])
        for (const region of ['us-east-1', 'ap-southeast-2', 'cn-north-1']) {
          const credentials = { ...keys, ...(sessionToken ? { sessionToken } : {}) }
          const client = fromProvider(`bedrock/${model}`, { ...credentials, region, env: {} })
          const request = client.buildRequest({
            responseModel: User,
            mode: 'MD_JSON',
            messages: [{ role: 'user', content: text }],
          })
          const theirs = await smithy(request, region, credentials)
          for (const name of ['authorization', 'x-amz-date', 'x-amz-security-token'])
            assert.equal(request.headers[name], theirs[name], `${name} of ${model} in ${region}`)
          compared += 1
        }
  console.log(`sigv4: signatures compared with @smithy/signature-v4 ${compared}, different 0`)
})

test("a signature refused because of the clock is repeated once with the server's date", async () => {
  const server = new Date(Date.now() + 3_600_000)
  const stamps = []
  const fetch = async (_, { headers }) => {
    stamps.push(headers['x-amz-date'])
    if (stamps.length === 1)
      return Response.json(
        { message: 'Signature expired' },
        {
          status: 403,
          headers: { 'x-amzn-errortype': 'InvalidSignatureException', date: server.toUTCString() },
        },
      )
    const content = [{ toolUse: { toolUseId: 't', name: 'User', input: jason } }]
    return Response.json({ output: { message: { role: 'assistant', content } }, stopReason: 'tool_use' })
  }
  const client = fromProvider(`bedrock/${models[0]}`, { ...keys, fetch, env: {}, httpRetries: 0 })
  assert.deepEqual(
    await client.create({ responseModel: User, messages: [{ role: 'user', content: 'x' }] }),
    jason,
  )
  const hour = (stamp) =>
    Date.parse(stamp.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z'))
  const moved = hour(stamps[1]) - hour(stamps[0])
  assert.ok(moved > 3_500_000 && moved < 3_700_000, `${moved} ms`)
})

// -- Google Cloud --------------------------------------------------------------------------------------------

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const account = {
  type: 'service_account',
  project_id: 'proj',
  private_key_id: 'kid1',
  // The form that environment variables often contain.
  private_key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).replaceAll('\n', '\\n'),
  client_email: 'bot@proj.iam.gserviceaccount.com',
}

const reply = () =>
  Response.json({
    candidates: [
      {
        content: { role: 'model', parts: [{ functionCall: { name: 'User', args: jason } }] },
        finishReason: 'STOP',
      },
    ],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
  })

/** Google's token endpoint and model; assertions are checked with the public key. */
function google({ seconds = 3600, status = 200 } = {}) {
  const seen = { tokens: [], calls: [] }
  seen.fetch = async (url, init) => {
    if (!String(url).startsWith('https://oauth2.googleapis.com/')) {
      seen.calls.push({ url, authorization: init.headers.authorization })
      return reply()
    }
    const form = new URLSearchParams(init.body)
    assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer')
    const [header, claims, signature] = form.get('assertion').split('.')
    const check = createVerify('RSA-SHA256').update(`${header}.${claims}`)
    assert.ok(
      check.verify(pair.publicKey, Buffer.from(signature, 'base64url')),
      'the signature is Google-verifiable',
    )
    const read = (part) => JSON.parse(Buffer.from(part, 'base64url').toString())
    assert.deepEqual(read(header), { alg: 'RS256', typ: 'JWT', kid: 'kid1' })
    const { iss, scope, aud, iat, exp } = read(claims)
    assert.deepEqual(
      [iss, scope, aud, exp - iat],
      [
        account.client_email,
        'https://www.googleapis.com/auth/cloud-platform',
        'https://oauth2.googleapis.com/token',
        3600,
      ],
    )
    seen.tokens.push(form)
    await new Promise((done) => setTimeout(done, 5))
    if (status !== 200)
      return Response.json({ error: 'invalid_grant', error_description: 'no such account' }, { status })
    return Response.json({
      access_token: `ya29.${seen.tokens.length}`,
      expires_in: seconds,
      token_type: 'Bearer',
    })
  }
  return seen
}

const call = { responseModel: User, messages: [{ role: 'user', content: 'Jason is 25' }] }
const vertex = (seen, options = {}) =>
  fromProvider('vertexai/gemini-2.5-flash', { credentials: account, fetch: seen.fetch, env: {}, ...options })

test('a service account is signed with RS256; concurrent calls share one token, later ones use its cache', async () => {
  const seen = google()
  const client = vertex(seen)
  const values = await Promise.all([1, 2, 3, 4, 5].map(() => client.create(call)))
  assert.deepEqual(values, Array(5).fill(jason))
  await client.create(call)
  assert.equal(seen.tokens.length, 1)
  assert.deepEqual(new Set(seen.calls.map(({ authorization }) => authorization)), new Set(['Bearer ya29.1']))
  assert.match(
    seen.calls[0].url,
    /^https:\/\/us-central1-aiplatform\.googleapis\.com\/v1.*\/projects\/proj\//,
  )
})

test('a token that is about to expire is fetched again', async () => {
  const seen = google({ seconds: 59 })
  const client = vertex(seen)
  await client.create(call)
  await client.create(call)
  assert.deepEqual(
    seen.calls.map(({ authorization }) => authorization),
    ['Bearer ya29.1', 'Bearer ya29.2'],
  )
})

test('a refused account is an error, and the next call requests a token again', async () => {
  const seen = google({ status: 400 })
  const client = vertex(seen, { httpRetries: 0 })
  for (const n of [1, 2]) {
    const error = await failure(() => client.create(call))
    assert.match(error.message, /no such account/)
    assert.equal(seen.tokens.length, n)
    assert.ok(!JSON.stringify(error).includes('BEGIN PRIVATE'))
  }
})

test('the account is read from JSON text or variables; a token function or an express key needs no account', async () => {
  const env = {
    GOOGLE_CLIENT_EMAIL: account.client_email,
    GOOGLE_PRIVATE_KEY: account.private_key,
    GOOGLE_PRIVATE_KEY_ID: 'kid1',
    GOOGLE_CLOUD_PROJECT: 'proj',
  }
  for (const options of [{ credentials: JSON.stringify(account) }, { credentials: undefined, env }]) {
    const seen = google()
    assert.deepEqual(await vertex(seen, options).create(call), jason)
    assert.equal(seen.tokens.length, 1)
  }
  const seen = google()
  const given = {
    credentials: undefined,
    accessToken: async () => 'ya29.own',
    project: 'p',
    location: 'global',
  }
  await vertex(seen, given).create(call)
  assert.equal(seen.calls[0].authorization, 'Bearer ya29.own')
  assert.match(seen.calls[0].url, /^https:\/\/aiplatform\.googleapis\.com\/.*\/locations\/global\//)
  const express = google()
  await vertex(express, { credentials: undefined, apiKey: 'AIzaKey' }).create(call)
  assert.match(
    express.calls[0].url,
    /^https:\/\/aiplatform\.googleapis\.com\/v1[^/]*\/publishers\/google\/models\//,
  )
})

test('a token request follows no redirect, and an error that echoes it contains no assertion', async () => {
  const answers = [
    (body) => new Response(`bad assertion: ${new URLSearchParams(body).get('assertion')}`, { status: 400 }),
    () => new Response('', { status: 307, headers: { location: 'https://evil.example/token' } }),
    () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } })),
  ]
  const seen = []
  const fetch = async (url, init) => {
    seen.push([url, init.redirect])
    return answers[seen.length - 1](init.body)
  }
  const client = fromProvider('vertexai/gemini-2.5-flash', { credentials: account, fetch, env: {} })
  const errors = []
  for (const _ of answers) errors.push(await failure(() => client.create({ ...call, httpRetries: 0 })))
  assert.match(errors[0].message, /bad assertion: \[redacted\]/)
  assert.match(errors[1].message, /\(307\): a redirect, which is not followed/)
  assert.deepEqual([errors[2].name, errors[2].cause.message], ['NetworkError', 'fetch failed'])
  assert.ok(
    seen.every(([url, redirect]) => url.startsWith('https://oauth2.googleapis.com') && redirect === 'manual'),
  )
})

test('a token request is cancelled when the last call that waits for it is aborted', async () => {
  let given
  const fetch = (_, init) =>
    new Promise((_, reject) => {
      given = init.signal
      init.signal.addEventListener('abort', () => reject(init.signal.reason))
    })
  const client = fromProvider('vertexai/gemini-2.5-flash', { credentials: account, fetch, env: {} })
  const [one, two] = [new AbortController(), new AbortController()]
  const calls = [one, two].map(({ signal }) => failure(() => client.create({ ...call, signal })))
  while (!given) await new Promise((done) => setTimeout(done, 5))
  one.abort(new Error('first'))
  assert.equal((await calls[0]).message, 'first')
  assert.equal(given.aborted, false)
  two.abort(new Error('second'))
  assert.equal((await calls[1]).message, 'second')
  assert.equal(given.aborted, true)
})

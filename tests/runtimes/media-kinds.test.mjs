/** Files of the wrong kind, addresses that an API does not read, and `autodetect`: every API, whole and streamed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { audio, ConfigurationError, image, pdf } from 'instructor-wasm'
import { all, clientOf, failure, jason, User } from './support.mjs'

const latin = (text) => [...text].map((char) => char.charCodeAt(0))
const bytes = (start) => Uint8Array.from([...latin(start), ...Array(60).fill(7)])
const files = {
  image: bytes('\x89PNG\r\n\x1a\n'),
  audio: bytes('RIFF\0\0\0\0WAVE'),
  document: bytes('%PDF-1.7'),
}
const types = { image: 'image/png', audio: 'audio/wav', document: 'application/pdf' }
const makers = { image, audio, document: pdf }
const base64 = (data) => Buffer.from(data).toString('base64')

const AWS = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
/** A model of each API, and the options that it needs. */
const MODELS = {
  'openai/gpt-4o-mini': {},
  'openai/gpt-6': {},
  'anthropic/claude-sonnet-4-6': {},
  'google/gemini-2.5-flash': {},
  'vertexai/gemini-2.5-flash': { accessToken: 'ya29.token', project: 'p', apiKey: undefined },
  'mistral/pixtral-12b': {},
  'cohere/command-a-03-2025': {},
  'bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0': { env: AWS, apiKey: undefined },
  'ollama/llava': { native: true },
  'workers_ai/@cf/llava': { accountId: 'a' },
  'openrouter/openai/gpt-4o': {},
  'litellm/gpt-4o': { baseURL: 'http://localhost:4000' },
  'vllm/m': {},
}

const RUNS = {
  create: (client, params) => client.create(params),
  createPartial: (client, params) => all(client.createPartial(params)),
  createIterable: (client, params) => all(client.createIterable(params)),
  buildRequest: (client, params) => client.buildRequest(params),
}

/** The error of a call with these parts. Nothing may be sent. */
async function refused(model, content, how, params = {}) {
  const { client, requests } = clientOf([{ value: jason }], MODELS[model], model)
  const error = await failure(() =>
    RUNS[how](client, { responseModel: User, messages: [{ role: 'user', content }], ...params }),
  )
  assert.ok(error instanceof ConfigurationError, `${model} ${how}: ${error}`)
  assert.equal(requests.length, 0, `${model} ${how}`)
  return error
}

/** The requests of a call with these parts. */
async function sent(model, content, params = {}) {
  const { client, requests } = clientOf([{ value: jason }], MODELS[model], model)
  await client.create({ responseModel: User, messages: [{ role: 'user', content }], ...params })
  return JSON.stringify(requests[0].body)
}

test('a Blob of another kind is refused by every API before anything is sent, whole and streamed', async () => {
  for (const model of Object.keys(MODELS))
    for (const [kind, make] of Object.entries(makers))
      for (const [other, data] of Object.entries(files)) {
        if (other === kind) continue
        // The declared type does not matter: the bytes do.
        for (const type of [types[other], types[kind], ''])
          for (const how of ['create', 'createPartial', 'createIterable']) {
            const error = await refused(model, ['Who?', make(new Blob([data], { type }))], how)
            assert.match(error.message, new RegExp(`must be .*, not ${types[other]}`), `${model} ${kind}`)
            assert.equal(error.parameter, 'messages[0].content[1].source')
          }
      }
})

test('a part without a helper is refused for the same reasons', async () => {
  const mixed = (source, fields) => [{ type: 'image', source, ...fields }]
  for (const model of Object.keys(MODELS))
    for (const [content, says] of [
      [mixed(files.document), /must be an image, not application\/pdf/],
      [mixed(base64(files.document)), /must be an image, not application\/pdf/],
      [mixed(base64(files.audio), { mediaType: 'image/png' }), /must be an image, not audio\/wav/],
      [mixed(`data:image/png;base64,${base64(files.audio)}`), /must be an image, not audio\/wav/],
      [mixed('data:video/mp4;base64,AAAA'), /must be an image, not video\/mp4/],
      [mixed({ data: 'AAAA', mediaType: 'text/plain' }), /must be an image, not text\/plain/],
      [mixed(new Uint8Array([1, 2, 3])), /must be an image, not application\/octet-stream/],
      [[{ type: 'document', source: files.image }], /must be a document, not image\/png/],
      [[{ type: 'audio', source: files.image }], /must be audio, not image\/png/],
    ])
      for (const how of Object.keys(RUNS)) assert.match((await refused(model, content, how)).message, says)
})

test('an address is sent to the APIs that read its scheme, and refused by the others', async () => {
  const readers = {
    gs: ['google/gemini-2.5-flash', 'vertexai/gemini-2.5-flash', 'litellm/gpt-4o'],
    s3: ['bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0', 'litellm/gpt-4o'],
    file: ['vllm/m', 'litellm/gpt-4o'],
    ftp: ['litellm/gpt-4o'],
    blob: ['litellm/gpt-4o'],
  }
  for (const [scheme, models] of Object.entries(readers))
    for (const model of Object.keys(MODELS)) {
      const address = `${scheme}://bucket/a.png`
      // A helper reads a file: address itself.
      const part = { type: 'image', source: address }
      if (models.includes(model))
        assert.ok((await sent(model, [part])).includes(address), `${model} ${scheme}`)
      else {
        const error = await refused(model, [part], 'create')
        assert.match(error.message, new RegExp(`reads no ${scheme}: addresses`), model)
        assert.equal(error.part, 'image')
      }
    }
  const claude = { ...MODELS['vertexai/gemini-2.5-flash'] }
  const { client } = clientOf([], claude, 'vertexai/claude-sonnet-4-5@20250929')
  assert.throws(
    () =>
      client.buildRequest({
        responseModel: User,
        messages: [{ role: 'user', content: [image('gs://b/a.png')] }],
      }),
    /does not accept this image part/,
  )
})

test("a part in the API's own form is sent as it is", async () => {
  const own = { type: 'image_url', image_url: { url: 'gs://bucket/a.png' } }
  assert.ok((await sent('openai/gpt-4o-mini', [own])).includes('"gs://bucket/a.png"'))
  const url = `data:application/pdf;base64,${base64(files.document)}`
  assert.ok((await sent('litellm/gpt-4o', [{ type: 'image_url', image_url: { url } }])).includes(url))
})

test('autodetect: addresses and base64 are the same request as parts of their kind', async () => {
  const texts = {
    image: [base64(files.image), 'https://example.com/a.png'],
    audio: [base64(files.audio), 'https://example.com/a.mp3'],
    document: [base64(files.document), 'https://example.com/a.pdf'],
  }
  let same = 0
  for (const model of Object.keys(MODELS))
    for (const [kind, strings] of Object.entries(texts))
      for (const text of strings) {
        const asked = (content, params) => {
          const { client } = clientOf([], MODELS[model], model)
          try {
            return client.buildRequest({
              responseModel: User,
              messages: [{ role: 'user', content }],
              ...params,
            }).body
          } catch (error) {
            assert.ok(error instanceof ConfigurationError)
            return error.message
          }
        }
        const found = asked(['Who?', text], { autodetect: true })
        assert.equal(found, asked(['Who?', { type: kind, source: text }]), `${model} ${kind}`)
        assert.equal(asked(text, { autodetect: true }), asked([{ type: kind, source: text }]))
        // Without the option it is text.
        assert.ok(asked(['Who?', text]).includes(text.slice(0, 40)), `${model} ${kind}`)
        same += 1
      }
  assert.equal(same, Object.keys(MODELS).length * 6)
  assert.match(
    await sent('google/gemini-2.5-flash', 'gs://bucket/a.png', { autodetect: true }),
    /"fileUri":"gs:\/\/bucket\/a.png"/,
  )
  const error = await refused('openai/gpt-4o-mini', 'gs://bucket/a.png', 'create', { autodetect: true })
  assert.match(error.message, /openai does not accept this image part: it reads no gs: addresses/)
})

test('autodetect leaves text alone, however it begins', async () => {
  const texts = [
    'iVBORw0KGgo= is how a PNG file begins, in base64',
    'JVBERi0xLjcKJcfsj6IKNSAwIG9iago8PC9MZW5ndGg=\nis a PDF file',
    '/9j/this/is/a/path/and/no/picture/at/all',
    '//server/share/some/folder/with/a/long/name/and/more',
    'SUQzIsAnIdentifierOfSomethingElseAltogether0123',
    'See https://example.com/a.png',
    base64(new TextEncoder().encode('Some text in base64 that is long enough to be a file.')),
  ]
  for (const model of Object.keys(MODELS)) {
    const body = await sent(model, texts, { autodetect: true })
    for (const text of texts) assert.ok(body.includes(JSON.stringify(text).slice(1, -1)), `${model}: ${text}`)
  }
})

test('autodetect reads a text of some megabytes that is a file up to its last character', async () => {
  const count = async (size) => {
    const png = base64(Uint8Array.from([...files.image, ...Array(size).fill(9)]))
    // It looks like a file up to its last character.
    const { client } = clientOf([])
    const built = client.buildRequest({
      responseModel: User,
      messages: [{ role: 'user', content: [`${png}!`, 'x'.repeat(size)] }],
      autodetect: true,
    })
    return JSON.parse(built.body).messages[0].content.map(({ type }) => type)
  }
  assert.deepEqual(await count(3_000_000), ['text', 'text'])
})

/** `image`, `audio`, `pdf`: every form of a file becomes the part of the provider, and other files are refused first. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { audio, ConfigurationError, image, pdf } from 'instructor-wasm'
import { clientOf, jason, User } from './support.mjs'

const bytes = (start, size = 60) => Uint8Array.from([...start, ...Array(size).fill(7)])
const latin = (text) => [...text].map((char) => char.charCodeAt(0))
const files = {
  image: bytes([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  audio: bytes(latin('RIFF\0\0\0\0WAVE')),
  document: bytes(latin('%PDF-1.7')),
}
const types = { image: 'image/png', audio: 'audio/wav', document: 'application/pdf' }
const makers = { image, audio, document: pdf }
const base64 = (data) => Buffer.from(data).toString('base64')

const folder = mkdtempSync(join(tmpdir(), 'media-'))
after(() => rmSync(folder, { recursive: true }))

async function sent(part, model = 'openai/gpt-4o-mini') {
  const { client, requests } = clientOf([{ value: jason }], {}, model)
  await client.create({ responseModel: User, messages: [{ role: 'user', content: ['Who?', part] }] })
  return requests[0].body
}

for (const [kind, make] of Object.entries(makers))
  test(`${kind}: every form of the same file is the same request`, async () => {
    const data = files[kind]
    const path = join(folder, `file of ${kind}`)
    writeFileSync(path, data)
    const forms = {
      Uint8Array: data,
      ArrayBuffer: data.buffer,
      Buffer: Buffer.from(data),
      Blob: new Blob([data]),
      'data URL': `data:${types[kind]};base64,${base64(data)}`,
      base64: base64(data),
      'base64 in lines': base64(data).replace(/(.{40})/g, '$1\n'),
      'base64 for URLs': Buffer.from(data).toString('base64url'),
      path,
      'file URL': pathToFileURL(path),
    }
    const bodies = new Map()
    for (const [form, source] of Object.entries(forms))
      bodies.set(form, JSON.stringify(await sent(make(source))))
    const [first] = bodies.values()
    assert.ok(first.includes(base64(data)))
    for (const [form, body] of bodies) assert.equal(body, first, form)
  })

test('a URL stays a URL, for the provider to read', async () => {
  const body = await sent(image(new URL('https://example.com/a.png'), { detail: 'low' }))
  assert.deepEqual(body.messages[0].content[1], {
    type: 'image_url',
    image_url: { url: 'https://example.com/a.png', detail: 'low' },
  })
  const gemini = await sent(image('gs://bucket/a.png'), 'google/gemini-2.5-flash')
  assert.match(JSON.stringify(gemini), /"fileUri":"gs:\/\/bucket\/a.png"/)
})

test('cache marks the part for Anthropic, and is not sent to providers without it', async () => {
  for (const [kind, make] of [
    ['image', image],
    ['document', pdf],
  ]) {
    const part = make(files[kind], { cache: true })
    const anthropic = await sent(part, 'anthropic/claude-sonnet-4-6')
    assert.deepEqual(anthropic.messages[0].content[1].cache_control, { type: 'ephemeral' }, kind)
    for (const model of ['openai/gpt-4o-mini', 'google/gemini-2.5-flash', 'groq/llama-3.3-70b-versatile'])
      if (kind === 'image')
        assert.doesNotMatch(JSON.stringify(await sent(part, model)), /cache_control/, model)
  }
})

test('the name of a File is sent where the provider shows it', async () => {
  const body = await sent(pdf(new File([files.document], 'invoice.pdf')))
  assert.equal(body.messages[0].content[1].file.filename, 'invoice.pdf')
})

test('a file of another kind is an error where the part is made, with what it is', () => {
  const cases = [
    [() => image(files.document), /not an image: it is application\/pdf/],
    [() => pdf(files.image), /not a PDF file: it is image\/png/],
    [() => audio(base64(files.image)), /not audio: it is image\/png/],
    [() => image('data:audio/wav;base64,AAAA'), /not an image: it is audio\/wav/],
    [() => image(new Uint8Array([1, 2, 3]), { mediaType: 'text/plain' }), /it is text\/plain/],
    [() => image('./missing.png'), /no file that can be read \(ENOENT\)/],
    [() => image('What a nice picture'), /not a URL, a data URL or base64/],
  ]
  for (const [make, message] of cases)
    assert.throws(make, (error) => error instanceof ConfigurationError && message.test(error.message))
})

test('a path reveals no file that is not of the kind', () => {
  const path = join(folder, 'secret.png')
  writeFileSync(path, 'token=1234')
  assert.throws(() => image(path), /not an image: it is a file of an unknown kind/)
})

test('every provider accepts a part or refuses it by name before anything is sent', async () => {
  const models = [
    'openai/gpt-4o-mini',
    'anthropic/claude-sonnet-4-6',
    'google/gemini-2.5-flash',
    'mistral/pixtral-12b',
    'cohere/command-a-03-2025',
    'groq/llama-3.3-70b-versatile',
    'bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0',
    'ollama/llama3.2',
    'deepseek/deepseek-chat',
    'openrouter/openai/gpt-4o',
    'xai/grok-4',
    'fireworks/x',
    'together/x',
    'perplexity/sonar',
    'cerebras/x',
  ]
  const outcomes = { sent: 0, refused: 0 }
  for (const model of models)
    for (const [kind, make] of Object.entries(makers))
      for (const source of [files[kind], `https://example.com/a.${types[kind].split('/')[1]}`]) {
        const env = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
        const { client } = clientOf(
          [],
          model.startsWith('bedrock') || model.startsWith('ollama') ? { env, apiKey: undefined } : {},
          model,
        )
        const messages = [{ role: 'user', content: ['Who?', make(source)] }]
        try {
          const { body } = client.buildRequest({ responseModel: User, messages })
          const carried = typeof source === 'string' ? source : base64(source)
          assert.ok(body.includes(carried), `${model} ${kind}: the file is not in the request`)
          outcomes.sent++
        } catch (error) {
          if (!(error instanceof ConfigurationError)) throw error
          assert.match(error.message, new RegExp(`does not accept this ${kind} part`), `${model} ${kind}`)
          outcomes.refused++
        }
      }
  assert.ok(outcomes.sent > 20 && outcomes.refused > 20, JSON.stringify(outcomes))
})

/** Messages: bytes become data URLs, templates are rendered, and the caller's objects are never changed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError } from 'instructor-wasm'
import { clientOf, failure, jason, User } from './support.mjs'

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3])
const base64 = Buffer.from(png).toString('base64')
const sent = (request) => request.body.messages[0].content[1]
const withPart = (part) => [{ role: 'user', content: [{ type: 'text', text: 'Who?' }, part] }]

test('bytes, buffers, blobs and files become data URLs with the type detected from their bytes', async () => {
  const sources = {
    Uint8Array: png,
    ArrayBuffer: png.buffer,
    DataView: new DataView(png.buffer),
    Blob: new Blob([png], { type: 'text/plain' }),
    File: new File([png], 'x.jpg', { type: 'image/jpeg' }),
  }
  for (const [name, source] of Object.entries(sources)) {
    const { client, requests } = clientOf([{ value: jason }])
    await client.create({ responseModel: User, messages: withPart({ type: 'image', source }) })
    assert.equal(sent(requests[0]).image_url.url, `data:image/png;base64,${base64}`, name)
  }
})

test('URLs stay URLs, and a declared type is used where none is detected', async () => {
  const { client, requests } = clientOf([{ value: jason }, { value: jason }])
  await client.create({
    responseModel: User,
    messages: withPart({ type: 'image', source: new URL('https://example.com/a.png') }),
  })
  assert.equal(sent(requests[0]).image_url.url, 'https://example.com/a.png')
  await client.create({
    responseModel: User,
    messages: withPart({ type: 'image', source: new Uint8Array([1, 2, 3]), mediaType: 'image/x-own' }),
  })
  assert.equal(sent(requests[1]).image_url.url, 'data:image/x-own;base64,AQID')
})

test("the caller's messages are never changed", async () => {
  const messages = withPart({ type: 'image', source: png })
  const frozen = JSON.stringify(messages)
  Object.freeze(messages)
  Object.freeze(messages[0])
  Object.freeze(messages[0].content)
  const { client } = clientOf([{ value: { name: 1 } }, { value: jason }])
  await client.create({ responseModel: User, messages })
  assert.equal(JSON.stringify(messages), frozen)
})

test('buildRequest is synchronous, so a blob has to be read first', async () => {
  const { client } = clientOf([])
  const built = client.buildRequest({
    responseModel: User,
    messages: withPart({ type: 'image', source: png }),
  })
  assert.match(built.body, /data:image\/png;base64/)
  const error = await failure(() =>
    client.buildRequest({
      responseModel: User,
      messages: withPart({ type: 'image', source: new Blob([png]) }),
    }),
  )
  assert.ok(error instanceof ConfigurationError)
  assert.match(error.message, /arrayBuffer/)
})

test('with context the messages are templates, and without it they are not', async () => {
  const messages = [
    { role: 'system', content: 'You know {{ who }}.' },
    { role: 'user', content: '{% for n in names %}{{ n }};{% endfor %}' },
  ]
  const { client, requests } = clientOf([{ value: jason }, { value: jason }, { value: jason }])
  await client.create({ responseModel: User, messages, context: { who: 'Ann', names: ['a', 'b'] } })
  assert.deepEqual(
    requests[0].body.messages.map(({ content }) => content),
    ['You know Ann.', 'a;b;'],
  )
  await client.create({ responseModel: User, messages })
  assert.equal(requests[1].body.messages[0].content, 'You know {{ who }}.')
  await client.create({ responseModel: User, prompt: 'Hi {{ who }}', context: { who: 'Bo' } })
  assert.equal(requests[2].body.messages[0].content, 'Hi Bo')
})

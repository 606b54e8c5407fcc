/** `create({ stream: true })`, `partial(model)` and `iterable(model)`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { iterable, partial } from 'instructor-wasm'
import * as z from 'zod'
import { all, clientOf, failure, jason, messages, User } from './support.mjs'

const PROVIDERS = ['openai/gpt-4o-mini', 'anthropic/claude-sonnet-4-5', 'google/gemini-2.5-flash']
const call = { responseModel: User, messages }
const ada = { name: 'Ada', age: 36 }
const list = { value: { tasks: [jason, ada] } }

for (const model of PROVIDERS) {
  test(`${model}: create with stream: true and partial(model) stream the snapshots of createPartial`, async () => {
    const forms = [
      (client) => client.createPartial(call),
      (client) => client.create({ ...call, stream: true }),
      (client) => client.create({ response_model: User, messages, stream: true }),
      (client) => client.create({ ...call, responseModel: partial(User) }),
      (client) => client.create({ ...call, responseModel: partial(User), stream: true }),
      (client) => client.createPartial({ ...call, responseModel: partial(User) }),
      (client) => client.chat.completions.create({ ...call, stream: true }),
    ]
    const seen = []
    for (const form of forms) {
      const { client, requests } = clientOf([{ value: jason }], {}, model)
      const stream = form(client)
      seen.push({ items: await all(stream), final: await stream.final(), body: requests[0].body })
    }
    // Gemini sends the arguments of a tool call as a whole.
    assert.ok(seen[0].items.length > (model.startsWith('google') ? 0 : 2), 'there are snapshots')
    for (const one of seen) assert.deepEqual(one, seen[0])
    assert.deepEqual(seen[0].final, jason)
  })

  test(`${model}: iterable(model) streams the elements of createIterable`, async () => {
    const forms = [
      (client) => client.createIterable(call),
      (client) => client.create({ ...call, responseModel: iterable(User) }),
      (client) => client.create({ ...call, responseModel: iterable(User), stream: true }),
      (client) => client.createIterable({ ...call, responseModel: iterable(User) }),
    ]
    const seen = []
    for (const form of forms) {
      const { client, requests } = clientOf([list], {}, model)
      seen.push({ items: await all(form(client)), body: requests[0].body })
    }
    for (const one of seen) assert.deepEqual(one, seen[0])
    assert.deepEqual(seen[0].items, [jason, ada])
  })
}

test('a stream can be awaited before it is read, and it is an ObjectStream then', async () => {
  const { client } = clientOf([{ value: jason }])
  const stream = await client.create({ ...call, stream: true })
  const items = await all(stream)
  assert.deepEqual(items.at(-1), jason)
  assert.equal((await stream.completion()).provider, 'openai')
})

test('stream: false gives the value, of iterable(model) a list', async () => {
  const { client, requests } = clientOf([{ value: jason }, { value: jason }, list, list, list])
  assert.deepEqual(await client.create({ ...call, stream: false }), jason)
  assert.deepEqual(await client.create({ ...call, responseModel: partial(User), stream: false }), jason)
  const responseModel = iterable(User)
  assert.deepEqual(await client.create({ ...call, responseModel, stream: false }), [jason, ada])
  const [value, { usage }] = await client.createWithCompletion({ ...call, responseModel })
  assert.deepEqual(value, [jason, ada])
  assert.equal(usage.totalTokens, 15)
  const read = await client.parseResponse(
    { ...call, responseModel },
    { body: { choices: [{ message: { content: null, tool_calls: [tool(list.value)] } }] } },
  )
  assert.deepEqual(read, [jason, ada])
  for (const { body } of requests) assert.ok(!body.stream)
})

const tool = (value) => ({
  id: 'call_1',
  type: 'function',
  function: { name: 'IterableUser', arguments: JSON.stringify(value) },
})

test('the list of iterable(model) is validated, and an invalid element leads to a reask', async () => {
  const { client, requests } = clientOf([{ value: { tasks: [jason, { name: 'Ada', age: 'x' }] } }, list])
  const responseModel = iterable(User)
  assert.deepEqual(await client.create({ ...call, responseModel, stream: false }), [jason, ada])
  assert.match(JSON.stringify(requests[1].body.messages), /1\.age/)
})

test('names and descriptions of partial and iterable are in the request', async () => {
  const { client } = clientOf([])
  const texts = { name: 'Person', description: 'A person in the text' }
  for (const form of [partial, iterable]) {
    const { body } = client.buildRequest({ ...call, responseModel: form(User, texts) })
    const [{ function: tool }] = JSON.parse(body).tools
    assert.match(tool.name, /Person/)
    assert.match(JSON.stringify(tool), /A person in the text/)
  }
})

test('what cannot be streamed is refused before a request is sent', async () => {
  const { client, requests } = clientOf([])
  for (const responseModel of [[User, User], null, undefined, 5]) {
    const error = await failure(() => client.create({ ...call, responseModel, stream: true }))
    assert.equal(error.name, 'ConfigurationError', String(responseModel))
    assert.equal(error.parameter, 'responseModel')
  }
  for (const params of [undefined, null, 5])
    assert.equal((await failure(() => client.create(params))).name, 'ConfigurationError')
  assert.equal(requests.length, 0)
})

test('the elements of iterable(primitive) are streamed', async () => {
  const { client } = clientOf([{ value: { tasks: ['a', 'b'] } }])
  assert.deepEqual(await all(client.create({ ...call, responseModel: iterable(z.string()) })), ['a', 'b'])
})

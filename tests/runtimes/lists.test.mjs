/** createIterable with the forms in which models write a list. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { all, clientOf, jason, messages, User } from './support.mjs'

const ann = { name: 'Ann {"x"}', age: 30 }
const list = [jason, ann]
const call = { responseModel: User, messages, maxRetries: 0 }
const lines = list.map((one) => JSON.stringify(one))

/** The text of the answer by the name of its form. */
const forms = {
  tasks: JSON.stringify({ tasks: list }),
  'a bare array': JSON.stringify(list),
  'an indented array': JSON.stringify(list, null, 2),
  NDJSON: lines.join('\n'),
  'NDJSON with CRLF': `${lines.join('\r\n')}\r\n`,
  'indented objects': list.map((one) => JSON.stringify(one, null, 2)).join('\n\n'),
  'an array in a fence': `Here they are:\n\`\`\`json\n${JSON.stringify(list)}\n\`\`\`\nThat is all.`,
  'NDJSON in a fence': `\`\`\`jsonl\n${lines.join('\n')}\n\`\`\``,
  'an array after thoughts': `<think>{"name": 1}?</think>${JSON.stringify(list)}`,
}

for (const [form, text] of Object.entries(forms))
  test(`${form}: every element is yielded, in every mode and with every chunking`, async () => {
    for (const model of ['openai/gpt-4o-mini', 'anthropic/claude-sonnet-4-5'])
      for (const mode of ['JSON', 'JSON_SCHEMA', ...(model.startsWith('openai') ? ['MD_JSON'] : [])])
        for (const piece of [1, 3, 1000]) {
          const { client } = clientOf([{ text, piece }], { mode }, model)
          const stream = client.createIterable(call)
          assert.deepEqual(await all(stream), list, `${model} ${mode} ${piece}`)
          assert.deepEqual(await stream.final(), list, `${model} ${mode} ${piece}`)
        }
  })

test("the same as a tool's arguments", async () => {
  for (const form of ['tasks', 'a bare array', 'NDJSON', 'NDJSON with CRLF', 'an array in a fence']) {
    const { client } = clientOf([{ toolCalls: [{ arguments: forms[form] }], piece: 3 }])
    const stream = client.createIterable(call)
    assert.deepEqual(await all(stream), list, form)
    assert.deepEqual(await stream.final(), list, form)
  }
})

test('a single element is a list of one; no element is an empty list', async () => {
  for (const [text, wanted] of [
    [lines[0], [jason]],
    ['{"tasks":[]}', []],
    ['[]', []],
  ]) {
    const { client } = clientOf([{ text }], { mode: 'JSON' })
    const stream = client.createIterable(call)
    assert.deepEqual(await all(stream), wanted)
    assert.deepEqual(await stream.final(), wanted)
  }
})

test('an invalid line is reasked, and the valid ones before it are kept', async () => {
  const bad = `${lines[0]}\n{"name":"Ann"}\n`
  const { client, requests } = clientOf([{ text: bad, piece: 5 }, { text: lines[1] }], { mode: 'JSON' })
  const stream = client.createIterable({ responseModel: User, messages })
  assert.deepEqual(await all(stream), list)
  assert.equal(stream.restarts, 1)
  assert.equal(requests.length, 2)
  assert.match(JSON.stringify(requests[1].body.messages), /age/)
})

test('a truncated last line is an IncompleteOutputError, after the complete elements', async () => {
  const { client } = clientOf([{ text: `${lines[0]}\n{"name":"An` }], { mode: 'JSON' })
  const stream = client.createIterable(call)
  const seen = []
  await assert.rejects(
    async () => {
      for await (const one of stream) seen.push(one)
    },
    (error) => error.name === 'IncompleteOutputError' || error.cause?.name === 'IncompleteOutputError',
  )
  assert.deepEqual(seen, [jason])
})

test('elements are yielded while the answer still streams, each validated and transformed by its model', async () => {
  const Dated = z.object({ at: z.iso.date().transform((text) => new Date(text)), n: z.number().default(7) })
  const { client, requests } = clientOf([
    { value: { tasks: [{ at: '2026-01-02' }, { at: '2026-01-03', n: 1 }] }, piece: 4, pace: 3 },
  ])
  const stream = client.createIterable({ responseModel: Dated, messages })
  for await (const one of stream) {
    assert.deepEqual(one, { at: new Date('2026-01-02'), n: 7 })
    break
  }
  assert.equal(requests[0].state.cancelled, true)
})

test('a broken connection is retried, and no element is yielded twice', async () => {
  const members = [1, 2, 3, 2].map((age) => ({ name: 'n', age }))
  const { client, requests } = clientOf(
    [{ value: { tasks: members }, cut: 900 }, { value: { tasks: members } }],
    {
      httpRetries: 1,
    },
  )
  const stream = client.createIterable({ responseModel: User, messages })
  assert.deepEqual(await all(stream), members)
  assert.deepEqual(await stream.final(), members)
  assert.equal(requests.length, 2)
  assert.equal(stream.restarts, 1)
})

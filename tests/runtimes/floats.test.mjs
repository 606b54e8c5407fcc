// Numbers through the core: it reads and writes floats with many digits by functions of the host.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonSchema } from 'instructor-wasm'
import { clientOf, failure, messages } from './support.mjs'

/** Doubles of every size, the same ones in each run. */
function doubles(count) {
  const words = new Uint32Array(2)
  const float = new Float64Array(words.buffer)
  const found = []
  let state = 12345
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state ^ (state >>> 15)) >>> 0
  }
  while (found.length < count) {
    words[0] = random()
    words[1] = random()
    if (Number.isFinite(float[0])) found.push(float[0])
  }
  return found
}

const numbers = [
  ...[0, 1, -1, 0.1, 0.1 + 0.2, 1 / 3, 0.000123, 4.35, 2.675, 123456789.125],
  ...[2 ** 53, 2 ** 53 + 2, 2 ** 63, 2 ** 64, 1e15, 1e16, 1e21, 1e22, 1e23, 1e300],
  ...[Number.MIN_VALUE, Number.MAX_VALUE, Number.EPSILON, 1e-5, 1e-6, 1e-7],
  ...['2.2250738585072011e-308', '108305032165645.125', '9.999999999999999e-7', '1234567890123456.7'].map(
    Number,
  ),
  ...doubles(5000),
]

test('every number reaches the request exactly', () => {
  const { client } = clientOf([])
  const responseModel = jsonSchema({ type: 'object', properties: { list: { type: 'array' } } })
  const { body } = client.buildRequest({ responseModel, messages, list: numbers })
  assert.deepEqual(JSON.parse(body).list, numbers)
})

test('every number of an answer is read exactly', async () => {
  const schema = {
    type: 'object',
    properties: { list: { type: 'array', items: { type: 'number' } } },
    required: ['list'],
  }
  const long = [
    '0.1000000000000000055511151231257827021181583404541015625',
    '123456789012345678901234567890',
    '1e-400',
  ]
  const text = `{"list":[${[...numbers.map(String), ...long].join(',')}]}`
  const answer = { choices: [{ message: { role: 'assistant', content: text }, finish_reason: 'stop' }] }
  // In JSON mode the core looks for the value in a text; JSON_SCHEMA with a dialect restores it.
  for (const mode of ['JSON', 'JSON_SCHEMA', 'MD_JSON']) {
    const { client } = clientOf([])
    const { list } = await client.parseResponse(
      { responseModel: jsonSchema(schema), messages, mode },
      Response.json(answer),
    )
    assert.deepEqual(list, [...numbers, ...long.map(Number)])
  }
})

test('a number larger than a double is not JSON', async () => {
  const { client } = clientOf([{ text: '{"size": 1e400}' }])
  const responseModel = jsonSchema({ type: 'object', properties: { size: { type: 'number' } } })
  const error = await failure(() => client.create({ responseModel, messages, mode: 'JSON', maxRetries: 0 }))
  assert.match(error.message, /number out of range at line 1 column \d+/)
})

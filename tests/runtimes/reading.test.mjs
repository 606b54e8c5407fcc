// Answers read for what they hold, loops that are stopped, and reasks that do not repeat a failed answer: every API, whole and streamed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromProvider } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import * as z from 'zod'

const User = z.object({ name: z.string(), age: z.number().int() }).meta({ title: 'User' })
const messages = [{ role: 'user', content: 'Jason is 25.' }]
const jason = { name: 'Jason', age: 25 }
const text = JSON.stringify(jason)

/** One model of each API with its text mode and its tool mode. */
const apis = [
  ['openai/gpt-4o-mini', 'JSON', 'TOOLS'],
  ['openai/gpt-4o-mini', 'MD_JSON', 'RESPONSES_TOOLS'],
  ['anthropic/claude-sonnet-4-5', 'JSON', 'TOOLS'],
  // The arguments of Gemini and of Ollama's own API arrive whole.
  ['google/gemini-2.5-flash', 'JSON'],
  ['bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0', 'MD_JSON', 'TOOLS'],
  ['cohere/command-a-03-2025', 'MD_JSON', 'TOOLS'],
  ['mistral/mistral-small-latest', 'MD_JSON', 'TOOLS'],
  ['llama_cpp/some', 'JSON_SCHEMA', 'TOOLS'],
  ['ollama/llama3.2', 'JSON', undefined, { native: true }],
]

function clientOf(model, script, options = {}) {
  const { fetch, requests } = scripted(script)
  const keys = model.startsWith('bedrock')
    ? { region: 'us-east-1', accessKeyId: 'A', secretAccessKey: 's' }
    : { apiKey: 'k' }
  return Object.assign(fromProvider(model, { ...keys, env: {}, fetch, ...options }), { requests })
}

/** The value and the completion of a whole or streamed call. */
async function outcome(client, params, streamed) {
  if (!streamed) return client.createWithCompletion(params)
  const stream = client.createPartial(params)
  return [await stream.final(), await stream.completion()]
}

const bodies = (client) => client.requests.map(({ body }) => JSON.stringify(body))

// Gemini's JSON mode sends the schema to the API, so its answers are not read by structure.
const textApis = apis.filter(([model]) => !model.startsWith('google'))

for (const [model, mode, , options] of textApis)
  for (const streamed of [false, true]) {
    const name = `${model} ${mode}${streamed ? ', streamed' : ''}`

    test(`${name}: an answer under another key is read, and listed`, async () => {
      const client = clientOf(model, [{ text: `{"data": {"Name": "Jason", "age": 25}}` }], options)
      const [value, completion] = await outcome(client, { responseModel: User, messages, mode }, streamed)
      assert.deepEqual(value, jason)
      assert.deepEqual(
        completion.coercions.map(({ path, from }) => [path, from]),
        [
          [[], 'data'],
          [['name'], 'Name'],
        ],
      )
    })

    test(`${name}: an answer that the token limit cut is read once its required keys are complete`, async () => {
      const reply = { text: `${text.slice(0, -1)}, "note": "and so on, and so`, finish: 'length' }
      const client = clientOf(model, [reply, reply], options)
      const [value, completion] = await outcome(
        client,
        { responseModel: User, messages, mode, stopWhenComplete: false },
        streamed,
      )
      assert.deepEqual(value, jason)
      assert.match(completion.coercions[0].why, /ends early/)
      const strict = { responseModel: User, messages, mode, parse: 'strict' }
      await assert.rejects(outcome(client, strict, streamed), { name: 'IncompleteOutputError' })
    })

    test(`${name}: a copy of the schema is reported in words, and not shown again`, async () => {
      const echo =
        '{"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}'
      const client = clientOf(model, [{ text: echo }, { text }], options)
      const [value] = await outcome(client, { responseModel: User, messages, mode }, streamed)
      assert.deepEqual(value, jason)
      const told = bodies(client)[1]
      assert.match(told, /You returned the (schema|form)/)
      assert.doesNotMatch(told, /\\"properties\\": \{\\"name\\"/)
    })

    test(`${name}: a reask with the same answer is not sent a third time in the same form`, async () => {
      const wrong = '{"name": "Jason", "age": "25 years"}'
      const client = clientOf(model, [{ text: wrong }, { text: wrong }, { text: wrong }, { text }], options)
      const [value] = await outcome(client, { responseModel: User, messages, mode, maxRetries: 3 }, streamed)
      assert.deepEqual(value, jason)
      const [, ...reasks] = bodies(client)
      const shown = reasks.map((body) => body.split('25 years').length - 1)
      assert.ok(reasks[2].includes('Your last answer was:') !== reasks[1].includes('Your last answer was:'))
      assert.equal(shown.length, 3)
      assert.notEqual(reasks[1], reasks[2])
    })
  }

const loop = (unit, length = 40_000) => unit.repeat(Math.ceil(length / unit.length))

for (const [model, mode, toolMode, options] of apis)
  for (const requested of [mode, toolMode].filter(Boolean)) {
    test(`${model} ${requested}: a stream that repeats itself is stopped, and requested again with a text about it`, async () => {
      const endless = `{"name": "Jason", "notes": [${loop('{"a": "the same"}, ')}`
      const inTool = requested.includes('TOOLS')
      const reply = inTool ? { toolCalls: [{ arguments: endless }] } : { text: endless }
      const client = clientOf(model, [{ ...reply, piece: 64, bytes: 512 }, { value: jason }], options)
      const stream = client.createPartial({ responseModel: User, messages, mode: requested })
      assert.deepEqual(await stream.final(), jason)
      const completion = await stream.completion()
      assert.equal(completion.attempts.length, 2)
      assert.match(completion.attempts[0].error.message, /repeated itself/)
      assert.equal(client.requests[0].state.cancelled, true)
      const told = bodies(client)[1]
      assert.match(told, /repeated itself without end/)
      assert.doesNotMatch(told, /the same/)
    })
  }

test('a loop after all required keys is stopped, and the answer is used', async () => {
  const endless = `${text.slice(0, -1)}, ${loop('"note": "again", ')}`
  const client = clientOf('openai/gpt-4o-mini', [{ text: endless, piece: 64, bytes: 512 }])
  const stream = client.createPartial({
    responseModel: User,
    messages,
    mode: 'JSON',
    stopWhenComplete: false,
  })
  assert.deepEqual(await stream.final(), jason)
  assert.equal((await stream.completion()).stopped, 'loop')
  assert.equal(client.requests[0].state.cancelled, true)
})

test('a stream is stopped when every key is complete and a further one begins', async () => {
  const note = Array.from({ length: 900 }, (_, i) => `word ${i}`).join(' ')
  const more = JSON.stringify({ ...jason, note })
  const reply = { text: more, piece: 8, bytes: 256 }
  const client = clientOf('openai/gpt-4o-mini', [reply, reply, reply])
  const properties = { name: { type: 'string' }, age: { type: 'integer' } }
  const closed = {
    title: 'User',
    type: 'object',
    required: ['name', 'age'],
    properties,
    additionalProperties: false,
  }
  const stream = client.createPartial({ responseModel: closed, messages, mode: 'JSON' })
  assert.deepEqual(await stream.final(), jason)
  assert.equal((await stream.completion()).stopped, 'complete')
  assert.equal(client.requests[0].state.cancelled, true)
  // Where other keys are allowed, it is off.
  const open = { ...closed, additionalProperties: true }
  const call = { responseModel: open, messages, mode: 'JSON' }
  assert.deepEqual(await client.createPartial(call).final(), { ...jason, note })
  assert.deepEqual(await client.createPartial({ ...call, stopWhenComplete: true }).final(), jason)
})

test('stopLoops: false reads a loop to its end', async () => {
  const endless = `{"name": "Jason", "notes": [${loop('{"a": "the same"}, ')}`
  for (const [stopLoops, message] of [
    [false, /incomplete/],
    [true, /repeated itself/],
  ]) {
    const client = clientOf('openai/gpt-4o-mini', [{ text: endless, finish: 'length', piece: 512 }], {
      stopLoops,
      maxRetries: 0,
    })
    await assert.rejects(
      client.createPartial({ responseModel: User, messages, mode: 'JSON' }).final(),
      message,
    )
  }
})

test('a whole answer that the token limit cut in a loop is requested again, and a cut one without a loop is not', async () => {
  const looped = { text: `{"name": "${loop('A.', 300)}`, finish: 'length' }
  const client = clientOf('openai/gpt-4o-mini', [looped, { text }])
  assert.deepEqual(await client.create({ responseModel: User, messages, mode: 'JSON' }), jason)
  assert.match(bodies(client)[1], /repeated itself/)
  assert.doesNotMatch(bodies(client)[1], /A\.A\./)
  const cut = clientOf('openai/gpt-4o-mini', [{ text: '{"name": "Jason and all his', finish: 'length' }])
  await assert.rejects(cut.create({ responseModel: User, messages, mode: 'JSON' }), {
    name: 'IncompleteOutputError',
  })
})

test('a list under another key than its wrapper is listed', async () => {
  const client = clientOf('openai/gpt-4o-mini', [{ text: '{"colors": ["red", "blue"]}' }])
  const [value, { coercions }] = await client.createWithCompletion({
    responseModel: z.array(z.string()),
    messages,
    mode: 'JSON',
  })
  assert.deepEqual(value, ['red', 'blue'])
  assert.deepEqual(coercions, [
    { path: [], from: 'colors', to: 'content', why: 'the list under another key' },
  ])
})

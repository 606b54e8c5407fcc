/** Every provider in each of its modes, unstreamed and streamed with any chunking, through the built package. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromProvider } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import * as z from 'zod'
import { all, failure, jason, messages, User } from './support.mjs'

/** The error for an unknown provider lists the registry's providers. */
const { message } = await failure(() => fromProvider('nobody/m'))
const ids = [...message.matchAll(/'([\w-]+)'/g)].map(([, id]) => id)

const base = {
  env: {},
  project: 'p',
  accountId: 'a',
  region: 'us-east-1',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'secret-secret',
}
const places = {
  azure_openai: 'https://r.openai.azure.com',
  databricks: 'https://w.databricks.com',
  litellm: 'http://localhost:4000',
  'openai-compatible': 'http://localhost:1234/v1',
}
const variants = [
  ...ids.filter((id) => !['chrome', 'webllm', 'wllama'].includes(id)).map((id) => [`${id}/m`, {}]),
  ['ollama/qwen3', { native: true }],
  ['google/gemini-2.5-flash', { vertexai: true, accessToken: 'ya29.token' }],
  ['vertexai/claude-sonnet-4-5@20250929', { accessToken: 'ya29.token' }],
  ['bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0', {}],
]

function clientOf(model, options, script) {
  const [id] = model.split('/')
  const server = scripted(script)
  const apiKey = id === 'bedrock' ? undefined : 'key-key-key'
  const client = fromProvider(model, {
    ...base,
    apiKey,
    baseURL: places[id],
    fetch: server.fetch,
    ...options,
  })
  return { client, server }
}

/** A mode that an API does not stream is refused before anything is sent. */
const unstreamed = { groq: ['JSON_SCHEMA'], workers_ai: ['JSON_SCHEMA'] }

test('every provider × mode returns the value, unstreamed and streamed', async () => {
  let rows = 0
  let calls = 0
  for (const [model, options] of variants) {
    const { modes } = clientOf(model, options, []).client
    assert.ok(modes.length > 0, model)
    for (const mode of modes.filter((one) => one !== 'PARALLEL_TOOLS')) {
      rows += 1
      const what = `${model} ${mode}`
      const one = { responseModel: User, messages, mode, maxRetries: 0, httpRetries: 0 }
      const whole = clientOf(model, options, [{ value: jason }])
      assert.deepEqual(await whole.client.create(one).catch((e) => `${what}: ${e}`), jason, what)
      if (unstreamed[model.split('/')[0]]?.includes(mode)) {
        const { client, server } = clientOf(model, options, [])
        const error = await failure(() => client.createPartial(one).final())
        assert.match(error.message, /Invalid mode '\w+' for provider '\w+' in a stream\. Valid modes: /, what)
        assert.equal(server.requests.length, 0, what)
        continue
      }
      for (const bytes of [undefined, 1, 13]) {
        const { client } = clientOf(model, options, [{ value: jason, ...(bytes ? { bytes } : {}) }])
        const stream = client.createPartial(one)
        const seen = await all(stream)
        assert.deepEqual(await stream.final(), jason, `${what}, ${bytes} bytes`)
        assert.deepEqual(seen.at(-1), jason, `${what}, ${bytes} bytes`)
        calls += 1
      }
    }
  }
  console.log(`providers: ${variants.length}, provider × mode ${rows}, streams re-cut ${calls}, different 0`)
})

test('every provider with parallel tools returns every call', async () => {
  const Weather = z.object({ city: z.string() }).meta({ title: 'Weather' })
  let rows = 0
  for (const [model, options] of variants) {
    const toolCalls = [
      { name: 'User', arguments: jason },
      { name: 'Weather', arguments: { city: 'Rome' } },
    ]
    const { client } = clientOf(model, options, [{ toolCalls }])
    if (!client.modes.includes('PARALLEL_TOOLS')) continue
    rows += 1
    assert.deepEqual(
      await client.create({ responseModel: [User, Weather], messages }),
      [jason, { city: 'Rome' }],
      model,
    )
  }
  assert.ok(rows > 15, `${rows}`)
})

test('every provider reasks after an invalid answer, and stops at the token limit', async () => {
  for (const [model, options] of variants) {
    const { client, server } = clientOf(model, options, [
      { value: { name: 'Jason', age: 'x' } },
      { value: jason },
    ])
    assert.deepEqual(await client.create({ responseModel: User, messages }), jason, model)
    const [first, second] = server.requests.map(({ body }) => body.messages ?? body.contents ?? body.input)
    assert.ok(second.length > first.length, model)
    assert.match(JSON.stringify(second.slice(first.length)), /age/, model)
    const cut = clientOf(model, options, [{ text: '{"name"', finish: 'length' }])
    const error = await failure(() => cut.client.create({ responseModel: User, messages }))
    if (model.startsWith('workers_ai')) continue // Its answers have no finish reason.
    assert.equal(error.name, 'IncompleteOutputError', model)
  }
})

test("a paused turn of Anthropic's server tools is continued, unstreamed and streamed", async () => {
  const search = { type: 'server_tool_use', id: 's1', name: 'web_search', input: {} }
  const answer = { type: 'tool_use', id: 't1', name: 'User', input: jason }
  const usage = { input_tokens: 5, output_tokens: 1 }
  const whole = (block, stop_reason) => ({ role: 'assistant', content: [block], stop_reason, usage })
  const streamed = (block, stop_reason) =>
    [
      { type: 'message_start', message: { role: 'assistant', content: [], usage } },
      { type: 'content_block_start', index: 0, content_block: { ...block, input: {} } },
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'input_json_delta', partial_json: JSON.stringify(block.input) },
      },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason }, usage: { output_tokens: 1 } },
      { type: 'message_stop' },
    ]
      .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      .join('')
  for (const body of [whole, streamed]) {
    const { client, server } = clientOf('anthropic/claude-sonnet-4-5', {}, [
      { body: body(search, 'pause_turn') },
      { body: body(answer, 'tool_use') },
    ])
    const call = { responseModel: User, messages, maxRetries: 0 }
    const run = body === whole ? client.create(call) : client.createPartial(call).final()
    assert.deepEqual(await run, jason)
    assert.deepEqual(server.requests[1].body.messages.at(-1), { role: 'assistant', content: [search] })
  }
})

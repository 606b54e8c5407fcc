/**
 * Answers that are too large, bodies and connections that end early, and clocks that are changed, through the built
 * package.
 */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { ConfigurationError, fromProvider } from 'instructor-wasm'
import { failure, jason, messages, User } from './support.mjs'

const call = { responseModel: User, messages }
const json = JSON.stringify(jason)
const MIB = 1 << 20

const chunk = (delta, finish_reason = null) =>
  `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`
const calling = (text) =>
  chunk({
    tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'User', arguments: text } }],
  })
const whole = JSON.stringify({
  id: 'c',
  model: 'm',
  choices: [
    {
      index: 0,
      finish_reason: 'tool_calls',
      message: {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'User', arguments: json } }],
      },
    },
  ],
})

/** A client whose server sends `first`, then `piece` forever; counts the bytes that are read. */
function endless(first, piece, { headers, ...options } = {}) {
  const seen = { requests: 0, bytes: 0, cancelled: false }
  const encode = new TextEncoder()
  const [begin, more] = [encode.encode(first), encode.encode(piece)]
  const fetch = async () => {
    seen.requests++
    let begun = false
    const body = new ReadableStream(
      {
        pull(controller) {
          const bytes = begun ? more : begin
          begun = true
          seen.bytes += bytes.length
          // Far above every limit here, so that a reader that does not stop fails before it fills the memory.
          if (seen.bytes > 400 * MIB) controller.error(new Error('read far too much'))
          else controller.enqueue(bytes)
        },
        cancel() {
          seen.cancelled = true
        },
      },
      { highWaterMark: 0 },
    )
    return new Response(body, { headers })
  }
  const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'sk-secret', fetch, env: {}, ...options })
  return { client, seen }
}

const sse = { headers: { 'content-type': 'text/event-stream' } }

test('an endless answer is cut off at 16 MiB without a reask, and its connection is closed', async () => {
  const long = 'x'.repeat(100_000)
  for (const [what, piece] of [
    ['reasoning', chunk({ reasoning_content: long })],
    ['content', chunk({ content: long })],
    ['arguments', chunk({ tool_calls: [{ index: 0, function: { arguments: long } }] })],
  ]) {
    const { client, seen } = endless(calling('{"name":"'), piece, sse)
    const error = await failure(() => client.createPartial(call).final())
    assert.equal(error.name, 'ProviderError', what)
    assert.equal(error.code, 'answer_too_large', what)
    assert.match(error.message, /16777216 bytes.*maxAnswerBytes/)
    assert.ok(seen.bytes > 16 * MIB && seen.bytes < 18 * MIB, `${what}: ${seen.bytes}`)
    assert.deepEqual([seen.requests, seen.cancelled], [1, true], what)
  }
})

test('an endless unstreamed body ends the same way, before it is buffered', async () => {
  const { client, seen } = endless('{"choices":[{"message":{"content":"', 'x'.repeat(100_000))
  const error = await failure(() => client.create(call))
  assert.equal(error.code, 'answer_too_large')
  assert.ok(seen.bytes < 18 * MIB, String(seen.bytes))
  assert.deepEqual([seen.requests, seen.cancelled], [1, true])
})

test('a body with a content-length above the limit is not read', async () => {
  const announced = { headers: { 'content-length': String(200 * MIB) } }
  const { client, seen } = endless(whole, ' ', announced)
  const error = await failure(() => client.create(call))
  assert.equal(error.code, 'answer_too_large')
  assert.deepEqual([seen.bytes, seen.cancelled], [0, true])
})

test('the limit is an option of clients and calls, in both spellings', async () => {
  const small = chunk({ content: 'x'.repeat(1000) })
  for (const [options, params] of [
    [{ maxAnswerBytes: 50_000 }, {}],
    [{ max_answer_bytes: 50_000 }, {}],
    [{ maxAnswerBytes: MIB }, { max_answer_bytes: 50_000 }],
    [{}, { maxAnswerBytes: 50_000 }],
  ]) {
    const { client, seen } = endless(small, small, { ...sse, ...options })
    const error = await failure(() => client.createPartial({ ...call, ...params }).final())
    assert.equal(error.code, 'answer_too_large')
    assert.equal(error.maxAnswerBytes, 50_000)
    assert.ok(seen.bytes < 100_000)
  }
  for (const maxAnswerBytes of [0, -1, 1.5, '1'])
    assert.throws(() => fromProvider('openai/m', { apiKey: 'k', maxAnswerBytes }), ConfigurationError)
})

test('one huge chunk is processed in pieces', async () => {
  const huge = Buffer.from(chunk({ content: 'x'.repeat(1000) }).repeat(40_000))
  let cancelled = false
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(huge),
    cancel() {
      cancelled = true
    },
  })
  const client = fromProvider('openai/m', {
    apiKey: 'k',
    env: {},
    fetch: async () => new Response(body, sse),
  })
  const error = await failure(() => client.createPartial({ ...call, mode: 'JSON' }).final())
  assert.equal(error.code, 'answer_too_large')
  assert.ok(cancelled)
  // A body within the limit is read to its end.
  const events = [calling(json.slice(0, 9)), `: ${'x'.repeat(3 * MIB)}\n\n`, chunk({}, 'tool_calls')]
  events.splice(2, 0, chunk({ tool_calls: [{ index: 0, function: { arguments: json.slice(9) } }] }))
  const fetch = async () => new Response(`${events.join('')}data: [DONE]\n\n`, sse)
  const fits = fromProvider('openai/m', { apiKey: 'k', env: {}, fetch })
  assert.deepEqual(await fits.createPartial(call).final(), jason)
})

test('a response without a body stream is read as a whole', async () => {
  const bytes = new TextEncoder().encode(whole)
  const look = { status: 200, headers: new Headers(), arrayBuffer: async () => bytes.buffer }
  const client = fromProvider('openai/m', { apiKey: 'k', env: {}, fetch: async () => look })
  assert.deepEqual(await client.create(call), jason)
  assert.deepEqual(await client.createPartial(call).final(), jason)
  const error = await failure(() => client.create({ ...call, maxAnswerBytes: 10 }))
  assert.equal(error.code, 'answer_too_large')
})

/** A local server that ends its first answer with `end` and sends the second one completely. */
async function breaking(first, good, headers, end, run) {
  let requests = 0
  const server = createServer((_, response) => {
    requests++
    response.writeHead(200, headers)
    if (requests > 1) return response.end(good)
    response.write(first, () => (end === 'reset' ? response.socket.destroy() : response.end()))
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const baseURL = `http://127.0.0.1:${server.address().port}/v1`
  try {
    await run(
      (options) => fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {}, baseURL, ...options }),
      () => requests,
    )
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('a body that breaks off or just ends is the same error, streamed or not', async () => {
  const events = calling(json.slice(0, 12))
  const stream = `${events}${chunk({ tool_calls: [{ index: 0, function: { arguments: json.slice(12) } }] })}${chunk({}, 'tool_calls')}data: [DONE]\n\n`
  const json_ = { 'content-type': 'application/json' }
  for (const end of ['reset', 'closed']) {
    for (const [first, good, head, ask] of [
      [whole.slice(0, 60), whole, json_, (client) => client.create(call)],
      [events, stream, sse.headers, (client) => client.createPartial(call).final()],
      [events.slice(0, -30), stream, sse.headers, (client) => client.createPartial(call).final()],
    ]) {
      await breaking(first, good, head, end, async (client, requests) => {
        assert.deepEqual(await ask(client({ httpRetries: 1 })), jason)
        assert.equal(requests(), 2)
      })
      await breaking(first, good, head, end, async (client, requests) => {
        const error = await failure(() => ask(client({ httpRetries: 0 })))
        assert.equal(error.name, 'IncompleteOutputError', error.message)
        assert.equal(error.cause?.name, end === 'reset' ? 'NetworkError' : undefined)
        assert.equal(requests(), 1)
      })
    }
  }
})

test('a connection that breaks after the finish reason has delivered the answer', async () => {
  for (const end of ['reset', 'closed'])
    for (const rest of ['', 'data: [DO']) {
      const first = calling(json) + chunk({}, 'tool_calls') + rest
      await breaking(first, '', sse.headers, end, async (client, requests) => {
        assert.deepEqual(await client({ httpRetries: 0 }).createPartial(call).final(), jason)
        assert.equal(requests(), 1)
      })
    }
})

test('a stream that ends inside its JSON keeps the last snapshot, also in a fence', async () => {
  for (const text of ['{"name":"Jason","ag', 'Here it is:\n```json\n{"name":"Jason","ag\n```']) {
    const body = `${chunk({ content: text })}${chunk({}, 'stop')}data: [DONE]\n\n`
    const client = fromProvider('openai/m', {
      apiKey: 'k',
      env: {},
      fetch: async () => new Response(body, sse),
    })
    const error = await failure(() => client.createPartial({ ...call, mode: 'MD_JSON' }).final())
    assert.equal(error.name, 'IncompleteOutputError', error.message)
    assert.deepEqual(error.lastSnapshot, { name: 'Jason' })
  }
})

test('a stalled stream is restarted after idleTimeout; one with a slow consumer is not', async () => {
  const half = calling(json.slice(0, 12))
  const rest = `${chunk({ tool_calls: [{ index: 0, function: { arguments: json.slice(12) } }] })}${chunk({}, 'tool_calls')}`
  const silent = (cancelled) =>
    new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from(half)), cancel: cancelled })
  for (const httpRetries of [0, 1]) {
    let [requests, cancels] = [0, 0]
    const fetch = async () =>
      new Response(requests++ ? half + rest : silent(() => cancels++), { headers: sse.headers })
    const client = fromProvider('openai/m', { apiKey: 'k', env: {}, fetch, httpRetries, idle_timeout: 50 })
    const stream = client.createPartial(call)
    if (httpRetries) assert.deepEqual(await stream.final(), jason)
    else {
      const error = await failure(() => stream.final())
      assert.equal(error.name, 'IncompleteOutputError')
      assert.match(error.message, /no byte arrived for 50 ms/)
      assert.deepEqual(error.lastSnapshot, { name: 'Jas' })
    }
    assert.deepEqual([requests, cancels], [1 + httpRetries, 1])
  }
  const events = [half, rest]
  const fetch = async () =>
    new Response(
      new ReadableStream(
        {
          pull(controller) {
            const event = events.shift()
            if (event) controller.enqueue(Buffer.from(event))
            else controller.close()
          },
        },
        { highWaterMark: 0 },
      ),
      sse,
    )
  const client = fromProvider('openai/m', { apiKey: 'k', env: {}, fetch, idleTimeout: 20, httpRetries: 0 })
  let last
  for await (last of client.createPartial(call)) await new Promise((done) => setTimeout(done, 60))
  assert.deepEqual(last, jason)
  await assert.rejects(async () => client.create({ ...call, idleTimeout: 0 }), ConfigurationError)
})

test('a clock that is set forward does not shorten the timeout of a call', async () => {
  const real = Date.now
  const fetch = async () => {
    Date.now = () => real() + 3_600_000
    return new Response(whole)
  }
  try {
    const client = fromProvider('openai/m', { apiKey: 'k', env: {}, fetch, timeout: 20_000 })
    const busy = fromProvider('openai/m', {
      apiKey: 'k',
      env: {},
      timeout: 20_000,
      fetch: async (url, init) => {
        if (Date.now() - real() > 1000) return fetch(url, init)
        Date.now = () => real() + 3_600_000
        return new Response('{}', { status: 503, headers: { 'retry-after-ms': '1' } })
      },
    })
    assert.deepEqual(await busy.create(call), jason)
    Date.now = real
    assert.deepEqual(await client.create(call), jason)
  } finally {
    Date.now = real
  }
})

test("a retry-after beyond the call's timeout ends the call with the provider's error", async () => {
  const fetch = async () =>
    new Response('{"error":{"message":"slow down"}}', { status: 429, headers: { 'retry-after': '30' } })
  const client = fromProvider('openai/m', { apiKey: 'k', env: {}, fetch, timeout: 20_000 })
  const error = await failure(() => client.create(call))
  assert.deepEqual([error.name, error.status, error.retryAfter], ['ProviderError', 429, 30_000])
})

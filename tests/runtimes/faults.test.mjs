/** Streams as servers, gateways and networks deliver them, and everything that can be interrupted. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromProvider, readPartial } from 'instructor-wasm'
import * as z from 'zod'
import { all, clientOf, failure, jason, messages, User } from './support.mjs'

const call = { responseModel: User, messages }
const json = JSON.stringify(jason)
const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

const unhandled = []
process.on('unhandledRejection', (reason) => unhandled.push(reason))

const event = (delta, finish_reason = null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`
const begin = (index, id, name, more = '') =>
  event({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: more } }] })
const goOn = (index, text) => event({ tool_calls: [{ index, function: { arguments: text } }] })
/** The arguments in events of `size` UTF-16 units. */
const pieces = (text, size) => text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g'))
const told = (text = json, size = 4) => [
  begin(0, 'call_1', 'User'),
  ...pieces(text, size).map((piece) => goOn(0, piece)),
  event({}, 'tool_calls'),
  'data: [DONE]\n\n',
]

/** A client of a server that sends these chunks, then ends, fails or stalls. */
function server(chunks, { end, headers, ...options } = {}) {
  const state = { cancelled: false, pulled: 0 }
  const fetch = async (_, init) => {
    let next = 0
    const body = new ReadableStream(
      {
        start(controller) {
          init.signal.addEventListener('abort', () => {
            state.cancelled = true
            controller.error(init.signal.reason)
          })
        },
        pull(controller) {
          const chunk = chunks[next++]
          if (chunk !== undefined) {
            state.pulled++
            controller.enqueue(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk)
          } else if (end instanceof Error) controller.error(end)
          else if (end === 'silence') return new Promise(() => {})
          else controller.close()
        },
        cancel() {
          state.cancelled = true
        },
      },
      { highWaterMark: 0 },
    )
    return new Response(body, { headers: { 'content-type': 'text/event-stream', ...headers } })
  }
  const client = fromProvider('openai/gpt-4o-mini', {
    apiKey: 'sk-secret',
    fetch,
    env: {},
    httpRetries: 0,
    ...options,
  })
  return { client, state }
}

test('a broken connection leaves the last snapshot unchanged', async () => {
  for (let n = 1; n < 9; n++) {
    const { client } = server(told().slice(0, n), { end: new TypeError('terminated') })
    const stream = client.createPartial(call)
    let last
    const error = await failure(async () => {
      for await (const snapshot of stream) last = snapshot
    })
    assert.equal(error.name, 'IncompleteOutputError')
    assert.deepEqual(error.lastSnapshot, last)
    if (last?.name) assert.ok('Jason'.startsWith(last.name), last.name)
  }
})

test('in place of a stream, a page or an error object is reported, and an unstreamed answer is accepted', async () => {
  const page = server(['<html><body>502 Bad', ' gateway</body></html>'], { maxRetries: 0 })
  const html = await failure(() => page.client.createPartial(call).final())
  assert.equal(html.name, 'ProviderError')
  assert.match(html.message, /502 Bad gateway.*baseURL/)
  const refusing = server(['{"error":{"message":"no credit', ' left","code":402}}'])
  assert.match((await failure(() => refusing.client.createPartial(call).final())).message, /no credit left/)
  const message = {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'a', type: 'function', function: { name: 'User', arguments: json } }],
  }
  const body = JSON.stringify({ id: 'x', choices: [{ index: 0, finish_reason: 'tool_calls', message }] })
  for (const chunks of [[body], pieces(body, 9)]) {
    const stream = server(chunks).client.createPartial(call)
    assert.deepEqual(await all(stream), [jason])
    assert.deepEqual(await stream.final(), jason)
  }
})

test('a character split between two events is joined', async () => {
  const words = { name: 'a😀b👩‍🚀', age: 1 }
  for (const size of [1, 2, 3, 5]) {
    const stream = server(told(JSON.stringify(words), size)).client.createPartial({ ...call, every: 'delta' })
    for (const { name } of await all(stream))
      assert.ok(name === undefined || words.name.startsWith(name), name)
    assert.deepEqual(await stream.final(), words)
  }
})

test("calls without index or id, with gaps, or among others: only the tool's call is read", async () => {
  const unnumbered = (name, text) => event({ tool_calls: [{ function: { name, arguments: text } }] })
  const scripts = [
    [unnumbered('User', json.slice(0, 9)), unnumbered(undefined, json.slice(9)), event({}, 'tool_calls')],
    [begin(3, 'x', 'User', json.slice(0, 9)), goOn(3, json.slice(9)), event({}, 'tool_calls')],
    [
      event({ content: 'Let me see. {"name":' }),
      begin(0, 'a', 'Other', '{"name":"no"}'),
      begin(1, 'b', 'User'),
      goOn(1, json),
      event({}, 'tool_calls'),
    ],
    [
      begin(undefined, 'a', 'Other', '{"name":"no"}'),
      begin(undefined, 'b', 'User', ''),
      goOn(undefined, json.slice(0, 9)),
      goOn(undefined, json.slice(9)),
      event({}, 'tool_calls'),
    ],
  ]
  for (const [i, script] of scripts.entries()) {
    const stream = server(script, { maxRetries: 0 }).client.createPartial(call)
    const seen = await all(stream)
    for (const { name = '' } of seen) assert.ok('Jason'.startsWith(name), `script ${i}`)
    assert.deepEqual(seen.at(-1), jason, `script ${i}`)
    assert.deepEqual(await stream.final(), jason, `script ${i}`)
  }
})

test('concurrent calls of next() return every element, in order', async () => {
  const list = [1, 2, 3, 4].map((age) => ({ name: 'n', age }))
  const { client } = clientOf([{ value: { tasks: list }, piece: 500 }])
  const iterator = client.createIterable(call)[Symbol.asyncIterator]()
  const results = await Promise.all([1, 2, 3, 4, 5].map(() => iterator.next()))
  assert.deepEqual(
    results.map(({ value }) => value),
    [...list, undefined],
  )
  assert.deepEqual(
    results.map(({ done }) => done),
    [false, false, false, false, true],
  )
})

test('an abort ends every wait immediately', async () => {
  const why = new Error('why')
  const slow = User.refine(async () => sleep(10_000).then(() => true))
  const bytes = new TextEncoder().encode(told(JSON.stringify({ name: '😀', age: 1 }))[2])
  const waits = {
    'the first byte': () => server([], { end: 'silence' }),
    'the rest of a character': () => server([told()[0], bytes.subarray(0, -3)], { end: 'silence' }),
    'the end of the body': () => server(told().slice(0, -1), { end: 'silence' }),
    'the next attempt': () => server(told('{"name":1}'), { maxRetries: { attempts: 3, delay: 10_000 } }),
    'a validator': () => server(told()),
  }
  for (const [what, make] of Object.entries(waits))
    for (const how of ['abort', 'signal']) {
      const { client, state } = make()
      const controller = new AbortController()
      const responseModel = what === 'a validator' ? slow : User
      const stream = client.createPartial({ responseModel, messages, signal: controller.signal })
      const outcomes = [all(stream), all(stream), stream.final(), stream.usage(), stream.completion()].map(
        (promise) => failure(() => promise),
      )
      await sleep(20)
      if (how === 'abort') stream.abort(why)
      else controller.abort(why)
      for (const error of await Promise.all(outcomes)) assert.equal(error, why, `${what} by ${how}`)
      if (/byte|character|body/.test(what)) assert.ok(state.cancelled, `${what} by ${how}`)
    }
  const pending = readPartial(new Promise(() => {}))
  const outcome = failure(() => pending.final())
  pending.abort(why)
  assert.equal(await outcome, why)
  const elements = server(
    told().map((text) => text.replace('"User"', '"IterableUser"')),
  ).client.createIterable({
    responseModel: slow,
    messages,
    timeout: 40,
  })
  assert.equal((await failure(() => elements.final())).name, 'TimeoutError')
})

test('a list without its wrapper grows in text as in a call', async () => {
  const list = [jason, { name: 'Ann', age: 30 }]
  for (const text of [JSON.stringify(list), `Here:\n\`\`\`json\n${JSON.stringify(list, null, 1)}\n\`\`\``])
    for (const mode of ['JSON', 'MD_JSON', 'JSON_SCHEMA']) {
      const { client } = clientOf([{ text, piece: 4 }], { mode })
      const seen = await all(client.createPartial({ responseModel: z.array(User), messages, maxRetries: 0 }))
      assert.ok(
        seen.some((snapshot) => snapshot.length === 1 && snapshot[0].name?.length < 5),
        mode,
      )
      assert.deepEqual(seen.at(-1), list)
    }
  const { client } = clientOf([{ text: '["a", "b"]', piece: 1, pace: 1 }], { mode: 'JSON' })
  const words = client.createIterable({ responseModel: z.string(), messages })
  for await (const word of words) {
    assert.equal(word, 'a')
    break
  }
})

test("final numbers equal the last snapshot's", async () => {
  const Numbers = z.array(z.number())
  const list = Array.from({ length: 200 }, (_, i) => Math.sin(i) * 10 ** ((i % 40) - 20))
  const { client } = clientOf([{ value: { content: list } }])
  const stream = client.createPartial({ responseModel: Numbers, messages })
  assert.deepEqual((await all(stream)).at(-1), list)
  assert.deepEqual(await stream.final(), list)
})

test('half a character and a member named __proto__ are plain data, in snapshots and in the final value', async () => {
  const Any = { type: 'object', title: 'User', properties: JSON.parse('{"__proto__":{"default":{"x":1}}}') }
  const stream = server(told('{"a":"x\\ud83d y","b":{"__proto__":{"x":2}}}')).client.createPartial({
    responseModel: Any,
    messages,
  })
  const last = (await all(stream)).at(-1)
  assert.equal(last.a, 'x\ufffd y')
  assert.equal(last.x, undefined)
  assert.equal(last.b.x, undefined)
  assert.ok(Object.hasOwn(last, '__proto__') && Object.hasOwn(last.b, '__proto__'))
  assert.equal((await stream.final()).a, 'x\ufffd y')
  assert.equal({}.x, undefined)
})

test('no test raised an unhandled rejection', async () => {
  await sleep(20)
  assert.deepEqual(unhandled, [])
})

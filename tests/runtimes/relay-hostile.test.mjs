/** `readPartial` against a broken or hostile relay: bounded work, and only documented errors. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ConfigurationError,
  InstructorError,
  NetworkError,
  ProviderError,
  ResponseParsingError,
  readPartial,
} from 'instructor-wasm'
import * as z from 'zod'
import { all, clientOf, failure, messages, User } from './support.mjs'

const event = (data, name) =>
  `${name ? `event: ${name}\n` : ''}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`
const set = (path, value, done = true) => ({ path, op: 'set', value, done })
const object = set([], {}, false)
const list = set([], [], false)
const ofBytes = (pieces) => {
  const left = [...pieces]
  return new ReadableStream({
    pull(controller) {
      if (left.length) controller.enqueue(new TextEncoder().encode(left.shift()))
      else controller.close()
    },
  })
}

/** The error of a relay with these events, after its snapshots are read. */
const ending = (...events) => failure(() => all(readPartial(new Response(events.join('')))))

const misplaced = {
  'a hole in a list': [list, set([4294967290], 1)],
  'an index just past the end': [list, set([0], 1), set([2], 1)],
  'the length of a list': [list, set(['length'], 5)],
  'a name in a list': [list, set(['0'], 1)],
  'a negative index': [list, set([-1], 1)],
  'half an index': [list, set([0.5], 1)],
  'an index in an object': [object, set([0], 1)],
  'a path that is not open': [object, set(['a', 'b'], 1)],
  'a path through a closed object': [
    object,
    set(['a'], {}, false),
    { path: ['a'], op: 'done', done: true },
    set(['a', 'b'], 1),
  ],
  'a path through another key': [object, set(['a'], {}, false), set(['b', 'c'], 1)],
  'more of a string that is not open': [object, { path: ['a'], op: 'append', text: 'x', done: false }],
  'more of another string': [
    object,
    set(['a'], 'x', false),
    { path: ['b'], op: 'append', text: 'x', done: false },
  ],
  'a value inside an open string': [object, set(['a'], 'x', false), set(['b'], 1)],
  'the end of nothing': [{ path: [], op: 'done', done: true }],
  'the end of the wrong container': [object, set(['a'], {}, false), { path: ['b'], op: 'done', done: true }],
  'an open container that is not empty': [object, set(['a'], { b: 1 }, false)],
  'a member of a number': [set([], 1), set(['a'], 1)],
  'a patch that was lost': [object, set(['a', 'b'], 'c')],
}
const malformed = {
  'no list': [{}],
  null: ['null'],
  'a number': ['7'],
  'a patch that is null': [[null]],
  'a patch that is a list': [[[]]],
  'an unknown operation': [[{ path: [], op: 'splice', value: 1, done: true }]],
  'an operation from the prototype': [[{ path: [], op: 'constructor', value: 1, done: true }]],
  'no path': [[{ op: 'set', value: 1, done: true }]],
  'a path that is a string': [[{ path: 'a', op: 'set', value: 1, done: true }]],
  'a step that is an object': [[object, set([{}], 1)]],
  'a step that is null': [[object, set([null], 1)]],
  'no value': [[{ path: [], op: 'set', done: true }]],
  'no done': [[{ path: [], op: 'set', value: 1 }]],
  'text that is a number': [[set([], 'a', false), { path: [], op: 'append', text: 7, done: false }]],
  'a reset of a part': [[object, { path: ['a'], op: 'reset', value: 1, done: false }]],
  'a deep path': [[object, { path: Array(100_000).fill('a'), op: 'set', value: 1, done: true }]],
  'a deep value': [[`[${'['.repeat(5000)}${']'.repeat(5000)}]`].join('')],
  'items that are not a list': ['{}', 'items'],
  'items that are null': ['null', 'items'],
  'an end that is null': ['null', 'done'],
  'an end that is a list': ['[]', 'done'],
  'an error that is a string': ['"no"', 'error'],
  'an error that is null': ['null', 'error'],
  'an error without a class': ['{"message":"m"}', 'error'],
  'an error with a class that is a list': ['{"class":["NetworkError"],"message":"m"}', 'error'],
  'an error without a message': ['{"class":"NetworkError"}', 'error'],
  'a schema that is null': ['null', 'schema'],
  'a schema that is a list': ['[]', 'schema'],
}

test('changes that do not continue the value are a ResponseParsingError, and fast', async () => {
  for (const [name, patches] of Object.entries(misplaced)) {
    const began = performance.now()
    for (const events of [[event(patches)], patches.map((patch) => event([patch]))]) {
      const error = await ending(...events, event([set([], 1)]), event({ value: 1 }, 'done'))
      assert.ok(error instanceof ResponseParsingError, `${name}: ${error}`)
      assert.match(error.message, /lost or reordered|not one of/, name)
    }
    assert.ok(performance.now() - began < 1000, name)
  }
})

test('malformed events are a ResponseParsingError', async () => {
  for (const [name, [data, kind]] of Object.entries(malformed)) {
    const error = await ending(event(data, kind), event({ value: 1 }, 'done'))
    assert.ok(error instanceof ResponseParsingError, `${name}: ${error}`)
    assert.ok(error.message.length < 1000, name)
  }
  const strings = new ReadableStream({ start: (body) => body.enqueue('text, not bytes') })
  const error = await failure(() =>
    readPartial({ status: 200, ok: true, headers: new Headers(), body: strings }).final(),
  )
  assert.ok(error instanceof ResponseParsingError, String(error))
})

test('names of the prototype are members like any other, and change no prototype', async () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  const patches = [object]
  for (const name of names)
    patches.push(set([name], {}, false), set([name, 'polluted'], true), {
      path: [name],
      op: 'done',
      done: true,
    })
  const stream = readPartial(
    new Response(
      event(patches) + event([{ path: [], op: 'done', done: true }]) + event({ value: 1 }, 'done'),
    ),
  )
  const last = (await all(stream)).at(-1)
  assert.deepEqual(Object.keys(last), names)
  for (const name of names)
    assert.deepEqual(Object.getOwnPropertyDescriptor(last, name).value, { polluted: true })
  assert.equal({}.polluted, undefined)
  assert.equal(Object.getPrototypeOf(last), Object.prototype)
})

test('an error event can only create our classes, and only sets documented properties', async () => {
  const told = (json) => ending(`event: error\ndata: ${json}\n\n`)
  for (const name of ['constructor', '__proto__', 'toString', 'Error', 'hasOwnProperty', '']) {
    const error = await told(JSON.stringify({ class: name, message: 'm' }))
    assert.equal(Object.getPrototypeOf(error), InstructorError.prototype, name)
    assert.equal(error.message, 'm')
  }
  const error = await told(
    '{"class":"ProviderError","message":"m","status":429,"code":"slow","stack":"s","name":"n","toString":1,' +
      '"__proto__":{"polluted":true},"constructor":1,"cause":{"class":"NetworkError","message":"c"},"lastSnapshot":1}',
  )
  assert.ok(error instanceof ProviderError)
  assert.deepEqual(
    [error.status, error.code, error.name, String(error)],
    [429, 'slow', 'ProviderError', 'ProviderError: m'],
  )
  assert.deepEqual([error.polluted, error.lastSnapshot, error.cause], [undefined, undefined, undefined])
  assert.notEqual(error.stack, 's')
  const odd = await told(
    '{"class":"ValidationError","message":"m","issues":[7,{"message":"x","path":["a",{},1]},{}]}',
  )
  assert.deepEqual(odd.issues, [{ path: ['a', 1], message: 'x' }])
})

test('an event without an end is refused at its limit, in linear time', async () => {
  const piece = new TextEncoder().encode('x'.repeat(1 << 16))
  let sent = 0
  let cancelled = false
  const endless = new ReadableStream(
    {
      pull(controller) {
        controller.enqueue(sent++ ? piece : new TextEncoder().encode('data: '))
      },
      cancel() {
        cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  const began = performance.now()
  const error = await failure(() => readPartial(new Response(endless)).final())
  assert.ok(error instanceof ResponseParsingError)
  assert.match(error.message, /longer than/)
  assert.ok(performance.now() - began < 3000, `${performance.now() - began} ms`)
  assert.ok(cancelled, 'the connection is closed')
  const comments = new ReadableStream({
    pull: (controller) => controller.enqueue(new TextEncoder().encode(':\n'.repeat(1 << 20))),
  })
  const long = await failure(() => readPartial(new Response(comments)).final())
  assert.match(long.message, /relayed stream is longer/)
})

test('a large event takes linear time', async () => {
  const value = { text: 'y'.repeat(8 << 20) }
  const text = event({ value }, 'done')
  const pieces = []
  for (let at = 0; at < text.length; at += 1000) pieces.push(text.slice(at, at + 1000))
  const began = performance.now()
  assert.deepEqual(await readPartial(new Response(ofBytes(pieces))).final(), value)
  assert.ok(performance.now() - began < 2000, `${performance.now() - began} ms`)
})

test('schemas of a relay are bounded: circular or broken references, too many defaults', async () => {
  const shown = (schema, patches) =>
    all(readPartial(new Response(event(schema, 'schema') + event(patches) + event({ value: 1 }, 'done'))))
  const whole = [set([], { a: {} }, true)]
  for (const schema of [
    { $ref: '#', default: 1 },
    { anyOf: [{ $ref: '#' }], default: 1 },
    { $ref: '#/%E0%A4%A', default: 1 },
    { $ref: '#/__proto__/x', default: 1 },
    { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a', default: 1 },
    { properties: { a: { $ref: '#' }, b: { default: 1 } } },
    { properties: null, items: 7, anyOf: 'x', default: 1 },
  ])
    assert.ok((await shown(schema, whole)).length > 0, JSON.stringify(schema))
  const properties = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`p${i}`, { default: i }]))
  const bomb = [list, ...Array.from({ length: 20_000 }, (_, i) => set([i], {}))]
  const error = await failure(() => shown({ type: 'array', items: { type: 'object', properties } }, bomb))
  assert.ok(error instanceof ResponseParsingError)
  assert.match(error.message, /defaults/)
})

test('random damage to a relayed stream results in a value or a documented error', async () => {
  const Doc = z.object({
    n: z.number().default(4),
    tags: z.array(z.string()),
    in: z.object({ x: User.nullable() }),
  })
  const value = { tags: ['a', 'bc', '"'], in: { x: { name: 'Ann', age: 4 } }, n: 7 }
  const { client } = clientOf([{ value, piece: 3 }])
  const text = await client.createPartial({ responseModel: Doc, messages }).toResponse().text()
  let state = 7
  const random = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const scraps = [
    '[',
    ']',
    '{',
    '}',
    '"',
    '0',
    '-1',
    '9e99',
    'null',
    ',',
    '\n',
    '\n\n',
    'data: ',
    'event: done\n',
    '"path":[',
    '__proto__',
  ]
  const events = text.split(/(?<=\n\n)/)
  for (let round = 0; round < 1500; round++) {
    let broken = text
    if (round % 3 === 0) {
      const copy = [...events]
      const [moved] = copy.splice(random(copy.length), 1)
      if (round % 2) copy.splice(random(copy.length + 1), 0, moved)
      broken = copy.join('')
    } else
      for (let n = 0; n <= random(3); n++) {
        const at = random(broken.length)
        broken = broken.slice(0, at) + scraps[random(scraps.length)] + broken.slice(at + random(4))
      }
    const stream = readPartial(new Response(broken))
    try {
      for await (const snapshot of stream) JSON.stringify(snapshot)
      await stream.final()
    } catch (error) {
      assert.ok(error instanceof InstructorError, `${error?.stack} for ${broken}`)
    }
  }
})

test('a response that is not a stream is reported with the reason', async () => {
  const of = (body, init) => failure(() => readPartial(new Response(body, init)).final())
  const json = await of(JSON.stringify({ error: { message: 'no credit left' } }), { status: 500 })
  assert.ok(json instanceof NetworkError)
  assert.match(json.message, /status 500: no credit left\.$/)
  assert.deepEqual([json.status, json.body.error.message], [500, 'no credit left'])
  assert.match((await of('plain words.', { status: 404 })).message, /status 404: plain words\.$/)
  assert.match((await of('<html>x</html>', { status: 502 })).message, /status 502\.$/)
  assert.match((await of(null, { status: 204 })).message, /status 204 and no body\.$/)
  assert.ok((await of('x'.repeat(1 << 20), { status: 500 })).message.length < 500)
  const stalled = new ReadableStream({
    start: (body) => body.enqueue(new TextEncoder().encode('half a rea')),
  })
  assert.match((await of(stalled, { status: 500 })).message, /status 500: half a rea/)
  const locked = new Response('x')
  locked.body.getReader()
  const read = new Response('x')
  await read.text()
  for (const response of [locked, read]) {
    const error = await failure(() => readPartial(response).final())
    assert.ok(error instanceof ConfigurationError)
    assert.match(error.message, /read already, or is locked/)
  }
  for (const wrong of [undefined, null, 'https://example.com/', {}]) {
    const error = await failure(() => readPartial(wrong).final())
    assert.ok(error instanceof ConfigurationError, String(error))
  }
})

test('a relayed error has its class, not the message of the provider or of the app', async () => {
  const secret = 'org-3141 and postgres://intern'
  const body = { error: { message: `Rate limit of ${secret}`, code: 'rate_limit_exceeded' } }
  const answers = [{ status: 429, body }]
  const thrower = z.object({ name: z.string() }).refine(() => {
    throw new Error(secret)
  })
  const picky = z.object({ name: z.string() }).refine(() => false, { message: secret })
  const relayed = async (script, options = {}, toResponse) => {
    const { client } = clientOf(script, { httpRetries: 0, ...options.client })
    const stream = client.createPartial({ responseModel: User, messages, maxRetries: 0, ...options.call })
    return failure(() => readPartial(stream.toResponse(toResponse)).final())
  }
  const cases = [
    [await relayed(answers), 'ProviderError', /returned status 429/],
    [
      await relayed([{ value: { name: 'a' } }], { call: { responseModel: thrower } }),
      'InstructorError',
      /failed on the server/,
    ],
    [
      await relayed([{ value: { name: 'a' } }], { call: { responseModel: picky } }),
      'InstructorRetryError',
      /No valid answer after 1 attempt\./,
    ],
    [await relayed([{ fail: new Error(secret) }]), 'NetworkError', /no response from the provider/],
    [
      await relayed([], {
        client: {
          apiKey: () => {
            throw new Error(secret)
          },
        },
      }),
      'ConfigurationError',
      /configuration of the call on the server is wrong/,
    ],
  ]
  for (const [error, name, words] of cases) {
    assert.equal(error.name, name)
    assert.match(error.message, words)
    assert.ok(!JSON.stringify([error.message, { ...error }]).includes(secret), error.message)
  }
  assert.equal(cases[0][0].status, 429)
  const chosen = await relayed(answers, {}, { onError: () => 'Try again in a minute.' })
  assert.deepEqual(
    [chosen.name, chosen.message, chosen.status],
    ['ProviderError', 'Try again in a minute.', 429],
  )
  const open = await relayed(answers, {}, { onError: (error) => error })
  assert.match(open.message, /Rate limit of org-3141/)
  const fallback = await relayed(answers, {}, { onError: () => undefined })
  assert.match(fallback.message, /returned status 429/)
  const refused = await relayed([{ refusal: 'I can not do that.' }])
  assert.equal(refused.name, 'RefusalError')
  assert.match(refused.message, /I can not do that/)
})

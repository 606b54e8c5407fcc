// Snapshots are immutable and share unchanged parts, for every document and chunking.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'

const pkg = new URL('../../pkg/', import.meta.url)
const { instantiate } = await import(new URL('core_bg.js', pkg))
const { SnapshotBuilder } = await import(new URL('stream/snapshot.js', pkg))
const { decodeText } = await import(new URL('wasm/text.js', pkg))
const { memory, CoreClient } = instantiate(
  new WebAssembly.Module(readFileSync(new URL('core-whole.wasm', pkg))),
)

const client = new CoreClient('openai/gpt-4o-mini', JSON.stringify({ apiKey: 'k' }))
const model = { name: 'Answer', schema: { type: 'object', additionalProperties: true } }
const encoder = new TextEncoder()

/** What a call needs of its host until the body is read outside. */
const host = () => ({
  fetch: async () => new Response('', { headers: { 'content-type': 'text/event-stream' } }),
  authorize: () => '{}',
  emit: () => undefined,
  aborted: new Promise(() => {}),
  signal: new AbortController().signal,
  timedOut: false,
  reading: () => {},
  failed: () => {},
})

/** The events in which the provider sends a piece of the answer, in each mode. */
const deltas = {
  TOOLS: (piece) => ({ tool_calls: [{ index: 0, function: { arguments: piece } }] }),
  JSON: (piece) => ({ content: piece }),
}
const begins = {
  tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'Answer', arguments: '' } }],
}

/** A streamed call and a builder; `push` sends a piece of the answer and returns the snapshot after it. */
async function feeder(options = {}, mode = 'TOOLS') {
  const call = { responseModel: model, messages: [{ role: 'user', content: 'x' }], mode }
  const stream = client.stream(JSON.stringify(call), host())
  stream.readOutside()
  assert.equal(await stream.next(), 3)
  const builder = new SnapshotBuilder(options)
  const apply = () => {
    const [at, length, start, bytes] = new Uint32Array(memory.buffer, stream.packed(), 4)
    const ops = new Uint32Array(memory.buffer, at, length)
    builder.apply(ops, decodeText(new Uint8Array(memory.buffer), start, start + bytes))
    return builder.snapshot()
  }
  const write = (text) => {
    const bytes = encoder.encode(text)
    const at = stream.input(bytes.length)
    new Uint8Array(memory.buffer).set(bytes, at)
    stream.push(bytes.length)
  }
  const send = (delta) => write(`data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`)
  if (mode === 'TOOLS') send(begins)
  return {
    builder,
    push(piece) {
      send(deltas[mode](piece))
      return apply()
    },
    finish() {
      // White space ends a number at the root.
      send(deltas[mode]('\n'))
      apply()
      write('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n')
      apply()
      stream.end()
      const last = apply()
      stream.free()
      return last
    },
  }
}

/** Random numbers, the same in every run. */
function random(seed) {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function document(next, depth = 0) {
  const kind = next(depth > 4 ? 6 : 9)
  const word = () =>
    ['', 'a', 'name', 'naïve', '🙂', '\\"', '\n', '\ufeff', '__proto__', 'constructor', '0', 'x'.repeat(40)][
      next(12)
    ]
  if (kind < 3) return Array.from({ length: next(5) }, word).join(' ')
  if (kind < 5) return [0, -1, 1.5, 123456789012, 1e300, 42, 99999999, 268435455][next(8)]
  if (kind < 6) return [null, true, false][next(3)]
  if (kind < 7) return Array.from({ length: next(6) }, () => document(next, depth + 1))
  return Object.fromEntries(Array.from({ length: next(6) }, () => [word(), document(next, depth + 1)]))
}

/** Pieces of a text, cut anywhere: inside surrogate pairs, too. */
function cut(text, next, largest) {
  const pieces = []
  for (let at = 0; at < text.length; ) {
    const size = 1 + next(largest)
    pieces.push(text.slice(at, at + size))
    at += size
  }
  return pieces
}

/** JSON text of a value in which `__proto__` is a plain key. */
const print = (value) => JSON.stringify(value)

/** Every container below `value`, by its path. */
function containers(value, path = '', found = new Map()) {
  if (typeof value === 'object' && value !== null) {
    found.set(path, value)
    for (const key of Object.keys(value)) containers(value[key], `${path}/${key.length}:${key}`, found)
  }
  return found
}

test('the last snapshot equals JSON.parse, with any chunking', async () => {
  const next = random(1)
  for (let round = 0; round < 300; round++) {
    const value = document(next)
    const text = round % 2 ? JSON.stringify(value) : JSON.stringify(value, null, 2)
    for (const largest of [1, 5, 1000]) {
      const { push, finish } = await feeder()
      for (const piece of cut(text, next, largest)) push(piece)
      assert.deepStrictEqual(finish(), JSON.parse(text))
    }
  }
})

test('earlier snapshots never change and subtrees without new text stay identical', async () => {
  const next = random(2)
  let compared = 0
  let identical = 0
  for (let round = 0; round < 150; round++) {
    const text = JSON.stringify({ list: [document(next), document(next)], rest: document(next) })
    const { push } = await feeder()
    const taken = []
    for (const piece of cut(text, next, 6)) {
      const snapshot = push(piece)
      const before = taken.at(-1)
      if (before) {
        const old = containers(before.snapshot)
        for (const [path, container] of containers(snapshot)) {
          if (!old.has(path)) continue
          compared++
          // Subtrees with equal JSON are the same object, unless they are still open on the path to the end of the
          // text (an empty string that has just begun is part of the JSON, so this is exact).
          if (print(container) === print(old.get(path))) {
            assert.equal(container, old.get(path), `${path} of ${text}`)
            identical++
          }
        }
        if (print(snapshot) === before.print) assert.equal(snapshot, before.snapshot)
      }
      taken.push({ snapshot, print: print(snapshot) })
    }
    for (const { snapshot, print: printed } of taken) assert.equal(print(snapshot), printed)
  }
  assert.ok(identical > 1000 && compared > identical)
})

test('__proto__ is a plain key and changes no prototype', async () => {
  const { push } = await feeder()
  const value = push('{"__proto__":{"x":1},"a":{"__proto__":"y"}}')
  assert.ok(Object.hasOwn(value, '__proto__'))
  assert.equal(value.x, undefined)
  assert.equal(Object.getPrototypeOf(value), Object.prototype)
  assert.equal({}.x, undefined)
})

test('a later value replaces an earlier one, but a malformed one does not', async () => {
  const { push, finish } = await feeder({}, 'JSON')
  const first = push('As JSON: {"a":[1]}')
  assert.deepStrictEqual(first, { a: [1] })
  assert.equal(push(' or {"b":'), first)
  assert.equal(push(' oops!'), first)
  assert.deepStrictEqual(push('```json\n{"c":2}\n```'), { c: 2 })
  assert.deepStrictEqual(finish(), { c: 2 })
})

test('patches contain every change, and rebuild the same snapshots', async () => {
  const next = random(3)
  for (let round = 0; round < 200; round++) {
    const text = JSON.stringify(document(next))
    const patches = []
    const { push, finish } = await feeder({ onPatch: (patch) => patches.push(patch) })
    const mirror = new SnapshotBuilder()
    const step = (snapshot) => {
      for (const patch of patches.splice(0)) mirror.applyPatch(JSON.parse(JSON.stringify(patch)))
      assert.deepStrictEqual(mirror.snapshot(), snapshot)
    }
    for (const piece of cut(text, next, 9)) step(push(piece))
    step(finish())
  }
})

test('a mirror that starts late receives the state first, then the changes', async () => {
  const next = random(9)
  for (let round = 0; round < 200; round++) {
    const text =
      round % 4
        ? JSON.stringify(document(next))
        : `{"a":{"b":1},"c":2,"a":{"d":${JSON.stringify(document(next))}}}`
    const pieces = cut(text, next, 7)
    const mirrors = []
    const { builder, push, finish } = await feeder({
      onPatch: (patch) => {
        for (const mirror of mirrors) mirror.applyPatch(JSON.parse(JSON.stringify(patch)))
      },
    })
    const compare = (snapshot) => {
      for (const mirror of mirrors) assert.equal(print(mirror.snapshot()), print(snapshot), text)
    }
    for (const piece of pieces) {
      compare(push(piece))
      const late = new SnapshotBuilder()
      for (const patch of builder.state()) late.applyPatch(JSON.parse(JSON.stringify(patch)))
      mirrors.push(late)
      if (mirrors.length > 6) mirrors.shift()
    }
    compare(finish())
  }
})

test('closed containers are frozen; open ones may be changed without an effect on later snapshots', async () => {
  const { push, finish } = await feeder()
  const first = push('{"a":[1,2],"b":[3')
  assert.ok(Object.isFrozen(first.a) && !Object.isFrozen(first.b) && !Object.isFrozen(first))
  first.b.push('mine')
  first.c = 'mine'
  assert.deepStrictEqual(push(''), { a: [1, 2], b: [] })
  const second = push(',4]')
  assert.deepStrictEqual(second, { a: [1, 2], b: [3, 4] })
  assert.equal(second.a, first.a)
  second.c = 'mine'
  push('}')
  const last = finish()
  assert.deepStrictEqual(last, { a: [1, 2], b: [3, 4] })
  assert.ok(Object.isFrozen(last) && Object.isFrozen(last.b))
})

test('patches contain the path, the change and whether it is complete', async () => {
  const patches = []
  const { push } = await feeder({ onPatch: (patch) => patches.push(patch) })
  push('{"user":{"name":"Ja')
  push('son","tags":["a"')
  push(',1]}}')
  assert.deepStrictEqual(patches, [
    { path: [], op: 'set', value: {}, done: false },
    { path: ['user'], op: 'set', value: {}, done: false },
    { path: ['user', 'name'], op: 'set', value: 'Ja', done: false },
    { path: ['user', 'name'], op: 'append', text: 'son', done: true },
    { path: ['user', 'tags'], op: 'set', value: [], done: false },
    { path: ['user', 'tags', 0], op: 'set', value: 'a', done: true },
    { path: ['user', 'tags', 1], op: 'set', value: 1, done: true },
    { path: ['user', 'tags'], op: 'done', done: true },
    { path: ['user'], op: 'done', done: true },
    { path: [], op: 'done', done: true },
  ])
})

test('a patch that does not continue the value is refused', () => {
  const builder = new SnapshotBuilder()
  builder.applyPatch({ path: [], op: 'set', value: {}, done: false })
  assert.throws(
    () => builder.applyPatch({ path: ['a', 'b'], op: 'set', value: 1, done: true }),
    /lost or reordered/,
  )
  assert.throws(
    () => builder.applyPatch({ path: ['a'], op: 'append', text: 'x', done: true }),
    /lost or reordered/,
  )
})

test('wide arrays and objects are not copied for every chunk', async () => {
  for (const [open, item] of [
    ['[', (index) => `${index},`],
    ['{', (index) => `"key${index}":${index},`],
  ]) {
    const parser = await feeder()
    parser.push(open)
    let copies = 0
    let copied = 0
    let width = 0
    for (let index = 0; index < 20_000; index++) {
      // Like a driver: a snapshot only when it is due.
      const { builder } = parser
      const text = item(index)
      const before = builder.snapshot
      builder.snapshot = () => undefined
      parser.push(text)
      builder.snapshot = before
      width++
      if (builder.due) {
        builder.snapshot()
        copies++
        copied += width
      }
    }
    // Quadratic would be 20,000 copies of 10,000 on average: 200 million.
    assert.ok(copied < 10_000_000, `${open} copied ${copied} entries in ${copies} copies`)
    assert.ok(copies > 20)
  }
})

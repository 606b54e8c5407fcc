/** Streams through the built package: snapshots, elements, patches, relays, cancellation, and memory. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InstructorRetryError, ValidationError } from 'instructor-wasm'
import * as z from 'zod'
import { all, clientOf, failure, jason, messages, User } from './support.mjs'

const call = { responseModel: User, messages }
const Team = z.object({ team: z.string(), members: z.array(User) })
const team = { team: 'Blue', members: [jason, { name: 'Ann', age: 30 }, { name: 'Bo', age: 4 }] }

const unhandled = []
process.on('unhandledRejection', (reason) => unhandled.push(reason))

/** `small` is contained in `big`, strings as prefixes. */
function within(small, big) {
  if (typeof small === 'string') return typeof big === 'string' && big.startsWith(small)
  if (typeof small !== 'object' || small === null) return small === big
  return Object.entries(small).every(([key, value]) => within(value, big[key]))
}

test('createPartial yields growing snapshots; final() is the validated value', async () => {
  const { client, requests } = clientOf([{ value: team, piece: 3 }])
  const stream = client.createPartial({ responseModel: Team, messages, every: 'delta' })
  const seen = await all(stream)
  assert.ok(seen.length > 20)
  for (let i = 1; i < seen.length; i++) assert.ok(within(seen[i - 1], seen[i]), `snapshot ${i} grows`)
  assert.deepEqual(seen.at(-1), team)
  assert.deepEqual(await stream.final(), team)
  assert.equal((await stream.usage()).totalTokens, 15)
  assert.equal((await stream.completion()).finishReason, 'tool_calls')
  assert.equal(requests[0].body.stream, true)
  assert.equal(requests[0].state.cancelled, false)
})

test('an unchanged subtree keeps its identity, and earlier snapshots never change', async () => {
  const { client } = clientOf([{ value: team, piece: 2 }])
  const seen = []
  const copies = []
  for await (const snapshot of client.createPartial({ responseModel: Team, messages, every: 'delta' })) {
    seen.push(snapshot)
    copies.push(JSON.stringify(snapshot))
  }
  for (const [i, snapshot] of seen.entries()) assert.equal(JSON.stringify(snapshot), copies[i])
  const late = seen.filter((snapshot) => (snapshot.members?.length ?? 0) > 1)
  assert.ok(late.length > 5)
  for (const snapshot of late) assert.equal(snapshot.members[0], late[0].members[0])
})

test('every mode and every wire format streams to the same value', async () => {
  const models = {
    'openai/gpt-4o-mini': ['TOOLS', 'JSON', 'JSON_SCHEMA', 'MD_JSON'],
    'anthropic/claude-sonnet-4-5': [undefined],
    'google/gemini-2.5-flash': [undefined],
    'cohere/command-a-03-2025': [undefined],
  }
  for (const [model, modes] of Object.entries(models))
    for (const mode of modes)
      for (const bytes of [undefined, 1, 37]) {
        const { client } = clientOf([{ value: team, ...(bytes ? { bytes } : {}) }], { mode }, model)
        const stream = client.createPartial({ responseModel: Team, messages })
        const seen = await all(stream)
        assert.deepEqual(await stream.final(), team, `${model} ${mode} ${bytes}`)
        assert.deepEqual(seen.at(-1), team, `${model} ${mode} ${bytes}`)
        const whole = clientOf([{ value: team }], { mode }, model)
        assert.deepEqual(await whole.client.create({ responseModel: Team, messages }), team)
      }
})

test('defaults are shown at once, at every level', async () => {
  const Model = z.object({
    role: z.string().default('guest'),
    list: z.array(z.object({ name: z.string(), n: z.number().default(1) })),
  })
  const { client } = clientOf([{ value: { list: [{ name: 'a' }, { name: 'b', n: 2 }] }, piece: 4 }])
  const stream = client.createPartial({ responseModel: Model, messages, every: 'delta' })
  const seen = await all(stream)
  for (const snapshot of seen) assert.equal(snapshot.role, 'guest')
  assert.equal(seen.find((snapshot) => snapshot.list?.length === 1).list[0].n, 1)
  assert.deepEqual(await stream.final(), {
    role: 'guest',
    list: [
      { name: 'a', n: 1 },
      { name: 'b', n: 2 },
    ],
  })
})

test('nested objects and lists appear when their first character has arrived', async () => {
  const { client } = clientOf([{ value: { boss: jason, members: [jason] }, piece: 1 }])
  const responseModel = z.object({ boss: User, members: z.array(User) })
  const seen = await all(client.createPartial({ responseModel, messages, every: 'delta' }))
  const first = (key) => seen.find((snapshot) => key in snapshot)
  assert.deepEqual(first('boss'), { boss: {} })
  assert.deepEqual(first('members'), { boss: jason, members: [] })
})

test('snapshots are in the form of the model, and the value in that of the schema library', async () => {
  const day = '2026-01-02T03:04:05Z'
  const wire = { at: day, level: 'high', id: '0b5ae4d1-7f4c-4a53-8a34-0d7a6f6a4a11', name: 'ann' }
  const responseModel = z.object({
    at: z.coerce.date(),
    level: z.enum(['low', 'high']),
    id: z.uuid(),
    name: z.string().transform((name) => name.toUpperCase()),
  })
  for (const mode of ['TOOLS', 'JSON', 'JSON_SCHEMA']) {
    const { client } = clientOf([{ value: wire, piece: 3 }])
    const stream = client.createPartial({ responseModel, messages, mode, every: 'delta' })
    const seen = await all(stream)
    for (const snapshot of seen) assert.ok(within(snapshot, wire), JSON.stringify(snapshot))
    assert.deepEqual(await stream.final(), { ...wire, at: new Date(day), name: 'ANN' }, mode)
  }
})

test('strings, lists and unions at the root stream unwrapped', async () => {
  for (const [responseModel, value, wire] of [
    [z.string(), 'hello there, world', { content: 'hello there, world' }],
    [z.array(User), [jason, jason], { tasks: [jason, jason] }],
  ]) {
    const { client } = clientOf([{ value: wire }])
    const stream = client.createPartial({ responseModel, messages })
    const seen = await all(stream)
    assert.deepEqual(seen.at(-1), value)
    assert.deepEqual(await stream.final(), value)
  }
})

test('an invalid answer is reasked; the restart is reported', async () => {
  const { client, requests } = clientOf([{ value: { name: 'Jason', age: 'x' } }, { value: jason }])
  const stream = client.createPartial(call)
  const patches = stream.patches()
  assert.deepEqual(await stream.final(), jason)
  assert.equal(stream.restarts, 1)
  assert.equal(requests.length, 2)
  assert.ok((await all(patches)).some(({ op }) => op === 'reset'))
  assert.equal((await stream.usage()).totalTokens, 30)
})

test('patches rebuild the value', async () => {
  const { client } = clientOf([{ value: team, piece: 5 }])
  const stream = client.createPartial({ responseModel: Team, messages })
  let root
  for await (const patch of stream.patches()) {
    const { path, op } = patch
    if (op === 'done') continue
    if (op === 'reset' || path.length === 0) {
      root = patch.value
      continue
    }
    let node = root
    for (const key of path.slice(0, -1)) node = node[key]
    const key = path.at(-1)
    node[key] = op === 'append' ? node[key] + patch.text : structuredClone(patch.value)
  }
  assert.deepEqual(root, team)
  assert.deepEqual(await stream.final(), team)
})

test('createIterable yields each element when it closes', async () => {
  const { client } = clientOf([{ value: { tasks: team.members }, pace: 2, piece: 4 }])
  const stream = client.createIterable(call)
  const first = await stream[Symbol.asyncIterator]().next()
  assert.deepEqual(first.value, jason)
  assert.deepEqual(await stream.final(), team.members)
  assert.deepEqual(await all(stream), team.members)
})

test('elements of any kind are yielded: numbers, strings, unions, transformed ones', async () => {
  for (const [responseModel, raw, value] of [
    [z.number(), [1, 2.5, 3], [1, 2.5, 3]],
    [z.string(), ['a', 'b "c" ]', ''], ['a', 'b "c" ]', '']],
    [z.union([User, z.string()]), [jason, 'x'], [jason, 'x']],
    [z.object({ n: z.string().transform(Number) }), [{ n: '4' }], [{ n: 4 }]],
  ])
    for (const wire of [{ tasks: raw }, raw]) {
      const { client } = clientOf([{ toolCalls: [{ arguments: wire }], piece: 3 }])
      const stream = client.createIterable({ responseModel, messages, maxRetries: 0 })
      assert.deepEqual(await all(stream), value)
      assert.deepEqual(await stream.final(), value)
    }
})

test('elements before an invalid one are kept; only the rest is requested', async () => {
  const { client, requests } = clientOf([
    { value: { tasks: [jason, { name: 'Ann', age: 'x' }, { name: 'Bo', age: 4 }] } },
    {
      value: {
        tasks: [
          { name: 'Ann', age: 30 },
          { name: 'Bo', age: 4 },
        ],
      },
    },
  ])
  const stream = client.createIterable(call)
  assert.deepEqual(await all(stream), team.members)
  assert.deepEqual(await stream.final(), team.members)
  assert.equal(requests.length, 2)
  assert.equal(requests[0].state.cancelled, true)
  assert.match(JSON.stringify(requests[1].body.messages.at(-1)), /accepted/)
  const exhausted = clientOf([{ value: { tasks: [jason, { name: 4 }] } }])
  const poor = exhausted.client.createIterable({ ...call, maxRetries: 0 })
  const got = []
  const error = await failure(async () => {
    for await (const one of poor) got.push(one)
  })
  assert.deepEqual(got, [jason])
  assert.ok(error instanceof InstructorRetryError)
  assert.ok(error.cause instanceof ValidationError)
})

test('leaving the loop cancels the request, and the promises settle', async () => {
  const { client, requests } = clientOf([{ value: team, pace: 2 }])
  const stream = client.createPartial({ responseModel: Team, messages })
  for await (const _ of stream) break
  assert.equal(requests[0].state.cancelled, true)
  for (const promise of [stream.final(), stream.usage(), stream.completion()])
    assert.equal((await failure(() => promise)).name, 'AbortError')
})

test('abort() and signal interrupt a stream with their reason', async () => {
  const reason = new Error('enough')
  const { client, requests } = clientOf([
    { value: team, pace: 5 },
    { value: team, pace: 5 },
  ])
  const one = client.createPartial({ responseModel: Team, messages })
  const first = await failure(async () => {
    for await (const _ of one) one.abort(reason)
  })
  assert.equal(first, reason)
  const controller = new AbortController()
  const two = client.createPartial({ responseModel: Team, messages, signal: controller.signal })
  const second = await failure(async () => {
    for await (const _ of two) controller.abort(reason)
  })
  assert.equal(second, reason)
  assert.ok(requests.every(({ state }) => state.cancelled))
})

test('a slow consumer applies backpressure: nothing is read ahead of demand', async () => {
  const { client, requests } = clientOf([{ value: { name: 'x'.repeat(4000), age: 1 }, piece: 4 }])
  let pulled = 0
  const own = client
  const stream = own.createPartial({ ...call, every: 'delta' })
  for await (const _ of stream) {
    if (++pulled === 5) break
  }
  assert.equal(requests[0].state.cancelled, true)
})

test('toReadableStream yields the snapshots and is cancelled with its reader', async () => {
  const { client, requests } = clientOf([{ value: team }, { value: team, pace: 2 }])
  const seen = await all(client.createPartial({ responseModel: Team, messages }).toReadableStream())
  assert.deepEqual(seen.at(-1), team)
  const reader = client.createPartial({ responseModel: Team, messages }).toReadableStream().getReader()
  await reader.read()
  await reader.cancel()
  assert.equal(requests[1].state.cancelled, true)
})

test('a stream is requested when it is read, can be read twice, and stays readable after its end', async () => {
  const { client, requests } = clientOf([{ value: team, piece: 2 }])
  const stream = client.createPartial({ responseModel: Team, messages, every: 'delta' })
  await new Promise((done) => setTimeout(done, 5))
  assert.equal(requests.length, 0)
  const [one, two] = await Promise.all([all(stream), all(stream)])
  assert.deepEqual(one, two)
  assert.deepEqual(await all(stream), [team])
  assert.deepEqual(await all(stream.patches()), [{ path: [], op: 'set', value: team, done: true }])
  stream.abort()
  assert.deepEqual(await stream.final(), team)
})

test('unawaited promises raise no unhandled rejection', async () => {
  const { client } = clientOf([{ status: 401 }, { value: { name: 4 } }])
  const one = client.createPartial(call)
  one.final()
  one.usage()
  const two = client.createIterable({ ...call, maxRetries: 0 })
  two.completion()
  await new Promise((done) => setTimeout(done, 50))
  assert.deepEqual(unhandled, [])
})

test('a timeout ends a stream', async () => {
  const { client } = clientOf([{ value: team, pace: 50 }])
  const error = await failure(() =>
    client.createPartial({ responseModel: Team, messages, timeout: 60 }).final(),
  )
  assert.equal(error.name, 'TimeoutError')
})

test('ten thousand streams, aborted ones included, leak no wasm memory', async () => {
  const { coreMemory } = await import('../../pkg/internals.node.js')
  const { client } = clientOf(Array.from({ length: 10_200 }, () => ({ value: team })))
  const round = async (count) => {
    for (let i = 0; i < count; i++) {
      const stream = client.createPartial({ responseModel: Team, messages })
      if (i % 3 === 0) {
        for await (const _ of stream) break
      } else if (i % 3 === 1) {
        const reading = all(stream).catch(() => {})
        setTimeout(() => stream.abort(), 0)
        await reading
      } else await stream.final()
    }
  }
  await round(200)
  const before = coreMemory().byteLength
  await round(10_000)
  assert.ok(coreMemory().byteLength - before < 1 << 20, `${coreMemory().byteLength - before} bytes more`)
  assert.deepEqual(unhandled, [])
})

test("validate: 'early' stops at the first closed part that is invalid, and reasks at once", async () => {
  const Report = {
    type: 'object',
    properties: {
      kind: { enum: ['a', 'b'] },
      members: { type: 'array', items: { $ref: '#/$defs/Member' } },
      text: { type: 'string' },
    },
    required: ['kind', 'members', 'text'],
    $defs: {
      Member: { type: 'object', properties: { age: { type: 'integer', minimum: 0 } }, required: ['age'] },
    },
  }
  const good = { kind: 'a', members: [{ age: 1 }], text: 'x'.repeat(4000) }
  for (const [wrong, path] of [
    [{ ...good, kind: 'c' }, /kind/],
    [{ ...good, members: [{ age: 1 }, { age: -4 }] }, /members.1.age/],
    [{ ...good, members: [{ name: 'no age' }] }, /members.0/],
  ]) {
    const { client, requests } = clientOf([{ value: wrong }, { value: good }])
    const stream = client.createPartial({ responseModel: Report, messages, validate: 'early' })
    const seen = []
    for await (const snapshot of stream) seen.push(snapshot)
    assert.deepEqual(await stream.final(), good)
    assert.equal(stream.restarts, 1)
    assert.equal(requests[0].state.cancelled, true)
    assert.match(JSON.stringify(requests[1].body.messages.at(-1)), path)
    // The call does not wait for the long text after the mistake.
    const before = seen.findIndex((snapshot) => snapshot.kind === 'a' && (snapshot.text?.length ?? 0) > 3000)
    assert.ok(before === -1 || seen[before].members.every(({ age }) => age === 1))
  }
  const fine = clientOf([{ value: { ...good, kind: 'c' } }])
  const error = await failure(() =>
    fine.client.createPartial({ responseModel: Report, messages, validate: 'early', maxRetries: 0 }).final(),
  )
  assert.ok(error instanceof InstructorRetryError)
})

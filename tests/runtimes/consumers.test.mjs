/** Several consumers of one stream: each may start and leave at any time. */
import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { readPartial } from 'instructor-wasm'
import * as z from 'zod'
import { all, clientOf, failure, jason, messages, User } from './support.mjs'

const Team = z.object({ role: z.string().default('guest'), team: z.string(), members: z.array(User) })
const team = { team: 'Blue "7"', members: [jason, { name: 'Ann', age: 30 }, { name: 'Bo', age: 4 }] }
const shownTeam = { role: 'guest', ...team }
const pause = (ms = 0) => new Promise((done) => setTimeout(done, ms))

function random(seed) {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Applies patches like an app. */
function rebuilt(patches) {
  let root
  for (const { path, op, value, text } of patches) {
    if (op === 'done') continue
    if (op === 'reset' || path.length === 0) {
      root = op === 'append' ? root + text : structuredClone(value)
      continue
    }
    let node = root
    for (const key of path.slice(0, -1)) node = node[key]
    const key = path.at(-1)
    node[key] = op === 'append' ? node[key] + text : structuredClone(value)
  }
  return root
}

/** How each kind of consumer reads the stream; `leave` makes it stop early. */
const KINDS = {
  loop: (stream) => loop(stream),
  readable: (stream) => loop(stream.toReadableStream()),
  relay: (stream) => loop(readPartial(stream.toResponse())),
  'relay of a relay': (stream) => loop(readPartial(readPartial(stream.toResponse()).toResponse())),
  patches: (stream) => loop(stream.patches()),
}

function loop(iterable) {
  const iterator = iterable[Symbol.asyncIterator]()
  const taken = []
  let left = false
  const done = (async () => {
    for (;;) {
      const { done, value } = await iterator.next()
      if (done) return taken
      taken.push(value)
      if (left) {
        await iterator.return()
        return taken
      }
    }
  })()
  done.catch(() => {})
  return { done, taken, leave: () => (left = true) }
}

test('consumers that start at random times all receive the same final value', async () => {
  const next = random(3)
  for (let round = 0; round < 120; round++) {
    const bad = next(3) === 0 ? [{ value: { team: 'x', members: [{ name: 4 }] }, piece: 3 }] : []
    const { client } = clientOf([
      ...bad,
      { value: team, piece: 1 + next(9), pace: next(2), bytes: 1 + next(400) },
    ])
    const every = next(2) ? 'delta' : 'chunk'
    const direct = client.createPartial({ responseModel: Team, messages, every })
    const atPage = next(3) === 0
    const stream = atPage ? readPartial(direct.toResponse()) : direct
    const begun = []
    const begin = () => {
      const kind = Object.keys(KINDS)[next(5)]
      begun.push([kind, KINDS[kind](stream)])
    }
    if (next(2)) stream.final()
    for (let n = next(2); n <= 3; n++) {
      begin()
      for (let wait = next(12); wait > 0; wait--) await pause()
    }
    assert.deepEqual(await stream.final(), shownTeam)
    begin()
    for (const [kind, { done }] of begun) {
      const taken = await done
      assert.deepEqual(
        kind === 'patches' ? rebuilt(taken) : taken.at(-1),
        kind === 'patches' ? team : shownTeam,
        kind,
      )
    }
  }
})

test('every consumer of a list receives every element, once and in order', async () => {
  const next = random(4)
  const tasks = Array.from({ length: 12 }, (_, age) => ({ name: `n${age}`, age }))
  for (let round = 0; round < 80; round++) {
    const bad = { value: { tasks: [...tasks.slice(0, 5), { name: 7 }] }, piece: 4 }
    const script = next(2)
      ? [bad, { value: { tasks: tasks.slice(5) }, piece: 4 }]
      : [{ value: { tasks }, piece: 6 }]
    const { client } = clientOf(script)
    const direct = client.createIterable({ responseModel: User, messages })
    const stream = next(3) === 0 ? readPartial(direct.toResponse()) : direct
    const begun = []
    for (let n = 0; n < 4; n++) {
      const kind = ['loop', 'readable', 'relay', 'relay of a relay'][next(4)]
      begun.push([kind, KINDS[kind](stream)])
      for (let wait = next(20); wait > 0; wait--) await pause()
    }
    assert.deepEqual(await stream.final(), tasks)
    begun.push(['late', KINDS.relay(stream)])
    for (const [kind, { done }] of begun) assert.deepEqual(await done, tasks, `${kind}, round ${round}`)
  }
})

test('reading before toResponse() does not change the response: it streams', async () => {
  for (const early of ['final', 'completion', 'usage', 'loop', 'patches']) {
    const { client } = clientOf([{ value: team, piece: 2, pace: 1 }])
    const stream = client.createPartial({ responseModel: Team, messages })
    if (early === 'loop' || early === 'patches') KINDS[early](stream)
    else stream[early]()
    await pause(20)
    const seen = await all(readPartial(stream.toResponse()))
    assert.ok(seen.length > 5, `${early}: ${seen.length} snapshots`)
    assert.deepEqual(seen.at(-1), shownTeam)
    assert.deepEqual(await stream.final(), shownTeam)
  }
})

test('the request is cancelled when the last consumer leaves, and not before', async () => {
  const next = random(5)
  const kinds = Object.keys(KINDS)
  const isRelay = ({ kind }) => kind.startsWith('relay')
  for (let round = 0; round < 80; round++) {
    const { client, requests } = clientOf([
      { value: { team: 'x'.repeat(900), members: [] }, piece: 4, pace: 1 },
    ])
    const stream = client.createPartial({ responseModel: Team, messages, every: 'delta' })
    const begun = Array.from({ length: 1 + next(4) }, () => kinds[next(5)]).map((kind) => ({
      kind,
      ...KINDS[kind](stream),
    }))
    const kept = next(3) === 0 ? stream.final() : undefined
    await pause(3)
    for (;;) {
      assert.equal(requests[0].state.cancelled, false)
      const [one] = begun.splice(next(begun.length), 1)
      one.leave()
      await one.done
      // A loop keeps the request alive for other loops; when the last connection closes, loops end with it.
      const over = isRelay(one) ? !begun.some(isRelay) : begun.length === 0
      if (over && !kept) {
        // A relay cancels the stream through its body.
        for (let wait = 0; wait < 20 && !requests[0].state.cancelled; wait++) await pause(1)
        assert.equal(requests[0].state.cancelled, true)
        assert.equal((await failure(() => stream.final())).name, 'AbortError')
        for (const { done } of begun) assert.equal((await failure(() => done)).name, 'AbortError')
        break
      }
      if (begun.length) continue
      assert.equal(requests[0].state.cancelled, false)
      assert.equal((await kept).team.length, 900)
      break
    }
  }
})

test('final() resolves although a page disconnects; abort() ends the stream for all consumers', async () => {
  const { client, requests } = clientOf([
    { value: team, piece: 2, pace: 1 },
    { value: team, piece: 2, pace: 1 },
  ])
  const stream = client.createPartial({ responseModel: Team, messages })
  const background = stream.final()
  const reader = stream.toResponse().body.getReader()
  await reader.read()
  await reader.cancel()
  assert.deepEqual(await background, shownTeam)
  assert.equal(requests[0].state.cancelled, false)
  const second = client.createPartial({ responseModel: Team, messages })
  const reason = new Error('enough')
  const promises = [second.final(), all(second), all(second.patches()), second.toResponse().text()]
  await pause(5)
  second.abort(reason)
  for (const promise of promises.slice(0, 3)) assert.equal(await failure(() => promise), reason)
  assert.match(await promises[3], /event: error/)
  assert.equal(requests[1].state.cancelled, true)
})

test('a page that leaves a stalled answer ends it, and the pending promise rejects with the reason', async () => {
  let stalled
  const { client } = clientOf([{ value: team }])
  const chunk = (delta) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`
  const call = {
    index: 0,
    id: 'call_1',
    type: 'function',
    function: { name: 'Team', arguments: '{"team":"Bl' },
  }
  const timers = []
  const fetch = async (_url, { signal }) =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(chunk({ role: 'assistant', tool_calls: [call] })))
          // Bytes still arrive, but no part of the answer.
          timers.push(setInterval(() => controller.enqueue(new TextEncoder().encode(chunk({}))), 50))
          signal.addEventListener('abort', () => {
            stalled = signal.reason
            clearInterval(timers[0])
            controller.error(signal.reason)
          })
        },
      }),
      { headers: { 'content-type': 'text/event-stream' } },
    )
  const stream = client
    .with({ fetch })
    .createPartial({ responseModel: { schema: Team, name: 'Team' }, messages })
  const background = failure(() => stream.final())
  const reader = stream.toResponse().body.getReader()
  await reader.read()
  await reader.cancel()
  assert.equal((await background).name, 'AbortError')
  assert.equal(stalled?.name, 'AbortError')
})

test("an abandoned stream removes its listener from the caller's signal", async () => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc')
  const forever = new AbortController()
  const streams = 20
  const { client, requests } = clientOf(
    Array.from({ length: streams }, (_, i) => ({
      value: i % 4 < 2 ? team : { tasks: team.members },
      piece: 2,
      pace: 1,
    })),
    { signal: forever.signal },
  )
  const begin = async (i) => {
    const call = { responseModel: i % 4 < 2 ? Team : User, messages }
    const stream = i % 4 < 2 ? client.createPartial(call) : client.createIterable(call)
    const reader = i % 3 ? stream[Symbol.asyncIterator]() : stream.toResponse().body.getReader()
    await (reader.next?.() ?? reader.read())
  }
  for (let i = 0; i < streams; i++) await begin(i)
  assert.ok(getEventListeners(forever.signal, 'abort').length > 0)
  for (let tries = 0; tries < 50 && getEventListeners(forever.signal, 'abort').length > 0; tries++) {
    gc()
    await pause(5)
  }
  assert.equal(getEventListeners(forever.signal, 'abort').length, 0)
  assert.ok(requests.every(({ state }) => state.cancelled))
})

test("toResponse() disables buffering in proxies, unless the caller's headers differ", () => {
  const { client } = clientOf([])
  const of = (init) => client.createPartial({ responseModel: Team, messages }).toResponse(init).headers
  assert.equal(of().get('x-accel-buffering'), 'no')
  assert.equal(of().get('cache-control'), 'no-cache, no-transform')
  const own = of({ headers: { 'X-Accel-Buffering': 'yes', 'Cache-Control': 'max-age=1' } })
  assert.deepEqual([own.get('x-accel-buffering'), own.get('cache-control')], ['yes', 'max-age=1'])
})

test("a change to one consumer's snapshot is not visible to the others", async () => {
  const meddle = (value) => {
    if (typeof value !== 'object' || value === null) return
    for (const key of Object.keys(value)) meddle(value[key])
    try {
      if (Array.isArray(value)) value.push('mine')
      else value.mine = 'mine'
    } catch (error) {
      assert.ok(error instanceof TypeError && Object.isFrozen(value))
    }
    for (const key of Object.keys(value)) {
      try {
        value[key] = 'mine'
      } catch {
        // Frozen.
      }
    }
  }
  const run = async (make) => {
    const stream = make()
    const calm = all(stream)
    for await (const snapshot of stream) {
      const before = JSON.stringify(snapshot)
      assert.ok(!before.includes('mine'), before)
      meddle(structuredClone(snapshot))
      if (snapshot.members?.length) meddle(snapshot.members[0])
    }
    await calm
    assert.deepEqual(await stream.final(), shownTeam)
  }
  const script = () => clientOf([{ value: team, piece: 2 }]).client
  await run(() => script().createPartial({ responseModel: Team, messages, every: 'delta' }))
  await run(() =>
    readPartial(script().createPartial({ responseModel: Team, messages, every: 'delta' }).toResponse()),
  )
  // A sole consumer may also change open containers, without an effect on later snapshots.
  const seen = []
  for (const meddling of [false, true]) {
    const taken = []
    for await (const snapshot of script().createPartial({ responseModel: Team, messages, every: 'delta' })) {
      taken.push(JSON.stringify(snapshot))
      if (meddling) meddle(snapshot)
    }
    seen.push(taken)
  }
  assert.deepEqual(seen[1], seen[0])
})

test('a stream is cached and replayed as a stream', async () => {
  const tasks = team.members
  const bad = { value: { tasks: [tasks[0], { name: 7 }] } }
  for (const [method, responseModel, script, value] of [
    ['createPartial', Team, [{ value: team, piece: 3 }], shownTeam],
    ['createPartial', z.array(User), [{ value: { tasks }, piece: 3 }], tasks],
    ['createIterable', User, [{ value: { tasks }, piece: 3 }], tasks],
    ['createIterable', User, [bad, { value: { tasks: tasks.slice(1) } }], tasks],
  ]) {
    const { client, requests } = clientOf(script, { cache: true })
    const call = { responseModel, messages }
    const first = client[method](call)
    assert.deepEqual(await first.final(), value)
    const { totalTokens } = await first.usage()
    const sent = requests.length
    assert.equal((await first.completion()).cached, false)
    const again = client[method](call)
    const seen = await all(again)
    assert.deepEqual(method === 'createIterable' ? seen : seen.at(-1), value)
    assert.deepEqual(await again.final(), value)
    const completion = await again.completion()
    assert.deepEqual([completion.cached, completion.usage.totalTokens], [true, 0])
    assert.equal((await again.usage()).totalTokens, totalTokens)
    const page = readPartial(client[method](call).toResponse())
    const shown = await all(page)
    assert.deepEqual(method === 'createIterable' ? shown : shown.at(-1), value)
    assert.deepEqual(await page.final(), value)
    assert.equal((await page.completion()).cached, true)
    assert.equal((await page.usage()).totalTokens, totalTokens)
    const late = client[method](call)
    await late.final()
    assert.deepEqual(await all(late.toReadableStream()), seen)
    if (method === 'createPartial') assert.ok(rebuilt(await all(client[method](call).patches())))
    assert.equal(requests.length, sent)
  }
})

test('a stream and create share cache entries; failed and aborted calls are not cached', async () => {
  const { client, requests } = clientOf(
    [{ value: team, cut: true }, { value: team, pace: 2 }, { value: team }],
    {
      cache: true,
      httpRetries: 0,
      maxRetries: 0,
    },
  )
  const call = { responseModel: Team, messages }
  await failure(() => client.createPartial(call).final())
  for await (const _ of client.createPartial(call)) break
  assert.deepEqual(await client.createPartial(call).final(), shownTeam)
  assert.deepEqual(await client.create(call), shownTeam)
  assert.equal(requests.length, 3)
})

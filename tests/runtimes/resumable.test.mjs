/** Streams that outlive a connection: the server keeps the events, and the page continues where it was. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AutoCache, IncompleteOutputError, iterable, NetworkError, readPartial } from 'instructor-wasm'
import { cancelStream, resumable, resumed, serve } from 'instructor-wasm/server'
import * as z from 'zod'
import { all, clientOf, failure, messages, User } from './support.mjs'

const Team = z.object({ team: z.string(), members: z.array(User) })
const team = { team: 'Blue', members: Array.from({ length: 8 }, (_, i) => ({ name: `n${i}`, age: i })) }
const URL = 'https://app.example.com/api'
const post = (body) =>
  new Request(URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const until = async (holds) => {
  for (let i = 0; i < 500 && !(await holds()); i++) await new Promise((done) => setTimeout(done, 10))
}

/** The response, whose connection breaks after some events. */
function breaking(response, events) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let left = events
  const body = new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read()
      if (done) return controller.close()
      let at = 0
      while (left > 0 && value.indexOf('\n\n', at) >= 0) {
        at = value.indexOf('\n\n', at) + 2
        left--
      }
      // Inside the next event.
      controller.enqueue(new TextEncoder().encode(left > 0 ? value : value.slice(0, at + 7)))
      if (left > 0) return undefined
      await reader.cancel()
      return controller.error(new TypeError('connection lost'))
    },
  })
  return new Response(body, { status: response.status, headers: response.headers })
}

/** A stream with a store, and a page whose connections break. */
function setup(script = [{ value: team, piece: 6, pace: 2 }], store = new AutoCache()) {
  const { client, requests } = clientOf(script)
  const handle = serve({
    client,
    models: {
      team: { responseModel: Team, prompt: 'Extract' },
      users: { responseModel: iterable(User), prompt: 'Extract' },
    },
    resume: { store, interval: 5 },
  })
  return { handle, requests, store }
}

test('a broken stream continues: snapshots continue, without repetition, one request to the provider', async () => {
  const { handle, requests } = setup()
  const asked = []
  const ids = []
  const stream = readPartial(breaking(await handle(post({ model: 'team' })), 6), Team, {
    onStream: (id) => ids.push(id),
    async resume(at) {
      asked.push(at)
      const response = await handle(post({ resume: at }))
      return asked.length < 3 ? breaking(response, 5) : response
    },
  })
  const patches = all(stream.patches())
  const seen = await all(stream)
  assert.deepEqual(seen.at(-1), team)
  assert.deepEqual(await stream.final(), team)
  assert.equal((await stream.usage()).totalTokens, 15)
  assert.equal(stream.restarts, 0)
  assert.equal(requests.length, 1)
  assert.equal(asked.length, 3)
  assert.equal(ids.length, 1)
  const positions = asked.map(({ position }) => Number(position.split('.')[1]))
  assert.ok(positions[0] < positions[1] && positions[1] < positions[2], positions.join())
  const begun = (await patches).filter(({ op, path }) => op === 'set' && path.length === 2)
  assert.equal(begun.length, team.members.length, 'each member begins once')
  let length = 0
  for (const { members = [] } of seen) {
    assert.ok(members.length >= length)
    length = members.length
  }
})

test('elements of a list are continued without repetition', async () => {
  const { handle } = setup([{ value: { tasks: team.members }, piece: 6, pace: 1 }])
  const stream = readPartial(breaking(await handle(post({ model: 'users' })), 4), iterable(User), {
    resume: (at) => handle(post({ resume: at })),
  })
  assert.deepEqual(await all(stream), team.members)
})

test('another page reads a finished stream from the beginning, with its id', async () => {
  const { handle, requests } = setup([{ value: team }])
  let id
  const first = readPartial(handle(post({ model: 'team' })), Team, { onStream: (given) => (id = given) })
  await first.final()
  const again = readPartial(handle(post({ resume: { id, position: '' } })), Team)
  assert.deepEqual(await again.final(), team)
  assert.equal(requests.length, 1)
})

test('the request to the provider continues after the page has left, and waitUntil waits for it', async () => {
  const { client, requests } = clientOf([{ value: team, piece: 6, pace: 2 }])
  const store = new Map()
  const waits = []
  const response = await resumable(client.createPartial({ responseModel: Team, messages }), {
    store,
    interval: 5,
    waitUntil: (promise) => waits.push(promise),
  })
  let id
  const page = readPartial(response, Team, { onStream: (given) => (id = given) })
  for await (const _ of page) break
  await waits[0]
  assert.equal(requests[0].state.cancelled, false)
  assert.deepEqual(await readPartial(resumed({ store, id, position: '' }), Team).final(), team)
})

test('a page cancels a kept stream, also through another process that has the store', async () => {
  for (const sameProcess of [true, false]) {
    const { handle, requests, store } = setup([{ value: team, piece: 1, pace: 3 }])
    let id
    const stream = readPartial(handle(post({ model: 'team' })), Team, { onStream: (given) => (id = given) })
    const ended = failure(() => stream.final())
    await until(() => id !== undefined)
    if (sameProcess) assert.equal((await handle(post({ cancel: { id } }))).status, 204)
    else store.set(`instructor-stream:${id}/cancelled`, 'true')
    await ended
    await until(() => requests[0].state.cancelled)
    assert.equal(requests[0].state.cancelled, true)
  }
})

test('an unknown, an expired or a foreign stream is not found, and ends the reading', async () => {
  const { handle } = setup()
  for (const [at, status] of [
    [{ id: crypto.randomUUID(), position: '' }, 404],
    [{ id: 'x', position: '' }, 400],
    [{ id: '../../etc/passwd-and-more', position: '' }, 400],
    [{ id: crypto.randomUUID(), position: '1.-1' }, 400],
    [{ id: crypto.randomUUID(), position: '9'.repeat(500) }, 400],
  ])
    assert.equal((await handle(post({ resume: at }))).status, status)
  const { client } = clientOf([{ value: team }])
  const handleOf = (user, store) =>
    serve({
      client,
      models: { team: { responseModel: Team, prompt: 'x' } },
      authorize: () => user,
      resume: { store, owner: ({ auth }) => auth },
    })
  const store = new AutoCache()
  let id
  const own = readPartial(handleOf('ann', store)(post({})), Team, { onStream: (given) => (id = given) })
  await own.final()
  assert.equal((await handleOf('eve', store)(post({ resume: { id, position: '' } }))).status, 404)
  assert.equal((await handleOf('eve', store)(post({ cancel: { id } }))).status, 404)
  assert.equal(await cancelStream({ store, id, owner: 'eve' }), false)
  assert.equal((await handleOf('ann', store)(post({ resume: { id, position: '' } }))).status, 200)
  // The server has forgotten the stream while the page was away.
  const lost = setup()
  let tries = 0
  const stream = readPartial(breaking(await lost.handle(post({ model: 'team' })), 5), Team, {
    resume(at) {
      tries++
      lost.store.clear()
      return lost.handle(post({ resume: at }))
    },
  })
  const error = await failure(() => stream.final())
  assert.ok(error instanceof IncompleteOutputError && error.cause instanceof NetworkError)
  assert.equal(error.cause.status, 404)
  assert.equal(tries, 1)
})

test('a page without a connection tries five times, and keeps the last snapshot', async () => {
  const { handle } = setup()
  let tries = 0
  const own = globalThis.setTimeout
  globalThis.setTimeout = (run, _wait, ...args) => own(run, 1, ...args)
  try {
    const stream = readPartial(breaking(await handle(post({ model: 'team' })), 8), Team, {
      resume() {
        tries++
        throw new TypeError('offline')
      },
    })
    const error = await failure(() => stream.final())
    assert.ok(error instanceof IncompleteOutputError)
    assert.equal(error.lastSnapshot.team, 'Blue')
    assert.match(error.cause.message, /offline/)
    assert.equal(tries, 5)
  } finally {
    globalThis.setTimeout = own
  }
})

test('an aborted stream sends no further request', async () => {
  const { handle } = setup()
  let tries = 0
  const stream = readPartial(breaking(await handle(post({ model: 'team' })), 5), Team, {
    resume(at) {
      tries++
      stream.abort(new Error('left'))
      return handle(post({ resume: at }))
    },
  })
  assert.match((await failure(() => all(stream))).message, /left/)
  assert.equal(tries, 1)
})

test('a response of another stream is refused, and so are ids of another form', async () => {
  const event = (id) => `event: stream\ndata: ${JSON.stringify({ id })}\n\n`
  for (const id of ['', 'a/b', '<script>', 'x'.repeat(200), 4]) {
    const error = await failure(() => readPartial(new Response(event(id)), Team).final())
    assert.equal(error.name, 'ResponseParsingError', String(id))
  }
  const other = readPartial(new Response(`${event('one-stream')}id: 0.1\ndata: []\n\n`), Team, {
    resume: () => new Response(event('another')),
  })
  assert.match((await failure(() => other.final())).message, /another stream/)
})

test('a failing store does not disturb the first reader', async () => {
  const { client } = clientOf([{ value: team, piece: 6, pace: 2 }])
  let sets = 0
  const store = {
    get: () => undefined,
    set() {
      if (++sets > 1) throw new Error('quota')
    },
  }
  const own = console.warn
  const warned = []
  console.warn = (text) => warned.push(text)
  try {
    const stream = client.createPartial({ responseModel: Team, messages })
    assert.deepEqual(await readPartial(resumable(stream, { store, interval: 2 }), Team).final(), team)
    await until(() => warned.length)
  } finally {
    console.warn = own
  }
  assert.match(warned.join(), /quota/)
})

test('a failure is kept and relayed like the value', async () => {
  const { client } = clientOf([{ value: { team: 4 } }])
  const store = new Map()
  const stream = client.createPartial({ responseModel: Team, messages, maxRetries: 0 })
  let id
  const page = readPartial(resumable(stream, { store }), Team, { onStream: (given) => (id = given) })
  const first = await failure(() => page.final())
  await until(() => [...store.values()].some((text) => text.includes('"end":true')))
  const second = await failure(() => readPartial(resumed({ store, id, position: '' }), Team).final())
  assert.equal(first.name, 'InstructorRetryError')
  assert.equal(second.name, first.name)
  assert.ok(!(second instanceof IncompleteOutputError))
})

test('a namespace of Workers KV is a store', async () => {
  const kept = new Map()
  const kv = {
    get: async (key) => kept.get(key) ?? null,
    put: async (key, value, { expirationTtl }) => {
      assert.equal(expirationTtl, 3600)
      kept.set(key, value)
    },
  }
  const { client } = clientOf([{ value: team }])
  let id
  const response = resumable(client.createPartial({ responseModel: Team, messages }), { store: kv })
  await readPartial(response, Team, { onStream: (given) => (id = given) }).final()
  await until(() => [...kept.values()].some((text) => text.includes('"end":true')))
  assert.deepEqual(await readPartial(resumed({ store: kv, id, position: '' }), Team).final(), team)
})

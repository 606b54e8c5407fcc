/** Streams across HTTP: `toResponse()` at one end, `readPartial` at the other. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InstructorRetryError, readPartial } from 'instructor-wasm'
import * as z from 'zod'
import { all, clientOf, failure, jason, messages, User } from './support.mjs'

const call = { responseModel: User, messages }
const Team = z.object({ team: z.string(), members: z.array(User) })
const team = { team: 'Blue', members: [jason, { name: 'Ann', age: 30 }, { name: 'Bo', age: 4 }] }

test('a relayed stream is rebuilt: snapshots, defaults, value, usage; neither key nor prompt is sent', async () => {
  const Model = z.object({ role: z.string().default('guest'), team: z.string(), members: z.array(User) })
  const { client } = clientOf([
    { value: team, piece: 5 },
    { value: team, piece: 5 },
  ])
  const direct = await all(client.createPartial({ responseModel: Model, messages, every: 'delta' }))
  const response = client
    .createPartial({ responseModel: Model, messages })
    .toResponse({ headers: { 'x-own': '1' } })
  assert.match(response.headers.get('content-type'), /text\/event-stream/)
  assert.equal(response.headers.get('x-own'), '1')
  const [one, two] = response.body.tee()
  const text = await new Response(one).text()
  assert.ok(!text.includes('sk-secret') && !text.includes('Extract'))
  const relayed = readPartial(new Response(two))
  const seen = await all(relayed)
  assert.deepEqual(seen.at(-1), direct.at(-1))
  assert.deepEqual(await relayed.final(), { role: 'guest', ...team })
  assert.equal((await relayed.usage()).totalTokens, 15)
  for (const snapshot of seen) assert.equal(snapshot.role, 'guest')
})

test('a relay of elements yields the elements, restarts included', async () => {
  const { client } = clientOf([
    { value: { tasks: [jason, { name: 'Ann', age: 'x' }] } },
    { value: { tasks: [{ name: 'Ann', age: 30 }] } },
  ])
  const relayed = readPartial(client.createIterable(call).toResponse())
  assert.deepEqual(await all(relayed), [jason, { name: 'Ann', age: 30 }])
  assert.deepEqual(await relayed.final(), [jason, { name: 'Ann', age: 30 }])
  assert.equal(relayed.restarts, 1)
})

test('values without a JSON form are relayed in the form that the model wrote', async () => {
  const Odd = z.object({
    at: z.coerce.date(),
    n: z.coerce.bigint(),
    tags: z.array(z.string()).transform((tags) => new Set(tags)),
    by: z.record(z.string(), z.number()).transform((by) => new Map(Object.entries(by))),
  })
  const value = { at: '2024-01-01T00:00:00.000Z', n: '12345678901234567890', tags: ['a'], by: { a: 1 } }
  const { client } = clientOf([{ value }, { value: { tasks: [value] } }])
  const one = readPartial(client.createPartial({ responseModel: Odd, messages }).toResponse(), Odd)
  assert.deepEqual((await all(one)).at(-1), value)
  assert.deepEqual(await one.final(), value)
  const many = readPartial(client.createIterable({ responseModel: Odd, messages }).toResponse())
  assert.deepEqual(await all(many), [value])
  assert.deepEqual(await many.final(), [value])
})

test('a relay of an empty list yields no element', async () => {
  const { client } = clientOf([{ value: { tasks: [] } }])
  const relayed = readPartial(client.createIterable(call).toResponse())
  assert.deepEqual(await all(relayed), [])
  assert.deepEqual(await relayed.final(), [])
})

test('a list without the requested wrapper is also shown, patched and relayed', async () => {
  const List = z.array(User)
  const answers = [{ toolCalls: [{ arguments: team.members }], piece: 4 }]
  const stream = clientOf(answers).client.createPartial({ responseModel: List, messages })
  const patches = all(stream.patches())
  assert.deepEqual((await all(stream)).at(-1), team.members)
  assert.deepEqual((await patches).at(0).value, [])
  for (const script of [answers, [{ text: JSON.stringify(team.members), piece: 4 }]]) {
    const mode = script === answers ? 'TOOLS' : 'JSON'
    const { client } = clientOf([...script, ...script], { mode })
    const direct = client.createPartial({ responseModel: List, messages, maxRetries: 0 })
    assert.deepEqual((await all(direct)).at(-1), team.members, mode)
    const relayed = readPartial(
      client.createPartial({ responseModel: List, messages, maxRetries: 0 }).toResponse(),
    )
    assert.deepEqual((await all(relayed)).at(-1), team.members, mode)
    assert.deepEqual(await relayed.final(), team.members, mode)
  }
})

test('a relayed error has its class; a truncated relay is an error; cancelling it cancels the request', async () => {
  const failing = clientOf([{ value: { name: 4 } }])
  const relayed = readPartial(failing.client.createPartial({ ...call, maxRetries: 0 }).toResponse())
  assert.ok((await failure(() => relayed.final())) instanceof InstructorRetryError)
  const begun =
    'data: [{"path":[],"op":"set","value":{},"done":false},{"path":["a"],"op":"set","value":1,"done":true}]\n\n'
  const cut = await failure(() => readPartial(new Response(begun)).final())
  assert.equal(cut.name, 'IncompleteOutputError')
  assert.deepEqual(cut.lastSnapshot, { a: 1 })
  const breaking = new ReadableStream({
    start: (body) => body.enqueue(new TextEncoder().encode(begun)),
    pull: (body) => body.error(new Error('reset')),
  })
  const broken = await failure(() => readPartial(new Response(breaking)).final())
  assert.equal(broken.name, 'IncompleteOutputError')
  assert.equal(broken.cause.name, 'NetworkError')
  assert.equal(
    (await failure(() => readPartial(new Response('no', { status: 500 })).final())).name,
    'NetworkError',
  )
  const { client, requests } = clientOf([{ value: team, pace: 2 }])
  for await (const _ of readPartial(client.createPartial({ responseModel: Team, messages }).toResponse()))
    break
  await new Promise((done) => setTimeout(done, 20))
  assert.equal(requests[0].state.cancelled, true)
})

test('a response that is not a relay is reported as such', async () => {
  const html = new Response('<html></html>', { headers: { 'content-type': 'text/html' } })
  const page = await failure(() => readPartial(html).final())
  assert.equal(page.name, 'ResponseParsingError')
  assert.match(page.message, /not a relayed stream.*toResponse/)
  const broken = await failure(() => readPartial(new Response('data: {broken\n\n')).final())
  assert.equal(broken.name, 'ResponseParsingError')
  const offline = await failure(() => readPartial(Promise.reject(new TypeError('offline'))).final())
  assert.equal(offline.name, 'NetworkError')
  assert.match(offline.message, /offline/)
})

test('a relay works through proxies: other line ends, keep-alive comments, single bytes', async () => {
  const { client } = clientOf([{ value: team, piece: 5 }])
  const text = await client.createPartial({ responseModel: Team, messages }).toResponse().text()
  const changed = {
    CRLF: text.replace(/\n/g, '\r\n'),
    CR: text.replace(/\n/g, '\r'),
    comments: `: hello\n\n${text.replace(/\n\n/g, '\n\n: still here\n\n')}`,
  }
  for (const [name, body] of Object.entries(changed)) {
    const bytes = new TextEncoder().encode(body)
    let at = 0
    const single = new ReadableStream({
      pull(controller) {
        if (at < bytes.length) controller.enqueue(bytes.subarray(at, ++at))
        else controller.close()
      },
    })
    for (const given of [body, single]) {
      const relayed = readPartial(new Response(given))
      assert.deepEqual((await all(relayed)).at(-1), team, name)
      assert.deepEqual(await relayed.final(), team, name)
    }
  }
})

test('a relayed list is paced like the stream itself, and shows its last state in a pause', async () => {
  const list = Array.from({ length: 3000 }, (_, i) => i)
  const { client } = clientOf([{ value: { content: list }, piece: 4 }])
  const text = await client
    .createPartial({ responseModel: z.array(z.number()), messages })
    .toResponse()
    .text()
  const events = text.split(/(?<=\n\n)/)
  const held = Math.floor(events.length / 2)
  let next = 0
  let goOn
  const body = new ReadableStream(
    {
      async pull(controller) {
        if (next === held) await new Promise((resolve) => (goOn = resolve))
        if (next < events.length) controller.enqueue(new TextEncoder().encode(events[next++]))
        else controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  const before =
    (
      events
        .slice(0, held)
        .join('')
        .match(/"op":"set"/g) ?? []
    ).length - 1
  const relayed = readPartial(new Response(body))
  let snapshots = 0
  let last
  for await (const snapshot of relayed) {
    last = snapshot
    snapshots++
    if (snapshot.length === before) goOn?.()
  }
  assert.deepEqual(last, list)
  assert.ok(snapshots < events.length / 2, `${snapshots} snapshots of ${events.length} events`)
})

// `repair: 'part'` through the package: whole answers, streams, their patches and relays.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromProvider, readPartial } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'

const report = {
  title: 'Report',
  type: 'object',
  required: ['city', 'days', 'source'],
  properties: {
    city: { type: 'string' },
    days: {
      type: 'array',
      items: {
        type: 'object',
        required: ['date', 'high'],
        properties: { date: { type: 'string' }, high: { type: 'number' }, note: { type: 'string' } },
      },
    },
    source: {
      type: 'object',
      required: ['name', 'url'],
      properties: { name: { type: 'string' }, url: { type: 'string' } },
    },
  },
}
const right = {
  city: 'Oslo',
  days: [
    { date: '2026-01-01', high: -3, note: 'Snow in the morning, clear skies later.' },
    { date: '2026-01-02', high: -1.5, note: 'Cloudy.' },
  ],
  source: { name: 'Yr', url: 'https://example.com' },
}
const wrong = { ...right, days: [right.days[0], { ...right.days[1], high: 'minus one' }] }
const parts = { days_1_high: -1.5 }
const params = {
  responseModel: report,
  messages: [{ role: 'user', content: 'The weather in Oslo.' }],
  repair: 'part',
}

function client(script, options = {}) {
  const provider = scripted(script)
  return Object.assign(
    fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {}, fetch: provider.fetch, ...options }),
    { requests: provider.requests },
  )
}

test('a failing part is requested with its own schema, and put into the answer', async () => {
  const one = client([{ value: wrong }, { value: parts }])
  const [value, completion] = await one.createWithCompletion(params)
  assert.deepEqual(value, right)
  assert.equal(completion.attempts.length, 2)
  const { messages, tools } = one.requests[1].body
  assert.deepEqual(Object.keys(tools[0].function.parameters.properties), ['days_1_high'])
  assert.equal(messages.length, 2)
  assert.match(messages[1].content, /`days_1_high` \(at days\.1\.high\)/)
  assert.doesNotMatch(messages[1].content, /Snow/)
})

test('a client may set it for all of its calls, and a call may unset it', async () => {
  const one = client([{ value: wrong }, { value: parts }, { value: wrong }, { value: right }], {
    repair: 'part',
  })
  const { repair, ...rest } = params
  assert.deepEqual(await one.create(rest), right)
  assert.deepEqual(await one.create({ ...rest, repair: 'whole' }), right)
  assert.equal(one.requests[3].body.messages.length, 3)
  await assert.rejects(one.create({ ...rest, repair: 'some' }), {
    name: 'ConfigurationError',
    parameter: 'repair',
  })
})

test('a stream keeps what was accepted: no restart, and other parts keep their identity', async () => {
  const stream = client([{ value: wrong }, { value: parts }]).createPartial(params)
  const seen = []

  for await (const snapshot of stream) seen.push(snapshot)
  assert.deepEqual(seen.at(-1), right)
  const before = seen.findLast(({ days }) => days?.[1]?.high === 'minus one')
  assert.equal(seen.at(-1).source, before.source)
  assert.equal(seen.at(-1).days[0], before.days[0])
  assert.notEqual(seen.at(-1).days[1], before.days[1])
  assert.deepEqual(await stream.final(), right)
})

test('the correction is one patch, and a relay carries it', async () => {
  const patches = []
  for await (const patch of client([{ value: wrong }, { value: parts }])
    .createPartial(params)
    .patches())
    patches.push(patch)
  assert.ok(!patches.some(({ op }) => op === 'reset'))
  assert.deepEqual(patches.at(-1), { path: ['days', 1, 'high'], op: 'set', value: -1.5, done: true })

  const response = client([{ value: wrong }, { value: parts }])
    .createPartial(params)
    .toResponse()
  const relayed = readPartial(response)
  let last
  for await (const snapshot of relayed) last = snapshot
  assert.deepEqual(last, right)
  assert.deepEqual(await relayed.final(), right)
})

/** The parts that are requested after a stop in the second day, where `note` is wrong and the third has not arrived. */
const three = {
  ...right,
  days: [...right.days, { date: '2026-01-03', high: 2 }],
}
const stopped = {
  ...three,
  days: [three.days[0], { date: '2026-01-02', note: 5, high: -1.5 }, three.days[2]],
}
const rest = {
  days_1_note: 'Cloudy.',
  days_1_high: -1.5,
  days_rest: [{ date: '2026-01-03', high: 2 }],
  source: right.source,
}
const early = (script) =>
  client([{ value: stopped, bytes: 40 }, ...script]).createPartial({
    ...params,
    validate: 'early',
    every: 'delta',
  })

test('a stream that is stopped at its first error continues at that place', async () => {
  const one = client([{ value: stopped, bytes: 40 }, { value: rest }])
  const stream = one.createPartial({ ...params, validate: 'early' })
  const seen = []
  for await (const snapshot of stream) seen.push(snapshot)
  assert.deepEqual(seen.at(-1), three)
  assert.deepEqual(await stream.final(), three)
  assert.equal(stream.restarts, 0)
  // Most of the answer was not read, and what was accepted is the same object.
  assert.ok(!seen.slice(0, -1).some(({ source }) => source))
  const before = seen.findLast(({ days }) => days?.[1]?.note === 5) ?? seen.at(-2)
  assert.equal(seen.at(-1).days[0], before.days[0])
  const { messages, tools } = one.requests[1].body
  assert.deepEqual(Object.keys(tools[0].function.parameters.properties), Object.keys(rest))
  assert.match(messages.at(-1).content, /until it was stopped at an error/)
  assert.match(messages.at(-1).content, /`days_rest` \(at days\.2\): the further elements/)
})

test('patches and relays carry what a stopped stream continues with', async () => {
  const patches = []
  for await (const patch of early([{ value: rest }]).patches()) patches.push(patch)
  assert.ok(!patches.some(({ op }) => op === 'reset'))
  const corrections = patches.filter(({ op, done, path }) => op === 'set' && done && path[1] === 2)
  assert.deepEqual(corrections, [
    { path: ['days', 2], op: 'set', value: { date: '2026-01-03', high: 2 }, done: true },
  ])
  const relayed = readPartial(early([{ value: rest }]).toResponse())
  let last
  for await (const snapshot of relayed) last = snapshot
  assert.deepEqual(last, three)
  assert.deepEqual(await relayed.final(), three)
  assert.equal(relayed.restarts, 0)
})

test('a stopped stream starts again if the parts do not help', async () => {
  const stream = early([{ value: { ...rest, days_1_note: 6 } }, { value: three }])
  let last
  for await (const snapshot of stream) last = snapshot
  assert.deepEqual(last, three)
  assert.equal(stream.restarts, 1)
})

test('a stream of a list that is stopped continues with the further elements', async () => {
  const days = [three.days[0], { date: '2026-01-02', note: 5, high: -1.5 }, three.days[2]]
  const one = client([
    { value: { tasks: days }, bytes: 40 },
    { value: { part_1_note: 'Cloudy.', part_1_high: -1.5, rest: [three.days[2]] } },
  ])
  const stream = one.createPartial({
    ...params,
    responseModel: report.properties.days,
    validate: 'early',
    every: 'delta',
  })
  let last
  for await (const snapshot of stream) last = snapshot
  assert.deepEqual(last, three.days)
  assert.deepEqual(await stream.final(), three.days)
  assert.equal(stream.restarts, 0)
})

const at = (value, path) => path.reduce((inner, step) => inner?.[step], value)

/** Returns the parts of `value` that a request is for, by the names and places in its text. */
const partsOf = (value) => (request) => {
  const parts = {}
  const lines = JSON.stringify(request.body).matchAll(/- `(\w+)` \(at ([\w.]+)\): (the further)?/g)
  for (const [, name, place, rest] of lines) {
    const path = place.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step))
    parts[name] = rest ? at(value, path.slice(0, -1)).slice(path.at(-1)) : at(value, path)
  }
  return { value: parts }
}

test('a stream with an error anywhere, in chunks of any size, ends with the right value and no restart', async () => {
  const places = [
    [['city'], 5],
    [['days', 0, 'high'], 'x'],
    [['days', 1, 'note'], 7],
    [['days', 2, 'date'], null],
    [['source', 'name'], 1],
    [['source', 'url'], []],
  ]
  for (const model of ['openai/gpt-4o-mini', 'anthropic/claude-sonnet-4-5', 'google/gemini-2.5-flash'])
    for (const [place, error] of places)
      for (const bytes of [1, 3, 7, 20, 61, 400]) {
        const value = structuredClone(three)
        at(value, place.slice(0, -1))[place.at(-1)] = error
        const { fetch, requests } = scripted([{ value, bytes }, partsOf(three)])
        const stream = fromProvider(model, { apiKey: 'k', env: {}, fetch }).createPartial({
          ...params,
          validate: 'early',
        })
        const what = `${model}, ${place.join('.')}, ${bytes} bytes`
        let last
        for await (const snapshot of stream) last = snapshot
        assert.deepEqual(last, three, what)
        assert.deepEqual(await stream.final(), three, what)
        assert.equal(stream.restarts, 0, what)
        assert.equal(requests.length, 2, what)
      }
})

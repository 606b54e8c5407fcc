/** Hooks: order, arguments, changes to requests, and handlers that fail. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError, HookName, Hooks } from 'instructor-wasm'
import { clientOf, failure, jason, messages, User, warnings } from './support.mjs'

const call = { responseModel: User, messages }
const NAMES = Object.values(HookName)
const bad = { value: { name: 'Jason', age: 'x' } }

const recorded = (target) => {
  const events = []
  for (const name of NAMES) target.on(name, (...args) => events.push([name, ...args]))
  return events
}

test("the order equals the Python library's, and the end of the call: a reask, then success", async () => {
  const { client } = clientOf([bad, { value: jason }])
  const events = recorded(client)
  await client.create(call)
  assert.deepEqual(
    events.map(([name]) => name),
    [
      'completion:kwargs',
      'completion:response',
      'completion:usage',
      'parse:error',
      'completion:kwargs',
      'completion:response',
      'completion:usage',
      'completion:end',
    ],
  )
  const [, error, about] = events[3]
  assert.equal(error.name, 'ValidationError')
  const { attemptNumber, maxAttempts, isLastAttempt } = about
  assert.deepEqual([attemptNumber, maxAttempts, isLastAttempt], [1, 4, false])
  const [, usage, when] = events[6]
  assert.equal(usage.totalTokens, 30)
  assert.equal(when.attemptNumber, 2)
})

test('a failed call ends with completion:last_attempt, an HTTP error with completion:error before it', async () => {
  const exhausted = clientOf([bad])
  const first = recorded(exhausted.client)
  await failure(() => exhausted.client.create({ ...call, maxRetries: 0 }))
  assert.deepEqual(
    first.slice(-3).map(([name]) => name),
    ['parse:error', 'completion:last_attempt', 'completion:end'],
  )
  assert.equal(first.at(-2)[2].isLastAttempt, true)

  const refused = clientOf([{ status: 401 }])
  const second = recorded(refused.client)
  await failure(() => refused.client.create(call))
  assert.deepEqual(
    second.map(([name]) => name),
    ['completion:kwargs', 'completion:error', 'completion:last_attempt', 'completion:end'],
  )
  assert.ok(!JSON.stringify(second).includes('sk-secret'))
})

test('completion:kwargs passes the request itself: changes are sent', async () => {
  const { client, requests } = clientOf([{ value: jason }])
  client.on('completion:kwargs', (request) => {
    request.messages.push({ role: 'user', content: 'added' })
    request.temperature = 0.1
  })
  await client.create(call)
  assert.equal(requests[0].body.messages.at(-1).content, 'added')
  assert.equal(requests[0].body.temperature, 0.1)
  assert.equal(messages.length, 1)
})

test('a handler that fails, synchronously or not, only causes a warning', async () => {
  const { client } = clientOf([{ value: jason }])
  client.on('completion:kwargs', () => {
    throw new Error('boom')
  })
  client.on('completion:response', async () => {
    throw new Error('later')
  })
  const said = await warnings(async () => {
    assert.deepEqual(await client.create(call), jason)
    await new Promise((done) => setTimeout(done, 5))
  })
  assert.match(said[0], /Error in completion:kwargs handler:.*boom/)
  assert.match(said[1], /Error in completion:response handler:.*later/)
})

test('off removes one registration, clear those of one name or all', async () => {
  const { client } = clientOf([{ value: jason }, { value: jason }, { value: jason }])
  let count = 0
  const handler = () => count++
  client.on('completion:kwargs', handler).on('completion:kwargs', handler)
  client.off('completion:kwargs', handler)
  client.off('completion:kwargs', () => {})
  await client.create(call)
  assert.equal(count, 1)
  client.clear('completion:kwargs')
  await client.create(call)
  assert.equal(count, 1)
  client.on('completion:kwargs', handler)
  client.clear()
  await client.create(call)
  assert.equal(count, 1)
})

test('a handler that is added during an event is called from the next event on', async () => {
  const { client } = clientOf([bad, { value: jason }])
  const heard = []
  let added = false
  client.on('completion:kwargs', (_, { attemptNumber }) => {
    heard.push(`first ${attemptNumber}`)
    if (added) return
    added = true
    client.on('completion:kwargs', (_body, about) => heard.push(`added ${about.attemptNumber}`))
  })
  await client.create(call)
  assert.deepEqual(heard, ['first 1', 'first 2', 'added 2'])
})

test('an unknown name is refused with the message of the Python library', () => {
  const { client } = clientOf([])
  for (const use of [
    () => client.on('nope', () => {}),
    () => client.off('nope', () => {}),
    () => client.clear('nope'),
    () => clientOf([], { hooks: { nope: () => {} } }),
  ])
    assert.throws(
      use,
      (error) =>
        error instanceof ConfigurationError &&
        error.message.startsWith('Invalid hook name: nope. Hooks are: completion:kwargs, '),
    )
  assert.throws(() => client.on('parse:error', 'x'), ConfigurationError)
})

test("a call's hooks run after the client's and only for this call", async () => {
  const order = []
  const { client } = clientOf([{ value: jason }, { value: jason }], {
    hooks: { 'completion:kwargs': () => order.push('client') },
  })
  await client.create({
    ...call,
    hooks: { 'completion:kwargs': [() => order.push('a'), () => order.push('b')] },
  })
  await client.create(call)
  assert.deepEqual(order, ['client', 'a', 'b', 'client'])
})

test('every event has the facts of its call: id, attempt, provider, model, mode, start, duration', async () => {
  for (const [model, mode] of [
    ['openai/gpt-4o-mini', 'TOOLS'],
    ['google/gemini-2.5-flash', 'JSON'],
  ])
    for (const run of [
      (client) => client.create({ ...call, mode }),
      (client) => client.createPartial({ ...call, mode }).final(),
    ]) {
      const { client } = clientOf([bad, { value: jason }], {}, model)
      const events = recorded(client)
      const before = Date.now()
      await run(client)
      assert.deepEqual(
        events.map(([name, , about]) => [name, about.attemptNumber]),
        [
          ['completion:kwargs', 1],
          ['completion:response', 1],
          ['completion:usage', 1],
          ['parse:error', 1],
          ['completion:kwargs', 2],
          ['completion:response', 2],
          ['completion:usage', 2],
          ['completion:end', 2],
        ],
      )
      let last = 0
      for (const [, , about] of events) {
        assert.deepEqual([about.provider, about.model, about.mode], [...model.split('/'), mode])
        assert.equal(about.callId, events[0][2].callId)
        assert.ok(about.startedAt >= before && about.startedAt <= Date.now())
        assert.ok(about.durationMs >= last)
        last = about.durationMs
      }
    }
  const { client } = clientOf([{ value: jason }, { value: jason }])
  const events = recorded(client)
  await client.create(call)
  await client.create({ ...call, model: 'gpt-4.1' })
  assert.equal(new Set(events.map(([, , { callId }]) => callId)).size, 2)
  assert.equal(events.at(-1)[2].model, 'gpt-4.1')
})

test('completion:end comes once, with the error that the call rejects with, or with none', async () => {
  const ends = async (script, run, options = {}) => {
    const { client } = clientOf(script, options)
    const found = []
    client.on('completion:end', ({ error }, about) => found.push([error, about]))
    const result = await run(client).catch((error) => error)
    await new Promise((done) => setTimeout(done, 20))
    assert.equal(found.length, 1)
    return { result, error: found[0][0], about: found[0][1] }
  }
  const ok = await ends([{ value: jason }], (client) => client.create(call))
  assert.equal(ok.error, undefined)
  for (const run of [(client) => client.create(call), (client) => client.createPartial(call).final()]) {
    const refused = await ends([{ status: 401 }], run)
    assert.equal(refused.error, refused.result)
    assert.equal(refused.error.status, 401)
  }
  const reason = new Error('enough')
  const aborted = await ends([], (client) => client.create({ ...call, signal: AbortSignal.abort(reason) }))
  assert.equal(aborted.error, reason)
  assert.equal(aborted.about.attemptNumber, 0)
  const left = await ends([{ value: jason, pace: 5 }], async (client) => {
    for await (const _ of client.createPartial(call)) break
  })
  assert.equal(left.error.name, 'AbortError')
  const cache = new Map()
  const again = await ends(
    [{ value: jason }],
    async (client) => {
      await clientOf([{ value: jason }], { cache }).client.create(call)
      return client.create(call)
    },
    { cache },
  )
  assert.equal(again.error, undefined)
  assert.deepEqual([again.about.provider, again.about.model], ['openai', 'gpt-4o-mini'])
})

test('Hooks combine and copy without changing each other, and are accepted as hooks', async () => {
  const seen = []
  const note = (name) => () => void seen.push(name)
  const first = new Hooks({ 'completion:response': note('first') })
  const second = new Hooks()
  second.on('completion:response', note('second'))
  const copy = first.copy()
  copy.on('completion:response', note('copy'))
  const both = first.combine(second, { 'completion:response': note('object') })
  second.clear()
  const { client } = clientOf([{ value: jason }, { value: jason }, { value: jason }], { hooks: both })
  await client.create(call)
  assert.deepEqual(seen.splice(0), ['first', 'second', 'object'])
  await client.create({ ...call, hooks: copy })
  assert.deepEqual(seen.splice(0), ['first', 'second', 'object', 'first', 'copy'])
  await client.with({ hooks: first }).create(call)
  assert.deepEqual(seen.splice(0), ['first', 'second', 'object', 'first'])
  assert.equal(first.empty, false)
  assert.equal(second.empty, true)
  assert.throws(() => first.combine({ nope: () => {} }), ConfigurationError)
})

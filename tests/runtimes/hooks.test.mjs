/** Hooks: order, arguments, changes to requests, and handlers that fail. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError, HookName } from 'instructor-wasm'
import { clientOf, failure, jason, messages, User, warnings } from './support.mjs'

const call = { responseModel: User, messages }
const NAMES = Object.values(HookName)
const bad = { value: { name: 'Jason', age: 'x' } }

const recorded = (target) => {
  const events = []
  for (const name of NAMES) target.on(name, (...args) => events.push([name, ...args]))
  return events
}

test("the order equals the Python library's: a reask, then success", async () => {
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
    ],
  )
  const [, error, about] = events[3]
  assert.equal(error.name, 'ValidationError')
  assert.deepEqual(about, { attemptNumber: 1, maxAttempts: 4, isLastAttempt: false })
  const [, usage, when] = events[6]
  assert.equal(usage.totalTokens, 30)
  assert.equal(when.attemptNumber, 2)
})

test('a failed call ends with completion:last_attempt, an HTTP error with completion:error before it', async () => {
  const exhausted = clientOf([bad])
  const first = recorded(exhausted.client)
  await failure(() => exhausted.client.create({ ...call, maxRetries: 0 }))
  assert.deepEqual(
    first.slice(-2).map(([name]) => name),
    ['parse:error', 'completion:last_attempt'],
  )
  assert.equal(first.at(-1)[2].isLastAttempt, true)

  const refused = clientOf([{ status: 401 }])
  const second = recorded(refused.client)
  await failure(() => refused.client.create(call))
  assert.deepEqual(
    second.map(([name]) => name),
    ['completion:kwargs', 'completion:error', 'completion:last_attempt'],
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

/** Retry policies in tenacity's words, the hook of HTTP retries, and the error after the last attempt. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ConfigurationError,
  InstructorRetryError,
  NetworkError,
  ProviderError,
  retry,
  retryIf,
  retryIfError,
  retryIfStatus,
  stopAfterAttempt,
  stopAfterDelay,
  ValidationError,
  waitExponential,
  waitFixed,
  waitRandom,
} from 'instructor-wasm'
import { all, clientOf, failure, jason, messages, User } from './support.mjs'

const call = { responseModel: User, messages }
const bad = { value: { name: 'Jason', age: 'x' } }
const down = { status: 503, body: { error: { message: 'overloaded' } } }
const quick = { ...call, httpRetries: 0 }

/** The waits that a policy requests after attempts 1 to `n`. */
const waits = ({ delay }, n) =>
  Array.from({ length: n }, (_, i) => (typeof delay === 'function' ? delay(i + 1) : delay))

test('stopAfterAttempt counts the first attempt too', async () => {
  for (const n of [1, 2, 6]) {
    const { client, requests } = clientOf(Array(8).fill(bad))
    const error = await failure(() => client.create({ ...call, maxRetries: stopAfterAttempt(n) }))
    assert.ok(error instanceof InstructorRetryError)
    assert.deepEqual([requests.length, error.nAttempts, error.attempts.length], [n, n, n])
  }
})

test('stopAfterDelay alone limits the time and not the attempts', async () => {
  const slow = { ...bad, delay: 20 }
  const { client, requests } = clientOf(Array(100).fill(slow))
  await client.ready()
  const starts = []
  client.on('completion:kwargs', () => starts.push(performance.now()))
  const error = await failure(() => client.create({ ...call, maxRetries: stopAfterDelay(1000) }))
  assert.ok(error instanceof InstructorRetryError, String(error))
  assert.ok(requests.length > 4, String(requests.length))
  assert.ok(starts.at(-1) - starts[0] < 1000, String(starts))
  const both = clientOf(Array(8).fill(bad))
  const limited = { ...call, maxRetries: retry(stopAfterAttempt(2), stopAfterDelay(60_000)) }
  await failure(() => both.client.create(limited))
  assert.equal(both.requests.length, 2)
})

test('streams stop by the same policy', async () => {
  const { client, requests } = clientOf(Array(8).fill(bad))
  const error = await failure(() => all(client.createPartial({ ...call, maxRetries: stopAfterAttempt(3) })))
  assert.deepEqual([requests.length, error.nAttempts], [3, 3])
  const slow = clientOf(Array(40).fill({ ...bad, delay: 60 }))
  const late = await failure(() =>
    all(slow.client.createPartial({ ...call, maxRetries: stopAfterDelay(50) })),
  )
  assert.ok(late instanceof InstructorRetryError)
  assert.equal(slow.requests.length, 1)
})

test('waits are fixed, exponential or random, and combined waits are added', async () => {
  assert.deepEqual(waits(waitFixed(40), 3), [40, 40, 40])
  assert.deepEqual(waits(waitExponential(), 8), [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
  assert.deepEqual(
    waits(waitExponential({ multiplier: 10, base: 3, min: 20, max: 200 }), 5),
    [20, 30, 90, 200, 200],
  )
  for (const ms of waits(waitRandom({ min: 5, max: 9 }), 100)) assert.ok(ms >= 5 && ms < 9, String(ms))
  assert.ok(new Set(waits(waitRandom(), 20)).size > 10)
  const sum = retry(waitFixed(100), waitExponential({ multiplier: 10 }), waitRandom({ max: 1 }))
  for (const [i, ms] of waits(sum, 4).entries()) assert.equal(Math.floor(ms), 100 + 10 * 2 ** i)
  assert.equal(retry(waitFixed(1), waitFixed(2)).delay, 3)

  const { client } = clientOf([bad, bad, { value: jason }])
  const at = []
  client.on('completion:kwargs', () => at.push(performance.now()))
  await client.create({ ...call, maxRetries: waitExponential({ multiplier: 40 }) })
  assert.ok(at[1] - at[0] >= 39 && at[2] - at[1] >= 79, String(at))
})

test('a wait that no timer can hold does not become no wait', async () => {
  const { client, requests } = clientOf([bad, bad], {})
  const maxRetries = { delay: () => 1e300 }
  const error = await failure(() => client.create({ ...call, maxRetries, signal: AbortSignal.timeout(100) }))
  assert.equal(error.name, 'TimeoutError')
  assert.equal(requests.length, 1)
})

test('retryIfStatus and retryIfError retry these failures, and invalid answers are still reported to the model', async () => {
  for (const condition of [retryIfStatus(429, 503), retryIfError(NetworkError, ProviderError)]) {
    const { client, requests } = clientOf([down, bad, down, { value: jason }])
    assert.deepEqual(await client.create({ ...quick, maxRetries: condition }), jason)
    assert.equal(requests.length, 4)
  }
  const other = clientOf([{ status: 400 }, { value: jason }])
  const error = await failure(() => other.client.create({ ...quick, maxRetries: retryIfStatus(429, 503) }))
  assert.ok(error instanceof ProviderError)
  assert.equal(other.requests.length, 1)
})

test('retryIf gets the error and the attempt, and may be asynchronous; one of several conditions suffices', async () => {
  const asked = []
  const { client } = clientOf([down, down, { value: jason }])
  const condition = retryIf(async (error, attempt) => {
    asked.push([error.status, attempt])
    return true
  })
  await client.create({ ...quick, maxRetries: retry(retryIfStatus(429), condition) })
  assert.deepEqual(asked, [
    [503, 1],
    [503, 2],
  ])
})

test('retryOn of an own policy replaces the rule and receives the decision of the rule', async () => {
  const asked = []
  const { client, requests } = clientOf([bad, down])
  const retryOn = (error, attempt, _value, usual) => {
    asked.push([error.name, attempt, usual])
    return usual
  }
  await failure(() => client.create({ ...quick, maxRetries: { retryOn } }))
  assert.deepEqual(asked, [
    ['ValidationError', 1, true],
    ['ProviderError', 2, false],
  ])
  assert.equal(requests.length, 2)
})

test('onRetry is called before each further attempt only, with every policy of retry', async () => {
  const told = []
  const onRetry = (who) => ({ onRetry: (error, attempt) => told.push([who, error.name, attempt]) })
  const { client } = clientOf([bad, bad, bad])
  await failure(() =>
    client.create({ ...call, maxRetries: retry(stopAfterAttempt(2), onRetry('a'), onRetry('b')) }),
  )
  assert.deepEqual(told, [
    ['a', 'ValidationError', 1],
    ['b', 'ValidationError', 1],
  ])
  told.length = 0
  const poor = clientOf([bad, bad])
  const error = await failure(() => poor.client.create({ ...call, maxRetries: onRetry('c'), budget: 10 }))
  assert.equal(error.name, 'BudgetExceededError')
  assert.deepEqual(told, [])
})

test('http:retry reports each repeated request, whole and streamed', async () => {
  for (const run of [(client) => client.create(call), (client) => client.createPartial(call).final()]) {
    const { client, requests } = clientOf([
      { status: 429, headers: { 'retry-after-ms': '5' } },
      { status: 503, headers: { 'retry-after-ms': '7' } },
      { value: jason },
    ])
    const events = []
    client.on('http:retry', (error, { attemptNumber, retryNumber, maxRetries, delay, provider }) =>
      events.push([error.status, { attemptNumber, retryNumber, maxRetries, delay, provider }]),
    )
    assert.deepEqual(await run(client), jason)
    assert.equal(requests.length, 3)
    assert.deepEqual(events, [
      [429, { attemptNumber: 1, retryNumber: 1, maxRetries: 2, delay: 5, provider: 'openai' }],
      [503, { attemptNumber: 1, retryNumber: 2, maxRetries: 2, delay: 7, provider: 'openai' }],
    ])
  }
})

test('a wait of 0 that the server requests means at once, in every form', async () => {
  const retryInfo = {
    error: {
      code: 503,
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '0s' }],
    },
  }
  for (const [told, model] of [
    [{ headers: { 'retry-after-ms': '0' } }],
    [{ headers: { 'retry-after': '0' } }],
    [{ headers: { 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT' } }],
    [{ body: retryInfo }, 'google/gemini-2.5-flash'],
  ]) {
    const { client, requests } = clientOf([{ status: 503, ...told }, { value: jason }], {}, model)
    const waits = []
    client.on('http:retry', (error, { delay }) => waits.push(delay, error.retryAfter))
    assert.deepEqual(await client.create(call), jason)
    assert.equal(requests.length, 2)
    assert.deepEqual(waits, [0, 0], JSON.stringify(told))
  }
})

test('the last error lists the problem of every attempt on a line', async () => {
  const { client } = clientOf([bad, { value: { age: 3 } }, { text: 'I am sorry.' }])
  const error = await failure(() => client.create({ ...call, maxRetries: 2 }))
  assert.equal(error.nAttempts, 3)
  const [first, ...lines] = error.message.split('\n').filter((line) => !line.startsWith(' '))
  assert.match(first, /^No valid answer after 3 attempts\. Last problem: No tool calls/)
  const earlier = lines.filter((line) => /^Attempt \d: /.test(line))
  assert.equal(earlier.length, 2)
  assert.match(earlier[0], /^Attempt 1: .*age/)
  assert.match(earlier[1], /^Attempt 2: .*name/)
  assert.ok(error.attempts.slice(0, 2).every((attempt) => attempt.error instanceof ValidationError))
  const once = await failure(() => clientOf([bad]).client.create({ ...call, maxRetries: 0 }))
  assert.doesNotMatch(once.message, /Attempt 1/)
})

test('wrong arguments of the words are configuration errors', async () => {
  for (const wrong of [
    () => stopAfterAttempt(0),
    () => stopAfterAttempt(1.5),
    () => stopAfterDelay(0),
    () => stopAfterDelay('5'),
    () => waitFixed(-1),
    () => waitRandom({ min: 5, max: 1 }),
    () => waitExponential({ base: Number.NaN }),
    () => retryIf('x'),
    () => retryIfError(),
    () => retryIfError({}),
    () => retryIfStatus(),
    () => retryIfStatus('429'),
  ])
    assert.ok((await failure(wrong)) instanceof ConfigurationError, String(wrong))
  const { client } = clientOf([])
  for (const stopAfter of [0, -1, '5', Number.POSITIVE_INFINITY])
    assert.equal(
      (await failure(() => client.create({ ...call, maxRetries: { stopAfter } }))).parameter,
      'maxRetries.stopAfter',
    )
})

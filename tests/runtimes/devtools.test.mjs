// `record` of `instructor-wasm/devtools`: attempts with their requests, answers, problems, tokens and ends.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromProvider } from 'instructor-wasm'
import { devtools, record } from 'instructor-wasm/devtools'
import { scripted } from 'instructor-wasm/test'
import * as z from 'zod'
import { failure } from './support.mjs'

const User = z.object({ name: z.string(), age: z.number() })
const jason = { name: 'Jason', age: 25 }
const params = { responseModel: User, prompt: 'Jason is 25.' }
const clientOf = (script, hooks, more = {}) =>
  fromProvider('openai/gpt-4o-mini', { apiKey: 'sk-secret', fetch: scripted(script).fetch, hooks, ...more })

test('a call has its attempts, each with its own tokens, problems and answer', async () => {
  const seen = []
  const { calls, hooks } = record({ onChange: (call) => seen.push(call) })
  const client = clientOf(
    [
      { value: { name: 'Jason', age: 'x' }, usage: { input: 10, output: 4 } },
      { value: jason, usage: { input: 30, output: 5 } },
    ],
    hooks,
  )
  await client.create(params)
  assert.equal(calls.length, 1)
  const [call] = calls
  assert.ok(seen.length > 4 && seen.every((one) => one === call))
  assert.equal(`${call.provider}/${call.model}`, 'openai/gpt-4o-mini')
  assert.deepEqual(
    call.attempts.map(({ number, usage, issues, mode }) => [
      number,
      usage,
      issues.map(({ path }) => path),
      mode,
    ]),
    [
      [1, { input: 10, output: 4 }, [['age']], 'TOOLS'],
      [2, { input: 30, output: 5 }, [], 'TOOLS'],
    ],
  )
  const [first, second] = call.attempts
  assert.equal(first.error.name, 'ValidationError')
  assert.equal(second.error, undefined)
  assert.ok(second.request.messages.length > first.request.messages.length)
  assert.equal(second.raw.choices[0].message.tool_calls[0].function.arguments, JSON.stringify(jason))
  assert.ok(
    first.started <= first.ended && first.ended <= second.started && second.ended <= call.ended.durationMs,
  )
  assert.equal(call.ended.error, undefined)
  assert.ok(!JSON.stringify(calls).includes('sk-secret'))
})

test('HTTP retries, failures and the newest calls are kept', async () => {
  const { calls, hooks } = record({ keep: 2 })
  const retried = clientOf([{ status: 503 }, { value: jason }], hooks)
  await retried.create(params)
  assert.deepEqual(
    calls[0].attempts.map(({ retries }) => retries.map(({ error }) => error.status)),
    [[503]],
  )
  const error = await failure(() => clientOf([{ status: 401 }], hooks).create(params))
  assert.equal(error.status, 401)
  assert.equal(calls[1].ended.error, error)
  const stream = clientOf([{ value: jason }], hooks).createPartial(params)
  await stream.final()
  assert.equal(calls.length, 2)
  assert.deepEqual(
    calls.map(({ ended }) => ended.error?.status),
    [401, undefined],
  )
})

test('the panel is for pages, and its module can be imported anywhere', () => {
  assert.throws(() => devtools(), { name: 'ConfigurationError', message: /needs a document/ })
})

test('with prices each attempt has its own cost', async () => {
  const { calls, hooks } = record()
  const prices = { 'openai/gpt-4o-mini': { input: 1, output: 10 } }
  const client = clientOf(
    [
      { value: { name: 'Jason', age: 'x' }, usage: { input: 1000, output: 100 } },
      { value: jason, usage: { input: 3000, output: 100 } },
    ],
    hooks,
    { prices },
  )
  await client.create(params)
  const costs = calls[0].attempts.map(({ usage }) => Number(usage.cost.toFixed(6)))
  assert.deepEqual(costs, [0.002, 0.004])
})

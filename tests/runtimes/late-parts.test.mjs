// The parts that are loaded while the request is under way (scripts/profile.mjs): ordinary calls do not wait for them, and a
// call that needs one before its request is made again with it.
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { scripted } from 'instructor-wasm/test'
import { z } from 'zod'
import * as mini from 'zod/mini'

const pkg = new URL('../../pkg/', import.meta.url)
const { Instructor } = await import(new URL('client/client.js', pkg))
const { inCore, restartCore } = await import(new URL('wasm/modules.js', pkg))
const { loader: node } = await import(new URL('loader.node.js', pkg))
const { InstructorError } = await import(new URL('common/errors.js', pkg))

beforeEach(() => restartCore())

/** A loader whose parts for answers arrive after `arrive()`. */
function gated() {
  let arrive
  const gate = new Promise((resolve) => {
    arrive = resolve
  })
  const part = async (name) => {
    if (name.endsWith('answer')) await gate
    return node.part(name)
  }
  return { arrive, loader: { ...node, part, fetches: true } }
}
const jo = { name: 'Jo', age: 25 }
/** A client with a provider that returns the same value each time. */
function client(loader, model, more = {}) {
  const { fetch, requests } = scripted(Array.from({ length: 4 }, () => ({ value: more.value ?? jo })))
  let sent
  const first = new Promise((resolve) => {
    sent = resolve
  })
  const options = {
    apiKey: 'k',
    env: {},
    fetch: (...args) => {
      sent()
      return fetch(...args)
    },
  }
  return Object.assign(new Instructor(loader, model, options), { requests, first })
}
const within = (promise, ms = 2000) =>
  Promise.race([promise.then(() => true), new Promise((resolve) => setTimeout(resolve, ms, false).unref())])

/** The value of a whole or a streamed call. */
const answerOf = (one, method, params) =>
  method === 'create' ? one.create(params) : one.createPartial(params).final()

const shape = (library) => library.object({ name: library.string(), age: library.number() })
const plain = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
}
/** Nested models by reference: their requests are made by functions that few calls run. */
const referring = {
  ...plain,
  properties: { ...plain.properties, name: { $ref: '#/$defs/Name' } },
  $defs: { Name: { type: 'string' } },
}
const MODELS = [
  'openai/gpt-4o-mini',
  'groq/llama-3.3-70b-versatile',
  'anthropic/claude-3-5-haiku-latest',
  'google/gemini-2.5-flash',
]

test('ordinary calls of each large provider send their request before the parts for answers are there', async () => {
  for (const model of MODELS)
    for (const responseModel of [shape(z), shape(mini), plain])
      for (const method of ['create', 'createPartial']) {
        restartCore()
        const { loader, arrive } = gated()
        const one = client(loader, model)
        const answer = answerOf(one, method, {
          responseModel,
          prompt: 'Jo is 25.',
          maxTokens: 100,
          temperature: 0,
        })
        assert.ok(await within(one.first), `${model} ${method}`)
        arrive()
        assert.deepEqual(await answer, jo)
        assert.equal(one.requests.length, 1)
      }
})

test('a call that needs a late part for its request waits for it, and sends one request', async () => {
  for (const model of MODELS)
    for (const method of ['create', 'createPartial']) {
      restartCore()
      const { loader, arrive } = gated()
      const one = client(loader, model)
      const answer = answerOf(one, method, { responseModel: referring, prompt: 'Jo is 25.' })
      answer.catch(() => {})
      await new Promise((resolve) => setTimeout(resolve, 30))
      assert.equal(one.requests.length, 0, model)
      arrive()
      assert.deepEqual(await answer, jo, model)
      assert.equal(one.requests.length, 1)
    }
})

test('calls that are under way when another call waits for a late part end with their own answers', async () => {
  const { loader, arrive } = gated()
  const one = client(loader, 'openai/gpt-4o-mini')
  const first = one.create({ responseModel: plain, prompt: 'a' })
  const stream = one.createPartial({ responseModel: plain, prompt: 'b' }).final()
  assert.ok(await within(one.first))
  const second = one.create({ responseModel: referring, prompt: 'c' })
  await new Promise((resolve) => setTimeout(resolve, 30))
  const third = one.create({ responseModel: plain, prompt: 'd' })
  arrive()
  assert.deepEqual(await Promise.all([first, stream, second, third]), [jo, jo, jo, jo])
  assert.equal(one.requests.length, 4)
})

test('hooks get a request as an event once, because the call waits for the late parts first', async () => {
  const { loader, arrive } = gated()
  const one = client(loader, 'openai/gpt-4o-mini')
  const events = []
  one.on('completion:kwargs', () => events.push('kwargs'))
  const answer = one.create({ responseModel: referring, prompt: 'Jo is 25.' })
  await new Promise((resolve) => setTimeout(resolve, 30))
  assert.deepEqual(events, [])
  arrive()
  assert.deepEqual(await answer, jo)
  assert.deepEqual(events, ['kwargs'])
})

test('a late part that cannot be loaded fails a call that needs it, and the next call loads it', async () => {
  let broken = true
  const part = async (name) => {
    if (broken && name === 'answer') throw new Error('no answer')
    return node.part(name)
  }
  const one = client({ ...node, part, fetches: true }, 'openai/gpt-4o-mini')
  const error = await one.create({ responseModel: referring, prompt: 'x' }).catch((error) => error)
  assert.match(String(error), /ConfigurationError: .*core-answer\.wasm.*no answer/)
  assert.equal(one.requests.length, 0)
  broken = false
  assert.deepEqual(await one.create({ responseModel: referring, prompt: 'x' }), jo)
})

test('a trap with every part there is a defect, and the next call uses a new instance', async () => {
  const { loader, arrive } = gated()
  const one = client(loader, 'openai/gpt-4o-mini')
  arrive()
  await one.ready()
  // The address of no object.
  const trap = () => inCore(({ api }) => api.CoreClient.prototype.info.call({ __wbg_ptr: 0x7fffff00 }))
  assert.throws(trap, (error) => error instanceof InstructorError && /is a defect/.test(error.message))
  assert.deepEqual(await one.create({ responseModel: plain, prompt: 'x' }), jo)
})

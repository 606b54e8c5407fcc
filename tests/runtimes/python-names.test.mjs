/** `instructor-wasm/python`: the names of Python's Instructor. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as main from 'instructor-wasm'
import * as instructor from 'instructor-wasm/python'
import { scripted } from 'instructor-wasm/test'
import OpenAI from 'openai'
import { all, failure, jason, messages, User } from './support.mjs'

const list = { value: { tasks: [jason, jason] } }

test('a program in Python spelling: values, lists, partials, retries and the exception', async () => {
  const bad = { value: { name: 'Jason', age: 'x' } }
  const { fetch, requests } = scripted([{ value: jason }, { value: jason }, list, { value: jason }, bad, bad])
  const client = instructor.from_provider('openai/gpt-4o-mini', {
    api_key: 'sk-1',
    fetch,
    async_client: true,
  })
  const call = { response_model: User, messages, max_retries: 1 }
  assert.deepEqual(await client.chat.completions.create(call), jason)
  assert.deepEqual(
    await client.create({ ...call, response_model: instructor.Partial(User), stream: true }).final(),
    jason,
  )
  const users = client.create({
    ...call,
    response_model: instructor.IterableModel(User, { name: 'Users' }),
    stream: true,
  })
  assert.deepEqual(await all(users), [jason, jason])
  const [value, completion] = await client.create_with_completion(call)
  assert.deepEqual(value, jason)
  assert.equal(completion.mode, instructor.Mode.TOOLS)
  const error = await failure(() => client.create(call))
  assert.ok(error instanceof instructor.InstructorRetryException)
  assert.equal(error.nAttempts, 2)
  assert.equal(requests.length, 6)
})

test('the exceptions and the client are the classes of the main entry', () => {
  assert.equal(instructor.InstructorRetryException, main.InstructorRetryError)
  assert.equal(instructor.IncompleteOutputException, main.IncompleteOutputError)
  assert.equal(instructor.ValidationError, main.ValidationError)
  const options = { apiKey: 'k' }
  const own = main.fromProvider('openai/gpt-4o', options)
  assert.equal(own.constructor, instructor.from_provider('openai/gpt-4o', options).constructor)
})

test("every factory of Python's Instructor exists, and wraps a client", async () => {
  const names =
    'openai anthropic genai gemini vertexai mistral cohere groq fireworks cerebras writer xai bedrock perplexity openrouter anyscale together databricks deepseek litellm'
  const factories = { ...instructor }
  for (const name of names.split(' ')) assert.equal(typeof factories[`from_${name}`], 'function', name)
  for (const make of [instructor.from_openai, instructor.patch, instructor.from_create]) {
    const { fetch, requests } = scripted([{ value: jason }])
    const client = make(new OpenAI({ apiKey: 'sk-own-key', fetch }), { model: 'gpt-4o-mini' })
    assert.deepEqual(await client.create({ response_model: User, messages }), jason)
    assert.equal(requests[0].headers.authorization, 'Bearer sk-own-key')
  }
})

test('llm_validator, openai_moderation, Maybe and the media helpers are those of the main entry', () => {
  assert.equal(instructor.llm_validator, main.llmValidator)
  assert.equal(instructor.openai_moderation, main.moderation)
  assert.equal(instructor.Maybe, main.maybe)
  assert.equal(instructor.Image, main.image)
  assert.equal(instructor.PDF, main.pdf)
  assert.equal(instructor.HookName, main.HookName)
  assert.equal(instructor.Hooks, main.Hooks)
  assert.equal(instructor.AutoCache, main.AutoCache)
  assert.equal(instructor.stop_after_attempt, main.stopAfterAttempt)
})

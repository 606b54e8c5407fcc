/** `tools({ … })`: several calls in one answer, each with the name of its tool. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError, InstructorRetryError, tools } from 'instructor-wasm'
import * as v from 'valibot'
import * as z from 'zod'
import { clientOf, failure, messages } from './support.mjs'

const Weather = z.object({ city: z.string(), at: z.string().transform((text) => new Date(text)) })
const Search = { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] }
const model = tools({ weather: Weather, search: Search })
const call = (name, args) => ({ name, arguments: args })
const at = '2026-01-02T00:00:00.000Z'

/** One provider of every API that has tools. */
const apis = [
  ['openai/gpt-4o-mini', {}],
  ['openai/gpt-5.5', {}],
  ['openai/gpt-4o-mini', { mode: 'RESPONSES_TOOLS' }],
  ['mistral/mistral-small-latest', {}],
  ['groq/llama-3.3-70b-versatile', {}],
  ['anthropic/claude-sonnet-4-5', {}],
  ['google/gemini-2.5-flash', {}],
  ['bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0', { region: 'us-east-1' }],
  ['cohere/command-a-03-2025', {}],
  ['ollama/qwen3', {}],
  ['ollama/qwen3', { native: true }],
  ['workers_ai/@cf/meta/llama-3.3-70b-instruct-fp8-fast', { accountId: 'a' }],
  ['writer/palmyra-x5', {}],
]

test('the value is the list of calls in their order, with the tool that each one is for', async () => {
  for (const [name, options] of apis) {
    const toolCalls = [
      call('search', { query: 'x' }),
      call('weather', { city: 'Oslo', at }),
      call('search', { query: 'y' }),
    ]
    const { client, requests } = clientOf([{ toolCalls }], options, name)
    const value = await client.create({ responseModel: model, messages })
    assert.deepEqual(
      value,
      [
        { tool: 'search', value: { query: 'x' } },
        { tool: 'weather', value: { city: 'Oslo', at: new Date(at) } },
        { tool: 'search', value: { query: 'y' } },
      ],
      name,
    )
    const { body } = requests[0]
    for (const tool of ['weather', 'search'])
      assert.ok(JSON.stringify(body).includes(`"name":"${tool}"`), name)
  }
})

test('an invalid call is requested again alone: the valid ones stay, in their places', async () => {
  for (const [name, options] of apis) {
    const { client, requests } = clientOf(
      [
        {
          toolCalls: [
            call('search', { query: 'x' }),
            call('weather', { city: 5 }),
            call('lookup', {}),
            call('search', { query: 'y' }),
          ],
        },
        { toolCalls: [call('weather', { city: 'Oslo', at })] },
      ],
      options,
      name,
    )
    const [value, { attempts, calls }] = await client.createWithCompletion({ responseModel: model, messages })
    assert.deepEqual(
      value.map(({ tool }) => tool),
      ['search', 'weather', 'search'],
      name,
    )
    assert.deepEqual(value[1].value, { city: 'Oslo', at: new Date(at) }, name)
    assert.equal(attempts.length, 2, name)
    assert.deepEqual(
      calls.map(({ name }) => name),
      ['search', 'weather', 'search'],
      name,
    )
    assert.match(JSON.stringify(attempts[0].error.issues.map(({ path }) => path)), /\[1,"city"\]/, name)
    const again = JSON.stringify(requests[1].body)
    assert.match(again, /lookup/, name)
    assert.match(again, /Accepted: do not repeat this call|accepted, do not repeat them/, name)
  }
})

test('models of any library, with a description; the name is the key', async () => {
  const { client, requests } = clientOf([{ toolCalls: [call('save', { note: 'x' })] }])
  const responseModel = tools({
    save: { schema: v.object({ note: v.string() }), name: 'Other', description: 'Saves a note.' },
    ask: z.string(),
  })
  const value = await client.create({ responseModel, messages })
  assert.deepEqual(value, [{ tool: 'save', value: { note: 'x' } }])
  const [save, ask] = requests[0].body.tools.map((tool) => tool.function)
  assert.deepEqual([save.name, save.description, ask.name], ['save', 'Saves a note.', 'ask'])
})

test('checks judge the whole list, and only when every call is valid', async () => {
  const seen = []
  const { client } = clientOf([
    { toolCalls: [call('search', { query: 'x' }), call('search', {})] },
    { toolCalls: [call('search', { query: 'y' })] },
    { toolCalls: [call('search', { query: 'z' })] },
  ])
  const check = (list) => {
    seen.push(list.map(({ value }) => value.query))
    return seen.length === 1 ? 'Search for z.' : undefined
  }
  const value = await client.create({ responseModel: tools({ search: Search }), messages, check })
  // A problem of the whole list: every call is requested again.
  assert.deepEqual(seen, [['x', 'y'], ['z']])
  assert.deepEqual(value, [{ tool: 'search', value: { query: 'z' } }])
})

test('arrays of models need no names', async () => {
  const User = z.object({ name: z.string() })
  const Order = z.object({ id: z.number() })
  const { client, requests } = clientOf([
    { toolCalls: [call('Tool2', { id: 1 }), call('Tool1', { name: 'Jo' })] },
  ])
  assert.deepEqual(await client.create({ responseModel: [User, Order], messages }), [
    { id: 1 },
    { name: 'Jo' },
  ])
  assert.deepEqual(
    requests[0].body.tools.map((tool) => tool.function.name),
    ['Tool1', 'Tool2'],
  )
})

test('what cannot be tools is refused before anything is sent', async () => {
  for (const given of [
    undefined,
    null,
    [],
    [Weather],
    {},
    { 'a b': Weather },
    { '1st': Weather },
    { ['x'.repeat(65)]: Weather },
  ])
    assert.throws(() => tools(given), ConfigurationError)
  const { client, requests } = clientOf([])
  for (const run of [
    () => client.createPartial({ responseModel: model, messages }),
    () => client.createIterable({ responseModel: model, messages }),
    () => client.create({ responseModel: model, messages, stream: true }),
    () => client.create({ responseModel: model, messages, mode: 'MD_JSON' }),
    () => client.create({ responseModel: tools({ a: 5 }), messages }),
  ])
    assert.equal((await failure(async () => run())).name, 'ConfigurationError')
  assert.equal(requests.length, 0)
  const none = clientOf([], {}, 'perplexity/sonar').client
  assert.equal((await failure(() => none.create({ responseModel: model, messages }))).name, 'ModeError')
})

test('calls that stay invalid end in an error with the issues', async () => {
  const wrong = { toolCalls: [call('search', {})] }
  const { client } = clientOf([wrong, wrong])
  const error = await failure(() => client.create({ responseModel: model, messages, maxRetries: 1 }))
  assert.ok(error instanceof InstructorRetryError)
  assert.deepEqual(error.cause.issues[0].path[0], 0)
})

/** Own tools (`defineTool`): functions that the model calls before it gives the answer. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ConfigurationError,
  defineTool,
  fromProvider,
  InstructorRetryError,
  ToolError,
  tools,
} from 'instructor-wasm'
import * as v from 'valibot'
import * as z from 'zod'
import { check } from '../conformance/reask/rules.mjs'
import { all, clientOf, failure, jason, messages, User } from './support.mjs'

const call = (name, args, id) => ({ name, arguments: args, ...(id && { id }) })
const step = (...calls) => ({ toolCalls: calls })
const answer = { toolCalls: [call('User', jason)] }

/** A tool that records its calls. */
function weather(run = ({ city }) => `It rains in ${city}.`) {
  const calls = []
  const tool = defineTool({
    name: 'weather',
    description: 'The weather of a city.',
    parameters: z.object({ city: z.string(), days: z.number().default(1) }),
    run: (args, about) => {
      calls.push({ args, about })
      return run(args, about)
    },
  })
  return { tool, calls }
}

/** Every API with tools, and the provider's name for the rules of its turns. */
const apis = [
  ['openai/gpt-4o-mini', {}],
  ['openai/gpt-4o-mini', { mode: 'TOOLS_STRICT' }],
  ['openai/gpt-4o-mini', { mode: 'RESPONSES_TOOLS' }],
  ['openai/gpt-5.5', { mode: 'RESPONSES_TOOLS' }],
  ['azure_openai/gpt-4o', { azureEndpoint: 'https://a.openai.azure.com' }],
  ['mistral/mistral-small-latest', {}],
  ['groq/llama-3.3-70b-versatile', {}],
  ['openrouter/openai/gpt-4o-mini', {}],
  ['deepseek/deepseek-chat', {}],
  ['vllm/m', {}],
  ['writer/palmyra-x5', {}],
  ['anthropic/claude-sonnet-4-5', {}],
  [
    'anthropic/claude-sonnet-4-5',
    { mode: 'TOOLS', thinking: { type: 'enabled', budget_tokens: 1024 }, maxTokens: 2048 },
  ],
  ['google/gemini-2.5-flash', {}],
  [
    'vertexai/gemini-2.5-flash',
    { project: 'p', location: 'us-central1', accessToken: 't', apiKey: undefined },
  ],
  ['bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0', { region: 'us-east-1' }],
  ['cohere/command-a-03-2025', {}],
  ['ollama/qwen3', {}],
  ['ollama/qwen3', { native: true }],
  ['workers_ai/@cf/meta/llama-3.3-70b-instruct-fp8-fast', { accountId: 'a' }],
]

test('every API: the tools run, their results go back in its turns, and the answer ends the conversation', async () => {
  let judged = 0
  for (const [model, options] of apis)
    for (const streamed of [false, true]) {
      const what = `${model} ${JSON.stringify(options)} ${streamed ? 'streamed' : 'whole'}`
      const { tool, calls } = weather()
      const script = [
        step(call('weather', { city: 'Oslo' }), call('weather', { city: 'Rome', days: 2 })),
        step(call('weather', { city: 5 }), call('lookup', {})),
        answer,
      ]
      const { client, requests } = clientOf(script, { mode: 'TOOLS', ...options }, model)
      const params = { responseModel: User, messages, tools: [tool] }
      const stream = streamed && client.createPartial(params)
      const snapshots = stream ? await all(stream) : []
      const value = stream ? await stream.final() : await client.create(params)
      assert.deepEqual(value, jason, what)
      assert.deepEqual(
        calls.map(({ args }) => args),
        [
          { city: 'Oslo', days: 1 },
          { city: 'Rome', days: 2 },
        ],
        what,
      )
      assert.equal(requests.length, 3, what)
      for (const snapshot of snapshots)
        assert.deepEqual(
          Object.keys(snapshot).filter((key) => !(key in jason)),
          [],
          what,
        )
      const provider = model.split('/')[0]
      const said = JSON.stringify([script, 'call_1', 'call_2'])
      for (const request of requests) {
        assert.deepEqual(check(request, provider, said), [], what)
        judged += 1
      }
      const [, second, third] = requests.map(({ body }) => JSON.stringify(body))
      assert.ok(second.indexOf('It rains in Oslo.') < second.indexOf('It rains in Rome.'), what)
      assert.match(third, /city: .*(string|number)/i, what)
      assert.match(third, /calls lookup, but the tools to call are weather, User/, what)
    }
  console.log(`own tools: ${apis.length} APIs, whole and streamed, requests judged ${judged}, refused 0`)
})

test('the modes without a tool end in their own format', async () => {
  for (const mode of ['JSON_SCHEMA', 'JSON', 'MD_JSON'])
    for (const streamed of [false, true]) {
      const { tool, calls } = weather()
      const { client, requests } = clientOf(
        [step(call('weather', { city: 'Oslo' })), { text: JSON.stringify(jason) }],
        { mode },
      )
      const params = { responseModel: User, messages, tools: [tool] }
      const value = streamed ? await client.createPartial(params).final() : await client.create(params)
      assert.deepEqual([value, calls.length, requests.length], [jason, 1, 2], mode)
      assert.deepEqual(check(requests[1], 'openai', 'call_1'), [], mode)
    }
})

test('a list is streamed after the tools have run', async () => {
  const { tool, calls } = weather()
  const { client } = clientOf([
    step(call('weather', { city: 'Oslo' })),
    { value: { tasks: [jason, { ...jason, age: 3 }] } },
  ])
  const seen = []
  for await (const one of client.createIterable({ responseModel: User, messages, tools: [tool] })) {
    assert.equal(calls.length, 1)
    seen.push(one.age)
  }
  assert.deepEqual(seen, [25, 3])
})

test('run gets validated arguments, the signal, the id of the call and the context', async () => {
  const { tool, calls } = weather()
  const { client } = clientOf([step(call('weather', { city: 'Oslo' }, 'call_abc')), answer])
  await client.create({ responseModel: User, messages, tools: [tool], context: { unit: 'C' } })
  const { args, about } = calls[0]
  assert.deepEqual(args, { city: 'Oslo', days: 1 })
  assert.deepEqual([about.callId, about.context], ['call_abc', { unit: 'C' }])
  assert.ok(about.signal instanceof AbortSignal && !about.signal.aborted)
})

test('parameters of any library; results are texts or JSON, and a tool may have no parameters', async () => {
  const tool = (name, parameters, run) => defineTool({ name, parameters, run })
  const own = [
    tool('a', v.object({ n: v.pipe(v.string(), v.transform(Number)) }), ({ n }) => ({ twice: n * 2 })),
    tool('b', { type: 'object', properties: { x: { type: 'integer' } }, required: ['x'] }, ({ x }) => [x]),
    defineTool({
      name: 'c',
      run: (args) => {
        assert.deepEqual(args, {})
      },
    }),
    defineTool({ name: 'd', run: async () => 'text' }),
  ]
  const { client, requests } = clientOf([
    step(call('a', { n: '4' }), call('b', { x: 1 }), call('c', {}), call('d', {}), call('b', { x: 'no' })),
    answer,
  ])
  await client.create({ responseModel: User, messages, tools: own })
  const results = requests[1].body.messages
    .filter(({ role }) => role === 'tool')
    .map(({ content }) => content)
  assert.deepEqual(results.slice(0, 4), ['{"twice":8}', '[1]', 'No output', 'text'])
  assert.match(results[4], /The arguments are not valid:\nx: .*integer/)
  assert.equal(requests[0].body.tools.length, 5)
})

test('the calls of one answer run at the same time, and their results keep the order', async () => {
  let running = 0
  let most = 0
  const wait = defineTool({
    name: 'wait',
    parameters: z.object({ turns: z.number() }),
    run: async ({ turns }) => {
      running += 1
      most = Math.max(most, running)
      for (let i = 0; i < turns; i += 1) await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      return `after ${turns}`
    },
  })
  const { client, requests } = clientOf([step(...[9, 5, 1].map((turns) => call('wait', { turns }))), answer])
  await client.create({ responseModel: User, messages, tools: [wait] })
  assert.equal(most, 3)
  const results = requests[1].body.messages
    .filter(({ role }) => role === 'tool')
    .map(({ content }) => content)
  assert.deepEqual(results, ['after 9', 'after 5', 'after 1'])
})

test('a ToolError is the result of the call; any other exception ends the call and aborts the other tools', async () => {
  const failing = (error) =>
    defineTool({
      name: 'fail',
      run: () => {
        throw error
      },
    })
  const { client, requests } = clientOf([step(call('fail', {})), answer])
  const value = await client.create({
    responseModel: User,
    messages,
    tools: [failing(new ToolError('No such city'))],
  })
  assert.deepEqual(value, jason)
  assert.match(JSON.stringify(requests[1].body.messages.at(-1)), /No such city/)
  const thrown = new RangeError('database is gone')
  let reason
  const other = defineTool({
    name: 'other',
    run: (_, { signal }) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve((reason = signal.reason)))),
  })
  for (const streamed of [false, true]) {
    const { client, requests } = clientOf([step(call('other', {}), call('fail', {}))])
    const params = { responseModel: User, messages, tools: [failing(thrown), other] }
    const error = await failure(() =>
      streamed ? client.createPartial(params).final() : client.create(params),
    )
    assert.equal(error, thrown)
    assert.equal(requests.length, 1)
    assert.equal(reason, thrown)
  }
})

test('an abort of the call, and its timeout, abort the tools', async () => {
  const hanging = (begun) =>
    defineTool({
      name: 'hang',
      run: (_, { signal }) => {
        begun?.()
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
    })
  const controller = new AbortController()
  const stop = new Error('stop')
  const first = clientOf([step(call('hang', {}))])
  const params = { responseModel: User, messages, signal: controller.signal }
  const tool = hanging(() => controller.abort(stop))
  assert.equal(await failure(() => first.client.create({ ...params, tools: [tool] })), stop)
  const second = clientOf([step(call('hang', {}))])
  const error = await failure(() =>
    second.client.create({ responseModel: User, messages, tools: [hanging()], timeout: 40 }),
  )
  assert.equal(error.name, 'TimeoutError')
  const third = clientOf([step(call('hang', {}))])
  const stream = third.client.createPartial({
    responseModel: User,
    messages,
    tools: [hanging(() => stream.abort(stop))],
  })
  assert.equal(await failure(() => stream.final()), stop)
})

test('maxSteps bounds the conversation, and retries are counted apart', async () => {
  const again = step(call('weather', { city: 'Oslo' }))
  const { tool, calls } = weather()
  const { client, requests } = clientOf([again, again, again])
  const error = await failure(() =>
    client.create({ responseModel: User, messages, tools: [tool], maxSteps: 2 }),
  )
  assert.ok(error instanceof InstructorRetryError)
  assert.match(error.message, /No answer after 2 steps .*maxSteps/s)
  assert.deepEqual([requests.length, calls.length, error.attempts.length], [3, 2, 3])
  assert.equal(error.totalUsage.totalTokens, 45)
  assert.equal(error.cause.name, 'ResponseParsingError')
  const wrong = { toolCalls: [call('User', { name: 'Jason' })] }
  const one = clientOf([again, again, wrong, again, answer])
  const [value, completion] = await one.client.createWithCompletion({
    responseModel: User,
    messages,
    tools: [tool],
    max_retries: 1,
    max_steps: 3,
  })
  assert.deepEqual(value, jason)
  assert.deepEqual([completion.attempts.length, completion.usage.totalTokens], [5, 75])
  for (const maxSteps of [0, 1.5, '2'])
    assert.equal(
      (await failure(() => client.create({ responseModel: User, messages, tools: [tool], maxSteps }))).name,
      'ConfigurationError',
    )
})

test('hooks receive every request, with its number', async () => {
  const { tool } = weather()
  const { client } = clientOf([step(call('weather', { city: 'Oslo' })), answer])
  const heard = []
  for (const name of ['completion:kwargs', 'completion:response', 'completion:end'])
    client.on(name, (_, { attemptNumber }) => heard.push(`${name} ${attemptNumber}`))
  await client.create({ responseModel: User, messages, tools: [tool] })
  assert.deepEqual(heard, [
    'completion:kwargs 1',
    'completion:response 1',
    'completion:kwargs 2',
    'completion:response 2',
    'completion:end 2',
  ])
})

test("a client's tools are for all of its calls; those of a call replace them, and the provider's are sent unchanged", async () => {
  const { tool, calls } = weather()
  const search = { type: 'web_search_preview' }
  const sent = ({ body }) => body.tools.map(({ function: own, type }) => own?.name ?? type)
  const { client, requests } = clientOf([step(call('weather', { city: 'Oslo' })), answer, answer, answer], {
    tools: [search, tool],
  })
  await client.create({ responseModel: User, messages })
  assert.deepEqual([calls.length, sent(requests[0])], [1, ['web_search_preview', 'User', 'weather']])
  await client.create({
    responseModel: User,
    messages,
    tools: [defineTool({ name: 'other', run: () => '' })],
  })
  assert.deepEqual(sent(requests[2]), ['User', 'other'])
  await client.create({ responseModel: User, messages, tools: [search] })
  assert.deepEqual(sent(requests[3]), ['web_search_preview', 'User'])
})

test('calls with tools are not cached', async () => {
  const { tool, calls } = weather()
  const { client, requests } = clientOf(
    [step(call('weather', { city: 'Oslo' })), answer, step(call('weather', { city: 'Oslo' })), answer],
    { cache: true },
  )
  for (let i = 0; i < 2; i += 1) await client.create({ responseModel: User, messages, tools: [tool] })
  assert.deepEqual([calls.length, requests.length], [2, 4])
})

test('what cannot be a tool, and what cannot have tools, is refused before anything is sent', async () => {
  const run = () => ''
  for (const given of [
    undefined,
    null,
    {},
    { name: 'a' },
    { name: 'a b', run },
    { name: '1', run },
    { name: 'a', run, description: 5 },
    { name: 'a', run: 'x' },
  ])
    assert.throws(() => defineTool(given), ConfigurationError)
  const one = defineTool({ name: 'one', run })
  const { client, requests } = clientOf([])
  for (const params of [
    { tools: [one, one] },
    { tools: [defineTool({ name: 'a', parameters: z.string(), run })] },
    { tools: [defineTool({ name: 'a', parameters: 5, run })] },
    { tools: [one], responseModel: tools({ user: User }) },
    { tools: [one], responseModel: [User] },
    { tools: [{ name: 'a', run }] },
  ])
    assert.equal(
      (await failure(() => client.create({ responseModel: User, messages, ...params }))).name,
      'ConfigurationError',
      JSON.stringify(params),
    )
  assert.equal(
    (await failure(() => client.batch([{ responseModel: User, messages, tools: [one] }]).submit())).name,
    'ConfigurationError',
  )
  const none = fromProvider('perplexity/sonar', { apiKey: 'k', env: {} })
  assert.equal(
    (await failure(() => none.create({ responseModel: User, messages, tools: [one] }))).name,
    'ConfigurationError',
  )
  assert.equal(requests.length, 0)
})

test('the first request can be built, and an answer that calls tools cannot be read alone', async () => {
  const { tool } = weather()
  const { client } = clientOf([])
  const params = { responseModel: User, messages, tools: [tool] }
  const body = JSON.parse(client.buildRequest(params).body)
  assert.deepEqual(
    [body.tool_choice, body.tools.map((one) => one.function.name)],
    ['required', ['User', 'weather']],
  )
  const message = {
    tool_calls: [{ id: 'a', type: 'function', function: { name: 'weather', arguments: '{}' } }],
  }
  const response = Response.json({ choices: [{ message, finish_reason: 'tool_calls' }] })
  assert.match((await failure(() => client.parseResponse(params, response))).message, /does not run/)
})

test('with fallback, the own tools are for every client', async () => {
  const { tool, calls } = weather()
  const { client, requests } = clientOf(
    [{ status: 401, body: {} }, step(call('weather', { city: 'Oslo' })), answer],
    {
      fallback: ['openai/gpt-4.1'],
      fallbackOn: [401],
    },
  )
  assert.deepEqual(await client.create({ responseModel: User, messages, tools: [tool] }), jason)
  assert.deepEqual(
    [calls.length, requests.map(({ body }) => body.model)],
    [1, ['gpt-4o-mini', 'gpt-4.1', 'gpt-4.1']],
  )
})

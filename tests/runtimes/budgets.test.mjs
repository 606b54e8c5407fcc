/** Limits of tokens, cost, time and attempts; cached and reasoning tokens and the cost in `usage`, for each API. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BudgetExceededError, ConfigurationError, fromProvider, readPartial } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import { all, clientOf, failure, jason, messages, User } from './support.mjs'

const call = { responseModel: User, messages }
const bad = { value: { name: 'Jason', age: 'x' }, usage: { input: 1000, output: 500 } }
const prices = { 'openai/gpt-4o-mini': { input: 2, output: 8 } }
const close = (a, b) => assert.ok(Math.abs(a - b) < 1e-12, `${a} is not ${b}`)

test('each limit ends the call before the next attempt, and the error contains what was spent', async () => {
  const cost = (1000 * 2 + 500 * 8) / 1e6
  for (const [budget, limit, sent] of [
    [2500, 'tokens', 2],
    [{ tokens: 2500 }, 'tokens', 2],
    [{ usd: 2.5 * cost }, 'usd', 3],
    [{ attempts: 2 }, 'attempts', 2],
    [{ tokens: 1e9, usd: 1e9, ms: 1e9, attempts: 3 }, 'attempts', 3],
  ]) {
    const { client, requests } = clientOf(Array(6).fill(bad), { maxRetries: 5 })
    for (const run of [() => client.create({ ...call, budget, prices })]) {
      const error = await failure(run)
      assert.ok(error instanceof BudgetExceededError, String(error))
      assert.equal(requests.length, sent)
      assert.equal(error.limit, limit)
      assert.ok(error.used >= error.budget)
      assert.deepEqual([error.spent.tokens, error.spent.attempts], [1500 * sent, sent])
      assert.equal(typeof error.spent.ms, 'number')
      close(error.spent.usd, cost * sent)
      close(error.totalUsage.cost, cost * sent)
      assert.equal(error.cause.name, 'ValidationError')
      assert.equal(error.attempts.length, sent)
    }
  }
})

test('a limit of time includes the wait before the attempt', async () => {
  const { client, requests } = clientOf(Array(3).fill(bad))
  const began = performance.now()
  const error = await failure(() =>
    client.create({ ...call, budget: { ms: 5000 }, maxRetries: { delay: 60_000 } }),
  )
  assert.ok(performance.now() - began < 4000)
  assert.deepEqual([error.name, error.limit, requests.length], ['BudgetExceededError', 'ms', 1])
})

test('streams have the same limits, and a valid answer is returned even above them', async () => {
  const { client, requests } = clientOf(Array(6).fill(bad))
  const error = await failure(() => all(client.createPartial({ ...call, budget: { usd: 0.001 }, prices })))
  assert.deepEqual([error.name, error.limit, requests.length], ['BudgetExceededError', 'usd', 1])
  const fine = clientOf([{ ...bad, value: jason }])
  assert.deepEqual(await fine.client.create({ ...call, budget: { usd: 1e-9 }, prices }), jason)
})

test('unknown limits, wrong prices and a cost without a price are refused before a request', async () => {
  const { client, requests } = clientOf([])
  for (const [more, parameter] of [
    [{ budget: { minutes: 1 } }, 'budget'],
    [{ budget: { tokens: 0 } }, 'budget'],
    [{ budget: { usd: '1' } }, 'budget'],
    [{ budget: { usd: 1 } }, 'prices'],
    [{ budget: { usd: 1 }, prices: { 'openai/other': { input: 1, output: 1 } } }, 'prices'],
    [{ prices: { 'openai/gpt-4o-mini': { input: 1 } } }, "prices['openai/gpt-4o-mini']"],
    [{ prices: { 'openai/gpt-4o-mini': { input: -1, output: 1 } } }, "prices['openai/gpt-4o-mini']"],
    [
      { prices: { 'openai/gpt-4o-mini': { input: 1, output: 1, cached: 1 } } },
      "prices['openai/gpt-4o-mini']",
    ],
    [{ prices: 5 }, 'prices'],
  ]) {
    const error = await failure(() => client.create({ ...call, ...more }))
    assert.ok(error instanceof ConfigurationError, String(error))
    assert.equal(error.parameter, parameter)
  }
  assert.equal(requests.length, 0)
  const { body } = client.buildRequest({ ...call, prices, budget: { usd: 1, attempts: 2 } })
  assert.doesNotMatch(body, /prices|budget/)
})

/** A fetch whose answers have more in their usage, whole and streamed. */
function reporting(script, more) {
  const { fetch } = scripted(script)
  const extended = (value) => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(extended)
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) =>
        /^usage(Metadata)?$/.test(key) && inner ? [key, { ...inner, ...more }] : [key, extended(inner)],
      ),
    )
  }
  return async (url, init) => {
    const response = await fetch(url, init)
    const text = await response.text()
    const lines = text.startsWith('{')
      ? JSON.stringify(extended(JSON.parse(text)))
      : text.replace(/^data: (\{.*\})$/gm, (_, json) => `data: ${JSON.stringify(extended(JSON.parse(json)))}`)
    return new Response(lines, { status: response.status, headers: response.headers })
  }
}

const openai = {
  prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 1 },
  completion_tokens_details: { reasoning_tokens: 3 },
}
const APIS = {
  'openai/gpt-4o-mini': [openai, [4, 1, 3]],
  'groq/llama-3.3-70b-versatile': [openai, [4, 1, 3]],
  'xai/grok-3': [openai, [4, 1, 3]],
  'openrouter/openai/gpt-4o-mini': [openai, [4, 1, 3]],
  'deepseek/deepseek-chat': [
    { prompt_cache_hit_tokens: 4, completion_tokens_details: { reasoning_tokens: 3 } },
    [4, undefined, 3],
  ],
  'mistral/mistral-small-latest': [{ num_cached_tokens: 4 }, [4, undefined, undefined]],
  'anthropic/claude-sonnet-4-5': [
    {
      cache_read_input_tokens: 4,
      cache_creation_input_tokens: 1,
      output_tokens_details: { thinking_tokens: 3 },
    },
    [4, 1, 3],
  ],
  'google/gemini-2.5-flash': [{ cachedContentTokenCount: 4, thoughtsTokenCount: 3 }, [4, undefined, 3]],
  'cohere/command-a-03-2025': [{ cached_tokens: 4 }, [4, undefined, undefined]],
}
for (const [model, [more, expected]] of Object.entries(APIS))
  test(`cached and reasoning tokens of ${model}, whole and streamed, summed over attempts`, async () => {
    const script = [bad, { ...bad, value: jason }, bad, { ...bad, value: jason }]
    const client = fromProvider(model, { apiKey: 'k', env: {}, fetch: reporting(script, more) })
    const [, { usage }] = await client.createWithCompletion(call)
    const stream = client.createPartial(call)
    await stream.final()
    const twice = expected.map((count) => (count === undefined ? undefined : 2 * count))
    for (const { cachedInputTokens, cacheWriteTokens, reasoningTokens } of [usage, await stream.usage()])
      assert.deepEqual([cachedInputTokens, cacheWriteTokens, reasoningTokens], twice)
  })

test('Responses and Bedrock report them too', async () => {
  for (const [model, options, more, expected] of [
    [
      'openai/gpt-4o-mini',
      { apiKey: 'k', mode: 'RESPONSES_TOOLS' },
      { input_tokens_details: { cached_tokens: 4 }, output_tokens_details: { reasoning_tokens: 3 } },
      [4, undefined, 3],
    ],
    [
      'bedrock/amazon.nova-lite-v1:0',
      { accessKeyId: 'a', secretAccessKey: 'b' },
      { cacheReadInputTokens: 4, cacheWriteInputTokens: 1 },
      [4, 1, undefined],
    ],
  ]) {
    const fetch = reporting([{ ...bad, value: jason }], more)
    const client = fromProvider(model, { env: {}, fetch, ...options })
    const [, { usage }] = await client.createWithCompletion(call)
    assert.deepEqual(
      [usage.cachedInputTokens, usage.cacheWriteTokens, usage.reasoningTokens],
      expected,
      model,
    )
  }
})

test('the cost follows the prices, with cached input at its own', async () => {
  const own = { 'openai/gpt-4o-mini': { input: 2, output: 8, cachedInput: 1, cacheWrite: 3 } }
  const script = [
    { ...bad, value: jason },
    { ...bad, value: jason },
  ]
  const fetch = reporting(script, openai)
  const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {}, fetch, prices: own, cache: true })
  const used = []
  client.on('completion:usage', (usage) => used.push(usage.cost))
  const [, completion] = await client.createWithCompletion(call)
  const cost = (995 * 2 + 4 * 1 + 1 * 3 + 500 * 8) / 1e6
  close(completion.cost, cost)
  close(completion.usage.cost, cost)
  close(used[0], cost)
  const [, cached] = await client.createWithCompletion(call)
  assert.deepEqual([cached.cached, cached.cost, cached.usage.cost], [true, 0, undefined])
  const relayed = readPartial(client.createPartial({ ...call, cache: false }).toResponse())
  close((await relayed.completion()).cost, cost)
  const [, unknown] = await clientOf([{ value: jason }]).client.createWithCompletion(call)
  assert.ok(!('cost' in unknown) && !('cost' in unknown.usage))
})

test('a cost that the provider reports is the cost, unless there are prices', async () => {
  for (const [model, more] of [
    ['openrouter/openai/gpt-4o-mini', { cost: 0.25 }],
    ['perplexity/sonar', { cost: { total_cost: 0.25 } }],
  ]) {
    const script = [
      { ...bad, value: jason },
      { ...bad, value: jason },
    ]
    const client = fromProvider(model, { apiKey: 'k', env: {}, fetch: reporting(script, more) })
    const [, completion] = await client.createWithCompletion(call)
    close(completion.cost, 0.25)
    const own = { [model]: { input: 1, output: 1 } }
    const [, priced] = await client.createWithCompletion({ ...call, prices: own })
    close(priced.cost, 0.0015)
  }
})

/** `fallback`: which errors call the next provider, and what the calls share: limits, sums, events; and what they do not: secrets. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  BudgetExceededError,
  ConfigurationError,
  fromClient,
  fromCreate,
  fromProvider,
  InstructorRetryError,
  ModeError,
  ProviderError,
  readPartial,
  TimeoutError,
} from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import * as z from 'zod'
import { all, failure, jason, messages, User } from './support.mjs'

const call = { responseModel: User, messages }
const bad = { value: { name: 'Jason', age: 'x' } }
const env = { OPENAI_API_KEY: 'sk-first', ANTHROPIC_API_KEY: 'sk-second', GEMINI_API_KEY: 'sk-third' }
const FIRST = 'openai/gpt-4o-mini'
const SECOND = 'anthropic/claude-sonnet-4-5'
const THIRD = 'google/gemini-2.5-flash'

/** A fetch with a script for each host. */
function hosts(scripts) {
  const servers = Object.fromEntries(
    Object.entries(scripts).map(([name, script]) => [name, scripted(script)]),
  )
  const order = []
  const fetch = (url, init) => {
    const { host } = new URL(url)
    const [name, server] = Object.entries(servers).find(([name]) => host.includes(name)) ?? []
    assert.ok(server, `no script for ${host}`)
    order.push(name)
    return server.fetch(url, init)
  }
  return { fetch, order, requests: (name) => servers[name].requests }
}

/** A client of OpenAI with other providers after it. */
function cascade(scripts, options = {}) {
  const server = hosts(scripts)
  const client = fromProvider(FIRST, {
    env,
    fetch: server.fetch,
    httpRetries: 0,
    maxRetries: 1,
    fallback: [SECOND],
    ...options,
  })
  return { client, ...server }
}

test('the next provider is called after the attempts of the first, with the messages in its own form', async () => {
  const { client, order, requests } = cascade({ openai: [bad, bad], anthropic: [{ value: jason }] })
  const [value, completion] = await client.createWithCompletion({
    ...call,
    messages: [{ role: 'system', content: 'Be exact.' }, ...messages],
    maxTokens: 500,
  })
  assert.deepEqual(value, jason)
  assert.deepEqual(order, ['openai', 'openai', 'anthropic'])
  const [{ body, url, headers }] = requests('anthropic')
  assert.match(url, /api\.anthropic\.com\/v1\/messages$/)
  assert.deepEqual(
    [body.model, body.system[0].text, body.max_tokens],
    ['claude-sonnet-4-5', 'Be exact.', 500],
  )
  assert.deepEqual(
    body.messages.map(({ role }) => role),
    ['user'],
    'the reasks of the first are not sent to the second',
  )
  assert.equal(headers['x-api-key'], 'sk-second')
  assert.equal(completion.provider, 'anthropic')
  assert.equal(completion.model, 'claude-sonnet-4-5')
  assert.deepEqual(
    completion.attempts.map(({ provider, model, error }) => [provider, model, error?.name]),
    [
      ['openai', 'gpt-4o-mini', 'ValidationError'],
      ['openai', 'gpt-4o-mini', 'ValidationError'],
      ['anthropic', 'claude-sonnet-4-5', undefined],
    ],
  )
  assert.deepEqual(
    [completion.usage.inputTokens, completion.usage.outputTokens, completion.usage.totalTokens],
    [30, 15, 45],
  )
})

test('the first provider is the only one where it has a valid answer', async () => {
  const { client, order } = cascade({ openai: [bad, { value: jason }], anthropic: [] })
  const [value, completion] = await client.createWithCompletion(call)
  assert.deepEqual([value, order], [jason, ['openai', 'openai']])
  assert.deepEqual([completion.provider, completion.usage.totalTokens], ['openai', 30])
  assert.deepEqual(
    completion.attempts.map(({ provider }) => provider),
    ['openai', 'openai'],
  )
})

test('errors of the provider and of the answer call the next one at once; errors of the request do not', async () => {
  const replies = {
    network: { fail: true },
    refusal: { refusal: 'No.' },
    length: { value: jason, finish: 'length' },
    filter: { text: 'N', finish: 'filter' },
  }
  for (const status of [401, 402, 403, 404, 408, 409, 410, 429, 500, 502, 503, 529])
    replies[status] = { status }
  for (const [name, reply] of Object.entries(replies)) {
    const { client, order } = cascade({ openai: [reply], anthropic: [{ value: jason }] })
    assert.deepEqual(await client.create(call), jason, name)
    assert.deepEqual(order, ['openai', 'anthropic'], name)
  }
  for (const status of [400, 413, 422]) {
    const { client, order } = cascade({ openai: [{ status }], anthropic: [] })
    const error = await failure(() => client.create(call))
    assert.deepEqual([error.name, error.status, order], ['ProviderError', status, ['openai']])
  }
})

test('fallbackOn names other errors: statuses, classes, or a function that decides', async () => {
  const run = async (reply, fallbackOn, more = {}) => {
    const { client, order } = cascade({ openai: [reply, reply], anthropic: [{ value: jason }] }, more)
    await client.create({ ...call, fallbackOn }).catch(() => {})
    return order.includes('anthropic')
  }
  assert.equal(await run({ status: 400 }, [400]), true)
  assert.equal(await run({ status: 500 }, [400]), false)
  assert.equal(await run({ status: 422 }, [ProviderError]), true)
  assert.equal(await run({ refusal: 'No.' }, [ProviderError]), false)
  assert.equal(await run(bad, []), true, 'attempts that are used up always count')
  const asked = []
  const decide = async (error, usual) => {
    asked.push([error.name, usual])
    return !usual
  }
  assert.equal(await run({ status: 400 }, decide), true)
  assert.equal(await run(bad, decide), false)
  assert.deepEqual(asked, [
    ['ProviderError', false],
    ['InstructorRetryError', true],
  ])
  assert.equal(await run({ status: 400 }, undefined, { fallbackOn: [400] }), true)
  assert.equal(await run({ status: 400 }, undefined, { fallback_on: [400] }), true)
})

test('when all fail, the error has the failures, the attempts and the tokens of all', async () => {
  const { client } = cascade(
    { openai: [bad, bad], anthropic: [{ status: 503 }], google: [bad, bad] },
    { fallback: [SECOND, THIRD] },
  )
  const error = await failure(() => client.create(call))
  assert.ok(error instanceof InstructorRetryError)
  assert.deepEqual(
    error.failures.map(({ provider, model, error }) => [provider, model, error.name]),
    [
      ['openai', 'gpt-4o-mini', 'InstructorRetryError'],
      ['anthropic', 'claude-sonnet-4-5', 'ProviderError'],
      ['google', 'gemini-2.5-flash', 'InstructorRetryError'],
    ],
  )
  assert.equal(error.nAttempts, 5)
  assert.deepEqual(
    error.attempts.map(({ provider, error }) => [provider, error.name]),
    [
      ['openai', 'ValidationError'],
      ['openai', 'ValidationError'],
      ['anthropic', 'ProviderError'],
      ['google', 'ValidationError'],
      ['google', 'ValidationError'],
    ],
  )
  assert.equal(error.totalUsage.totalTokens, 60)
  assert.equal(error.cause.name, 'ValidationError')
  for (const name of [FIRST, SECOND, THIRD]) assert.ok(error.message.includes(name), error.message)
  assert.equal(JSON.parse(JSON.stringify(error)).failures.length, 3)
})

test('errors of the parameters, aborts and budgets never call the next provider', async () => {
  const always = { fallbackOn: () => true }
  const { client, order } = cascade({ openai: [], anthropic: [] }, always)
  const wrong = await failure(() => client.create({ ...call, maxTokens: 'many' }))
  assert.ok(wrong instanceof ConfigurationError)
  const mode = await failure(() => client.create({ ...call, mode: 'ANTHROPIC_TOOLS' }))
  assert.ok(mode instanceof ModeError || mode instanceof ConfigurationError, String(mode))
  assert.deepEqual(order, [])
  const failing = () => {
    throw new RangeError('a defect of the check')
  }
  const own = cascade({ openai: [{ value: jason }], anthropic: [] }, always)
  await failure(() => own.client.create({ ...call, check: failing }))
  assert.deepEqual(own.order, ['openai'])
})

test('an abort ends all calls with its reason', async () => {
  for (const run of ['create', 'createPartial', 'createIterable']) {
    const abort = new AbortController()
    const reason = new Error('enough')
    const late = () => {
      setTimeout(() => abort.abort(reason), 20)
      return { value: jason, delay: 5000 }
    }
    const { client, order } = cascade(
      { openai: [{ status: 500 }], anthropic: [late], google: [] },
      { fallback: [SECOND, THIRD] },
    )
    const made = () => client[run]({ ...call, signal: abort.signal })
    const error = await failure(() => (run === 'create' ? made() : all(made())))
    assert.equal(error, reason)
    assert.deepEqual(order, ['openai', 'anthropic'])
  }
})

test('the timeout is the deadline of all calls', async () => {
  for (const [options, more] of [
    [{ timeout: 400 }, {}],
    [{ timeout: 60_000 }, { timeout: 400 }],
  ]) {
    const slow = { value: jason, delay: 60_000 }
    const { client, order } = cascade(
      { openai: [{ status: 500 }], anthropic: [slow], google: [] },
      { fallback: [SECOND, THIRD], ...options },
    )
    const error = await failure(() => client.create({ ...call, ...more }))
    assert.ok(error instanceof TimeoutError, String(error))
    assert.equal(error.timeout, 400)
    assert.deepEqual(order, ['openai', 'anthropic'])
  }
})

test('fallbackAfter and the timeout of a client in the list are limits of one call', async () => {
  const slow = { value: jason, delay: 60_000 }
  const { client, order } = cascade(
    { openai: [slow], anthropic: [{ value: jason, delay: 50 }] },
    { fallbackAfter: 30 },
  )
  const [, completion] = await client.createWithCompletion(call)
  assert.deepEqual(order, ['openai', 'anthropic'])
  assert.deepEqual(
    completion.attempts.map(({ provider, error }) => [provider, error?.name]),
    [
      ['openai', 'TimeoutError'],
      ['anthropic', undefined],
    ],
  )
  const server = hosts({ openai: [{ status: 500 }], anthropic: [slow], google: [{ value: jason }] })
  const second = fromProvider(SECOND, { apiKey: 'k', fetch: server.fetch, timeout: 100 })
  const limited = fromProvider(FIRST, { env, fetch: server.fetch, httpRetries: 0, fallback: [second, THIRD] })
  assert.deepEqual(await limited.create(call), jason)
  assert.deepEqual(server.order, ['openai', 'anthropic', 'google'])
})

test('one budget limits all calls', async () => {
  const costly = { ...bad, usage: { input: 1000, output: 500 } }
  for (const [budget, limit, sent] of [
    [{ attempts: 2 }, 'attempts', ['openai', 'openai']],
    [{ attempts: 3 }, 'attempts', ['openai', 'openai', 'anthropic']],
    [4000, 'tokens', ['openai', 'openai', 'anthropic']],
    [{ tokens: 2500 }, 'tokens', ['openai', 'openai']],
  ]) {
    const { client, order } = cascade({ openai: [costly, costly], anthropic: [costly, costly] })
    const error = await failure(() => client.create({ ...call, budget }))
    assert.ok(error instanceof BudgetExceededError, String(error))
    assert.deepEqual([order, error.limit], [sent, limit])
    assert.equal(error.budget, typeof budget === 'number' ? budget : budget[limit])
    assert.ok(error.used >= error.budget)
    assert.deepEqual([error.spent.attempts, error.spent.tokens], [sent.length, 1500 * sent.length])
    assert.equal(error.attempts.length, sent.length)
    assert.equal(error.totalUsage.totalTokens, 1500 * sent.length)
    assert.equal(error.cause.name, 'ValidationError')
  }
})

test('a budget in US dollars needs the prices of all models', async () => {
  const price = { input: 1, output: 1 }
  const { client, order } = cascade({ openai: [bad, bad], anthropic: [{ value: jason }] })
  const error = await failure(() =>
    client.create({ ...call, budget: { usd: 1 }, prices: { [FIRST]: price } }),
  )
  assert.deepEqual([error.name, error.parameter, order], ['ConfigurationError', 'prices', []])
  assert.match(error.message, /anthropic\/claude-sonnet-4-5/)
  const prices = { [FIRST]: price, [SECOND]: price }
  const [, completion] = await client.createWithCompletion({ ...call, budget: { usd: 1 }, prices })
  assert.ok(Math.abs(completion.cost - 45e-6) < 1e-12)
})

test('keys, headers and fields of one provider never reach another one', async () => {
  const { client, requests } = cascade(
    { openai: [{ status: 500 }], anthropic: [{ status: 500 }], google: [{ value: jason }] },
    {
      apiKey: 'sk-own-of-first',
      headers: { 'x-own': 'header-of-first' },
      extraHeaders: { 'x-extra': 'extra-of-first' },
      extraBody: { own_field: 'body-of-first' },
      extraQuery: { own: 'query-of-first' },
      organization: 'org-of-first',
      reasoning_effort: 'low',
      fallback: [SECOND, THIRD],
    },
  )
  await client.create({
    ...call,
    extraHeaders: { 'x-call': 'call-of-first' },
    extraBody: { call_field: 'call-body-of-first' },
    prediction: 'field-of-first',
  })
  const [first] = requests('openai')
  const text = (request) => JSON.stringify(request)
  for (const own of ['own', 'header', 'extra', 'body', 'query', 'org', 'call', 'call-body', 'field'])
    assert.ok(text(first).includes(`${own === 'own' ? 'sk-own' : own}-of-first`), own)
  for (const name of ['anthropic', 'google']) {
    const [request] = requests(name)
    assert.doesNotMatch(text(request), /of-first|sk-first|reasoning_effort|own_field/)
  }
  assert.doesNotMatch(text(requests('google')[0]), /sk-second/)
  assert.doesNotMatch(text(requests('anthropic')[0]), /sk-third/)
})

test('another model of the same provider is called with its key and address, but without its other fields', async () => {
  const { fetch, requests } = scripted([{ status: 500 }, { value: jason }])
  const client = fromProvider(FIRST, {
    apiKey: 'sk-own',
    baseURL: 'https://proxy.example/v1',
    headers: { 'x-proxy': '1' },
    extraBody: { own_field: 1 },
    temperature: 0.5,
    httpRetries: 0,
    env: {},
    fetch,
    fallback: ['openai/gpt-4o'],
  })
  await client.create(call)
  const [, { url, headers, body }] = requests
  assert.match(url, /^https:\/\/proxy\.example\//)
  assert.deepEqual([headers.authorization, headers['x-proxy']], ['Bearer sk-own', '1'])
  assert.deepEqual([body.model, body.temperature, body.own_field], ['gpt-4o', 0.5, undefined])
})

test('the fetch of a wrapped SDK and a create function are not used for other providers', async () => {
  const real = globalThis.fetch
  const used = []
  const other = scripted([{ value: jason }, { value: jason }])
  globalThis.fetch = (url, init) => {
    used.push(url)
    return other.fetch(url, init)
  }
  try {
    const failing = async () => {
      throw Object.assign(new Error('busy'), { status: 503 })
    }
    const made = fromCreate(failing, { httpRetries: 0, env, fallback: [SECOND] })
    assert.deepEqual(await made.create(call), jason)
    let asked = 0
    const sdk = {
      baseURL: 'https://api.openai.com/v1',
      apiKey: 'sk-sdk',
      chat: { completions: { create() {} } },
      _options: {
        apiKey: 'sk-sdk',
        fetch: async () => {
          asked++
          return new Response('{"error":{"message":"no"}}', { status: 500 })
        },
      },
    }
    const wrapped = fromClient(sdk, { model: 'gpt-4o-mini', httpRetries: 0, env, fallback: [SECOND] })
    assert.deepEqual(await wrapped.create(call), jason)
    assert.deepEqual([asked, used.length], [1, 2])
    for (const url of used) assert.match(url, /api\.anthropic\.com/)
    assert.doesNotMatch(JSON.stringify(other.requests), /sk-sdk/)
  } finally {
    globalThis.fetch = real
  }
})

test('clients in the list have their own options, modes and hooks; the check of the first applies to all', async () => {
  const server = hosts({
    openai: [{ status: 401 }],
    mistral: [{ value: { name: 'Jo', age: 1 } }, { value: jason }],
  })
  const events = []
  const second = fromProvider('mistral/mistral-small-latest', {
    apiKey: 'sk-mistral',
    fetch: server.fetch,
    mode: 'MD_JSON',
    temperature: 0.1,
    extraBody: { own: 'second' },
    hooks: { 'completion:end': ({ error }, { provider }) => events.push(['own end', provider, error]) },
  })
  const client = fromProvider(FIRST, {
    apiKey: 'k',
    fetch: server.fetch,
    httpRetries: 0,
    temperature: 0.9,
    mode: 'TOOLS_STRICT',
    check: { age: (age) => (age < 18 ? 'An adult is expected' : undefined) },
    fallback: [second],
  })
  const [value, completion] = await client.createWithCompletion({ ...call, topP: 0.5 })
  assert.deepEqual([value, completion.mode, completion.provider], [jason, 'MD_JSON', 'mistral'])
  const [request] = server.requests('mistral')
  assert.deepEqual(
    [request.body.temperature, request.body.top_p, request.body.own, request.body.tools],
    [0.1, 0.5, 'second', undefined],
  )
  assert.deepEqual(events, [['own end', 'mistral', undefined]])
})

test('events belong to one call, and each names the provider, the model and the mode of its attempt', async () => {
  const seen = []
  const names = [
    'completion:kwargs',
    'completion:response',
    'completion:usage',
    'parse:error',
    'completion:error',
    'completion:last_attempt',
    'completion:end',
  ]
  const hooks = Object.fromEntries(
    names.map((name) => [name, (first, about) => seen.push({ name, first, about })]),
  )
  const { client } = cascade({ openai: [bad, bad], anthropic: [bad, { value: jason }] }, { hooks })
  const before = Date.now()
  await client.create(call)
  assert.equal(new Set(seen.map(({ about }) => about.callId)).size, 1)
  assert.equal(new Set(seen.map(({ about }) => about.startedAt)).size, 1)
  assert.ok(seen[0].about.startedAt >= before)
  const of = (name) => seen.filter((event) => event.name === name)
  assert.deepEqual(
    of('completion:kwargs').map(({ about }) => [about.attemptNumber, about.provider, about.model]),
    [
      [1, 'openai', 'gpt-4o-mini'],
      [2, 'openai', 'gpt-4o-mini'],
      [3, 'anthropic', 'claude-sonnet-4-5'],
      [4, 'anthropic', 'claude-sonnet-4-5'],
    ],
  )
  assert.deepEqual(
    of('completion:usage').map(({ first }) => first.totalTokens),
    [15, 30, 45, 60],
    'the event has the sum of all attempts',
  )
  assert.deepEqual(
    of('parse:error').map(({ about }) => [about.attemptNumber, about.maxAttempts, about.isLastAttempt]),
    [
      [1, 2, false],
      [2, 2, true],
      [3, 4, false],
    ],
  )
  assert.equal(of('completion:end').length, 1)
  const [end] = of('completion:end')
  assert.equal(end, seen.at(-1))
  assert.deepEqual(
    [end.first.error, end.about.attemptNumber, end.about.provider],
    [undefined, 4, 'anthropic'],
  )
})

test('a handler that two clients share is called once for an event', async () => {
  const server = scripted([{ status: 500 }, { value: jason }])
  let requests = 0
  let ends = 0
  const large = fromProvider('openai/gpt-4o', {
    apiKey: 'k',
    fetch: server.fetch,
    httpRetries: 0,
    hooks: { 'completion:kwargs': () => requests++, 'completion:end': () => ends++ },
  })
  const small = large.with({ model: 'gpt-4o-mini', fallback: [large] })
  await small.create(call)
  assert.deepEqual([requests, ends], [2, 1])
})

test('a stream of snapshots restarts with the next provider, for its reader and for a relay', async () => {
  const { client, order } = cascade({
    openai: [{ value: { name: 'Jas', age: 3 }, cut: true }],
    anthropic: [{ value: jason }],
  })
  const stream = client.createPartial(call)
  const patches = all(stream.patches())
  const relayed = readPartial(stream.toResponse())
  const copies = all(relayed)
  const snapshots = await all(stream)
  assert.deepEqual(order, ['openai', 'anthropic'])
  assert.deepEqual(snapshots.at(-1), jason)
  assert.deepEqual(await stream.final(), jason)
  assert.equal(stream.restarts, 1)
  assert.ok((await patches).some(({ op, path }) => op === 'reset' && path.length === 0))
  assert.deepEqual((await copies).at(-1), jason)
  assert.equal(relayed.restarts, 1)
  const completion = await stream.completion()
  assert.deepEqual([completion.provider, completion.attempts.length], ['anthropic', 2])
  assert.deepEqual(
    completion.attempts.map(({ provider }) => provider),
    ['openai', 'anthropic'],
  )
})

test('streams fail with the errors of all', async () => {
  const { client } = cascade({ openai: [{ status: 500 }], anthropic: [bad, bad] })
  const stream = client.createPartial(call)
  const error = await failure(() => all(stream))
  assert.ok(error instanceof InstructorRetryError)
  assert.deepEqual([error.failures.length, error.nAttempts], [2, 3])
  assert.equal(await failure(() => stream.final()), error)
})

test('elements that were delivered stay, and the next provider adds those that are missing', async () => {
  const first = [
    { name: 'Ann', age: 1 },
    { name: 'Bob', age: 2 },
    { name: 'Cid', age: 3 },
  ]
  const second = [{ age: 1, name: 'Ann' }, first[1], { name: 'Ann', age: 1 }, { name: 'Dan', age: 4 }]
  const { client } = cascade({
    openai: [{ value: { tasks: first }, cut: 900, piece: 10 }],
    anthropic: [{ value: { tasks: second } }],
  })
  const ends = []
  client.on('completion:end', ({ error }) => ends.push(error))
  const stream = client.createIterable(call)
  const seen = await all(stream)
  const delivered = seen.slice(
    0,
    seen.findIndex(({ name }) => name === 'Dan'),
  )
  assert.ok(delivered.length >= 1)
  assert.deepEqual(
    seen.filter(({ name }) => name === 'Ann').length,
    2,
    'a second equal element is one of the list',
  )
  assert.equal(seen.filter(({ name }) => name === 'Bob').length, 1)
  assert.deepEqual(seen.at(-1), { name: 'Dan', age: 4 })
  assert.deepEqual(await stream.final(), seen)
  assert.equal(stream.restarts, 1)
  assert.deepEqual(ends, [undefined])
})

test('a list whose attempts are used up in the middle continues with the next provider', async () => {
  const list = (...ages) => ({ value: { tasks: ages.map((age) => ({ name: `n${age}`, age })) } })
  const { client } = cascade({
    openai: [list(1, 2, 'x'), list(1, 2, 'x')],
    anthropic: [list(1, 'y'), list(2, 3)],
  })
  const stream = client.createIterable(call)
  assert.deepEqual(
    (await all(stream)).map(({ age }) => age),
    [1, 2, 3],
  )
  assert.deepEqual(
    (await stream.final()).map(({ age }) => age),
    [1, 2, 3],
  )
  assert.equal((await stream.completion()).attempts.length, 4)
})

test('leaving a stream ends the call of the current provider and reports one end', async () => {
  const ends = []
  const { client, requests } = cascade(
    { openai: [{ status: 500 }], anthropic: [{ value: { name: 'J'.repeat(500), age: 3 }, pace: 5 }] },
    { hooks: { 'completion:end': ({ error }, { provider }) => ends.push([error?.name, provider]) } },
  )
  for await (const _ of client.createPartial(call)) break
  await new Promise((done) => setTimeout(done, 50))
  assert.equal(requests('anthropic')[0].state.cancelled, true)
  assert.deepEqual(ends, [['AbortError', 'anthropic']])
})

test('wrong entries are refused at once, by the client and by the call', async () => {
  const fetch = () => assert.fail('no request')
  const client = fromProvider(FIRST, { env, fetch })
  for (const [fallback, parameter, message] of [
    ['anthropic/claude', 'fallback', /must be a list/],
    [['nobody/model'], 'fallback[0]', /nobody/],
    [['claude-sonnet-4-5'], 'fallback[0]', /provider/],
    [[SECOND, 5], 'fallback[1]', /must be 'provider\/model', or a client/],
    [[{ provider: 'x' }], 'fallback[0]', /must be 'provider\/model', or a client/],
    [[FIRST], 'fallback[0]', /the client itself/],
    [[SECOND, 'groq/llama-3.3-70b-versatile'], 'fallback[1]', /GROQ_API_KEY.*fromProvider\('groq/],
  ]) {
    const errors = [
      () => fromProvider(FIRST, { env, fetch, fallback }),
      () => client.with({ fallback }),
      () => client.createPartial({ ...call, fallback }),
      () => client.createIterable({ ...call, fallback }),
    ].map((make) => {
      try {
        make()
      } catch (error) {
        return error
      }
      throw new Error(`${JSON.stringify(fallback)} is accepted`)
    })
    for (const error of [...errors, await failure(() => client.create({ ...call, fallback }))]) {
      assert.ok(error instanceof ConfigurationError, String(error))
      assert.equal(error.parameter, parameter)
      assert.match(error.message, message)
    }
  }
  for (const more of [
    { fallbackOn: 500 },
    { fallbackOn: ['NetworkError'] },
    { fallbackAfter: 0 },
    { fallbackAfter: '5' },
  ])
    for (const run of [
      () => client.create({ ...call, fallback: [SECOND], ...more }),
      () => client.with({ fallback: [SECOND], ...more }).create(call),
      () => all(client.createPartial({ ...call, fallback: [SECOND], ...more })),
    ]) {
      const error = await failure(run)
      assert.deepEqual([error.name, error.parameter], ['ConfigurationError', Object.keys(more)[0]])
    }
})

test('a loop is refused', async () => {
  const { client } = cascade({ openai: [], anthropic: [] })
  assert.match(
    (await failure(() => client.create({ ...call, fallback: [client] }))).message,
    /the client itself/,
  )
  assert.throws(() => client.with({ fallback: [client] }), { parameter: 'fallback' })
  const other = fromProvider(SECOND, { env, fallback: [client] })
  assert.match(
    (await failure(() => client.create({ ...call, fallback: [other] }))).message,
    /the client itself/,
  )
})

test('the clients of a client in the list are tried after it, each client once', async () => {
  const server = hosts({
    openai: [{ status: 500 }],
    anthropic: [{ status: 500 }],
    google: [{ value: jason }],
  })
  const options = { env, fetch: server.fetch, httpRetries: 0 }
  const third = fromProvider(THIRD, options)
  const second = fromProvider(SECOND, { ...options, fallback: [third] })
  const client = fromProvider(FIRST, { ...options, fallback: [second, third] })
  assert.deepEqual(await client.create(call), jason)
  assert.deepEqual(server.order, ['openai', 'anthropic', 'google'])
})

test('with() and the call replace the list of the client', async () => {
  const { client, order } = cascade({
    openai: [{ status: 500 }, { status: 500 }, { status: 500 }],
    google: [{ value: jason }, { value: jason }],
    anthropic: [],
  })
  assert.deepEqual(await client.with({ fallback: [THIRD] }).create(call), jason)
  assert.deepEqual(await client.create({ ...call, fallback: [THIRD] }), jason)
  const error = await failure(() => client.create({ ...call, fallback: [] }))
  assert.equal(error.status, 500)
  assert.deepEqual(order, ['openai', 'google', 'openai', 'google', 'openai'])
})

test('a batch refuses a fallback', () => {
  const { client } = cascade({ openai: [], anthropic: [] })
  assert.throws(() => client.batch([call]), {
    name: 'ConfigurationError',
    parameter: 'fallback',
    message: /one provider/,
  })
  const plain = client.with({ fallback: [] })
  assert.throws(() => plain.batch([{ ...call, fallback: [SECOND] }]), { parameter: 'fallback' })
  plain.batch([call])
})

test('answers come from the cache of the provider that gave them', async () => {
  const { client, order } = cascade(
    { openai: [{ status: 500 }, { status: 500 }], anthropic: [{ value: jason }] },
    { cache: true },
  )
  await client.create(call)
  const [value, completion] = await client.createWithCompletion(call)
  assert.deepEqual([value, completion.cached, completion.provider], [jason, true, 'anthropic'])
  assert.deepEqual(order, ['openai', 'anthropic', 'openai'])
})

test('buildRequest and the raw answer are those of one provider', async () => {
  const { client } = cascade({ openai: [{ status: 500 }], anthropic: [{ text: 'Hello' }] })
  assert.match(client.buildRequest(call).url, /openai/)
  assert.doesNotMatch(client.buildRequest(call).body, /fallback/)
  const raw = await client.create({ responseModel: null, messages })
  assert.equal(raw.content[0].text, 'Hello')
})

test('transformed values of a schema library come through the stream of elements', async () => {
  const Age = z.object({ age: z.number().transform((age) => `${age} years`) })
  const { client } = cascade({
    openai: [{ value: { tasks: [{ age: 1 }, { age: 2 }] }, cut: 620, piece: 4 }],
    anthropic: [{ value: { tasks: [{ age: 1 }, { age: 2 }] } }],
  })
  const seen = await all(client.createIterable({ responseModel: Age, messages }))
  assert.deepEqual(seen, [{ age: '1 years' }, { age: '2 years' }])
})

test('a model that is missing in the page counts as a failure of its call', async () => {
  const server = hosts({ openai: [{ value: jason }] })
  const page = fromProvider('chrome/gemini-nano', { fallback: [FIRST], env, fetch: undefined })
  const remote = fromProvider(FIRST, { env, fetch: server.fetch })
  assert.deepEqual(await page.with({ fallback: [remote] }).create(call), jason)
  assert.throws(() => fromProvider('chrome/gemini-nano'), { code: 'unavailable' })
  const absent = {
    availability: async () => 'unavailable',
    create: async () => assert.fail('not available'),
  }
  const other = hosts({ openai: [{ value: jason }] })
  const client = fromProvider('chrome/gemini-nano', {
    languageModel: absent,
    fallback: [fromProvider(FIRST, { env, fetch: other.fetch })],
  })
  assert.deepEqual(await client.create(call), jason)
})

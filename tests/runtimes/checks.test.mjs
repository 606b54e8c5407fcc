/** `check` of calls and clients, functions as `responseModel`, `llmValidator` and `moderation`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { iterable, llmValidator, maybe, moderation } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import OpenAI from 'openai'
import * as v from 'valibot'
import * as z from 'zod'
import * as z3 from 'zod3'
import { all, clientOf, failure, jason, messages, User } from './support.mjs'

const PROVIDERS = ['openai/gpt-4o-mini', 'anthropic/claude-sonnet-4-5', 'google/gemini-2.5-flash']
const call = { responseModel: User, messages }
const old = { name: 'Ada', age: 136 }
/** A check that refuses ages above 120. */
const plausible = ({ age }) => (age > 120 ? [{ path: ['age'], message: 'No person is that old' }] : undefined)
const body = (request) => JSON.stringify(request.body)

for (const model of PROVIDERS) {
  test(`${model}: a check that finds a problem leads to a reask, whole and streamed`, async () => {
    for (const run of [
      (client) => client.create({ ...call, check: plausible }),
      (client) => client.createPartial({ ...call, check: plausible }).final(),
    ]) {
      const { client, requests } = clientOf([{ value: old }, { value: jason }], {}, model)
      assert.deepEqual(await run(client), jason)
      assert.equal(requests.length, 2)
      assert.match(body(requests[1]), /age: No person is that old/)
    }
  })

  test(`${model}: the elements of a streamed list are checked as they close`, async () => {
    const script = [{ value: { tasks: [jason, old] } }, { value: { tasks: [{ name: 'Ada', age: 36 }] } }]
    const { client, requests } = clientOf(script, {}, model)
    const found = await all(client.createIterable({ ...call, check: plausible }))
    assert.deepEqual(found, [jason, { name: 'Ada', age: 36 }])
    assert.match(body(requests[1]), /No person is that old/)
  })
}

test('a check gets the value of the library, context, attempt, signal and path', async () => {
  const seen = []
  const responseModel = z.object({ at: z.string().transform((text) => new Date(text)) })
  const { client } = clientOf([{ value: { at: '2026-01-01' } }, { value: { at: '2027-01-01' } }])
  const context = { year: 2027 }
  const check = (value, about) => {
    seen.push([
      value.at.getUTCFullYear(),
      about.attempt,
      about.context,
      about.path,
      about.signal instanceof AbortSignal,
    ])
    return value.at.getUTCFullYear() === about.context.year ? '' : 'wrong year'
  }
  const value = await client.create({ responseModel, prompt: 'x', context, check })
  assert.equal(value.at.getUTCFullYear(), 2027)
  assert.deepEqual(seen, [
    [2026, 1, context, [], true],
    [2027, 2, context, [], true],
  ])
})

test('the attempt of a check counts answers, not HTTP retries', async () => {
  const seen = []
  const { client } = clientOf([
    { status: 503, headers: { 'retry-after': '0' } },
    { value: old },
    { value: { tasks: [] } },
    { value: jason },
  ])
  const check = (value, { attempt }) => {
    seen.push(attempt)
    return plausible(value)
  }
  await client.create({ ...call, check })
  assert.deepEqual(seen, [1, 3])
})

test('checks run after the structure is valid, all at once, once per answer', async () => {
  const log = []
  const slow = (name) => async (value) => {
    log.push(`${name} begins`)
    await new Promise((done) => setTimeout(done, 10))
    log.push(`${name} ends`)
    return value === undefined ? 'missing' : undefined
  }
  const { client } = clientOf([{ value: { name: 'Jason', age: 'x' } }, { value: jason }], {
    check: slow('client'),
  })
  await client.create({ ...call, check: { name: slow('name'), age: slow('age') } })
  assert.deepEqual(log.slice(0, 3), ['client begins', 'name begins', 'age begins'])
  assert.equal(log.length, 6)
})

test('the issues of all checks are reported at once, with their paths', async () => {
  const check = { name: () => 'too short', age: () => ['too low', 'odd'].map((message) => ({ message })) }
  const { client } = clientOf([{ value: jason }], { check: () => 'not a person', maxRetries: 0 })
  const { cause } = await failure(() => client.create({ ...call, check }))
  assert.deepEqual(
    cause.issues.map(({ path, message }) => [path.join('.'), message]),
    [
      ['', 'not a person'],
      ['name', 'too short'],
      ['age', 'too low'],
      ['age', 'odd'],
    ],
  )
})

test('paths go through lists, indexes and any key; a missing value is not checked', async () => {
  const Item = z.object({ price: z.number(), tags: z.array(z.string()).optional() })
  const responseModel = z.object({ items: z.array(Item), by: z.record(z.string(), z.number()) })
  const value = { items: [{ price: 1, tags: ['a', 'b'] }, { price: -2 }], by: { x: 3, y: 4 } }
  const seen = {}
  const note =
    (name) =>
    (found, { path }) => {
      seen[name] ??= []
      seen[name].push([path.join('/'), found])
    }
  const names = [
    'items.price',
    'items.0.price',
    'items.tags',
    'items.tags.*',
    'by.*',
    'by.z',
    'items.5.price',
    'toString',
    'items.length',
  ]
  const { client } = clientOf([{ value }])
  await client.create({
    responseModel,
    messages,
    check: Object.fromEntries(names.map((name) => [name, note(name)])),
  })
  assert.deepEqual(seen, {
    'items.price': [
      ['items/0/price', 1],
      ['items/1/price', -2],
    ],
    'items.0.price': [['items/0/price', 1]],
    'items.tags': [['items/0/tags', ['a', 'b']]],
    'items.tags.*': [
      ['items/0/tags/0', 'a'],
      ['items/0/tags/1', 'b'],
    ],
    'by.*': [
      ['by/x', 3],
      ['by/y', 4],
    ],
  })
})

test('checks of lists, of maybe, of parallel tools and of plain JSON Schema', async () => {
  const { client } = clientOf([{ value: { tasks: [jason, old] } }], { maxRetries: 0 })
  const list = await failure(() =>
    client.create({ ...call, responseModel: iterable(User), stream: false, check: plausible }),
  )
  assert.deepEqual(list.cause.issues[0].path, [1, 'age'])

  const wrapped = clientOf([{ value: { result: old, error: false, message: null } }], { maxRetries: 0 })
  const none = await failure(() =>
    wrapped.client.create({
      ...call,
      responseModel: maybe(User),
      check: { 'result.age': (age) => (age > 120 ? 'old' : '') },
    }),
  )
  assert.deepEqual(none.cause.issues[0].path, ['result', 'age'])

  const Other = z.object({ city: z.string() }).meta({ title: 'Other' })
  const tools = clientOf([
    {
      toolCalls: [
        { name: 'User', arguments: jason },
        { name: 'Other', arguments: { city: 'Rome' } },
      ],
    },
  ])
  let seen
  await tools.client.create({
    ...call,
    responseModel: [User, Other],
    check: (values) => void (seen = values),
  })
  assert.deepEqual(seen, [jason, { city: 'Rome' }])

  const schema = { type: 'object', properties: { age: { type: 'integer' } }, required: ['age'] }
  const plain = clientOf([{ value: { age: 200 } }, { value: { age: 20 } }])
  assert.deepEqual(await plain.client.create({ responseModel: schema, messages, check: plausible }), {
    age: 20,
  })
})

test('parseResponse runs the checks; the raw answer has none', async () => {
  const { client } = clientOf([{ value: jason }])
  const answer = { choices: [{ message: { content: JSON.stringify(old) } }] }
  const error = await failure(() =>
    client.parseResponse({ ...call, mode: 'JSON', check: plausible }, { body: answer }),
  )
  assert.equal(error.name, 'ValidationError')
  assert.match(error.message, /No person is that old/)
  let ran = false
  await client.create({ responseModel: null, messages, check: () => void (ran = true) })
  assert.equal(ran, false)
})

test('a check that throws, or returns something else, ends the call', async () => {
  const thrown = new Error('database is down')
  const { client, requests } = clientOf([{ value: jason }, { value: jason }, { value: jason }])
  assert.equal(
    await failure(() =>
      client.create({
        ...call,
        check: async () => {
          throw thrown
        },
      }),
    ),
    thrown,
  )
  for (const result of [false, 5]) {
    const error = await failure(() => client.create({ ...call, check: () => result }))
    assert.equal(error.parameter, 'check')
    assert.match(error.message, /must return/)
  }
  assert.equal(requests.length, 3)
})

test('a check that is not a function is refused before a request is sent', async () => {
  const { client, requests } = clientOf([])
  for (const check of ['x', [() => ''], { age: 5 }, true])
    assert.equal((await failure(() => client.create({ ...call, check }))).parameter, 'check', String(check))
  assert.throws(() => clientOf([], { check: 5 }), { parameter: 'check' })
  assert.match(
    (await failure(() => client.create({ ...call, checks: plausible }))).message,
    /Did you mean check/,
  )
  assert.equal(requests.length, 0)
})

test('an abort ends a running check, and its signal is aborted', async () => {
  const { client } = clientOf([{ value: jason }])
  const controller = new AbortController()
  let signal
  const check = (_, about) => {
    signal = about.signal
    controller.abort(new Error('enough'))
    return new Promise(() => {})
  }
  assert.equal(
    (await failure(() => client.create({ ...call, check, signal: controller.signal }))).message,
    'enough',
  )
  assert.ok(signal.aborted)
})

test('an answer from the cache is checked, too', async () => {
  const cache = new Map()
  const { client, requests } = clientOf([{ value: old }, { value: jason }], { cache })
  assert.deepEqual(await client.create(call), old)
  assert.deepEqual(await client.create({ ...call, check: plausible }), jason)
  assert.equal(requests.length, 2)
})

test('client.with keeps the check of the client', async () => {
  const { client, requests } = clientOf([{ value: old }, { value: jason }], { check: plausible })
  assert.deepEqual(await client.with({ mode: 'JSON' }).create(call), jason)
  assert.equal(requests.length, 2)
})

// -- functions of the context ----------------------------------------------------------------------------------------

test('responseModel as a function of the context, whole and streamed', async () => {
  const responseModel = ({ max }) => z.object({ n: z.number().max(max) })
  for (const run of [
    (client, params) => client.create(params),
    (client, params) => client.createPartial(params).final(),
    async (client, params) => (await all(client.createIterable({ ...params, messages })))[0],
  ]) {
    const { client, requests } = clientOf([
      { value: { n: 9, tasks: [{ n: 9 }] } },
      { value: { n: 4, tasks: [{ n: 4 }] } },
    ])
    assert.deepEqual(await run(client, { responseModel, prompt: 'x', context: { max: 5 } }), { n: 4 })
    assert.equal(requests.length, 2)
    assert.match(body(requests[0]), /"maximum":5/)
  }
  const { client } = clientOf([{ value: { n: 1 } }])
  assert.deepEqual(await client.create({ responseModel: () => z.object({ n: z.number() }), messages }), {
    n: 1,
  })
})

test('classes and functions that return no schema are refused', async () => {
  const { client } = clientOf([])
  class Plain {}
  for (const responseModel of [Plain, () => 5, () => undefined, Date]) {
    const error = await failure(() => client.create({ responseModel, messages }))
    assert.equal(error.name, 'ConfigurationError', String(responseModel))
    assert.equal(error.parameter, 'responseModel')
  }
})

// -- llmValidator ------------------------------------------------------------------------------------------------------

const RULE = 'no objectionable things'
const Answer = { name: z.string(), text: z.string() }
const rude = { name: 'Bot', text: 'You fool' }
const kind = { name: 'Bot', text: 'Dear friend' }

/** A client that judges: texts with "fool" are not valid. */
function judging(options = {}) {
  const verdict = ({ body: { messages: turns } }) => {
    const bad = turns.at(-1).content.includes('fool')
    return {
      value: {
        is_valid: !bad,
        reason: bad ? 'It is an insult' : null,
        fixed_value: bad ? 'My friend' : null,
      },
    }
  }
  const { client, requests } = clientOf(Array(40).fill(verdict), options)
  return { judge: client, judgements: requests }
}

const PLACES = {
  'check by path': (polite) => ({ responseModel: z.object(Answer), check: { text: polite } }),
  'superRefine of Zod 4': (polite) => ({
    responseModel: z.object({ ...Answer, text: z.string().superRefine(polite) }),
  }),
  'superRefine of a whole Zod 4 object': (polite) => ({
    responseModel: z.object(Answer).superRefine(polite),
  }),
  'superRefine of Zod 3': (polite) => ({
    responseModel: z3.object({ name: z3.string(), text: z3.string().superRefine(polite) }),
  }),
  'checkAsync of Valibot': (polite) => ({
    responseModel: v.objectAsync({
      name: v.string(),
      text: v.pipeAsync(v.string(), v.checkAsync(polite, polite.message)),
    }),
  }),
  'rawCheckAsync of Valibot': (polite) => ({
    responseModel: v.objectAsync({
      name: v.string(),
      text: v.pipeAsync(v.string(), v.rawCheckAsync(polite)),
    }),
  }),
}

for (const [place, params] of Object.entries(PLACES)) {
  test(`llmValidator as ${place}: only when the structure is valid, once per answer, its reason and usage count`, async () => {
    for (const stream of [false, true]) {
      const { judge, judgements } = judging()
      const polite = llmValidator(RULE, { client: judge })
      const broken = { name: 5, text: 'You fool' }
      const { client, requests } = clientOf([{ value: broken }, { value: rude }, { value: kind }])
      const whole = { messages, ...params(polite) }
      const [value, completion] = stream
        ? await (async () => {
            const made = client.createPartial(whole)
            return [await made.final(), await made.completion()]
          })()
        : await client.createWithCompletion(whole)
      assert.deepEqual(value, kind)
      assert.equal(requests.length, 3)
      assert.match(body(requests[2]), /It is an insult/)
      // Not for the answer with the wrong structure.
      assert.equal(judgements.length, 2)
      assert.match(body(judgements[0]), /no objectionable things/)
      assert.equal(completion.usage.totalTokens, 3 * 15 + 2 * 15)
      assert.equal(completion.usage.inputTokens, 5 * 10)
    }
  })
}

test('validators of one answer run at the same time, and their usage is in the error of the call', async () => {
  let open = 0
  let most = 0
  const slow = async () => {
    most = Math.max(most, ++open)
    await new Promise((done) => setTimeout(done, 10))
    open -= 1
    return { value: { is_valid: false, reason: 'no' } }
  }
  const { client: judge } = clientOf(Array(8).fill(slow))
  const polite = llmValidator(RULE, { client: judge })
  for (const params of [
    { responseModel: z.object(Answer), check: { text: polite, name: polite } },
    {
      responseModel: z.object({ name: z.string().superRefine(polite), text: z.string().superRefine(polite) }),
    },
  ]) {
    most = 0
    const { client } = clientOf([{ value: rude }], { maxRetries: 0 })
    const error = await failure(() => client.create({ messages, ...params }))
    assert.equal(most, 2)
    assert.deepEqual(
      error.cause.issues.map(({ message }) => message),
      ['no', 'no'],
    )
    assert.equal(error.totalUsage.totalTokens, 45)
  }
})

test('concurrent calls count the usage of their validators only', async () => {
  const { judge } = judging()
  const polite = llmValidator(RULE, { client: judge })
  const responseModel = z.object({ ...Answer, text: z.string().superRefine(polite) })
  const runs = [
    [{ value: kind }],
    [{ value: rude }, { value: kind }],
    [{ value: rude }, { value: rude }, { value: kind }],
  ]
  const usages = await Promise.all(
    runs.map(async (script) => {
      const [, { usage }] = await clientOf(script).client.createWithCompletion({ responseModel, messages })
      return usage.totalTokens
    }),
  )
  assert.deepEqual(usages, [30, 60, 90])
})

test('allowOverride takes the suggested value, as check and in transform', async () => {
  for (const option of ['allowOverride', 'allow_override']) {
    const { judge } = judging()
    const polite = llmValidator(RULE, { client: judge, [option]: true })
    for (const params of [
      { responseModel: z.object(Answer), check: { text: polite } },
      { responseModel: z.object({ ...Answer, text: z.string().transform(polite.fix) }) },
    ]) {
      const { client, requests } = clientOf([{ value: rude }])
      assert.deepEqual(await client.create({ messages, ...params }), { name: 'Bot', text: 'My friend' })
      assert.equal(requests.length, 1)
    }
  }
  const { judge } = judging()
  const strictly = llmValidator(RULE, { client: judge })
  const responseModel = z.object({ ...Answer, text: z.string().transform(strictly.fix) })
  const { client } = clientOf([{ value: rude }, { value: kind }])
  assert.deepEqual(await client.create({ messages, responseModel }), kind)
})

test('the judging model, and an abort of the call aborts the judgement', async () => {
  const { judge, judgements } = judging()
  const { client } = clientOf([{ value: kind }, { value: kind }])
  const responseModel = z.object(Answer)
  await client.create({
    messages,
    responseModel,
    check: { text: llmValidator(RULE, { client: judge, model: 'gpt-4.1' }) },
  })
  assert.equal(judgements[0].body.model, 'gpt-4.1')
  const controller = new AbortController()
  const hanging = (_url, { signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
      controller.abort(new Error('enough'))
    })
  const stuck = llmValidator(RULE, { client: clientOf([], { fetch: hanging }).client })
  const error = await failure(() =>
    client.create({ messages, responseModel, check: { text: stuck }, signal: controller.signal }),
  )
  assert.equal(error.message, 'enough')
})

test('a judgement that fails ends the call with its error; wrong options are refused', async () => {
  const { client: judge } = clientOf([{ status: 401 }])
  const { client } = clientOf([{ value: kind }])
  const polite = llmValidator(RULE, { client: judge })
  const error = await failure(() =>
    client.create({ messages, responseModel: z.object(Answer), check: { text: polite } }),
  )
  assert.equal(error.status, 401)
  assert.throws(() => llmValidator('', { client }), { parameter: 'rule' })
  for (const options of [undefined, {}, { client: {} }])
    assert.throws(() => llmValidator(RULE, options), { parameter: 'client' })
})

test('outside of a call a validator judges at once', async () => {
  const { judge } = judging()
  const polite = llmValidator(RULE, { client: judge })
  assert.equal(await polite('You fool'), false)
  assert.equal(polite.message({ input: 'You fool' }), 'It is an insult')
  assert.equal(await polite('Dear friend'), true)
  assert.equal(polite.message({ input: 'unknown' }), `The value does not follow the rule: ${RULE}`)
  const parsed = await z.string().superRefine(polite).safeParseAsync('You fool')
  assert.equal(parsed.error.issues[0].message, 'It is an insult')
})

// -- moderation --------------------------------------------------------------------------------------------------------

const flagged = (request) => {
  const bad = JSON.parse(request.body ?? '{}').input?.includes('fool')
  return { id: 'm', results: [{ flagged: bad, categories: { harassment: bad, violence: false } }] }
}

/** A fetch that returns moderations and records them. */
function moderating() {
  const requests = []
  const fetch = async (url, init) => {
    requests.push({
      url: String(url),
      headers: Object.fromEntries(new Headers(init.headers)),
      body: JSON.parse(init.body),
    })
    return Response.json(flagged(init))
  }
  return { fetch, requests }
}

test("moderation through a client of this package and through OpenAI's SDK", async () => {
  const options = { apiKey: 'sk-moderation' }
  const clients = [
    (fetch) => clientOf([], { ...options, fetch }).client,
    (fetch) => new OpenAI({ ...options, fetch }),
    (fetch) => clientOf([], { apiKey: async () => 'sk-moderation', fetch }, 'openai/gpt-5-pro').client,
  ]
  for (const make of clients) {
    const { fetch, requests } = moderating()
    const safe = moderation({ client: make(fetch), model: 'omni-moderation-latest' })
    const { client, requests: sent } = clientOf([{ value: rude }, { value: kind }])
    assert.deepEqual(
      await client.create({ messages, responseModel: z.object(Answer), check: { text: safe } }),
      kind,
    )
    assert.match(body(sent[1]), /flagged for harassment/)
    assert.doesNotMatch(body(sent[1]), /violence/)
    assert.deepEqual(
      requests.map(({ url, body: { input, model } }) => [url, input, model]),
      [
        ['https://api.openai.com/v1/moderations', 'You fool', 'omni-moderation-latest'],
        ['https://api.openai.com/v1/moderations', 'Dear friend', 'omni-moderation-latest'],
      ],
    )
    assert.equal(requests[0].headers.authorization, 'Bearer sk-moderation')
  }
  assert.throws(() => moderation({}), { parameter: 'client' })
})

test('a moderation in superRefine, and its errors', async () => {
  const { fetch, requests } = moderating()
  const safe = moderation({ client: clientOf([], { fetch }).client })
  const { client } = clientOf([{ value: { ...rude, name: 5 } }, { value: rude }, { value: kind }])
  const responseModel = z.object({ ...Answer, text: z.string().superRefine(safe) })
  assert.deepEqual(await client.create({ messages, responseModel }), kind)
  assert.equal(requests.length, 2)
  const { fetch: denied } = scripted([{ status: 401 }])
  const error = await failure(() => moderation({ client: clientOf([], { fetch: denied }).client })('text'))
  assert.equal(error.status, 401)
})

/** Schemas that no JSON answer can match are refused before anything is sent, with their path and a replacement. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { type } from 'arktype'
import { ConfigurationError } from 'instructor-wasm'
import * as v from 'valibot'
import * as z from 'zod'
import * as zm from 'zod/mini'
import * as z3 from 'zod3'
import { all, clientOf, failure, messages, User } from './support.mjs'

const unhandled = []
process.on('unhandledRejection', (reason) => unhandled.push(reason))

const never = () => {
  throw new Error('not called')
}

/** Types without a JSON form, by library: the schema and a word of the remedy. */
const refused = {
  'Zod 4': [
    ['date', z.date(), /z\.coerce\.date\(\).*z\.iso\.datetime/],
    ['map', z.map(z.string(), z.number()), /z\.record.*new Map/],
    ['set', z.set(z.string()), /z\.array.*new Set/],
    ['bigint', z.bigint(), /z\.coerce\.bigint/],
    ['bigint', z.int64(), /z\.coerce\.bigint/],
    ['custom', z.custom(), /Begin with that form/],
    ['custom', z.instanceof(Date), /Begin with that form/],
    ['function', z.function(), /Leave the field out/],
    ['undefined', z.undefined(), /optional/],
    ['void', z.void(), /optional/],
    ['symbol', z.symbol(), /z\.string/],
    ['nan', z.nan(), /nullable/],
    ['promise', z.promise(z.string()), /inside it/],
    ['never', z.never(), /Leave the field out/],
    ['file', z.file(), /z\.string/],
    ['transform', z.transform(never), /z\.string/],
    ['literal', z.literal(4n), /numbers/],
    ['literal', z.literal(undefined), /numbers/],
    ['date', z.union([z.string(), z.date()]), /coerce/],
    ['union', z.union([z.undefined(), z.never()]), /members/],
  ],
  'Zod Mini': [
    ['date', zm.date(), /coerce/],
    ['map', zm.map(zm.string(), zm.number()), /record/],
    ['set', zm.set(zm.string()), /array/],
    ['bigint', zm.bigint(), /coerce/],
    ['custom', zm.custom(), /Begin/],
    ['custom', zm.instanceof(Date), /Begin/],
    ['function', zm.function(), /Leave/],
    ['undefined', zm.undefined(), /optional/],
    ['void', zm.void(), /optional/],
    ['symbol', zm.symbol(), /string/],
    ['nan', zm.nan(), /nullable/],
    ['promise', zm.promise(zm.string()), /inside/],
    ['never', zm.never(), /Leave/],
    ['file', zm.file(), /string/],
    ['literal', zm.literal(4n), /numbers/],
  ],
  'Zod 3': [
    ['date', z3.date(), /coerce/],
    ['map', z3.map(z3.string(), z3.number()), /record/],
    ['set', z3.set(z3.string()), /array/],
    ['bigint', z3.bigint(), /coerce/],
    ['custom', z3.custom(() => true), /Begin/],
    ['custom', z3.instanceof(Date), /Begin/],
    ['function', z3.function(), /Leave/],
    ['undefined', z3.undefined(), /optional/],
    ['void', z3.void(), /optional/],
    ['symbol', z3.symbol(), /string/],
    ['nan', z3.nan(), /nullable/],
    ['promise', z3.promise(z3.string()), /inside/],
    ['never', z3.never(), /Leave/],
    ['literal', z3.literal(4n), /numbers/],
  ],
  Valibot: [
    ['date', v.date(), /isoTimestamp/],
    ['map', v.map(v.string(), v.number()), /v\.record/],
    ['set', v.set(v.string()), /v\.array/],
    ['bigint', v.bigint(), /v\.digits/],
    ['custom', v.custom(() => true), /Begin/],
    ['instance', v.instance(Date), /Begin/],
    ['function', v.function(), /Leave/],
    ['undefined', v.undefined(), /optional/],
    ['void', v.void(), /optional/],
    ['symbol', v.symbol(), /v\.string/],
    ['nan', v.nan(), /nullable/],
    ['promise', v.promise(), /schema of the value/],
    ['never', v.never(), /Leave/],
    ['file', v.file(), /v\.string/],
    ['blob', v.blob(), /v\.string/],
    ['literal', v.literal(4n), /numbers/],
  ],
}
const of = { 'Zod 4': z, 'Zod Mini': zm, 'Zod 3': z3, Valibot: v }

for (const [library, kinds] of Object.entries(refused))
  test(`${library}: kinds without a JSON form are refused with path and remedy, before anything is sent`, async () => {
    const s = of[library]
    for (const [kind, schema, remedy] of kinds) {
      const places = [
        [s.object({ deep: s.object({ f: schema }) }), 'deep.f'],
        [s.object({ rows: s.array(s.object({ 'the key': schema })) }), 'rows[]["the key"]'],
        [s.object({ pair: s.tuple([s.string(), s.object({ f: schema })]) }), 'pair[1].f'],
      ]
      if (kind === 'date') places.push([s.object({ at: s.array(schema) }), 'at[]'])
      for (const [responseModel, path] of places)
        for (const run of ['create', 'createPartial', 'createIterable']) {
          const { client, requests } = clientOf([])
          const error = await failure(async () => {
            const result = client[run]({ responseModel, messages })
            await (result.final?.() ?? result)
          })
          assert.ok(error instanceof ConfigurationError, `${kind} ${path}: ${error}`)
          assert.ok(
            error.message.includes(
              ` ${path}: ${library === 'Valibot' ? 'v' : 'z'}.${kind}() has no JSON form.`,
            ),
            error.message,
          )
          assert.match(error.message, remedy)
          assert.equal(error.parameter, 'responseModel')
          assert.equal(requests.length, 0)
        }
    }
  })

test('ArkType: types that its converter writes as {} are refused with path and remedy', async () => {
  for (const [kind, remedy] of [
    ['Date', /string\.date\.iso\.parse/],
    ['bigint', /number\.integer/],
    ['Set', /new Set/],
    ['Map', /new Map/],
    ['symbol', /Begin with a JSON type/],
    ['undefined', /optional/],
  ]) {
    for (const [responseModel, path] of [
      [type({ deep: { f: kind } }), 'deep.f'],
      [type({ rows: type({ f: kind }).array() }), 'rows[].f'],
      [type({ rows: type({ f: kind }).or('string') }), 'rows.f'],
    ]) {
      const { client, requests } = clientOf([])
      const error = await failure(() => client.create({ responseModel, messages }))
      assert.ok(error instanceof ConfigurationError, `${kind}: ${error}`)
      assert.ok(error.message.includes(` ${path}: ${kind} has no JSON form.`), error.message)
      assert.match(error.message, remedy)
      assert.equal(requests.length, 0)
    }
  }
  const responseModel = type({ at: 'string.date.iso.parse', note: 'string | undefined', any: 'unknown' })
  const { client, requests } = clientOf([{ value: { at: '2024-01-01T00:00:00Z', note: 'x', any: 1 } }])
  assert.equal((await client.create({ responseModel, messages })).at.getTime(), Date.UTC(2024, 0, 1))
  const { properties } = requests[0].body.tools[0].function.parameters
  assert.deepEqual(properties.any, {})
  assert.equal(JSON.stringify(properties).includes('refused'), false)
})

test("the remedies work: the value is created from the model's answer", async () => {
  const at = '2024-05-06T07:08:09.000Z'
  const toMap = (entries) => new Map(Object.entries(entries))
  const toSet = (items) => new Set(items)
  for (const [schema, form, given, value] of [
    [z.coerce.date(), { type: 'string', format: 'date-time' }, at, new Date(at)],
    [z3.coerce.date(), { type: 'string', format: 'date-time' }, at, new Date(at)],
    [zm.coerce.date(), { type: 'string', format: 'date-time' }, at, new Date(at)],
    [
      z.coerce.bigint(),
      { type: 'string', pattern: '^-?[0-9]+$' },
      '12345678901234567890',
      12345678901234567890n,
    ],
    [z3.coerce.bigint(), { type: 'string', pattern: '^-?[0-9]+$' }, '7', 7n],
    [
      z.array(z.string()).transform(toSet),
      { type: 'array', items: { type: 'string' } },
      ['a', 'a'],
      new Set(['a']),
    ],
    [
      z3.record(z3.string(), z3.number()).transform(toMap),
      { type: 'object', additionalProperties: { type: 'number' } },
      { a: 1 },
      new Map([['a', 1]]),
    ],
    [v.pipe(v.string(), v.digits(), v.transform(BigInt)), { type: 'string' }, '7', 7n],
  ]) {
    const s = '_zod' in schema ? z : 'kind' in schema ? v : z3
    const responseModel = s.object({ f: schema })
    const { client, requests } = clientOf([{ value: { f: given } }])
    assert.deepEqual(await client.create({ responseModel, messages }), { f: value })
    assert.deepEqual(requests[0].body.tools[0].function.parameters.properties.f, form)
  }
})

test('types that Zod 4 cannot render are rendered here: coerced dates, preprocessing, undefined in unions', async () => {
  const Event = z.object({
    at: z.coerce.date().describe('when'),
    n: z.preprocess((x) => Number(x), z.number().int().min(1)),
    note: z.union([z.string(), z.undefined()]),
    kind: z.record(z.enum(['a', 'b']), z.number()),
    since: z.coerce.date().default(new Date(0)),
    tree: z.lazy(() => z.object({ deep: z.coerce.date() })),
    some: z.partialRecord(z.enum(['a', 'b']), z.int32()),
    pair: z.tuple([z.string(), z.uint32().optional()]),
  })
  const value = {
    at: '2024-01-01',
    n: '4',
    note: 'x',
    kind: { a: 1, b: 2 },
    tree: { deep: '2024-01-02' },
    some: {},
    pair: ['x'],
  }
  const { client, requests } = clientOf([{ value }, { value }])
  const found = await client.create({ responseModel: Event, messages })
  assert.deepEqual([found.at.getTime(), found.n, found.since.getTime()], [Date.UTC(2024, 0, 1), 4, 0])
  const { parameters } = requests[0].body.tools[0].function
  assert.deepEqual(parameters.properties.at, { type: 'string', format: 'date-time', description: 'when' })
  assert.deepEqual(parameters.properties.n, { type: 'integer', minimum: 1 })
  assert.deepEqual(parameters.properties.kind.required, ['a', 'b'])
  // Equal to the output of Zod's own converter.
  const own = z.toJSONSchema(z.object({ some: Event.shape.some, pair: Event.shape.pair })).properties
  assert.deepEqual({ some: parameters.properties.some, pair: parameters.properties.pair }, own)
  assert.equal(parameters.properties.since.default, '1970-01-01T00:00:00.000Z')
  assert.deepEqual([...parameters.required].sort(), ['at', 'kind', 'n', 'note', 'pair', 'some', 'tree'])
  const stream = client.createPartial({ responseModel: Event, messages })
  const seen = await all(stream)
  assert.deepEqual(seen.at(-1), { ...value, since: '1970-01-01T00:00:00.000Z' })
})

test('Valibot: trailing members of a tuple may be optional', async () => {
  const responseModel = v.object({ pair: v.tuple([v.string(), v.optional(v.number())]) })
  const { client, requests } = clientOf([{ value: { pair: ['x'] } }])
  assert.equal((await client.create({ responseModel, messages })).pair[0], 'x')
  assert.equal(requests[0].body.tools[0].function.parameters.properties.pair.minItems, 1)
})

test('never is accepted where the value may be missing: a forbidden key, an empty list', async () => {
  for (const responseModel of [
    z.object({ a: z.string(), b: z.never().optional(), c: z.array(z.never()) }),
    z3.object({ a: z3.string(), b: z3.never().optional(), c: z3.array(z3.never()) }),
    v.object({ a: v.string(), b: v.optional(v.never()), c: v.array(v.never()) }),
  ]) {
    const { client } = clientOf([{ value: { a: 'x', c: [] } }])
    assert.deepEqual(await client.create({ responseModel, messages }), { a: 'x', c: [] })
  }
})

test('unconstrained property names are not sent; a property of that name is', async () => {
  const responseModel = z.object({
    counts: z.record(z.string(), z.number()),
    propertyNames: z.string(),
    '~standard': z.string(),
    minimum: z.number().default(-Number.MAX_SAFE_INTEGER),
  })
  const value = { counts: { a: 1 }, propertyNames: 'x', '~standard': 'y' }
  const { client, requests } = clientOf([{ value }])
  await client.create({ responseModel, messages })
  const { properties } = requests[0].body.tools[0].function.parameters
  assert.equal('propertyNames' in properties.counts, false)
  assert.deepEqual(properties.propertyNames, { type: 'string' })
  assert.deepEqual(properties['~standard'], { type: 'string' })
})

test('the module of a library, circular schemas and infinite schemas are refused with a message', async () => {
  const circular = { type: 'object', properties: {} }
  circular.properties.self = circular
  let deep = { type: 'string' }
  for (let i = 0; i < 20_000; i++) deep = { type: 'array', items: deep }
  let deepZod = z.string()
  for (let i = 0; i < 20_000; i++) deepZod = z.array(deepZod)
  for (const [responseModel, words] of [
    [z, /module of a schema library/],
    [z3, /module of a schema library/],
    [zm, /module of a schema library/],
    [v, /module of a schema library/],
    [circular, /circular/],
    [{ type: 'object', properties: { n: { const: 4n } } }, /BigInt/],
    [deep, /too deep/],
    [deepZod, /too deep|levels deep/],
    [() => 5, /must be a schema.*got number 5/],
  ]) {
    const { client, requests } = clientOf([])
    const error = await failure(() => client.create({ responseModel, messages }))
    assert.ok(error instanceof ConfigurationError, String(error))
    assert.match(error.message, words)
    assert.equal(requests.length, 0)
  }
})

test('TypeBox types without a JSON form are refused', async () => {
  for (const kind of [Type.Date(), Type.BigInt(), Type.Undefined(), Type.Symbol(), Type.Uint8Array()]) {
    const { client, requests } = clientOf([])
    const error = await failure(() => client.create({ responseModel: Type.Object({ f: kind }), messages }))
    assert.ok(error instanceof ConfigurationError, `${kind.type}: ${error}`)
    assert.match(error.message, /f.*"?(Date|bigint|undefined|symbol|Uint8Array)/)
    assert.equal(requests.length, 0)
  }
})

for (const [library, s] of Object.entries({ 'Zod 4': z, 'Zod Mini': zm, 'Zod 3': z3, Valibot: v })) {
  const model = (check) =>
    library === 'Valibot'
      ? v.objectAsync({ name: v.pipeAsync(v.string(), v.checkAsync(check)) })
      : library === 'Zod Mini'
        ? zm.object({ name: zm.string().check(zm.refine(check)) })
        : s.object({ name: s.string().refine(check) })

  test(`${library}: an asynchronous check runs once for an answer, unstreamed, streamed or in a list`, async () => {
    const one = { name: 'Ann' }
    const runs = {
      create: (client, responseModel) => client.create({ responseModel, messages }),
      createPartial: (client, responseModel) => client.createPartial({ responseModel, messages }).final(),
      createIterable: (client, responseModel) => client.createIterable({ responseModel, messages }).final(),
      list: (client, responseModel) =>
        client.create({ responseModel: s.array?.(responseModel) ?? responseModel, messages }),
    }
    for (const [name, run] of Object.entries(runs)) {
      if (library === 'Valibot' && name === 'list') continue
      let calls = 0
      const value = name === 'create' || name === 'createPartial' ? one : { tasks: [one] }
      const { client } = clientOf([{ value }])
      await run(
        client,
        model(async () => ++calls > 0),
      )
      assert.equal(calls, 1, name)
      const rejecting = clientOf([{ value }], { maxRetries: 0 })
      const boom = new Error('the check failed')
      const error = await failure(() =>
        run(
          rejecting.client,
          model(() => Promise.reject(boom)),
        ),
      )
      assert.equal(error, boom, name)
    }
    await new Promise((done) => setTimeout(done, 10))
    assert.deepEqual(unhandled, [])
  })
}

test('tools without a name are named by title, by id, or by their index', async () => {
  const untitled = z.object({ id: z.string() })
  const calls = [
    { name: 'User', arguments: { name: 'a', age: 1 } },
    { name: 'Tool2', arguments: { id: 'x' } },
    { name: 'order', arguments: { id: 'y' } },
  ]
  const { client, requests } = clientOf([{ toolCalls: calls }])
  const responseModel = [User, untitled, untitled.clone().meta({ id: 'order' })]
  const found = await client.create({ responseModel, messages })
  assert.deepEqual(
    requests[0].body.tools.map((tool) => tool.function.name),
    ['User', 'Tool2', 'order'],
  )
  assert.deepEqual(found, [{ name: 'a', age: 1 }, { id: 'x' }, { id: 'y' }])
  const error = await failure(() =>
    client.createPartial({ responseModel: [User, untitled], messages }).final(),
  )
  assert.match(error.message, /createPartial accepts one model/)
})

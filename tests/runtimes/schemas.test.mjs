/** Every schema library through the built package: the schema that is sent, and the validator that runs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { type } from 'arktype'
import * as Effect from 'effect/Schema'
import { ConfigurationError, jsonSchema } from 'instructor-wasm'
import * as v from 'valibot'
import * as z from 'zod'
import * as zm from 'zod/mini'
import * as z3 from 'zod3'
import { clientOf, failure, messages } from './support.mjs'

const sorted = (schema) => ({ ...schema, required: [...(schema.required ?? [])].sort() })

/** The same model in each library. */
const models = {
  'Zod 4': z.object({
    name: z.string().min(1).describe('full name'),
    age: z.number().int().min(0).max(150),
    role: z.enum(['admin', 'guest']),
    tags: z.array(z.string()).max(5),
    nick: z.string().optional(),
  }),
  'Zod Mini': zm.object({
    name: zm.string().check(zm.minLength(1), zm.describe('full name')),
    age: zm.int().check(zm.gte(0), zm.lte(150)),
    role: zm.enum(['admin', 'guest']),
    tags: zm.array(zm.string()).check(zm.maxLength(5)),
    nick: zm.optional(zm.string()),
  }),
  'Zod 3': z3.object({
    name: z3.string().min(1).describe('full name'),
    age: z3.number().int().min(0).max(150),
    role: z3.enum(['admin', 'guest']),
    tags: z3.array(z3.string()).max(5),
    nick: z3.string().optional(),
  }),
  Valibot: v.object({
    name: v.pipe(v.string(), v.minLength(1), v.description('full name')),
    age: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(150)),
    role: v.picklist(['admin', 'guest']),
    tags: v.pipe(v.array(v.string()), v.maxLength(5)),
    nick: v.optional(v.string()),
  }),
}

const expected = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1, description: 'full name' },
    age: { type: 'integer', minimum: 0, maximum: 150 },
    role: { type: 'string', enum: ['admin', 'guest'] },
    tags: { type: 'array', items: { type: 'string' }, maxItems: 5 },
    nick: { type: 'string' },
  },
  required: ['age', 'name', 'role', 'tags'],
}
const good = { name: 'Jason', age: 25, role: 'guest', tags: [] }

for (const [library, responseModel] of Object.entries(models)) {
  test(`${library}: its schema is sent, and its own validator decides`, async () => {
    const { client, requests } = clientOf([{ value: { ...good, age: 200 } }, { value: good }])
    assert.deepEqual(await client.create({ responseModel, messages }), good)
    const { parameters } = requests[0].body.tools[0].function
    assert.deepEqual(sorted(parameters), expected)
    assert.deepEqual(Object.keys(parameters.properties), Object.keys(expected.properties))
    assert.equal(requests.length, 2)
  })
}

test('ArkType: its schema is sent, and its own validator decides', async () => {
  const responseModel = type({ name: 'string > 0', age: '0 <= number.integer <= 150', 'nick?': 'string' })
  const { client, requests } = clientOf([
    { value: { name: 'J', age: 200 } },
    { value: { name: 'J', age: 2 } },
  ])
  assert.deepEqual(await client.create({ responseModel, messages }), { name: 'J', age: 2 })
  assert.equal(requests[0].body.tools[0].function.parameters.properties.age.maximum, 150)
  assert.equal(requests.length, 2)
})

test('Effect: a schema with its Standard interfaces works, and the error for a bare one explains how to add them', async () => {
  const Struct = Effect.Struct({ name: Effect.String })
  const { client } = clientOf([{ value: { name: 4 } }, { value: { name: 'J' } }])
  const responseModel = Effect.toStandardJSONSchemaV1(Effect.toStandardSchemaV1(Struct))
  assert.deepEqual(await client.create({ responseModel, messages }), { name: 'J' })
  const error = await failure(() =>
    client.create({ responseModel: Effect.Struct({ name: Effect.String }), messages }),
  )
  assert.ok(error instanceof ConfigurationError)
  assert.match(error.message, /toStandardSchemaV1/)
})

for (const [name, responseModel] of Object.entries({
  TypeBox: Type.Object({ name: Type.String(), age: Type.Optional(Type.Integer()) }),
  'JSON Schema': {
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'integer' } },
    required: ['name'],
  },
  'jsonSchema()': jsonSchema({
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'integer' } },
    required: ['name'],
  }),
}))
  test(`${name}: the schema is sent unchanged, and the validator module decides`, async () => {
    const { client, requests } = clientOf([{ value: { age: 'x' } }, { value: { name: 'J', age: 2 } }])
    assert.deepEqual(await client.create({ responseModel, messages }), { name: 'J', age: 2 })
    assert.deepEqual(requests[0].body.tools[0].function.parameters, {
      type: 'object',
      properties: { name: { type: 'string' }, age: { type: 'integer' } },
      required: ['name'],
    })
    assert.match(JSON.stringify(requests[1].body.messages.at(-1)), /name/)
  })

/** Recursive models keep a reference; the value is restored completely. */
const recursive = {
  'Zod 4': z.object({
    value: z.string(),
    get children() {
      return z.array(recursive['Zod 4'])
    },
  }),
  'Zod Mini': zm.object({
    value: zm.string(),
    get children() {
      return zm.array(recursive['Zod Mini'])
    },
  }),
  'Zod 3': z3.object({ value: z3.string(), children: z3.array(z3.lazy(() => recursive['Zod 3'])) }),
  Valibot: v.object({ value: v.string(), children: v.array(v.lazy(() => recursive.Valibot)) }),
}
for (const [library, responseModel] of Object.entries(recursive))
  test(`${library}: a recursive model works, alone and as an element`, async () => {
    const tree = { value: 'a', children: [{ value: 'b', children: [] }] }
    const { client, requests } = clientOf([{ value: tree }, { value: { tasks: [tree] } }])
    assert.deepEqual(await client.create({ responseModel, messages }), tree)
    assert.match(JSON.stringify(requests[0].body.tools[0].function.parameters), /\$ref/)
    assert.deepEqual(await client.createIterable({ responseModel, messages }).final(), [tree])
    const refs = JSON.stringify(requests[1].body.tools[0].function.parameters).match(/"#[^"]*"/g)
    for (const ref of refs) {
      let node = requests[1].body.tools[0].function.parameters
      for (const step of JSON.parse(ref).split('/').slice(1)) node = node[decodeURIComponent(step)]
      assert.equal(node.type, 'object', `${ref} refers to the element`)
    }
  })

test('further types of Zod 3 and Zod Mini are converted', async () => {
  const of = (zod) =>
    zod.object({
      literal: zod.literal('x'),
      both: zod.union([zod.string(), zod.number()]),
      nothing: zod.nullable ? zod.nullable(zod.string()) : zod.string().nullable(),
      record: zod.record(zod.string(), zod.number()),
      tuple: zod.tuple([zod.string(), zod.number()]),
      when: zod.coerce.date(),
      any: zod.unknown(),
      native: (zod.nativeEnum ?? zod.enum)({ A: 1, B: 2, 1: 'A', 2: 'B' }),
    })
  for (const zod of [z3, zm]) {
    const { client, requests } = clientOf([{ text: '{}' }])
    await failure(() => client.create({ responseModel: of(zod), messages, maxRetries: 0 }))
    const { properties } = requests[0].body.tools[0].function.parameters
    assert.equal(properties.literal.const ?? properties.literal.enum[0], 'x')
    assert.deepEqual(properties.both.anyOf, [{ type: 'string' }, { type: 'number' }])
    assert.deepEqual(properties.nothing.anyOf, [{ type: 'string' }, { type: 'null' }])
    assert.deepEqual(properties.record.additionalProperties, { type: 'number' })
    assert.equal(properties.tuple.prefixItems.length, 2)
    assert.equal(properties.when.format, 'date-time')
    assert.deepEqual(properties.native.enum, [1, 2])
  }
})

test('a schema that cannot be rendered throws, and nothing is sent in its place', async () => {
  const impossible = [
    z.object({ at: z.date() }),
    zm.object({ at: zm.date() }),
    z3.object({ f: z3.function() }),
    z3.object({ at: z3.date() }),
    v.object({ at: v.date() }),
    z.unknown(),
    z.any(),
  ]
  for (const responseModel of impossible) {
    const { client, requests } = clientOf([])
    const error = await failure(() => client.create({ responseModel, messages }))
    assert.ok(error instanceof ConfigurationError, String(error))
    assert.equal(requests.length, 0)
  }
})

test('a value that is not a schema is reported with its type', async () => {
  const { client } = clientOf([])
  const cases = [
    [42, /number 42/],
    ['User', /a string of 4 characters/],
    [{}, /an empty object/],
    [{ foo: 1 }, /the keys foo/],
    [class User {}, /a function \(User\)/],
    [[], /empty array/],
    [true, /boolean true/],
    [{ title: 'nothing' }, /the keys title/],
    [{ schema: z.string(), name: 4 }, /responseModel.name must be a string/],
  ]
  for (const [responseModel, says] of cases) {
    const error = await failure(() => client.create({ responseModel, messages }))
    assert.ok(error instanceof ConfigurationError, String(error))
    assert.match(error.message, says)
  }
  const missing = await failure(() => client.create({ messages }))
  assert.match(missing.message, /responseModel is missing/)
})

test('a schema that is nested too deeply is reported, and nothing is sent', async () => {
  let deep = { type: 'string' }
  for (let i = 0; i < 300; i++) deep = { type: 'object', properties: { a: deep } }
  const { client, requests } = clientOf([])
  const error = await failure(() => client.create({ responseModel: deep, messages }))
  assert.ok(error instanceof ConfigurationError, String(error))
  assert.match(error.message, /nested more than 128 levels.*\$ref/)
  assert.equal(requests.length, 0)
})

test('invalid JSON Schema is reported with its path before anything is sent', async () => {
  const cases = [
    [{ type: 'strin' }, /`\/type`/],
    [{ type: 'object', properties: 5 }, /`\/properties`/],
    [{ type: 'object', properties: { a: { type: 'strnig' } } }, /`\/properties\/a\/type`/],
    [{ type: 'object', properties: { a: {} }, required: 'a' }, /`\/required`/],
    [{ type: 'object', properties: { a: { $ref: '#/$defs/Nope' } } }, /#\/\$defs\/Nope.*\$defs/],
    [{ type: 'object', properties: { a: { $ref: 'https://example.com/a.json' } } }, /example\.com.*\$defs/],
  ]
  for (const [responseModel, says] of cases) {
    const { client, requests } = clientOf([])
    const error = await failure(() => client.create({ responseModel, messages }))
    assert.ok(error instanceof ConfigurationError, String(error))
    assert.match(error.message, says)
    assert.equal(requests.length, 0)
  }
})

test('the description of a named model is in the request of every mode, once in a tool', () => {
  const schemas = [
    z.object({ a: z.string() }),
    z.array(z.string()),
    z.array(z.object({ a: z.string() })),
    z.enum(['a', 'b']),
  ]
  for (const provider of [
    'openai/gpt-4o-mini',
    'anthropic/claude-sonnet-4-5',
    'google/gemini-2.5-flash',
    'cohere/command-a-03-2025',
  ])
    for (const mode of clientOf([], {}, provider).client.modes)
      for (const schema of schemas) {
        if (mode === 'PARALLEL_TOOLS') continue
        const { client } = clientOf([], { mode }, provider)
        const model = { schema, name: 'Named', description: 'Of the caller' }
        const { body } = client.buildRequest({ responseModel: model, messages })
        const found = body.split('Of the caller').length - 1
        // RESPONSES_TOOLS has a tool and a format.
        const times = mode === 'RESPONSES_TOOLS' ? 2 : 1
        assert.equal(found, times, `${provider} ${mode} ${body}`)
      }
})

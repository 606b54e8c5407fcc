/**
 * The schema library's input type is requested and its output type is returned: transforms, coercion and defaults of
 * each library, and every draft.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { type } from 'arktype'
import * as Effect from 'effect/Schema'
import * as v from 'valibot'
import * as z from 'zod'
import * as zm from 'zod/mini'
import * as z3 from 'zod3'
import { clientOf, messages } from './support.mjs'

/** Scripts the answer `value`; returns the requested properties and the result of `create`. */
async function ask(responseModel, value) {
  const { client, requests } = clientOf([{ value }])
  const result = await client.create({ responseModel, messages, maxRetries: 0 })
  const { properties, required } = requests[0].body.tools[0].function.parameters
  return { result, properties, required: required ?? [] }
}

/** A string that becomes a number, and an optional list. */
const transformed = {
  'Zod 4': z.object({
    size: z.string().transform((text) => text.length),
    tags: z.array(z.string()).default(['none']),
  }),
  'Zod Mini': zm.object({
    size: zm.pipe(
      zm.string(),
      zm.transform((text) => text.length),
    ),
    tags: zm._default(zm.array(zm.string()), ['none']),
  }),
  'Zod 3': z3.object({
    size: z3.string().transform((text) => text.length),
    tags: z3.array(z3.string()).default(['none']),
  }),
  Valibot: v.object({
    size: v.pipe(
      v.string(),
      v.transform((text) => text.length),
    ),
    tags: v.optional(v.array(v.string()), ['none']),
  }),
  ArkType: type({
    size: type('string').pipe((text) => text.length),
    tags: type('string[]').default(() => ['none']),
  }),
}

for (const [library, responseModel] of Object.entries(transformed))
  test(`${library}: the input of a transform is requested, its output is returned, and a default is optional`, async () => {
    const { result, properties, required } = await ask(responseModel, { size: 'four' })
    assert.deepEqual(result, { size: 4, tags: ['none'] })
    assert.equal(properties.size.type, 'string')
    assert.equal(properties.tags.type, 'array')
    assert.deepEqual(required, ['size'])
  })

test('Effect: the encoded type is requested, the decoded value is returned', async () => {
  const Struct = Effect.Struct({ size: Effect.NumberFromString, name: Effect.String })
  const responseModel = Effect.toStandardJSONSchemaV1(Effect.toStandardSchemaV1(Struct))
  const { result, properties } = await ask(responseModel, { size: '4', name: 'J' })
  assert.deepEqual(result, { size: 4, name: 'J' })
  assert.equal(properties.size.type, 'string')
})

for (const [library, responseModel] of Object.entries({
  'Zod 4': z.object({ n: z.coerce.number(), s: z.string().trim() }),
  'Zod 3': z3.object({ n: z3.coerce.number(), s: z3.string().trim() }),
}))
  test(`${library}: coerced values are returned coerced`, async () => {
    const { result } = await ask(responseModel, { n: '3', s: ' a ' })
    assert.deepEqual(result, { n: 3, s: 'a' })
  })

/** The model's title, description and examples are sent to the provider. */
const told = {
  'Zod 4': z.object({
    city: z.string().meta({ title: 'City', description: 'where', examples: ['Bern'] }),
  }),
  'Zod Mini': zm.object({
    city: zm.string().check(zm.meta({ title: 'City', description: 'where', examples: ['Bern'] })),
  }),
  Valibot: v.object({
    city: v.pipe(v.string(), v.title('City'), v.description('where'), v.examples(['Bern'])),
  }),
  ArkType: type({
    city: type('string').configure({ title: 'City', description: 'where', examples: ['Bern'] }),
  }),
  Effect: Effect.toStandardJSONSchemaV1(
    Effect.toStandardSchemaV1(
      Effect.Struct({
        city: Effect.String.annotate({ title: 'City', description: 'where', examples: ['Bern'] }),
      }),
    ),
  ),
  TypeBox: Type.Object({
    city: Type.String({ title: 'City', description: 'where', examples: ['Bern'] }),
  }),
  'JSON Schema': {
    type: 'object',
    properties: { city: { type: 'string', title: 'City', description: 'where', examples: ['Bern'] } },
    required: ['city'],
  },
}
for (const [library, responseModel] of Object.entries(told))
  test(`${library}: titles, descriptions and examples are sent`, async () => {
    const { properties } = await ask(responseModel, { city: 'Bern' })
    const { title, description, examples } = properties.city
    assert.deepEqual(
      { title, description, examples },
      { title: 'City', description: 'where', examples: ['Bern'] },
    )
  })

test('Zod 3: a description is sent', async () => {
  const { properties } = await ask(z3.object({ city: z3.string().describe('where') }), { city: 'Bern' })
  assert.equal(properties.city.description, 'where')
})

/** The same model in each draft's syntax: a definition, a tuple, a number above zero, a constant. */
const drafts = {
  'draft-04': {
    $schema: 'http://json-schema.org/draft-04/schema#',
    id: 'http://example.com/root.json',
    definitions: { Point: { type: 'array', items: [{ type: 'number' }, { type: 'number' }], minItems: 2 } },
    type: 'object',
    properties: {
      at: { $ref: '#/definitions/Point' },
      size: { type: 'number', minimum: 0, exclusiveMinimum: true },
      kind: { enum: ['dot'] },
    },
    required: ['at', 'size', 'kind'],
  },
  'draft-06': {
    $schema: 'http://json-schema.org/draft-06/schema#',
    $id: 'http://example.com/root.json',
    definitions: { Point: { type: 'array', items: [{ type: 'number' }, { type: 'number' }], minItems: 2 } },
    type: 'object',
    properties: {
      at: { $ref: '#/definitions/Point' },
      size: { type: 'number', exclusiveMinimum: 0 },
      kind: { const: 'dot' },
    },
    required: ['at', 'size', 'kind'],
  },
}
drafts['draft-07'] = { ...drafts['draft-06'], $schema: 'http://json-schema.org/draft-07/schema#' }
const { definitions, ...rest } = drafts['draft-06']
drafts['2019-09'] = {
  ...rest,
  $schema: 'https://json-schema.org/draft/2019-09/schema',
  $defs: definitions,
  properties: { ...rest.properties, at: { $ref: '#/$defs/Point' } },
}
drafts['2020-12'] = {
  ...drafts['2019-09'],
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $defs: {
    Point: { type: 'array', prefixItems: [{ type: 'number' }, { type: 'number' }], minItems: 2 },
  },
}

for (const [draft, responseModel] of Object.entries(drafts))
  test(`JSON Schema ${draft}: rendered, restored and validated by that draft's rules`, async () => {
    const good = { at: [1, 2], size: 3, kind: 'dot' }
    const sent = { at: { item_1: 1, item_2: 2 }, size: 3, kind: 'dot' }
    const { client, requests } = clientOf([
      { text: JSON.stringify({ ...sent, size: 0 }) },
      { text: JSON.stringify(sent) },
    ])
    assert.deepEqual(await client.create({ responseModel, messages, mode: 'JSON_SCHEMA' }), good)
    const { schema } = requests[0].body.response_format.json_schema
    assert.equal(schema.properties.size.exclusiveMinimum, 0)
    assert.equal(JSON.stringify(schema).includes('item_2'), true)
    assert.equal(JSON.stringify(schema).includes('example.com'), false)
    // Zero is refused: the bound is exclusive in each draft's syntax.
    assert.equal(requests.length, 2)
    assert.match(JSON.stringify(requests[1].body.messages.at(-1)), /size/)
  })

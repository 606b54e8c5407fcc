// Schemas that the AI SDK sends, and validation with a schema library.
import * as z from 'zod'

const text = { type: 'string' }
const number = { type: 'number' }
const object = (properties, required = Object.keys(properties)) => ({ type: 'object', properties, required })
/** Nothing is required; the list of required keys may be there or not. */
const loose = (properties) => ({ type: 'object', properties })
const Inner = z.object({ text: z.string(), number: z.number() })
const inner = object({ text, number })
const Category = z.object({
  name: z.string(),
  get subcategories() {
    return z.array(Category)
  },
})
const User = z.object({
  user: z.object({
    id: z
      .string()
      .transform((digits) => Number(digits))
      .pipe(z.number()),
    name: z.string(),
  }),
})

const zodSchema = {
  repository: 'vercel/ai',
  file: 'packages/provider-utils/src/schema.test.ts',
  defaults: { mode: 'TOOLS', call: 'request' },
  cases: [
    ['should create a schema with simple types', Inner, inner],
    [
      'should support optional fields in object',
      z.object({ required: z.string(), optional: z.string().optional() }),
      object({ required: text, optional: text }, ['required']),
    ],
    [
      'should support optional fields with descriptions in object',
      z.object({
        required: z.string().describe('Of all'),
        optional: z.string().optional().describe('Of some'),
      }),
      object(
        { required: { ...text, description: 'Of all' }, optional: { ...text, description: 'Of some' } },
        ['required'],
      ),
    ],
    [
      'should support arrays',
      z.object({ items: z.array(z.string()) }),
      object({ items: { type: 'array', items: text } }),
    ],
    [
      'should support optional arrays',
      z.object({ items: z.array(z.string()).optional() }),
      loose({ items: { type: 'array', items: text } }),
    ],
    [
      'should support required enums',
      z.object({ type: z.enum(['a', 'b', 'c']) }),
      object({ type: { ...text, enum: ['a', 'b', 'c'] } }),
    ],
    [
      'should support optional enums',
      z.object({ type: z.enum(['a', 'b', 'c']).optional() }),
      loose({ type: { ...text, enum: ['a', 'b', 'c'] } }),
    ],
    [
      'should duplicate referenced schemas (and not use references) by default',
      z.object({ group1: z.array(Inner), group2: z.array(Inner) }),
      object({ group1: { type: 'array', items: inner }, group2: { type: 'array', items: inner } }),
    ],
    [
      'should support nullable',
      z.object({ location: z.string().nullable() }),
      object({ location: { anyOf: [text, { type: 'null' }] } }),
      { rule: 'null-is-a-type', ours: { schema: object({ location: { type: ['string', 'null'] } }) } },
    ],
    [
      '.literal and .enum',
      z.object({ text: z.literal('tea'), number: z.enum(['one', 'two', 'three']) }),
      object({ text: { ...text, const: 'tea' }, number: { ...text, enum: ['one', 'two', 'three'] } }),
    ],
    [
      'should generate JSON schema for input when transform is used',
      User,
      object({ user: object({ id: text, name: text }) }),
    ],
  ]
    .map(([test, model, schema, difference]) => ({
      test: `json schema conversion: ${test}`,
      model,
      theirs: { schema },
      ...difference,
    }))
    .concat([
      {
        test: 'json schema conversion: should use recursive references with z.lazy when useReferences is true',
        model: z.object({ category: Category }),
        theirs: { recursive: ['category', 'subcategories'] },
      },
      {
        test: 'output validation: should validate output with transform',
        call: 'create',
        model: User,
        answer: { calls: [{ name: '@tool', arguments: '{"user": {"id": "12", "name": "Ada"}}' }] },
        theirs: {
          value: { user: { id: 12, name: 'Ada' } },
          rawArguments: { user: { id: '12', name: 'Ada' } },
        },
      },
    ]),
  left: [[1, 'useReferences: the schema is as the library makes it']],
}

const closes = {
  repository: 'vercel/ai',
  file: 'packages/provider-utils/src/add-additional-properties-to-json-schema.test.ts',
  // OpenAI's strict schemas: every object is closed, as the AI SDK's function does. `objects` counts them.
  defaults: { mode: 'JSON_SCHEMA', call: 'request' },
  cases: [
    [
      'adds additionalProperties: false to objects recursively',
      object({ user: object({ name: text }), age: number }),
      2,
    ],
    [
      'adds additionalProperties: false to objects inside arrays',
      object({ parts: { type: 'array', items: object({ name: text, amount: text }) } }),
      2,
    ],
    [
      'adds additionalProperties: false when type is a union that includes "object"',
      object({ response: { ...object({ name: text }), type: ['object', 'null'] } }),
      2,
    ],
    [
      'adds additionalProperties: false to objects inside anyOf',
      object({ response: { anyOf: [object({ name: text }), object({ amount: text })] } }),
      3,
    ],
    [
      'adds additionalProperties: false to objects inside allOf',
      object({ response: { allOf: [object({ name: text }), object({ age: number })] } }),
      3,
      { rule: 'all-of-is-merged', ours: { objects: 2, open: 0 } },
    ],
    [
      'adds additionalProperties: false to objects inside oneOf',
      object({ response: { oneOf: [object({ done: { type: 'boolean' } }), object({ error: text })] } }),
      3,
    ],
    [
      'adds additionalProperties: false to object schemas inside definitions (refs)',
      {
        ...object({ node: { $ref: '#/definitions/Node' } }),
        definitions: { Node: loose({ value: text, next: { $ref: '#/definitions/Node' } }) },
      },
      2,
    ],
    [
      'adds additionalProperties: false to object schemas inside $defs (refs)',
      {
        ...object({ node: { $ref: '#/$defs/Node' } }),
        $defs: { Node: loose({ value: text, next: { $ref: '#/$defs/Node' } }) },
      },
      2,
    ],
    [
      'overwrites existing additionalProperties flags',
      {
        ...object({ meta: { ...object({ id: text }), additionalProperties: true } }),
        additionalProperties: true,
      },
      2,
      // Two objects, and the type of the entries of each.
      { rule: 'open-objects-are-entries', ours: { objects: 4, open: 0 } },
    ],
  ].map(([test, model, objects, difference]) => ({
    test,
    model,
    theirs: { objects, open: 0 },
    ...difference,
  })),
  left: [[1, 'leaves non-object schemas unchanged: every other root is wrapped, as for Output.choice']],
}

const outputStrategy = {
  repository: 'vercel/ai',
  file: 'packages/ai/src/generate-object/output-strategy.test.ts',
  defaults: { mode: 'TOOLS', call: 'request' },
  cases: ['definitions', '$defs'].map((keyword) => ({
    test: `should preserve root-level ${keyword} when wrapping the element schema`,
    model: {
      type: 'array',
      items: { ...object({ shared: { $ref: `#/${keyword}/Shared` } }), additionalProperties: false },
      [keyword]: { Shared: text },
    },
    theirs: { references: ['string'] },
  })),
  left: [],
}

const judged = {
  '~standard': {
    version: 1,
    vendor: 'own',
    validate: async (value) =>
      typeof value?.name === 'string' && typeof value?.age === 'number'
        ? { value }
        : { issues: [{ message: 'Invalid input' }] },
    jsonSchema: {
      input: () => object({ name: text, age: number }),
      output: () => object({ name: text, age: number }),
    },
  },
}

const validateTypes = {
  repository: 'vercel/ai',
  file: 'packages/provider-utils/src/validate-types.test.ts',
  defaults: { mode: 'TOOLS', model: judged },
  cases: [
    ['validateTypes, Custom schema: should return validated object for valid input', 36],
    ['validateTypes, Custom schema: should throw TypeValidationError for invalid input', '36'],
    ['safeValidateTypes, Custom schema: should return validated object for valid input', 36],
    ['safeValidateTypes, Custom schema: should return error object for invalid input', '36'],
  ].map(([test, age]) => ({
    test,
    answer: { calls: [{ name: '@tool', arguments: JSON.stringify({ name: 'Ada', age }) }] },
    theirs:
      typeof age === 'number'
        ? { value: { name: 'Ada', age } }
        : { error: { kind: 'no match', issues: ['Invalid input'] } },
  })),
  left: [[4, 'Custom validator: a second form of the same function']],
}

export default [zodSchema, closes, outputStrategy, validateTypes]

/** JSON Schema written `as const` (or inline, where it is const by itself). */
import { type FromSchema, fromProvider, jsonSchema } from 'instructor-wasm'
import { type Equal, expect, type Value } from './expect.js'

const client = fromProvider('openai/gpt-4o-mini')
const messages = [{ role: 'user', content: 'x' }]

const User = {
  type: 'object',
  title: 'User',
  properties: {
    name: { type: 'string', minLength: 1 },
    age: { type: ['integer', 'null'] },
    tags: { type: 'array', items: { type: 'string' } },
    role: { enum: ['admin', 'guest'] },
    kind: { const: 'user' },
  },
  required: ['name', 'age', 'kind'],
  additionalProperties: false,
} as const
type Expected = {
  name: string
  age: number | null
  kind: 'user'
  tags?: string[]
  role?: 'admin' | 'guest'
}
const user = client.create({ responseModel: User, messages })
expect<Equal<Value<typeof user>, Expected>>()

const inline = client.create({
  responseModel: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] },
  messages,
})
expect<Equal<Value<typeof inline>, { n: number }>>()

const namedSchema = client.create({ responseModel: { schema: User, name: 'Person' }, messages })
expect<Equal<Value<typeof namedSchema>, Expected>>()

// Stated, and read off
const stated = client.create({ responseModel: jsonSchema<{ a: 1 }>({ type: 'object' }), messages })
expect<Equal<Value<typeof stated>, { a: 1 }>>()
const readOff = client.create({
  responseModel: jsonSchema({ type: 'array', items: { type: 'boolean' } }),
  messages,
})
expect<Equal<Value<typeof readOff>, boolean[]>>()

// Unions, intersections, tuples, records, nullable
expect<Equal<FromSchema<{ anyOf: [{ type: 'string' }, { type: 'integer' }] }>, string | number>>()
expect<Equal<FromSchema<{ oneOf: readonly [{ const: 'a' }, { type: 'null' }] }>, 'a' | null>>()
expect<
  Equal<
    FromSchema<{
      allOf: [
        { type: 'object'; properties: { a: { type: 'string' } }; required: ['a'] },
        { type: 'object'; properties: { b: { type: 'number' } } },
      ]
    }>,
    { a: string; b?: number }
  >
>()
expect<
  Equal<
    FromSchema<{ type: 'array'; prefixItems: [{ type: 'string' }, { type: 'number' }]; items: false }>,
    [string, number]
  >
>()
expect<Equal<FromSchema<{ type: 'array'; prefixItems: [{ type: 'string' }] }>, [string, ...unknown[]]>>()
expect<
  Equal<FromSchema<{ type: 'object'; additionalProperties: { type: 'number' } }>, { [key: string]: number }>
>()
expect<Equal<FromSchema<{ type: 'string'; nullable: true }>, string | null>>()
expect<Equal<FromSchema<true>, unknown>>()
expect<Equal<FromSchema<{ $ref: 'https://elsewhere.example/x' }>, unknown>>()

// References, recursion included
const Tree = {
  $ref: '#/$defs/Node',
  $defs: {
    Node: {
      type: 'object',
      properties: { value: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/Node' } } },
      required: ['value', 'children'],
    },
  },
} as const
const tree = client.create({ responseModel: Tree, messages })
expect<Equal<Value<typeof tree>['value'], string>>()
expect<Equal<Value<typeof tree>['children'][number]['children'][number]['value'], string>>()

// A schema with a widened type results in `unknown`, never in `any`.
const widened: { type: string } = { type: 'object' }
const unknownValue = client.create({ responseModel: widened, messages })
expect<Equal<Value<typeof unknownValue>, unknown>>()

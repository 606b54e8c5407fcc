/** Every schema library: the types that `create` and streams return, inferred from the library's own types. */
import { type Static, Type } from '@sinclair/typebox'
import { type } from 'arktype'
import * as Effect from 'effect/Schema'
import { cited, type DeepPartial, fromProvider, type Infer, maybe, type Quote } from 'instructor-wasm'
import * as v from 'valibot'
import * as z from 'zod'
import * as zm from 'zod/mini'
import * as z3 from 'zod3'
import { type Equal, expect, type Value } from './expect.js'

const client = fromProvider('openai/gpt-4o-mini')
const messages = [{ role: 'user', content: 'Extract: Jason is 25.' }] as const

interface User {
  name: string
  age: number
  email?: string | undefined
}

// Zod 4
const Zod4 = z.object({ name: z.string(), age: z.number().int(), email: z.string().optional() })
const zod4 = client.create({ responseModel: Zod4, messages })
expect<Equal<Value<typeof zod4>, z.infer<typeof Zod4>>>()
expect<Equal<Value<typeof zod4>, User>>()

// … with a transform: `create` returns the output type, streams have the input type.
const Dated = z.object({ at: z.iso.datetime().transform((text) => new Date(text)), n: z.number().default(1) })
const dated = client.create({ responseModel: Dated, messages })
expect<Equal<Value<typeof dated>, { at: Date; n: number }>>()
const datedStream = client.createPartial({ responseModel: Dated, messages })
const datedFinal = datedStream.final()
expect<Equal<Value<typeof datedFinal>, { at: Date; n: number }>>()
for await (const partial of datedStream)
  expect<Equal<typeof partial, { readonly at?: string | undefined; readonly n?: number | undefined }>>()

// Zod Mini
const Mini = zm.object({ name: zm.string(), tags: zm.array(zm.string()) })
const mini = client.create({ responseModel: Mini, messages })
expect<Equal<Value<typeof mini>, { name: string; tags: string[] }>>()

// Zod 3
const Zod3 = z3.object({ name: z3.string(), age: z3.number(), email: z3.string().optional() })
const zod3 = client.create({ responseModel: Zod3, messages })
expect<Equal<Value<typeof zod3>, z3.infer<typeof Zod3>>>()
expect<Equal<Value<typeof zod3>, User>>()

// Valibot
const Valibot = v.object({
  name: v.string(),
  age: v.pipe(v.number(), v.integer()),
  role: v.optional(v.picklist(['a', 'b']), 'a'),
})
const valibot = client.create({ responseModel: Valibot, messages })
expect<Equal<Value<typeof valibot>, { name: string; age: number; role: 'a' | 'b' }>>()

// ArkType
const Ark = type({ name: 'string', 'age?': 'number' })
const ark = client.create({ responseModel: Ark, messages })
expect<Equal<Value<typeof ark>, typeof Ark.infer>>()
expect<Equal<Value<typeof ark>, { name: string; age?: number }>>()

// TypeBox
const Box = Type.Object({
  name: Type.String(),
  tags: Type.Array(Type.String()),
  age: Type.Optional(Type.Integer()),
})
const box = client.create({ responseModel: Box, messages })
expect<Equal<Value<typeof box>, Static<typeof Box>>>()
expect<Equal<Value<typeof box>['name'], string>>()

// Effect
const Struct = Effect.toStandardJSONSchemaV1(
  Effect.toStandardSchemaV1(Effect.Struct({ name: Effect.String, age: Effect.Number })),
)
const effect = client.create({ responseModel: Struct, messages })
expect<Equal<Value<typeof effect>, { readonly name: string; readonly age: number }>>()

// Roots that are not objects
const text = client.create({ responseModel: z.string(), messages })
expect<Equal<Value<typeof text>, string>>()
const label = client.create({ responseModel: z.enum(['spam', 'ham']), messages })
expect<Equal<Value<typeof label>, 'spam' | 'ham'>>()
const either = client.create({ responseModel: z.union([Zod4, z.number()]), messages })
expect<Equal<Value<typeof either>, User | number>>()
const many = client.create({ responseModel: z.array(Zod4), messages })
expect<Equal<Value<typeof many>, User[]>>()
const viaConstructor = client.create({ responseModel: Number, messages })
expect<Equal<Value<typeof viaConstructor>, number>>()

// Named, maybe, parallel, raw
const named = client.create({
  responseModel: { schema: Zod4, name: 'Person', description: 'A person.' },
  messages,
})
expect<Equal<Value<typeof named>, User>>()
const perhaps = client.create({ responseModel: maybe(Zod4), messages })
expect<
  Equal<
    Value<typeof perhaps>,
    | { result: User; error: false; message: string | null }
    | { result: null; error: true; message: string | null }
  >
>()
declare const told: Value<typeof perhaps>
if (!told.error) expect<Equal<typeof told.result, User>>()
else expect<Equal<typeof told.result, null>>()
const fact = client.create({ responseModel: cited(Zod4, { from: ['text'] }), messages })
expect<Equal<Value<typeof fact>['name'], User['name']>>()
expect<Equal<Value<typeof fact>['quotes'], Quote[]>>()
const fromContext = client.create({
  responseModel: cited(Zod4, { from: 'context' }),
  messages,
  context: { a: 'text' },
})
expect<Equal<Value<typeof fromContext>['quotes'], Quote[]>>()
for await (const partial of client.createPartial({
  responseModel: cited(Zod4, { from: { a: 'text' } }),
  messages,
}))
  expect<Equal<typeof partial.quotes, readonly string[] | undefined>>()
const parallel = client.create({ responseModel: [Zod4, Mini], messages })
expect<Equal<Value<typeof parallel>, (User | { name: string; tags: string[] })[]>>()
const raw = client.create({ responseModel: null, messages })
expect<Equal<Value<typeof raw>, unknown>>()

// The other calls
const pair = client.createWithCompletion({ responseModel: Zod4, messages })
expect<Equal<Value<typeof pair>[0], User>>()
expect<Equal<Value<typeof pair>[1]['usage']['inputTokens'], number>>()
expect<Equal<Value<typeof pair>[1]['raw'], unknown>>()
for await (const one of client.createIterable({ responseModel: Zod4, messages }))
  expect<Equal<typeof one, User>>()
const list = client.createIterable({ responseModel: Zod4, messages }).final()
expect<Equal<Value<typeof list>, User[]>>()
for await (const partial of client.createPartial({ responseModel: Zod4, messages })) {
  expect<Equal<typeof partial, DeepPartial<User>>>()
  expect<Equal<typeof partial.name, string | undefined>>()
}
const alias = client.chat.completions.create({
  response_model: Zod4,
  messages,
  max_retries: 1,
  max_tokens: 10,
})
expect<Equal<Value<typeof alias>, User>>()
const parsed = client.parseResponse({ responseModel: Zod4, messages }, new Response())
expect<Equal<Value<typeof parsed>, User>>()
expect<Equal<Infer<typeof Zod4>, User>>()

/** `check`, functions as `responseModel`, `llmValidator` and `moderation`. */
import {
  type Check,
  type CheckContext,
  type CheckResult,
  type DeepPartial,
  fromProvider,
  iterable,
  llmValidator,
  maybe,
  moderation,
  type ObjectStream,
} from 'instructor-wasm'
import * as v from 'valibot'
import * as z from 'zod'
import * as z3 from 'zod3'
import { type Equal, expect, type Value } from './expect.js'

const Order = z.object({
  items: z.array(z.object({ price: z.number() })),
  at: z.string().transform((t) => new Date(t)),
})
type Order = z.output<typeof Order>
const client = fromProvider('openai/gpt-4o-mini', {
  check: (value) => (value ? undefined : 'Nothing was found'),
})
const messages = [{ role: 'user', content: 'x' }] as const
const call = { responseModel: Order, messages }

client.create({
  ...call,
  check: (order, { context, attempt, signal, path }) => {
    expect<Equal<typeof order, Order>>()
    expect<Equal<typeof context, Readonly<Record<string, unknown>>>>()
    expect<Equal<typeof attempt, number>>()
    expect<Equal<typeof signal, AbortSignal>>()
    expect<Equal<typeof path, readonly (string | number)[]>>()
    if (order.items.length > Number(context.limit)) return 'Too many items'
  },
})
client.create({
  ...call,
  check: async (order) => order.items.map((_, i) => ({ path: ['items', i], message: 'x' })),
})
client.create({ ...call, check: { 'items.price': (price: number) => (price < 0 ? 'negative' : undefined) } })
client.createPartial({ ...call, check: (order) => (order.at > new Date() ? 'in the future' : null) })
client.createIterable({
  ...call,
  check: (order) => {
    expect<Equal<typeof order, Order>>()
  },
})
client.create({
  responseModel: iterable(Order),
  messages,
  check: (order) => {
    expect<Equal<typeof order, Order>>()
  },
})
client.create({
  responseModel: maybe(Order),
  messages,
  check: ({ result }) => {
    expect<Equal<typeof result, Order | null>>()
  },
})
const named: Check<Order> = (order) => (order.items.length ? '' : 'empty')
client.create({ ...call, check: named })
// @ts-expect-error a boolean is not a problem
client.create({ ...call, check: (order) => order.items.length > 0 })
// @ts-expect-error the value has no such member
client.create({ ...call, check: (order) => order.total })
// @ts-expect-error a string is not a check
client.create({ ...call, check: 'positive' })

// A function of the context
const limited = client.create({
  responseModel: (context) => z.object({ n: z.number().max(Number(context.max)) }),
  context: { max: 5 },
  messages,
})
expect<Equal<Value<typeof limited>, { n: number }>>()
const typed = client.createPartial({
  responseModel: ({ max }: { max: number }) => z.object({ n: z.number().max(max) }),
  context: { max: 5 },
  messages,
})
expect<Equal<typeof typed, ObjectStream<DeepPartial<{ n: number }>, { n: number }>>>()
const text = client.create({ responseModel: String, messages })
expect<Equal<Value<typeof text>, string>>()
const count = client.create({ responseModel: Number, messages })
expect<Equal<Value<typeof count>, number>>()
// @ts-expect-error the function returns a model
client.create({ responseModel: () => 5, messages })

// Validators
const polite = llmValidator('polite', { client, allowOverride: true, model: 'gpt-4o' })
const Answer4 = z.object({ text: z.string().superRefine(polite) })
const Answer3 = z3.object({ text: z3.string().superRefine(polite) })
const AnswerV = v.objectAsync({
  text: v.pipeAsync(
    v.string(),
    v.checkAsync((text: string) => polite(text), polite.message),
    v.rawCheckAsync(polite),
  ),
})
const fixed = z.object({ text: z.string().transform(polite.fix) })
expect<Equal<z.output<typeof fixed>, { text: string }>>()
for (const responseModel of [Answer4, Answer3, AnswerV]) client.create({ responseModel, messages })
client.create({ responseModel: Answer4, messages, check: { text: polite, 'text.*': moderation({ client }) } })
client.create({ responseModel: z.string(), messages, check: polite })
expect<Equal<Awaited<ReturnType<typeof polite>>, boolean>>()
export const asCheck: (value: unknown, about: CheckContext) => Promise<CheckResult> = polite
// @ts-expect-error the client is missing
llmValidator('polite', {})

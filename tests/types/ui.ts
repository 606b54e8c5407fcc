/** The hooks of React, Vue and Svelte: values, inputs and states as the schema types them. */
import { type DeepPartial, fromProvider } from 'instructor-wasm'
import { useIterable, useObject } from 'instructor-wasm/react'
import { useObject as useStore, useIterable as useStoreOfItems } from 'instructor-wasm/svelte'
import { useIterable as useItemRefs, useObject as useRefs } from 'instructor-wasm/vue'
import * as z from 'zod'
import { type Equal, expect, type Value } from './expect.js'

const Report = z.object({ title: z.string(), born: z.string().transform((text) => new Date(text)) })
type Input = { title: string; born: string }
type Output = z.infer<typeof Report>

// Over a relay the value is JSON.
const relayed = useObject({ url: '/api', model: 'report', responseModel: Report })
expect<Equal<typeof relayed.object, DeepPartial<Input> | Input | undefined>>()
if (relayed.status === 'done') expect<Equal<typeof relayed.object, Input>>()
if (relayed.status === 'streaming') expect<Equal<typeof relayed.object, DeepPartial<Input> | undefined>>()
const { object, status, error } = relayed
if (status === 'done') expect<Equal<typeof object, Input>>()
expect<Equal<typeof error, Error | undefined>>()
expect<Equal<Value<ReturnType<typeof relayed.submit>>, Input | undefined>>()
relayed.submit({ any: 'JSON' })
relayed.submit()

// With a client in the page the value is that of the schema.
const client = fromProvider('openai/gpt-4o-mini')
const direct = useObject({
  client,
  schema: Report,
  prompt: ({ topic }: { topic: string }) => topic,
  suspense: true,
})
if (direct.status === 'done') expect<Equal<typeof direct.object, Output>>()
direct.submit({ topic: 'bees' })
// @ts-expect-error the input is that of the prompt
direct.submit({ subject: 'bees' })

const given = useObject({
  response: (input: number, { signal }) => fetch(`/api/${input}`, { signal }),
  responseModel: Report,
  onFinish: (value, { usage }) => {
    expect<Equal<typeof value, Input>>()
    expect<Equal<typeof usage.totalTokens, number>>()
  },
})
given.submit(4)
// @ts-expect-error the input is a number
given.submit('4')

const stated = useObject<Output>({ url: '/api' })
if (stated.status === 'done') expect<Equal<typeof stated.object, Output>>()
const byJson = useObject({ url: '/api', responseModel: { type: 'array', items: { type: 'string' } } })
if (byJson.status === 'done') expect<Equal<typeof byJson.object, string[]>>()

const list = useIterable({ url: '/api', responseModel: Report, resume: 'list' })
expect<Equal<typeof list.items, readonly Input[]>>()
const own = useIterable({ client, responseModel: Report })
expect<Equal<typeof own.items, readonly Output[]>>()
const items = useIterable<Output>({ url: '/api' })
expect<Equal<typeof items.items, readonly Output[]>>()
// @ts-expect-error a client needs a schema
useObject({ client })

const refs = useRefs(() => ({ url: '/api', responseModel: Report }))
expect<Equal<typeof refs.object.value, DeepPartial<Input> | Input | undefined>>()
expect<Equal<typeof refs.attempts.value, number>>()
const itemRefs = useItemRefs({ client, responseModel: Report })
expect<Equal<typeof itemRefs.items.value, readonly Output[]>>()

const store = useStore({ url: '/api', responseModel: Report })
store.subscribe((state) => {
  if (state.status === 'done') expect<Equal<typeof state.object, Input>>()
})
const stores = useStoreOfItems({ client, responseModel: Report })
stores.subscribe((state) => expect<Equal<typeof state.items, readonly Output[]>>())

/** Streams and relays: the types at each end. */
import {
  type Completion,
  type DeepPartial,
  fromClient,
  fromOpenAI,
  fromProvider,
  iterable,
  type ObjectStream,
  type Patch,
  partial,
  readPartial,
  type Usage,
} from 'instructor-wasm'
import OpenAI from 'openai'
import * as z from 'zod'
import { type Equal, expect, type Value } from './expect.js'

const client = fromProvider('openai/gpt-4o-mini')
const Team = z.object({ name: z.string(), members: z.array(z.object({ age: z.number() })) })
type Team = z.infer<typeof Team>
const call = { responseModel: Team, messages: [{ role: 'user', content: 'x' }] } as const

const stream = client.createPartial({ ...call, validate: 'early', every: 'delta' })
expect<Equal<typeof stream, ObjectStream<DeepPartial<Team>, Team>>>()
for await (const { name, members } of stream) {
  expect<Equal<typeof name, string | undefined>>()
  expect<Equal<typeof members, readonly { readonly age?: number | undefined }[] | undefined>>()
  // @ts-expect-error snapshots share unchanged parts, so they are read-only
  members?.push({ age: 1 })
}
for await (const patch of stream.patches()) expect<Equal<typeof patch, Patch>>()
const body = stream.toReadableStream()
expect<Equal<typeof body, ReadableStream<DeepPartial<Team>>>>()
const response = stream.toResponse({ status: 200 })
expect<Equal<typeof response, Response>>()
const final = stream.final()
expect<Equal<Value<typeof final>, Team>>()
const completion = stream.completion()
expect<Equal<Value<typeof completion>, Completion>>()
const usage = stream.usage()
expect<Equal<Value<typeof usage>, Usage>>()
stream.abort('enough')
expect<Equal<typeof stream.restarts, number>>()

// The reader of a relay states the expected type.
const relayed = readPartial<DeepPartial<Team>, Team>(fetch('/team'))
expect<Equal<typeof relayed, ObjectStream<DeepPartial<Team>, Team>>>()
const ofValue = readPartial<Team>(fetch('/team'))
expect<Equal<typeof ofValue, ObjectStream<DeepPartial<Team>, Team>>>()
// Or passes the schema, from which the input and output types are inferred.
const Report = z.object({ born: z.string().transform((text) => new Date(text)) })
const bySchema = readPartial(fetch('/report'), Report)
expect<Equal<typeof bySchema, ObjectStream<DeepPartial<{ born: string }>, { born: string }>>>()
const Odd = z.object({
  n: z.coerce.bigint(),
  tags: z.array(z.string()).transform((tags) => new Set(tags)),
  by: z.record(z.string(), z.number()).transform((by) => new Map(Object.entries(by))),
})
const odd = readPartial(fetch('/odd'), Odd).final()
expect<Equal<Value<typeof odd>, { n: string; tags: string[]; by: { [key: string]: number } }>>()
const team = readPartial(fetch('/team'), Team)
expect<Equal<typeof team, ObjectStream<DeepPartial<Team>, Team>>>()
const byJson = readPartial(fetch('/report'), { type: 'array', items: { type: 'string' } })
expect<Equal<typeof byJson, ObjectStream<readonly string[], string[]>>>()
const Born = z.object({ born: z.string().transform((text) => new Date(text)) })
const people = readPartial(fetch('/people'), iterable(Born))
expect<Equal<typeof people, ObjectStream<{ born: string }, { born: string }[]>>>()
const onePartial = readPartial(fetch('/team'), partial(Team))
expect<Equal<typeof onePartial, ObjectStream<DeepPartial<Team>, Team>>>()
const resumed = readPartial(fetch('/team'), Team, {
  resume: ({ id, position }) => fetch(`/team?id=${id}&position=${position}`),
  onStream: (id) => expect<Equal<typeof id, string>>(),
})
expect<Equal<typeof resumed, ObjectStream<DeepPartial<Team>, Team>>>()
const unknown = readPartial(fetch('/report'))
expect<Equal<typeof unknown, ObjectStream<unknown, unknown>>>()
stream.toResponse({ status: 200, onError: (error) => (error instanceof Error ? error : undefined) })

// Vendors' clients are accepted as they are.
const wrapped = fromOpenAI(new OpenAI({ apiKey: 'k' }), { model: 'gpt-4o-mini' })
const value = wrapped.create(call)
expect<Equal<Value<typeof value>, Team>>()
fromClient(new OpenAI({ apiKey: 'k' }))
// @ts-expect-error a key is not a client
fromOpenAI('sk-1')

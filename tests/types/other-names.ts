/** The entries with the names of other libraries. */
import type { DeepPartial } from 'instructor-wasm'
import Instructor, { createInstructor, type InstructorClient } from 'instructor-wasm/instructor-js'
import * as instructor from 'instructor-wasm/python'
import OpenAI from 'openai'
import * as z from 'zod'
import * as z3 from 'zod3'
import { type Equal, expect, type Value } from './expect.js'

const oai = new OpenAI({ apiKey: 'k' })
const client = Instructor({ client: oai, mode: 'TOOLS' })
expect<Equal<typeof client, InstructorClient<OpenAI>>>()
const User = z.object({ age: z.number(), name: z.string() })
type User = z.infer<typeof User>

const user = await client.chat.completions.create({
  messages: [{ role: 'user', content: 'Jason Liu is 30 years old' }],
  model: 'gpt-4o',
  response_model: { schema: User, name: 'User' },
  max_retries: 3,
  seed: 1,
})
const plain: User = user
expect<Equal<typeof user.age, number>>()
const usage = user._meta?.usage
usage satisfies Readonly<Record<string, unknown>> | undefined

const stream = await client.chat.completions.create(
  {
    messages: [{ role: 'user', content: 'x' }],
    model: 'gpt-4o',
    response_model: { schema: z3.object({ tags: z3.array(z3.string()) }), name: 'Tags' },
    stream: true,
  },
  { headers: { 'x-own': '1' } },
)
let extracted = {}
for await (const result of stream) {
  const { tags } = result
  expect<Equal<typeof tags, readonly string[] | undefined>>()
  extracted = result
}
export const found: [User, object, DeepPartial<User>] = [plain, extracted, user]

// Everything else is the SDK's own.
const completion = await client.chat.completions.create({
  messages: [{ role: 'user', content: 'x' }],
  model: 'gpt-4o',
})
const text = completion.choices[0]?.message.content
expect<Equal<typeof text, string | null | undefined>>()
client.embeddings.create({ model: 'text-embedding-3-small', input: 'x' })
createInstructor({
  client: { chat: { completions: { create: async (params: { model: string }) => params } } },
  mode: 'MD_JSON',
})
// @ts-expect-error an unknown mode
Instructor({ client: oai, mode: 'NONE' })
// @ts-expect-error a client is an object
Instructor({ client: 'openai', mode: 'TOOLS' })

const python = instructor.from_provider('openai/gpt-4o-mini', { api_key: 'k' })
const value = python.create({
  response_model: User,
  messages: [{ role: 'user', content: 'x' }],
  max_retries: 2,
})
expect<Equal<Value<typeof value>, User>>()
instructor.from_openai(oai, { mode: instructor.Mode.JSON })

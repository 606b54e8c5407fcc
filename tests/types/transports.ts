/** `fromCreate`, `fromLiteLLM` and the factories: what they accept, and the types of their clients. */
import {
  type DeepPartial,
  fromCreate,
  fromDeepSeek,
  fromLiteLLM,
  fromXAI,
  type Instructor,
  type LiteLLM,
  type ObjectStream,
  patch,
} from 'instructor-wasm'
import OpenAI from 'openai'
import * as z from 'zod'
import { type Equal, expect, type Value } from './expect.js'

const User = z.object({ name: z.string() })
type User = z.infer<typeof User>
const call = { responseModel: User, messages: [{ role: 'user', content: 'x' }] } as const
const openai = new OpenAI({ apiKey: 'k' })

const byFunction = fromCreate(async (body, { signal }) => {
  expect<Equal<typeof signal, AbortSignal>>()
  expect<Equal<typeof body.stream, boolean | null | undefined>>()
  return { choices: [{ message: { content: `${body.messages.length}` } }] }
})
expect<Equal<typeof byFunction, Instructor>>()
// The method of an SDK, bound; and any object with this method.
fromCreate(openai.chat.completions.create.bind(openai.chat.completions))
fromCreate(openai)
patch({ chat: { completions: { create: async (params: { model: string }) => params } } }, { mode: 'JSON' })
// @ts-expect-error a string is not a function
fromCreate('create')
// @ts-expect-error the method is missing
fromCreate({ chat: { completions: {} } })

const proxy = fromLiteLLM(undefined, { baseURL: 'http://localhost:4000', model: 'gpt-4o' })
expect<Equal<typeof proxy, LiteLLM>>()
fromLiteLLM()
fromLiteLLM(openai)
const lite = fromLiteLLM(async () => ({}), {
  retry_config: { max_retries: 2, on_retry: (error) => error.message },
})
const whole = lite.completion({ ...call, validation_hook: (_value, retries) => retries < 3 })
expect<Equal<Value<typeof whole>, User>>()
const awaited = lite.acompletion(call)
expect<Equal<Value<typeof awaited>, User>>()
const snapshots = lite.stream_completion(call)
expect<Equal<typeof snapshots, ObjectStream<DeepPartial<User>, User>>>()
const elements = lite.completion_iterable(call)
expect<Equal<typeof elements, ObjectStream<User, User[]>>>()
const copy = lite.with({ mode: 'JSON' })
expect<Equal<typeof copy, LiteLLM>>()
// @ts-expect-error the hook returns a boolean
lite.completion({ ...call, validation_hook: () => 'no' })

for (const make of [fromXAI, fromDeepSeek]) {
  const client = make(openai, { model: 'm' })
  expect<Equal<typeof client, Instructor>>()
}

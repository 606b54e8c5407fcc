/** `serve`: the types of inputs, prompts and the environment. */
import { AutoCache, fromProvider, type Instructor, iterable } from 'instructor-wasm'
import { resumable, type ServeHandler, serve } from 'instructor-wasm/server'
import * as z from 'zod'
import { type Equal, expect } from './expect.js'

const client = fromProvider('openai/gpt-4o-mini')
const User = z.object({ name: z.string() })

const handler = serve({
  client,
  models: {
    byZod: {
      responseModel: User,
      input: z.object({ topic: z.string().transform((text) => text.length) }),
      maxTokens: 100,
      prompt(input, { request, auth }) {
        expect<Equal<typeof input, { topic: number }>>()
        expect<Equal<typeof request, Request>>()
        expect<Equal<typeof auth, unknown>>()
        return `x ${input.topic}`
      },
    },
    byFunction: {
      responseModel: iterable(User),
      input: (given: unknown) => String(given),
      prompt: (input) => {
        expect<Equal<typeof input, string>>()
        return [{ role: 'user', content: input }]
      },
    },
    annotated: { responseModel: { type: 'object' }, prompt: ({ topic }: { topic: string }) => topic },
    text: { responseModel: User, prompt: 'Extract' },
  },
})
expect<Equal<typeof handler, ServeHandler<unknown>>>()

interface Env {
  KEY: string
}
const worker = serve({
  client: (env: Env) => fromProvider('openai/gpt-4o-mini', { env }),
  models: { user: { responseModel: User, prompt: async (_, { env }) => env.KEY } },
  authorize: async (request, { env }) => request.headers.get('x') === env.KEY,
  rateLimit: (_, { env, auth }) => ({ success: auth === env.KEY, retryAfter: 3 }),
  cors: { origin: ['https://a.example'], credentials: true },
  resume: { store: new AutoCache(), owner: ({ auth }) => String(auth) },
  onError: (error) => (error instanceof Error ? 'no' : undefined),
})
expect<Equal<typeof worker, ServeHandler<Env>>>()
const response: Promise<Response> = worker(new Request('https://a.example'), { KEY: 'x' }, { waitUntil() {} })

// @ts-expect-error a model needs a prompt
serve({ client, models: { user: { responseModel: User } } })
const { signal } = new AbortController()
// @ts-expect-error the signal is that of the request
serve({ client, models: { user: { responseModel: User, prompt: 'x', signal } } })
const kept: Promise<Response> = resumable(client.createPartial({ responseModel: User, prompt: 'x' }), {
  store: new Map(),
})
declare const use: (one: Instructor, two: unknown, three: unknown) => void
use(client, response, kept)

/** A Worker that uses the package like an app: no configuration, no await before the first call. */
import { fromProvider, InstructorError, kvCache, webCache } from 'instructor-wasm'
import { serve } from 'instructor-wasm/server'
import { scripted } from 'instructor-wasm/test'
import * as z from 'zod'

const User = z.object({ name: z.string(), age: z.number().int(), role: z.string().default('guest') })
const jason = { name: 'Jason', age: 25 }
const messages = [{ role: 'user', content: 'Extract: {{ who }}' }]

// At the top level, where Workers allow no I/O: the core starts synchronously.
const started = fromProvider('openai/gpt-4o-mini', { apiKey: 'sk-top' }).mode

const routes = {
  '/started': () => started,
  '/create': (client) => client.create({ responseModel: User, messages }),
  '/schema': (client) =>
    client.create({
      responseModel: {
        type: 'object',
        properties: { name: { type: 'string', pattern: '^J' }, age: { type: 'integer', minimum: 1 } },
        required: ['name', 'age'],
      },
      messages,
    }),
  '/context': async (client, { requests }) => {
    await client.create({ responseModel: User, messages, context: { who: 'Jason' } })
    return requests[0].body.messages[0].content
  },
  '/iterable': (client) => client.createIterable({ responseModel: User, messages }).final(),
  '/stream': (client) => client.createPartial({ responseModel: User, messages }).toResponse(),
  '/env': (_, __, env) => fromProvider('openai/gpt-4o-mini', { env }).provider,
  '/no-key': (_, __, env) => fromProvider('anthropic/claude-sonnet-4-5', { env }).provider,
}

/** The calls of one client with a store: which were cached, and the number of requests. */
async function kept(server, cache, cacheTtl) {
  const client = () =>
    fromProvider('openai/gpt-4o-mini', { apiKey: 'sk-1', fetch: server.fetch, cache, cacheTtl })
  const call = { responseModel: User, messages }
  const [value, first] = await client().createWithCompletion(call)
  const [again, second] = await client().createWithCompletion(call)
  const stream = client().createPartial(call)
  return {
    same: JSON.stringify(value) === JSON.stringify(again),
    cached: [first.cached, second.cached, (await stream.completion()).cached],
    final: await stream.final(),
    requests: server.requests.length,
  }
}

routes['/kv'] = async (_, server, { KV }) => {
  const seen = await kept(server, kvCache(KV), 90_000)
  const { keys } = await KV.list()
  return { ...seen, keys }
}
routes['/kv-forever'] = async (_, server, { OTHER }) => {
  const seen = await kept(server, kvCache(OTHER))
  return { ...seen, keys: (await OTHER.list()).keys }
}
routes['/web'] = (_, server) => kept(server, webCache(caches), 90_000)
routes['/web-named'] = async (_, server) => kept(server, webCache(await caches.open('answers')))

const served = serve({
  client: (env) =>
    fromProvider('openai/gpt-4o-mini', {
      env,
      fetch: (url, init) => scripted([{ value: jason, piece: 2, pace: 10 }]).fetch(url, init),
    }),
  models: { user: { responseModel: User, prompt: 'Extract: Jason' } },
  resume: { store: (env) => env.STREAMS, interval: 20 },
})

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url)
    if (pathname === '/serve') return served(request, env, ctx)
    const value = pathname === '/iterable' ? { tasks: [jason, jason] } : jason
    const replies =
      pathname === '/schema' ? [{ value: { name: 'X', age: 0 } }, { value }] : [{ value, piece: 4 }]
    const server = scripted(replies)
    const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'sk-1', fetch: server.fetch })
    try {
      const answer = await routes[pathname](client, server, env)
      return answer instanceof Response ? answer : Response.json(answer)
    } catch (error) {
      return Response.json(
        { name: error.name, message: error.message },
        { status: error instanceof InstructorError ? 422 : 500 },
      )
    }
  },
}

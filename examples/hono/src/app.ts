/** An API with a relay: the key stays here, callers get typed values. The app runs in Node, Workers, Deno and Bun. */
import { Hono } from 'hono'
import { env } from 'hono/adapter'
import { bearerAuth } from 'hono/bearer-auth'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { fromProvider, type Instructor, InstructorError } from 'instructor-wasm'
import { serve } from 'instructor-wasm/server'
import * as z from 'zod'
import { Notes } from './notes.ts'
import { rateLimit } from './rate-limit.ts'

export interface Variables extends Record<string, unknown> {
  OPENAI_API_KEY: string
  APP_TOKEN: string
  MODEL?: string
}

const Sentiment = z.object({ sentiment: z.enum(['positive', 'neutral', 'negative']), reason: z.string() })

/** The key is the variable of the provider, OPENAI_API_KEY by default. */
const fromEnv = (variables: Variables): Instructor =>
  fromProvider(variables.MODEL ?? 'openai/gpt-4o-mini', { env: variables, timeout: 60_000 })

/** `client` is for tests. */
export function createApp(client: (variables: Variables) => Instructor = fromEnv): Hono {
  const app = new Hono()
  const relay = serve({
    client,
    models: {
      notes: {
        responseModel: Notes,
        input: z.string().min(1).max(20_000),
        prompt: (text) => `Summarize these notes and list the tasks:\n\n${text}`,
      },
    },
  })

  app.use('/api/*', (c, next) => bearerAuth({ token: env<Variables>(c).APP_TOKEN })(c, next))
  app.use('/api/*', rateLimit({ calls: 20, seconds: 60 }), bodyLimit({ maxSize: 64 * 1024 }))

  // A whole value as JSON. A caller that disconnects cancels the request to the provider.
  app.post('/api/sentiment', async (c) => {
    const { signal } = c.req.raw
    const prompt = `The sentiment of this review:\n\n${await c.req.text()}`
    return c.json(await client(env<Variables>(c)).create({ responseModel: Sentiment, prompt, signal }))
  })

  // A stream of partial values, for readPartial() or useObject() in a page.
  app.post('/api/notes', (c) => relay(c.req.raw, env<Variables>(c)))

  // Messages of providers are for the log. Callers get the class.
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse()
    console.error(error)
    if (!(error instanceof InstructorError)) return c.json({ error: { code: 'internal' } }, 500)
    return c.json({ error: { code: error.name, message: 'The call of the model failed.' } }, 502)
  })
  return app
}

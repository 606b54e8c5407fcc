/** A relay at the edge: the key stays here, a page gets a typed stream. */
import { fromProvider, kvCache } from 'instructor-wasm'
import { serve } from 'instructor-wasm/server'
import * as z from 'zod'
import { Notes } from './notes'

/** The bindings of wrangler.jsonc, and the secrets: `wrangler secret put OPENAI_API_KEY`. */
interface Env {
  OPENAI_API_KEY: string
  APP_TOKEN: string
  MODEL: string
  ANSWERS: KVNamespace
  LIMITER: RateLimit
}

export default {
  fetch: serve({
    client: (env: Env) =>
      fromProvider(env.MODEL, {
        env,
        cache: kvCache(env.ANSWERS),
        cacheTtl: 86_400_000,
        timeout: 60_000,
        // A Worker has 128 MB of memory.
        maxAnswerBytes: 1_000_000,
      }),
    models: {
      notes: {
        responseModel: Notes,
        input: z.string().min(1).max(20_000),
        prompt: (text) => `Summarize these notes and list the tasks:\n\n${text}`,
      },
    },
    // With users, verify their session here: a token that a page contains is public.
    authorize: (request, { env }) => request.headers.get('authorization') === `Bearer ${env.APP_TOKEN}`,
    rateLimit: (request, { env }) =>
      env.LIMITER.limit({ key: request.headers.get('cf-connecting-ip') ?? '' }),
    cors: ['http://localhost:5173', 'https://app.example.com'],
  }),
} satisfies ExportedHandler<Env>

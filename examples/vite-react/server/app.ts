/** What the page may request. The key and the prompt stay here. */
import { Hono } from 'hono'
import { fromProvider } from 'instructor-wasm'
import { serve } from 'instructor-wasm/server'
import * as z from 'zod'
import { Notes } from '../src/notes'

const notes = serve({
  // Created by the first request. The key is the variable of the provider, OPENAI_API_KEY by default.
  client: () => fromProvider(process.env.MODEL ?? 'openai/gpt-4o-mini', { timeout: 60_000 }),
  models: {
    notes: {
      responseModel: Notes,
      input: z.string().min(1).max(20_000),
      prompt: (text) => `Summarize these notes and list the tasks:\n\n${text}`,
    },
  },
  // Before you deploy: authorize and rateLimit.
})

export const app = new Hono().post('/api/notes', (c) => notes(c.req.raw))

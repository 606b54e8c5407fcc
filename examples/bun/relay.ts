/** What the page may request. The key and the prompt stay here. */
import type { Instructor } from 'instructor-wasm'
import { serve } from 'instructor-wasm/server'
import * as z from 'zod'
import { Notes } from './notes.ts'

export const relay = (client: Instructor): ((request: Request) => Promise<Response>) =>
  serve({
    client,
    models: {
      notes: {
        responseModel: Notes,
        input: z.string().min(1).max(20_000),
        prompt: (text) => `Summarize these notes and list the tasks:\n\n${text}`,
      },
    },
    // Before you deploy: authorize and rateLimit.
  })

/** What a page may request from the server: the notes of a text, as a stream. */
import type { Instructor } from 'instructor-wasm'
import { serve } from 'instructor-wasm/server'
import * as z from 'zod'

export const Notes = z.object({
  title: z.string(),
  summary: z.string().describe('two sentences'),
  tasks: z.array(z.object({ task: z.string(), owner: z.string().nullable() })),
})

export interface Options {
  readonly client: Instructor
  readonly token: string
}

export const notesHandler = ({ client, token }: Options): ((request: Request) => Promise<Response>) =>
  serve({
    client,
    models: {
      notes: {
        responseModel: Notes,
        input: z.string().min(1).max(20_000),
        prompt: (text) => `Summarize these notes and list the tasks:\n\n${text}`,
      },
    },
    authorize: (request) => request.headers.get('authorization') === `Bearer ${token}`,
  })

/** `deno task dev`: a server that relays typed streams. The key stays here. */
import { fromProvider } from 'instructor-wasm'
import { notesHandler } from './notes.ts'

const token = Deno.env.get('APP_TOKEN')
if (!token) throw new Error('APP_TOKEN is not set: copy .env.example to .env and enter one.')

const notes = notesHandler({
  // The key is the variable of the provider, OPENAI_API_KEY by default.
  client: fromProvider(Deno.env.get('MODEL') ?? 'openai/gpt-4o-mini', { timeout: 60_000 }),
  token,
})

export default {
  fetch(request: Request): Response | Promise<Response> {
    if (new URL(request.url).pathname === '/api/notes') return notes(request)
    return new Response('Not found', { status: 404 })
  },
} satisfies Deno.ServeDefaultExport

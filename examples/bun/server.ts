/** `bun run dev`: the page, which Bun bundles, and the relay. */
import { fromProvider } from 'instructor-wasm'
import page from './index.html'
import { relay } from './relay.ts'

// Bun reads .env. The key is the variable of the provider, OPENAI_API_KEY by default.
const notes = relay(fromProvider(Bun.env.MODEL ?? 'openai/gpt-4o-mini', { timeout: 60_000 }))

const server = Bun.serve({
  hostname: Bun.env.HOST ?? '127.0.0.1',
  // Bun closes a connection after 10 seconds without data; a model may need longer for its first word.
  idleTimeout: 60,
  routes: {
    '/': page,
    '/api/notes': { POST: (request) => notes(request) },
  },
})
console.log(`${server.url}`)

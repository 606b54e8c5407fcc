/** A page as an app writes it; the test reads what it leaves on `globalThis`. */
import { fromProvider, NetworkError } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import * as z from 'zod'

const User = z.object({ name: z.string(), age: z.number().int() })
const jason = { name: 'Jason', age: 25 }
const messages = [{ role: 'user', content: 'Extract: {{ who }}' }]
const Schema = {
  type: 'object',
  properties: { name: { type: 'string', pattern: '^J' }, age: { type: 'integer' } },
  required: ['name', 'age'],
}

async function run() {
  const server = scripted([
    { value: jason },
    { value: { name: 'X', age: 1 } },
    { value: jason },
    { value: jason },
    { value: jason, piece: 3 },
  ])
  // Synchronous: the next line uses it.
  const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'sk-1', fetch: server.fetch })
  const results = { mode: client.mode }
  results.create = await client.create({ responseModel: User, messages })
  results.schema = await client.create({ responseModel: Schema, messages })
  await client.create({ responseModel: User, messages, context: { who: 'Jason' } })
  results.context = server.requests.at(-1).body.messages[0].content
  results.snapshots = []
  const stream = client.createPartial({ responseModel: User, messages })
  for await (const snapshot of stream) results.snapshots.push(snapshot)
  results.final = await stream.final()

  // A server that does not allow this page: the browser's own fetch, refused by CORS.
  const closed = fromProvider('openai/gpt-4o-mini', {
    apiKey: 'sk-1',
    baseURL: new URLSearchParams(location.search).get('closed'),
    httpRetries: 0,
  })
  try {
    await closed.create({ responseModel: User, messages })
  } catch (error) {
    results.cors = {
      network: error instanceof NetworkError,
      likely: error.likelyCors,
      message: error.message,
    }
  }
  return results
}

globalThis.outcome = run().catch((error) => ({ failed: `${error.name}: ${error.message}\n${error.stack}` }))

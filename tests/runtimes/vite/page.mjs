/** A page of an app; the test reads the results from `globalThis`. */
import { chromeAvailability, fromProvider, idbCache, NetworkError, webCache } from 'instructor-wasm'
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

  // A server that does not allow this page: CORS blocks the browser's own fetch.
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
  results.inside = await inside()
  results.stores = await stores()
  return results
}

/** The same call twice with each store of browsers: which were cached, and the number of requests. */
async function stores() {
  const out = {}
  const name = `answers-${Math.random()}`
  const own = idbCache(name)
  for (const [kind, cache] of [
    ['idb', own],
    // Another object on the same database, as after a reload.
    ['idbAgain', idbCache(name)],
    ['web', webCache(caches)],
  ]) {
    const server = scripted([{ value: jason }, { value: jason }])
    const options = { apiKey: `sk-${kind.slice(0, 3)}`, fetch: server.fetch, cache }
    const client = fromProvider('openai/gpt-4o-mini', options)
    const call = { responseModel: User, messages }
    const [, first] = await client.createWithCompletion(call)
    const [value, second] = await client.createWithCompletion(call)
    out[kind] = { value, cached: [first.cached, second.cached], requests: server.requests.length }
  }
  const small = idbCache(`${name}-small`, { maxSize: 3 })
  for (const [i, key] of ['a', 'b', 'c', 'd', 'e'].entries()) {
    await small.set(key, `{"i":${i}}`)
    await new Promise((done) => setTimeout(done, 2))
  }
  out.left = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((key) => small.get(key)))
  // A database that another page deletes is opened again.
  await new Promise((done, failed) => {
    const request = indexedDB.deleteDatabase(name)
    request.onsuccess = done
    request.onerror = failed
  })
  await own.set('x', '1')
  out.again = await own.get('x')
  return out
}

/** Models in the page, with fakes of their interfaces; each file is loaded by its first call. */
async function inside() {
  const text = JSON.stringify(jason)
  const out = { availability: await chromeAvailability() }
  // The browser's own interface, which exists but has no model on a machine without one.
  if (globalThis.LanguageModel && out.availability === 'unavailable')
    out.real = await fromProvider('chrome/gemini-nano')
      .create({ responseModel: User, messages })
      .catch((error) => `${error.name}: ${error.message}`)
  try {
    Object.defineProperty(globalThis, 'LanguageModel', { value: undefined, configurable: true })
    fromProvider('chrome/gemini-nano')
  } catch (error) {
    out.absent = `${error.name}: ${error.message}`
  }
  let constraint
  const languageModel = {
    availability: async () => 'downloadable',
    create: async ({ monitor }) => {
      const target = new EventTarget()
      monitor(target)
      target.dispatchEvent(new ProgressEvent('downloadprogress', { loaded: 0.5, total: 1 }))
      return {
        prompt: async (_, { responseConstraint }) => {
          constraint = responseConstraint
          return text
        },
        promptStreaming: () => new Blob([text]).stream().pipeThrough(new TextDecoderStream()),
        destroy() {},
      }
    },
  }
  const options = { languageModel, onDownloadProgress: ({ loaded }) => (out.loaded = loaded) }
  const chrome = fromProvider('chrome/gemini-nano', options)
  out.chrome = await chrome.create({ responseModel: User, messages })
  out.constraint = constraint.required
  out.streamed = await chrome.createPartial({ responseModel: User, messages }).final()
  const engine = {
    chat: {
      completions: { create: async () => ({ choices: [{ message: { role: 'assistant', content: text } }] }) },
    },
  }
  out.webllm = await fromProvider('webllm/m', { engine }).create({ responseModel: User, messages })
  return out
}

globalThis.outcome = run().catch((error) => ({ failed: `${error.name}: ${error.message}\n${error.stack}` }))

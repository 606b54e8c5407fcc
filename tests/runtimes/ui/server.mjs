/** A server of a page and its relay; the provider is scripted. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { AutoCache, fromProvider, iterable } from 'instructor-wasm'
import { serve } from 'instructor-wasm/server'
import { scripted } from 'instructor-wasm/test'
import * as z from 'zod'

const Row = z.object({ id: z.number(), name: z.string(), note: z.string() })
const Report = z.object({ title: z.string(), rows: z.array(Row) })
export const rows = (n) =>
  Array.from({ length: n }, (_, i) => ({ id: i, name: `name ${i}`, note: `the note of row ${i}` }))

/** A handler whose provider returns what the input describes: `{ n, pace, slow, bad }`. */
function handler(seen, more = {}) {
  const client = fromProvider('openai/gpt-4o-mini', {
    apiKey: 'sk-1',
    env: {},
    fetch: async (url, init) => {
      const body = JSON.parse(init.body)
      const {
        n,
        slow,
        pace = 0,
        bad,
        list,
        refuse,
      } = JSON.parse(body.messages.find(({ role }) => role === 'user').content)
      const made = rows(n)
      const value = list ? { tasks: made } : { title: 'Rows', rows: bad && !seen.bad ? 'none' : made }
      if (bad) seen.bad = true
      const step = refuse
        ? { status: 401, body: { error: { message: 'org-acme' } } }
        : { value, piece: slow ? 4 : 40, pace: slow ? 4 : pace }
      const { fetch, requests } = scripted([step])
      const response = await fetch(url, init)
      seen.requests.push(requests[0])
      return response
    },
  })
  const prompt = (input) => JSON.stringify(input)
  const model = { prompt, maxRetries: 0 }
  return serve({
    client,
    models: {
      report: { ...model, responseModel: Report },
      again: { ...model, responseModel: Report, maxRetries: 1 },
      rows: { ...model, responseModel: iterable(Row), prompt: (input) => prompt({ ...input, list: true }) },
    },
    onError: () => undefined,
    ...more,
  })
}

/** The handler of docs/ui.md. */
function documented() {
  const Texts = z.object({ title: z.string(), rows: z.array(z.string()) })
  const fetch = (url, init) => {
    const [, topic] = /A report on (\w+)/.exec(init.body)
    const value = { title: `Rows about ${topic}`, rows: ['one', 'two', 'three'] }
    return scripted([{ value, pace: 2 }]).fetch(url, init)
  }
  return serve({
    client: fromProvider('openai/gpt-4o-mini', { apiKey: 'sk-1', env: {}, fetch }),
    models: {
      report: { responseModel: Texts, input: z.string(), prompt: (topic) => `A report on ${topic}` },
    },
  })
}

/** A file of the package, next to the page's script. */
const module = (url) =>
  /^\/[\w-]+\.wasm$/.test(url)
    ? ['application/wasm', readFileSync(new URL(`../../../pkg${url}`, import.meta.url))]
    : undefined

/** Serves `files` and the relay at /api, and at /kept with streams that can be continued. */
export async function start(files) {
  const seen = { requests: [], bodies: [], breaks: 0 }
  const handlers = {
    '/api': handler(seen),
    '/api/report': documented(),
    '/kept': handler(seen, { resume: { store: new AutoCache(), interval: 5 } }),
  }
  const server = createServer(async (request, response) => {
    const handle = handlers[request.url]
    if (!handle) {
      const [type, text] = files[request.url] ??
        module(request.url) ?? ['text/html', '<!doctype html><div id="root"></div>']
      response.setHeader('content-type', type)
      response.end(text)
      return
    }
    const left = new AbortController()
    const parts = []
    for await (const part of request) parts.push(part)
    seen.bodies.push(Buffer.concat(parts).toString())
    response.on('close', () => left.abort())
    const result = await handle(
      new Request(`http://localhost${request.url}`, {
        method: request.method,
        headers: request.headers,
        body: parts.length ? Buffer.concat(parts) : undefined,
        signal: left.signal,
      }),
    )
    response.writeHead(result.status, Object.fromEntries(result.headers))
    if (!result.body) {
      response.end()
      return
    }
    const body = Readable.fromWeb(result.body)
    body.on('error', () => response.destroy())
    response.on('close', () => body.destroy())
    // A connection that breaks in the middle.
    if (seen.breaks > 0 && request.url === '/kept') {
      seen.breaks--
      let events = 0
      body.on('data', () => ++events === 12 && response.destroy())
    }
    body.pipe(response)
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  return {
    seen,
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

// The two servers of a measurement, on 127.0.0.1: one delivers a build as a static host does, with gzip, and counts what it
// sends; the other is the provider, with scripted answers.
import { createServer } from 'node:http'
import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { at } from '../../scripts/lib.mjs'
import { VALUE } from './scenarios.mjs'

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
}

export const compressed = (bytes) => gzipSync(bytes, { level: 9 })

/** `html`, `js`, `wasm` or `other`, by the path's ending. */
export const kindOf = (path) => (TYPES[extname(path)] ? extname(path).slice(1) : 'other')

const listen = (server) =>
  new Promise((done, fail) => {
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () =>
      done({
        url: `http://127.0.0.1:${server.address().port}`,
        stop() {
          server.closeAllConnections()
          server.close()
        },
      }),
    )
  })

/**
 * Delivers files (path → bytes), compressed in advance. `sent` has an entry `{ path, bytes }` for each response, with the
 * compressed bytes of its body; `take` returns the entries and empties the list.
 */
export async function deliver(files) {
  const packed = new Map()
  for (const [path, bytes] of files) packed.set(path, compressed(bytes))
  let sent = []
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost')
    const path = pathname === '/' ? '/index.html' : pathname
    const body = packed.get(path)
    if (!body) {
      const text = 'not found'
      sent.push({ path, bytes: text.length })
      response.writeHead(404, { 'content-type': 'text/plain', 'content-length': text.length })
      return response.end(text)
    }
    sent.push({ path, bytes: body.length })
    response.writeHead(200, {
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      'content-encoding': 'gzip',
      'content-length': body.length,
      'cache-control': path === '/index.html' ? 'no-cache' : 'public, max-age=31536000, immutable',
    })
    response.end(body)
  })
  return {
    ...(await listen(server)),
    take() {
      const all = sent
      sent = []
      return all
    },
  }
}

/** A provider with any wire API, on another origin than the page. Each request has the answer `VALUE`. */
export async function answering() {
  const { scripted } = await import(pathToFileURL(at('pkg', 'test.js')))
  const server = createServer(async (request, response) => {
    const cors = {
      'access-control-allow-origin': '*',
      'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '*',
    }
    if (request.method === 'OPTIONS') return response.writeHead(204, cors).end()
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    try {
      const answer = await scripted([{ value: VALUE }]).fetch(`http://provider${request.url}`, {
        method: request.method,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      })
      const body = Buffer.from(await answer.arrayBuffer())
      response.writeHead(answer.status, { ...cors, 'content-type': answer.headers.get('content-type') })
      response.end(body)
    } catch (error) {
      response.writeHead(500, { ...cors, 'content-type': 'text/plain' }).end(String(error))
    }
  })
  return listen(server)
}

// A proxy in front of the model's server: the same sampling for every library, and the tokens that the server reports,
// also those of attempts that a library does not report.
import { once } from 'node:events'
import { createServer } from 'node:http'

/**
 * Starts the proxy on 127.0.0.1. Every request has at most `maxTokens` tokens, temperature 0 unless it has its own, and the
 * fields of `extra`.
 * `take()` returns the requests and tokens since the last call of it; `onExchange` gets each request and its answer.
 */
export async function countingProxy(target, maxTokens, extra, onExchange) {
  let counts = { requests: 0, input: 0, output: 0 }
  const server = createServer(async (request, response) => {
    try {
      const chunks = []
      for await (const chunk of request) chunks.push(chunk)
      let body = Buffer.concat(chunks)
      const completion = request.method === 'POST' && request.url?.includes('/chat/completions')
      if (completion) {
        const { max_completion_tokens, ...rest } = JSON.parse(body.toString())
        body = Buffer.from(JSON.stringify({ temperature: 0, ...rest, max_tokens: maxTokens, ...extra }))
      }
      const headers = { 'content-type': 'application/json' }
      const { authorization } = request.headers
      if (authorization) headers.authorization = authorization
      const answer = await fetch(target + request.url?.replace(/^\/v1/, ''), {
        method: request.method,
        headers,
        ...(request.method === 'POST' ? { body } : {}),
      })
      const text = await answer.text()
      if (completion) {
        onExchange?.(body.toString(), text)
        const usage = usageOf(text)
        counts.requests += 1
        counts.input += usage?.prompt_tokens ?? 0
        counts.output += usage?.completion_tokens ?? 0
      }
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? 'application/json',
      })
      response.end(text)
    } catch (error) {
      response.writeHead(502, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { message: String(error) } }))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    baseURL: `http://127.0.0.1:${server.address().port}/v1`,
    take() {
      const taken = counts
      counts = { requests: 0, input: 0, output: 0 }
      return taken
    },
    stop: () => server.close(),
  }
}

function usageOf(text) {
  try {
    return JSON.parse(text).usage
  } catch {
    return undefined
  }
}

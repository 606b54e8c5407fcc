// A scripted provider: an OpenAI-compatible server on 127.0.0.1 that returns the next text of a script for each
// request, unstreamed or as a stream of small pieces, and records the requests.
import { createServer } from 'node:http'

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': 'POST, OPTIONS',
}
const usage = { prompt_tokens: 31, completion_tokens: 17, total_tokens: 48 }
const pause = (ms) => new Promise((done) => setTimeout(done, ms))

/**
 * `script`: the texts of the answers, in order; the last one repeats. `pace`: milliseconds between pieces of a
 * stream.
 */
export async function scriptedProvider(script, { pace = 15, piece = 5 } = {}) {
  const requests = []
  const cancelled = []
  let failure
  const server = createServer(async (request, response) => {
    if (request.method === 'OPTIONS') return response.writeHead(204, CORS).end()
    let text = ''
    for await (const chunk of request) text += chunk
    const body = JSON.parse(text)
    const answer = script[Math.min(requests.length, script.length - 1)]
    requests.push({ url: request.url, headers: request.headers, body })
    if (failure) {
      response.writeHead(failure.status, { ...CORS, 'content-type': 'application/json' })
      return response.end(JSON.stringify(failure.body))
    }
    const base = { id: 'chatcmpl-1', created: 1_700_000_000, model: body.model }
    const tool = body.tools?.[0]?.function?.name
    if (!body.stream) {
      const call = { id: 'call_1', type: 'function', function: { name: tool, arguments: answer } }
      const message = tool
        ? { role: 'assistant', content: null, tool_calls: [call] }
        : { role: 'assistant', content: answer }
      response.writeHead(200, { ...CORS, 'content-type': 'application/json' })
      const choice = { index: 0, message, finish_reason: tool ? 'tool_calls' : 'stop' }
      return response.end(JSON.stringify({ ...base, object: 'chat.completion', choices: [choice], usage }))
    }
    response.writeHead(200, { ...CORS, 'content-type': 'text/event-stream' })
    let open = true
    response.on('close', () => {
      open = false
      if (!response.writableEnded) cancelled.push(requests.length)
    })
    const send = (delta, finish_reason = null, more = {}) =>
      response.write(
        `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }], ...more })}\n\n`,
      )
    for (let i = 0; i < answer.length && open; i += piece) {
      const part = answer.slice(i, i + piece)
      const first = i === 0
      send(
        tool
          ? {
              ...(first ? { role: 'assistant' } : {}),
              tool_calls: [
                {
                  index: 0,
                  ...(first ? { id: 'call_1', type: 'function' } : {}),
                  function: { ...(first ? { name: tool } : {}), arguments: part },
                },
              ],
            }
          : { ...(first ? { role: 'assistant' } : {}), content: part },
      )
      await pause(pace)
    }
    if (!open) return
    send({}, tool ? 'tool_calls' : 'stop')
    response.write(
      `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [], usage })}\n\n`,
    )
    response.end('data: [DONE]\n\n')
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  return {
    baseURL: `http://127.0.0.1:${server.address().port}/v1`,
    requests,
    cancelled,
    /** The status and the body of all following answers; `undefined`: those of the script. */
    fail: (status, body) => {
      failure = status && { status, body }
    },
    script: (...texts) => {
      failure = undefined
      cancelled.length = 0
      script = texts
      requests.length = 0
    },
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

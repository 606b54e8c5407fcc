// An OpenAI-compatible server on 127.0.0.1 for tests: sends the result of `reply(body, n)` as a tool call, a text or
// a stream, and records the requests.
import { createServer } from 'node:http'

const CORS = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }

/**
 * `reply` returns `{ arguments }`, `{ text }`, `{ status, body }` or `{ raw }`. `pace` is the time between the events of a stream
 * in milliseconds. A request is `cancelled` if its connection closed before the response was complete.
 */
export async function provider(reply) {
  const requests = []
  const server = createServer(async (request, response) => {
    if (request.method === 'OPTIONS') return response.writeHead(204, CORS).end()
    let text = ''
    for await (const chunk of request) text += chunk
    const body = text ? JSON.parse(text) : {}
    const received = { url: request.url, headers: request.headers, body, cancelled: false }
    response.on('close', () => {
      received.cancelled = !response.writableFinished
    })
    requests.push(received)
    const answer = await reply(body, requests.length)
    const { status = 200 } = answer
    if (answer.raw !== undefined) {
      response.writeHead(status, { ...CORS, 'content-type': 'application/json', ...answer.headers })
      return response.end(answer.raw)
    }
    if (status !== 200) {
      response.writeHead(status, { ...CORS, 'content-type': 'application/json', ...answer.headers })
      return response.end(JSON.stringify(answer.body ?? { error: { message: 'no' } }))
    }
    if (body.stream) return stream(body, answer, response)
    response.writeHead(200, { ...CORS, 'content-type': 'application/json' })
    response.end(JSON.stringify(completion(body, answer)))
  })
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  const base = `http://127.0.0.1:${server.address().port}/v1`
  return { base, requests, close: () => new Promise((done) => server.close(done)) }
}

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }

function completion(body, answer) {
  const name = body.tools?.[0]?.function.name
  const message =
    answer.text === undefined
      ? {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'call_1', type: 'function', function: { name, arguments: answer.arguments } }],
        }
      : { role: 'assistant', content: answer.text }
  const choices = [{ index: 0, message, finish_reason: answer.text === undefined ? 'tool_calls' : 'stop' }]
  return { id: 'c1', object: 'chat.completion', created: 1, model: body.model, choices, usage }
}

async function stream(body, answer, response) {
  response.writeHead(200, { ...CORS, 'content-type': 'text/event-stream' })
  const send = (choices, more = {}) =>
    response.write(
      `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', model: body.model, choices, ...more })}\n\n`,
    )
  const text = answer.text ?? answer.arguments
  const name = body.tools?.[0]?.function.name
  for (let i = 0; i < text.length; i += 6) {
    const piece = text.slice(i, i + 6)
    const call = { index: 0, function: { arguments: piece } }
    if (i === 0) Object.assign(call, { id: 'call_1', type: 'function', function: { name, arguments: piece } })
    send([
      {
        index: 0,
        delta: answer.text === undefined ? { tool_calls: [call] } : { content: piece },
        finish_reason: null,
      },
    ])
    if (answer.pace) await new Promise((done) => setTimeout(done, answer.pace))
    if (response.destroyed) return
  }
  if (answer.cut) return response.end()
  send([{ index: 0, delta: {}, finish_reason: answer.text === undefined ? 'tool_calls' : 'stop' }])
  send([], { usage })
  response.end('data: [DONE]\n\n')
}

// Answers in OpenAI's chat format. A row states the deltas of a stream one by one, because the peers' tests do; `scripted` of
// the package divides a text into pieces of one size.
import { recorded } from '../recorded.mjs'
import { fill } from './places.mjs'

/**
 * A fetch that replies with the answers in order, and the requests that it got.
 *
 * An answer is a text, a list of deltas, or an object: `text` or `deltas`, `calls` (`{ name, arguments }`, the latter a text
 * or deltas), `reasoning`, `finish`, `id`, `model`, `usage`, `headers`, `status`, `body`, `fail` (the connection fails);
 * of a stream `bytes` (the size of the network chunks), `breaks` (the connection breaks after the deltas) and `never` (it stalls
 * there). `requests[i].cancelled`: the body was cancelled.
 */
export function chat(answers) {
  return recorded(answers, (next, request, { signal }) => {
    signal?.throwIfAborted()
    const { stream } = request.body
    const answer = read(fill(next, request.body))
    if (answer.fail) throw new TypeError(answer.fail)
    if (answer.never && !stream) return stalled(signal)
    if (answer.status) return Response.json(answer.body, { status: answer.status, headers: answer.headers })
    return stream ? streamed(answer, signal, request) : whole(answer)
  })
}

const read = (answer) =>
  typeof answer === 'string' ? { text: answer } : Array.isArray(answer) ? { deltas: answer } : answer

const joined = (given) => (Array.isArray(given) ? given.join('') : given)
const listed = (given) => (Array.isArray(given) ? given : given === undefined ? [] : [given])

const envelope = ({ id = 'chatcmpl-1', model = 'gpt-4o-mini' }, object) => ({ id, object, created: 0, model })
const usageOf = ({ usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 } }) => usage
const finishOf = ({ finish, calls }) => finish ?? (calls?.length ? 'tool_calls' : 'stop')

function whole(answer) {
  const { text, deltas, calls = [], reasoning } = answer
  const message = {
    role: 'assistant',
    content: joined(deltas) ?? text ?? null,
    ...(reasoning ? { reasoning_content: reasoning } : {}),
    ...(calls.length
      ? {
          tool_calls: calls.map(({ name, arguments: args }, at) => ({
            id: `call_${at}`,
            type: 'function',
            function: { name, arguments: joined(args) },
          })),
        }
      : {}),
  }
  return Response.json(
    {
      ...envelope(answer, 'chat.completion'),
      choices: [{ index: 0, message, finish_reason: finishOf(answer) }],
      usage: usageOf(answer),
    },
    { headers: answer.headers },
  )
}

/** No response until the caller gives up. */
const stalled = (signal) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))

function streamed(answer, signal, request) {
  const { text, deltas, calls = [], reasoning } = answer
  const chunk = (delta, finish_reason = null) => ({
    ...envelope(answer, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, finish_reason }],
  })
  const events = [
    chunk({ role: 'assistant', content: '' }),
    ...listed(reasoning).map((reasoning_content) => chunk({ reasoning_content })),
    ...listed(deltas ?? text).map((content) => chunk({ content })),
    ...calls.flatMap(({ name, arguments: args }, index) => [
      chunk({
        tool_calls: [{ index, id: `call_${index}`, type: 'function', function: { name, arguments: '' } }],
      }),
      ...listed(args).map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ]),
    chunk({}, finishOf(answer)),
    { ...envelope(answer, 'chat.completion.chunk'), choices: [], usage: usageOf(answer) },
  ]
  const kept = answer.breaks || answer.never ? events.slice(0, -2) : events
  const frames = kept.map((event) => `data: ${JSON.stringify(event)}\n\n`)
  if (kept === events) frames.push('data: [DONE]\n\n')
  const parts = chunks(frames, answer.bytes)
  const body = new ReadableStream(
    {
      start: (controller) =>
        signal?.addEventListener(
          'abort',
          () => {
            request.cancelled = true
            controller.error(signal.reason)
          },
          { once: true },
        ),
      pull(controller) {
        const part = parts.shift()
        if (part !== undefined) controller.enqueue(part)
        else if (answer.breaks) controller.error(new TypeError('terminated'))
        else if (answer.never) return new Promise(() => {})
        else controller.close()
        return undefined
      },
      cancel() {
        request.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { headers: { 'content-type': 'text/event-stream', ...answer.headers } })
}

/** One chunk per frame, or chunks of one size. */
function chunks(frames, size) {
  const encoder = new TextEncoder()
  if (!size) return frames.map((frame) => encoder.encode(frame))
  const bytes = encoder.encode(frames.join(''))
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  )
}

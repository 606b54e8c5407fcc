/**
 * `instructor-wasm/test`: a `fetch` that returns scripted answers in the wire format of the request. Tests of an app
 * state the model's answer, not its format for each provider.
 *
 * ```ts
 * const { fetch, requests } = scripted([{ value: { name: 'Jason', age: 'x' } }, { value: { name: 'Jason', age: 25 } }])
 * const client = fromProvider('anthropic/claude-sonnet-4-5', { apiKey: 'test', fetch })
 * ```
 */
import type { Fetch } from './common/fetch.js'
import type { Answer, Body, Wire } from './test/wire-format.js'
import { WIRES } from './test/wires.js'

/** One answer of the script. */
export interface Reply {
  /** The object that the model returns: as the arguments of the requested tool, else as text. */
  readonly value?: unknown
  /** The answer's text, unchanged (prose, fences, malformed JSON). */
  readonly text?: string
  /** Custom tool calls. */
  readonly toolCalls?: readonly {
    /** Default: the requested tool. */
    readonly name?: string
    /** Default: `call_1`, `call_2`, … */
    readonly id?: string
    /** An object, or the text of the arguments. */
    readonly arguments: unknown
  }[]
  /** The model refuses with this text. */
  readonly refusal?: string
  /**
   * The finish reason.
   * @default `stop`
   */
  readonly finish?: 'stop' | 'length' | 'filter'
  /**
   * The tokens.
   * @default 10 and 5
   */
  readonly usage?: { readonly input?: number; readonly output?: number }
  /**
   * Characters of each streamed event.
   * @default 8
   */
  readonly piece?: number

  // -- faults --
  /** An HTTP status; with it, `body` is the error's. */
  readonly status?: number
  /** Headers of the response. */
  readonly headers?: Readonly<Record<string, string>>
  /** The body, text or JSON, in place of all fields above. */
  readonly body?: unknown
  /** The connection fails: fetch rejects. */
  readonly fail?: boolean | Error
  /** The number of bytes after which the body breaks off (`true`: in the middle). */
  readonly cut?: boolean | number
  /** Bytes that are not a valid answer of any API. */
  readonly garbage?: boolean
  /** Milliseconds before the response. */
  readonly delay?: number
  /** Milliseconds between the pieces of a streamed body. */
  readonly pace?: number
  /** The size of the pieces into which the body's bytes are split. */
  readonly bytes?: number
}

/** A received request. */
export interface RecordedRequest {
  /** The address. */
  readonly url: string
  /** The method. */
  readonly method: string
  /** The headers, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Parsed if it is JSON. */
  readonly body: unknown
  /** Whether the answer's body was cancelled before its end. */
  readonly state: { cancelled: boolean }
}

/** The result of {@link scripted}. */
export interface Scripted {
  /** The option `fetch` of the client. */
  readonly fetch: Fetch
  /** All requests, in order. */
  readonly requests: RecordedRequest[]
  /** The number of remaining answers. */
  readonly left: number
}

/** The script's reply to one request: a reply, or a function of the request. */
export type Script = Iterable<Reply | ((request: RecordedRequest) => Reply | Promise<Reply>)>

/** A fetch that returns the replies in order; a request after the last reply is an error. */
export function scripted(script: Script): Scripted {
  const replies = [...script]
  const requests: RecordedRequest[] = []
  const total = replies.length
  const fetch: Fetch = async (input, init) => {
    const request = record(input, init)
    requests.push(request)
    const next = replies.shift()
    if (next === undefined)
      throw new Error(
        `scripted fetch: request ${requests.length} arrived, but the script has ${total} replies.`,
      )
    const reply = typeof next === 'function' ? await next(request) : next
    init.signal?.throwIfAborted()
    if (reply.delay) await wait(reply.delay, init.signal)
    if (reply.fail) throw reply.fail instanceof Error ? reply.fail : new TypeError('fetch failed')
    return respond(request, reply, init.signal ?? undefined)
  }
  return {
    fetch,
    requests,
    get left() {
      return replies.length
    },
  }
}

function record(input: string, init: RequestInit): RecordedRequest {
  const text = typeof init.body === 'string' ? init.body : new TextDecoder().decode(init.body as BufferSource)
  let body: unknown = text
  try {
    body = JSON.parse(text)
  } catch {
    // Kept as text.
  }
  return {
    url: String(input),
    method: init.method ?? 'GET',
    headers: Object.fromEntries(new Headers(init.headers)),
    body,
    state: { cancelled: false },
  }
}

function respond(request: RecordedRequest, reply: Reply, signal: AbortSignal | undefined): Response {
  const { status = 200 } = reply
  const headers = new Headers(reply.headers)
  const give = (parts: (string | Uint8Array)[], type: string) => {
    if (!headers.has('content-type')) headers.set('content-type', type)
    return new Response(bodyOf(request, parts, reply, signal), { status, headers })
  }
  if (reply.garbage) return give([new Uint8Array([0xff, 0x00, 0xfe, 0x7b, 0x3c])], 'application/octet-stream')
  if (reply.body !== undefined)
    return give(
      [typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)],
      'application/json',
    )
  if (status >= 400)
    return give([JSON.stringify({ error: { message: `scripted status ${status}` } })], 'application/json')
  const url = new URL(request.url, 'http://localhost')
  const body = (typeof request.body === 'object' && request.body !== null ? request.body : {}) as Body
  const wire = WIRES.find((one) => one.matches(url))
  if (!wire) throw new Error(`scripted fetch: no known API has the path ${url.pathname}.`)
  const answer = answerOf(reply, wire, body)
  return wire.streams(url, body)
    ? give(wire.frames(answer), wire.contentType)
    : give([JSON.stringify(wire.whole(answer))], 'application/json')
}

function answerOf(reply: Reply, wire: Wire, body: Body): Answer {
  const tool = wire.tool(body)
  const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  let calls = (reply.toolCalls ?? []).map((call, i) => ({
    id: call.id ?? `call_${i + 1}`,
    name: call.name ?? tool ?? 'Response',
    arguments: asText(call.arguments),
  }))
  let { text } = reply
  if (reply.value !== undefined) {
    if (tool) calls = [{ id: 'call_1', name: tool, arguments: JSON.stringify(reply.value) }, ...calls]
    else text ??= JSON.stringify(reply.value)
  }
  return {
    text,
    calls,
    refusal: reply.refusal,
    finish: reply.finish ?? 'stop',
    input: reply.usage?.input ?? 10,
    output: reply.usage?.output ?? 5,
    model: typeof body.model === 'string' ? body.model : 'scripted',
    piece: Math.max(1, reply.piece ?? 8),
  }
}

/** The body as a stream with the script's chunks, pauses and interruption, which records a cancel. */
function bodyOf(
  request: RecordedRequest,
  parts: readonly (string | Uint8Array)[],
  reply: Reply,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let chunks = parts.map((part) => (typeof part === 'string' ? encoder.encode(part) : part))
  const size = chunks.reduce((sum, { length }) => sum + length, 0)
  const cut = reply.cut === true ? Math.floor(size / 2) : reply.cut === false ? undefined : reply.cut
  if (reply.bytes || cut !== undefined) {
    const joined = new Uint8Array(size)
    let at = 0
    for (const chunk of chunks) {
      joined.set(chunk, at)
      at += chunk.length
    }
    const kept = joined.subarray(0, cut ?? size)
    const step = reply.bytes ?? Math.max(kept.length, 1)
    chunks = []
    for (let i = 0; i < kept.length; i += step) chunks.push(kept.subarray(i, i + step))
  }
  let next = 0
  // A cancel after the last byte does not count.
  const left = () => {
    if (next < chunks.length) request.state.cancelled = true
  }
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        signal?.addEventListener('abort', () => {
          left()
          try {
            controller.error(signal.reason)
          } catch {
            // Closed already.
          }
        })
      },
      async pull(controller) {
        if (reply.pace && next > 0) await wait(reply.pace)
        const chunk = chunks[next++]
        if (chunk) controller.enqueue(chunk)
        else if (cut === undefined) controller.close()
        else controller.error(new TypeError('terminated'))
      },
      cancel: left,
    },
    { highWaterMark: 0 },
  )
}

function wait(ms: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}

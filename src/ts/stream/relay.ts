/**
 * Sends a stream over HTTP: server-sent events with the changes. `read-partial.ts` is the reader.
 *
 * ```text
 *  event: schema   {…}         first, where the schema has defaults that snapshots show
 *  data: [patch, …]            changes of the value (createPartial)
 *  event: items    [item, …]   elements (createIterable)
 *  event: stream   {id}        the id of a stream that can be continued; its events have the field id (resumable.ts)
 *  event: restart  {}          a new attempt: what was shown is void
 *  event: done     {value, completion}, and usage where the answer comes from a cache
 *  event: error    {class, message, …}
 * ```
 *
 * Neither the prompt nor the provider's raw answer is sent: the key and the prompt stay on the server.
 */
import { InstructorError } from '../common/errors.js'
import type { Json } from '../common/json.js'
import type { Ended, Event } from './source.js'

/** The options of `toResponse()` in addition to a response's status and headers. */
export interface RelayOptions extends ResponseInit {
  /**
   * Decides how a failure is sent: a message, an error whose class, message and properties are sent unchanged, or
   * nothing for the default (class, status, code and a message without text from others).
   */
  readonly onError?: (error: unknown) => string | Error | undefined
}

/** What a relay reads. */
export interface RelayedStream {
  /** Known at the first event at the latest. */
  yields(): 'snapshots' | 'elements'
  schema(): Json | undefined
  next(): Promise<Event<unknown>[] | undefined>
  end(): Promise<Ended<unknown>>
  cancel(): void
  readonly onError: RelayOptions['onError']
}

const frame = (event: string, data: unknown) =>
  `${event === 'message' ? '' : `event: ${event}\n`}data: ${JSON.stringify(data, event === 'message' ? undefined : plain)}\n\n`

/** Values of a library without a JSON form are sent in the form that the model wrote. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Map) return Object.fromEntries(value)
  return value instanceof Set ? [...value] : value
}

/** The body of `toResponse()`. Each pull relays one step, so backpressure reaches the provider. */
export function relay(stream: RelayedStream): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let started = false
  const first = () => {
    if (started) return ''
    started = true
    const schema = stream.schema()
    // The element mode is announced at once, since a list may be empty.
    return (
      (stream.yields() === 'elements' ? frame('items', []) : '') + (schema ? frame('schema', schema) : '')
    )
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let text: string
        let over = true
        try {
          const events = await stream.next()
          text = first() + (events ? frames(events) : frame('done', donePayload(await stream.end())))
          over = !events
        } catch (error) {
          text = first() + frame('error', toErrorPayload(error, stream.onError))
        }
        controller.enqueue(encoder.encode(text))
        if (over) controller.close()
      },
      cancel: () => stream.cancel(),
    },
    { highWaterMark: 0 },
  )
}

function frames(events: readonly Event<unknown>[]): string {
  let text = ''
  let batch: unknown[] = []
  let kind: 'message' | 'items' = 'message'
  const flush = () => {
    if (batch.length) text += frame(kind, batch)
    batch = []
  }
  for (const event of events) {
    if (event.type === 'restart') {
      flush()
      text += frame('restart', {})
      continue
    }
    const next = event.type === 'patch' ? 'message' : 'items'
    if (next !== kind) flush()
    kind = next
    batch.push(event.type === 'patch' ? event.patch : event.item)
  }
  flush()
  return text
}

function donePayload({ value, completion, usage: made }: Ended<unknown>): unknown {
  const { usage, cost, cached, mode, model, provider, finishReason, coercions, stopped } = completion
  const shown = {
    usage,
    cost,
    cached,
    mode,
    model,
    provider,
    finishReason,
    coercions,
    ...(stopped && { stopped }),
  }
  return { value, completion: shown, usage: made }
}

// -- failures --------------------------------------------------------------------------------------------------

const DETAILS = 'The details stay on the server; `onError` of toResponse() sends more.'

/** Classes whose message is ours or the model's, if the error has no other cause. */
const SAFE_MESSAGES = [
  'TimeoutError',
  'IncompleteOutputError',
  'RefusalError',
  'ResponseParsingError',
  'BudgetExceededError',
]

/** The data of a failure that is sent to the reader. */
export function toErrorPayload(error: unknown, onError?: RelayOptions['onError']): Json {
  let chosen: string | Error | undefined
  try {
    chosen = onError?.(error)
  } catch (thrown) {
    console.warn('onError of toResponse() failed:', thrown)
  }
  const facts = safePayload(error)
  if (typeof chosen === 'string') return { ...facts, message: chosen }
  return chosen instanceof Error ? chosenPayload(chosen) : facts
}

/** Class, status and code, with a message by this package. */
function safePayload(error: unknown): Json {
  if (!(error instanceof InstructorError)) return { class: 'InstructorError', message: foreignMessage(error) }
  const { status, code, retryAfter } = error as { status?: unknown; code?: unknown; retryAfter?: unknown }
  return {
    class: error.name,
    message:
      SAFE_MESSAGES.includes(error.name) && error.cause === undefined ? error.message : messageOfClass(error),
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? { code } : {}),
    ...(typeof retryAfter === 'number' ? { retryAfter } : {}),
  }
}

function foreignMessage(error: unknown): string {
  const name = error instanceof Error ? error.name : ''
  return name === 'AbortError'
    ? 'The call was cancelled on the server.'
    : `The call failed on the server. ${DETAILS}`
}

function messageOfClass(error: InstructorError): string {
  const { status, attempts } = error as { status?: unknown; attempts?: unknown }
  switch (error.name) {
    case 'ConfigurationError':
    case 'ModeError':
      return `The configuration of the call on the server is wrong. ${DETAILS}`
    case 'ProviderError':
      return `The provider returned ${typeof status === 'number' ? `status ${status}` : 'an error'}. ${DETAILS}`
    case 'NetworkError':
      return `The server received no response from the provider. ${DETAILS}`
    case 'TimeoutError':
      return 'The call took longer than its timeout.'
    case 'IncompleteOutputError':
      return `The answer broke off before it was complete. ${DETAILS}`
    case 'ValidationError':
      return `The answer does not match the model. ${DETAILS}`
    case 'InstructorRetryError': {
      const n = Array.isArray(attempts) && attempts.length ? attempts.length : undefined
      return `No valid answer${n ? ` after ${n} attempt${n === 1 ? '' : 's'}` : ''}. ${DETAILS}`
    }
    default:
      return `The call failed on the server. ${DETAILS}`
  }
}

/** An error that the app chose to send: all its properties except its cause, bodies and attempts. */
function chosenPayload(error: Error): Json {
  const { issues, status, code, retryAfter } = error as unknown as Json
  return { class: error.name, message: error.message, issues, status, code, retryAfter }
}

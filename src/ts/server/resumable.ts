/**
 * Streams that outlive a connection: the server keeps the events in a store, and a page that comes back gets the rest.
 *
 * The events are numbered, `<chunk>.<event>`, in the field `id`. They are stored in chunks that are never written again,
 * `<id>/<chunk>`, because key-value stores limit how often one key changes. A chunk without events is written when there
 * are none, so that a reader notices a server that has ended.
 */
import type { Cache } from '../client/cache.js'
import type { KvNamespace } from '../client/stores.js'
import { kvCache } from '../client/stores.js'
import { ConfigurationError } from '../common/errors.js'
import { isRecord } from '../common/plain.js'
import { warnOnce } from '../common/warn.js'
import type { ObjectStream } from '../stream/object-stream.js'
import { type RelayOptions, toErrorPayload } from '../stream/relay.js'
import type { RelayPosition } from '../stream/relay-resume.js'

/** A store of events: anything with `get` and `set`, or a namespace of Workers KV. */
export type RelayStore = Cache | KvNamespace

/** The options of `resumable`. */
export interface ResumableOptions extends RelayOptions {
  /** Where the events are kept. */
  readonly store: RelayStore
  /** Keeps the server running after the response: `(promise) => ctx.waitUntil(promise)`. Workers need it. */
  readonly waitUntil?: (promise: Promise<unknown>) => void
  /**
   * Milliseconds for which the events are kept.
   * @default 3600000
   */
  readonly ttl?: number
  /**
   * Milliseconds between two writes to the store.
   * @default 1000
   */
  readonly interval?: number
  /** Who may read the stream again: `resumed` needs the same text. */
  readonly owner?: string
}

/** The options of `resumed`. */
export interface ResumedOptions extends RelayPosition, ResponseInit {
  /** The store that `resumable` wrote to. */
  readonly store: RelayStore
  /** The text that `resumable` was given. */
  readonly owner?: string
  /** Ends the wait for further events. */
  readonly signal?: AbortSignal
}

interface Chunk {
  readonly text: string
  readonly end: boolean
}

const HOUR_MS = 3_600_000
const INTERVAL_MS = 1000
/** Characters of a chunk. */
const MOST_CHUNK = 256 << 10
/** Characters of all events, as `readPartial` accepts them. */
const MOST_TOTAL = 128 << 20
/** Milliseconds between two chunks, at most; and how long a reader waits for the next one. */
const SIGN_OF_LIFE_MS = 15_000
const SILENCE_MS = 45_000
const POLL_MS = [50, 100, 200, 400, 800]
const ID = /^[\w-]{16,128}$/
const POSITION = /^(\d{1,7})\.(\d{1,9})$/

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

/** Streams of this process, for {@link cancelStream}. */
const running = new Map<string, (reason: unknown) => void>()

/**
 * The stream as a `Response`, like `toResponse()`, which continues when the connection breaks: its events are stored, and
 * {@link resumed} sends the rest. The request to the provider continues without a reader.
 */
export async function resumable(
  stream: ObjectStream<unknown, unknown>,
  options: ResumableOptions,
): Promise<Response> {
  const { store: given, waitUntil, ttl = HOUR_MS, interval = INTERVAL_MS, owner = '', ...init } = options
  const store = new ChunkStore(given, ttl)
  const id = crypto.randomUUID()
  await store.start(id, owner)
  const log = new Log(id, store, interval, (reason) => stream.abort(reason))
  running.set(id, (reason) => stream.abort(reason))
  const { onError, ...rest } = init
  const reader = stream.toResponse({ ...(onError && { onError }) }).body?.getReader()
  const recorded = log
    .record(reader as ReadableStreamDefaultReader<Uint8Array>, onError)
    .finally(() => running.delete(id))
  waitUntil?.(recorded)
  return response(log.readable(), rest)
}

/**
 * The rest of a stream of {@link resumable} from a position, as a `Response`. Its status is 404 if the store has no such
 * stream.
 */
export async function resumed(options: ResumedOptions): Promise<Response> {
  const { store: given, id, position, owner = '', signal, ...init } = options
  const store = new ChunkStore(given, HOUR_MS)
  const at = POSITION.exec(position)
  if (!ID.test(id) || (position !== '' && !at)) return gone(400, 'The id or the position is not valid.')
  if ((await store.owner(id)) !== owner) return gone(404, 'There is no such stream. It may have expired.')
  return response(replay(store, id, at ? [Number(at[1]), Number(at[2])] : [0, 0], signal), init)
}

/** Cancels a stream of {@link resumable}, whether it runs in this process or in another one that has the store. */
export async function cancelStream(options: {
  readonly store: RelayStore
  readonly id: string
  readonly owner?: string
}): Promise<boolean> {
  const { store: given, id, owner = '' } = options
  const store = new ChunkStore(given, HOUR_MS)
  if (!ID.test(id) || (await store.owner(id)) !== owner) return false
  const abort = running.get(id)
  if (abort) abort(new DOMException('The page cancelled the stream.', 'AbortError'))
  else await store.cancel(id)
  return true
}

const gone = (status: number, message: string) =>
  Response.json(
    { error: { code: status === 404 ? 'unknown_stream' : 'invalid_position', message } },
    { status },
  )

function response(body: ReadableStream<Uint8Array>, init: ResponseInit): Response {
  const headers = new Headers(init.headers)
  for (const [name, value] of Object.entries(HEADERS)) if (!headers.has(name)) headers.set(name, value)
  return new Response(body, { ...init, headers })
}

/** The first event: the id of the stream. */
const announcement = (id: string) => `event: stream\ndata: ${JSON.stringify({ id })}\n\n`

/** The keys of a stream in a store. */
class ChunkStore {
  readonly #store: Cache
  readonly #ttl: number

  constructor(given: RelayStore, ttl: number) {
    this.#store = storeOf(given)
    if (!(ttl > 0))
      throw new ConfigurationError('ttl must be milliseconds, more than 0.', { parameter: 'ttl' })
    this.#ttl = ttl
  }

  start(id: string, owner: string): Promise<void> {
    return this.#put(`${id}/owner`, { owner })
  }

  async owner(id: string): Promise<string | undefined> {
    const kept = await this.#get(`${id}/owner`)
    return isRecord(kept) && typeof kept.owner === 'string' ? kept.owner : undefined
  }

  cancel(id: string): Promise<void> {
    return this.#put(`${id}/cancelled`, true)
  }

  async cancelled(id: string): Promise<boolean> {
    return (await this.#get(`${id}/cancelled`)) === true
  }

  write(id: string, chunk: number, content: Chunk): Promise<void> {
    return this.#put(`${id}/${chunk}`, content)
  }

  async read(id: string, chunk: number): Promise<Chunk | undefined> {
    const kept = await this.#get(`${id}/${chunk}`)
    return isRecord(kept) && typeof kept.text === 'string'
      ? { text: kept.text, end: kept.end === true }
      : undefined
  }

  async #put(key: string, value: unknown): Promise<void> {
    const text = JSON.stringify(value)
    const name = PREFIX + key
    await (this.#store.setFor ? this.#store.setFor(name, text, this.#ttl) : this.#store.set(name, text))
  }

  async #get(key: string): Promise<unknown> {
    const kept = await this.#store.get(PREFIX + key)
    return typeof kept === 'string' ? (JSON.parse(kept) as unknown) : kept
  }
}

const PREFIX = 'instructor-stream:'

/** Checks the option `store`. */
export function storeOf(given: unknown): Cache {
  const store = (given ?? {}) as Partial<Cache & KvNamespace>
  if (typeof store.get === 'function' && typeof store.set === 'function') return store as Cache
  if (typeof store.get === 'function' && typeof store.put === 'function') return kvCache(store as KvNamespace)
  throw new ConfigurationError(
    'store must be an object with get(key) and set(key, value), such as new AutoCache(), redisCache(client) or env.KV.',
    { parameter: 'store' },
  )
}

/** The events of a running stream: in memory for the first reader, and in the store for later ones. */
class Log {
  readonly #id: string
  readonly #store: ChunkStore
  readonly #interval: number
  readonly #abort: (reason: unknown) => void
  /** Events that the first reader has not taken. It is `undefined` after the reader has left. */
  #unread: string[] | undefined = []
  #ended = false
  #wake: (() => void) | undefined
  #chunk = 0
  #events = 0
  /** Events of the open chunk. */
  #open = ''
  #total = 0
  #written = Promise.resolve()
  #broken = false

  constructor(id: string, store: ChunkStore, interval: number, abort: (reason: unknown) => void) {
    this.#id = id
    this.#store = store
    this.#interval = interval
    this.#abort = abort
  }

  /** Reads the stream to its end. Never rejects. */
  async record(
    reader: ReadableStreamDefaultReader<Uint8Array>,
    onError: RelayOptions['onError'],
  ): Promise<void> {
    const decoder = new TextDecoder()
    let last = Date.now()
    const timer = setInterval(() => {
      const quiet = Date.now() - last >= SIGN_OF_LIFE_MS
      if (!this.#open && !quiet) return
      last = Date.now()
      this.#flush(false)
    }, this.#interval)
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) break
        for (const event of decoder.decode(value, { stream: true }).split('\n\n')) if (event) this.#add(event)
        // The response ends with the error.
        if (this.#total > MOST_TOTAL)
          this.#abort(new DOMException('The stream is too long to be kept.', 'AbortError'))
      }
    } catch (error) {
      this.#add(`event: error\ndata: ${JSON.stringify(toErrorPayload(error, onError))}`)
    }
    clearInterval(timer)
    this.#ended = true
    this.#flush(true)
    this.#wake?.()
    await this.#written
  }

  #add(event: string): void {
    this.#events++
    const text = `id: ${this.#chunk}.${this.#events}\n${event}\n\n`
    this.#open += text
    this.#total += text.length
    this.#unread?.push(text)
    this.#wake?.()
    if (this.#open.length > MOST_CHUNK) this.#flush(false)
  }

  /** Writes the open chunk; writes follow each other. */
  #flush(end: boolean): void {
    const [chunk, text] = [this.#chunk++, this.#open]
    this.#open = ''
    this.#written = this.#written.then(async () => {
      if (this.#broken) return
      try {
        await this.#store.write(this.#id, chunk, { text, end })
        if (!end && (await this.#store.cancelled(this.#id)))
          this.#abort(new DOMException('The page cancelled the stream.', 'AbortError'))
      } catch (error) {
        // The first reader still gets the stream; it cannot be continued.
        this.#broken = true
        warnOnce(`The store of a resumable stream failed: ${error instanceof Error ? error.message : error}`)
      }
    })
  }

  /** For the first reader. It may leave; the recording continues. */
  readable(): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder()
    let announced = false
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          if (!announced) {
            announced = true
            controller.enqueue(encoder.encode(announcement(this.#id)))
            return
          }
          while (this.#unread?.length === 0 && !this.#ended)
            await new Promise<void>((resolve) => {
              this.#wake = resolve
            })
          const events = this.#unread?.splice(0) ?? []
          if (events.length) controller.enqueue(encoder.encode(events.join('')))
          else controller.close()
        },
        cancel: () => {
          this.#unread = undefined
          this.#wake?.()
        },
      },
      { highWaterMark: 0 },
    )
  }
}

/** The stored events after a position; waits for those of a stream that still runs. */
function replay(
  store: ChunkStore,
  id: string,
  [first, last]: readonly [chunk: number, event: number],
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let chunk = first
  let announced = false
  let left = false
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!announced) {
          announced = true
          controller.enqueue(encoder.encode(announcement(id)))
          return
        }
        const give = (text: string) => controller.enqueue(encoder.encode(text))
        for (;;) {
          const found = await nextChunk(store, id, chunk, () => left || signal?.aborted === true)
          if (left) return
          if (!found) {
            if (!signal?.aborted)
              give(
                `event: error\ndata: ${JSON.stringify({ class: 'IncompleteOutputError', message: 'The server stopped before the answer was complete.' })}\n\n`,
              )
            controller.close()
            return
          }
          const text = chunk === first ? after(found.text, last) : found.text
          chunk++
          if (text) give(text)
          if (found.end) controller.close()
          if (text || found.end) return
        }
      },
      cancel() {
        left = true
      },
    },
    { highWaterMark: 0 },
  )
}

async function nextChunk(
  store: ChunkStore,
  id: string,
  chunk: number,
  over: () => boolean,
): Promise<Chunk | undefined> {
  const start = Date.now()
  for (let i = 0; !over(); i++) {
    const found = await store.read(id, chunk)
    if (found) return found
    if (Date.now() - start > SILENCE_MS) return undefined
    await new Promise((resolve) => setTimeout(resolve, POLL_MS[Math.min(i, POLL_MS.length - 1)]))
  }
  return undefined
}

/** The events of a chunk after the one with this number. */
function after(text: string, last: number): string {
  const events = text.split('\n\n').filter(Boolean)
  const rest = events.filter((event) => Number(/^id: \d+\.(\d+)/.exec(event)?.[1]) > last)
  return rest.map((event) => `${event}\n\n`).join('')
}

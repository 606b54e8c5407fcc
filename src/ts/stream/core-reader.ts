/**
 * Reads one streamed call chunk by chunk, in place of `CoreStream.next()`.
 *
 * Requests, retries and reasks are awaited in the core; the chunks of a body are read here and pushed into it without
 * a promise (a fifth of the cost of awaiting them in the core, when a provider sends each event separately). Each
 * `next` reads at most one chunk, and only on demand, so backpressure reaches the provider.
 */
import { PULLED } from '../wasm/boundary.js'
import { decodeText } from '../wasm/text.js'
import { PAUSE, Pauses } from './idle.js'
import type { SnapshotBuilder } from './snapshot.js'

/** The part of the core's `CoreStream` that is used. */
export interface ReadableCore {
  next(): Promise<number>
  readOutside(): void
  input(length: number): number
  push(length: number): boolean
  end(): void
  cut(reason: unknown): void
  packed(): number
}

/** The part of a `ReadableStreamDefaultReader` that is used. */
export interface BodyReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>
  cancel(): Promise<void>
}

/**
 * A larger chunk is copied into the core piece by piece, so that an answer above `maxAnswerBytes` does not fill its
 * memory.
 */
const PIECE = 1 << 20

/**
 * `ops`: there are ops to `apply`. `restart`: a new attempt begins, and earlier snapshots are void. `done`: the value
 * is valid. `elements` (of a list): `core.elements()` returns those that no op has closed. `corrected`: it returns the
 * parts that were requested again. `pause`: nothing has arrived for a while.
 */
export type Pulled = 'ops' | 'restart' | 'done' | 'elements' | 'corrected' | 'pause'

type Read = Awaited<ReturnType<BodyReader['read']>>

export class CoreReader {
  readonly #core: ReadableCore
  readonly #signal: AbortSignal
  readonly #memory: () => ArrayBufferLike
  readonly #idle: number | undefined
  readonly #pauses = new Pauses()
  #reader: BodyReader | undefined
  /** The rest of a large chunk. */
  #rest: Uint8Array | undefined
  /** The body is being read. */
  #reading = false
  /** What was awaited when a pause was reported. */
  #pendingRead: Promise<Read> | undefined
  #pendingStep: Promise<number> | undefined
  /** The core's memory. */
  #bytes: Uint8Array = new Uint8Array(0)
  #words: Uint32Array = new Uint32Array(0)
  /** Address and size of the core's buffer for chunks. */
  #input = 0
  #capacity = 0
  /** Index in `#words` of the address and length of the ops, and the address and length of the text. */
  readonly #packed: number

  /**
   * `memory` returns the core's memory, called each time because the memory is replaced when it grows. `idle`: the
   * milliseconds without data after which a body counts as interrupted.
   */
  constructor(core: ReadableCore, memory: () => ArrayBufferLike, signal: AbortSignal, idle?: number) {
    this.#core = core
    this.#idle = idle
    this.#memory = memory
    this.#signal = signal
    core.readOutside()
    this.#packed = core.packed() >>> 2
  }

  /** Called by `host.reading`. */
  reading(reader: BodyReader): void {
    this.#reader = reader
  }

  /**
   * The next change. With `untilPause`, `pause` if nothing arrives for a while; the next call continues to wait.
   * Rejects when the call failed or was aborted.
   */
  async next(untilPause = false): Promise<Pulled> {
    const core = this.#core
    for (;;) {
      if (!this.#reading) {
        const step = this.#pendingStep ?? core.next()
        this.#pendingStep = undefined
        const pulled = untilPause ? await this.#pauses.until(step) : await step
        if (pulled === PAUSE) {
          this.#pendingStep = step
          return 'pause'
        }
        if (pulled === PULLED.ops) return 'ops'
        if (pulled === PULLED.restart) return 'restart'
        if (pulled === PULLED.done) return 'done'
        if (pulled === PULLED.elements) return 'elements'
        if (pulled === PULLED.corrected) return 'corrected'
        // PULLED.read: the body has arrived.
        this.#reading = true
        this.#rest = undefined
      }
      if (this.#rest) this.#push(this.#rest)
      else {
        // An async call per chunk would be one more promise to await.
        let read: Read | typeof PAUSE
        const reading = this.#pendingRead ?? this.#read()
        this.#pendingRead = undefined
        try {
          read = untilPause ? await this.#pauses.until(reading) : await reading
        } catch (reason) {
          this.#reading = false
          core.cut(reason)
          continue
        }
        if (read === PAUSE) {
          this.#pendingRead = reading
          return 'pause'
        }
        if (!read.done && read.value) this.#push(read.value)
        else this.#ended()
      }
      if (this.#opsLength() > 0) return 'ops'
    }
  }

  /** Applies the ops of the last `ops` step. */
  apply(builder: SnapshotBuilder): void {
    const length = this.#opsLength()
    const words = this.#words
    const at = this.#packed
    const ops = (words[at] as number) >>> 2
    const text = words[at + 2] as number
    builder.apply(words, decodeText(this.#bytes, text, text + (words[at + 3] as number)), ops, ops + length)
  }

  /** Called when the call is over. */
  stop(): void {
    this.#pauses.stop()
  }

  #read(): Promise<Read> {
    const reader = this.#reader as BodyReader
    return this.#idle === undefined ? reader.read() : readInTime(reader, this.#idle)
  }

  /** The number of ops. */
  #opsLength(): number {
    this.#view()
    return this.#words[this.#packed + 1] as number
  }

  /** Refreshes the views of the memory. It is replaced when it grows, which makes the views empty. */
  #view(): void {
    if (this.#words.length > 0) return
    const buffer = this.#memory()
    this.#bytes = new Uint8Array(buffer)
    this.#words = new Uint32Array(buffer)
  }

  #push(chunk: Uint8Array): void {
    const large = chunk.length > PIECE
    const piece = large ? chunk.subarray(0, PIECE) : chunk
    const { length } = piece
    if (length > this.#capacity) {
      this.#input = this.#core.input(length)
      this.#capacity = length
    }
    this.#view()
    this.#bytes.set(piece, this.#input)
    this.#reading = !this.#core.push(length)
    this.#rest = large && this.#reading ? chunk.subarray(PIECE) : undefined
  }

  #ended(): void {
    this.#reading = false
    // A cancelled reader reports an end.
    if (this.#signal.aborted) this.#core.cut(this.#signal.reason)
    else this.#core.end()
  }
}

/** Runs only while the body is awaited: a slow consumer does not count as the server's silence. */
async function readInTime(reader: BodyReader, ms: number): ReturnType<BodyReader['read']> {
  let silent = false
  const timer = setTimeout(
    () => {
      silent = true
      // Ends the pending read; the result of the cancellation is ignored.
      reader.cancel().catch(() => {})
    },
    Math.min(ms, 0x7fffffff),
  )
  try {
    const read = await reader.read()
    if (silent && read.done) throw new Error(`no byte arrived for ${ms} ms`)
    return read
  } finally {
    clearTimeout(timer)
  }
}

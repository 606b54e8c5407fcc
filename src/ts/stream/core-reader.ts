/**
 * One streamed call, chunk by chunk: what a stream object calls instead of `CoreStream.next()`.
 *
 * Requests, retries and reasks are awaited in the core; the chunks of a body are read here and pushed into it without
 * a promise (which costs a fifth of letting the core await them, when a provider sends each event alone). Each `next`
 * reads at most one chunk, and only when asked, so backpressure reaches the provider.
 */
import { PULLED } from '../wasm/boundary.js'
import { decodeText } from '../wasm/text.js'
import type { SnapshotBuilder } from './snapshot.js'

/** What is used of the core's `CoreStream`. */
export interface ReadableCore {
  next(): Promise<number>
  readOutside(): void
  push(bytes: Uint8Array): boolean
  end(): void
  cut(reason: unknown): void
  opsPtr(): number
  opsLen(): number
  textPtr(): number
  textLen(): number
}

/** What is used of a `ReadableStreamDefaultReader`. */
export interface BodyReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>
  cancel(): Promise<void>
}

/** A larger chunk is copied into the core piece by piece, so that an answer beyond `maxAnswerBytes` does not fill it. */
const PIECE = 1 << 20

/**
 * `ops`: there is something to `apply`. `restart`: a new attempt begins, what was shown is void. `done`: the value is
 * valid. `elements` (of a list): `core.elements()` holds those that no op has closed.
 */
export type Pulled = 'ops' | 'restart' | 'done' | 'elements'

export class CoreReader {
  readonly #core: ReadableCore
  readonly #signal: AbortSignal
  readonly #memory: () => ArrayBufferLike
  readonly #idle: number | undefined
  #reader: BodyReader | undefined
  /** What is left of a large chunk. */
  #rest: Uint8Array | undefined
  /** The body is being read. */
  #reading = false

  /**
   * `memory` returns the core's memory, called each time because the memory is replaced when it grows. `idle`: the
   * milliseconds after which a silent body counts as broken off.
   */
  constructor(core: ReadableCore, memory: () => ArrayBufferLike, signal: AbortSignal, idle?: number) {
    this.#core = core
    this.#idle = idle
    this.#memory = memory
    this.#signal = signal
    core.readOutside()
  }

  /** To be called by `host.reading`. */
  reading(reader: BodyReader): void {
    this.#reader = reader
  }

  /** The next change. Rejects when the call failed or was aborted. */
  async next(): Promise<Pulled> {
    const core = this.#core
    for (;;) {
      if (!this.#reading) {
        const pulled = await core.next()
        if (pulled === PULLED.ops) return 'ops'
        if (pulled === PULLED.restart) return 'restart'
        if (pulled === PULLED.done) return 'done'
        if (pulled === PULLED.elements) return 'elements'
        // PULLED.read: the body is there.
        this.#reading = true
        this.#rest = undefined
      }
      if (this.#rest) {
        this.#push(this.#rest)
        if (core.opsLen() > 0) return 'ops'
        continue
      }
      // A call of its own for each chunk would be one more promise to wait for.
      let read: Awaited<ReturnType<BodyReader['read']>>
      try {
        const reader = this.#reader as BodyReader
        read = await (this.#idle === undefined ? reader.read() : readInTime(reader, this.#idle))
      } catch (reason) {
        this.#reading = false
        core.cut(reason)
        continue
      }
      if (!read.done && read.value) this.#push(read.value)
      else this.#ended()
      if (core.opsLen() > 0) return 'ops'
    }
  }

  /** Applies what the last `ops` told of. */
  apply(builder: SnapshotBuilder): void {
    const core = this.#core
    const memory = this.#memory()
    const start = core.textPtr()
    const text = decodeText(new Uint8Array(memory), start, start + core.textLen())
    builder.apply(new Uint32Array(memory, core.opsPtr(), core.opsLen()), text)
  }

  #push(chunk: Uint8Array): void {
    const large = chunk.length > PIECE
    this.#reading = !this.#core.push(large ? chunk.subarray(0, PIECE) : chunk)
    this.#rest = large && this.#reading ? chunk.subarray(PIECE) : undefined
  }

  #ended(): void {
    this.#reading = false
    // A cancelled reader reports an end.
    if (this.#signal.aborted) this.#core.cut(this.#signal.reason)
    else this.#core.end()
  }
}

/** Only while the body is waited for: a consumer that takes its time is not the server's silence. */
async function readInTime(reader: BodyReader, ms: number): ReturnType<BodyReader['read']> {
  let silent = false
  const timer = setTimeout(
    () => {
      silent = true
      // Ends the pending read; the outcome of the cancellation is of no interest.
      reader.cancel().catch(() => {})
    },
    Math.min(ms, 0x7fffffff),
  )
  try {
    const read = await reader.read()
    if (silent && read.done) throw new Error(`no byte came for ${ms} ms`)
    return read
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Reads one streamed call chunk by chunk, in place of `CoreStream.next()`.
 *
 * Requests, retries and reasks are awaited in the core; the chunks of a body are read here and pushed into it without
 * a promise (a fifth of the cost of awaiting them in the core, when a provider sends each event separately). Each
 * `next` reads at most one chunk, and only on demand, so backpressure reaches the provider.
 */
import { PULLED } from '../wasm/boundary.js'
import { decodeText } from '../wasm/text.js'
import type { SnapshotBuilder } from './snapshot.js'

/** The part of the core's `CoreStream` that is used. */
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
 * parts that were requested again.
 */
export type Pulled = 'ops' | 'restart' | 'done' | 'elements' | 'corrected'

export class CoreReader {
  readonly #core: ReadableCore
  readonly #signal: AbortSignal
  readonly #memory: () => ArrayBufferLike
  readonly #idle: number | undefined
  #reader: BodyReader | undefined
  /** The rest of a large chunk. */
  #rest: Uint8Array | undefined
  /** The body is being read. */
  #reading = false

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
  }

  /** Called by `host.reading`. */
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
        if (pulled === PULLED.corrected) return 'corrected'
        // PULLED.read: the body has arrived.
        this.#reading = true
        this.#rest = undefined
      }
      if (this.#rest) {
        this.#push(this.#rest)
        if (core.opsLen() > 0) return 'ops'
        continue
      }
      // An async call per chunk would be one more promise to await.
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

  /** Applies the ops of the last `ops` step. */
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

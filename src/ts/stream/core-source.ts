/**
 * A streamed call as a source of steps: chunks are pulled through the core and its ops applied to the snapshot.
 * `partial-source.ts` gives snapshots, `iterable-source.ts` elements as they close.
 */
import { type Completion, completionFrom } from '../common/completion.js'
import { IncompleteOutputError } from '../common/errors.js'
import type { Json } from '../common/json.js'
import type { Usage } from '../common/usage.js'
import type { Model, SchemaValidator } from '../schema/model.js'
import type { StandardResult } from '../schema/standard.js'
import type { CoreStream } from '../wasm/boundary.js'
import { CoreReader } from './core-reader.js'
import type { Patch } from './patch.js'
import { SnapshotBuilder } from './snapshot.js'
import type { Ended, Out, StreamSource } from './source.js'

/** What a source needs of a call. */
export interface StreamedCall {
  readonly wire: Json
  readonly model: Model | undefined
  /** Parts are validated as they close. */
  readonly early: boolean
  readonly validator: SchemaValidator
  readonly validate: ((value: unknown) => Promise<StandardResult<unknown>>) | undefined
}

/** What a source needs of the call's host. */
export interface StreamHost {
  readonly signal: AbortSignal
  readonly idleTimeout: number | undefined
  /** The validated value. */
  readonly value: unknown
  abort(reason?: unknown): void
  /** Detaches the call from the caller's signals. */
  done(): void
  orAborted<T>(promise: Promise<T>): Promise<T>
  unlessAborted<T>(value: T | Promise<T>): Promise<T | undefined>
}

/** The value, what is known of the call, and the completion as it was kept, whose `value` is the model's own. */
export type Recalled = [value: unknown, completion: Completion, kept: Readonly<Record<string, unknown>>]

/** What a source needs of the client. */
export interface Starter {
  /** Starts the call. `reading` is called with the reader of each body. */
  start(
    reading: (reader: ReadableStreamDefaultReader<Uint8Array>) => void,
  ): Promise<Started | { readonly recalled: Recalled }>
  /** What the core threw, as the error it means. */
  error(thrown: unknown): unknown
}

export interface Started {
  readonly core: CoreStream
  readonly host: StreamHost
  /** Keeps the completion's JSON for equal calls. */
  readonly keep?: (text: string) => Promise<void>
  /** The memory of the core's instance, whose buffer is another one after it has grown. */
  memory(): ArrayBufferLike
}

export abstract class CallSource<Item, Final> implements StreamSource<Item, Final> {
  abstract readonly gives: 'snapshots' | 'elements'
  readonly skips: boolean = false
  protected readonly call: StreamedCall
  readonly #starter: Starter
  #started: Started | undefined
  #reader: CoreReader | undefined
  #aborted: { readonly reason: unknown } | undefined
  #stepping = false
  #released = false
  /** The member of the root that holds the answer; `undefined` when it is the root itself. */
  protected unwrap: string | undefined
  protected builder: SnapshotBuilder | undefined
  /** Where the step under way reports. In between nothing refers to the stream, which may be forgotten. */
  protected out: Out<Item> | undefined

  constructor(call: StreamedCall, starter: Starter) {
    this.call = call
    this.#starter = starter
  }

  protected abstract build(): SnapshotBuilder
  /** Pulls once and returns what came of it. */
  protected abstract advance(
    reader: CoreReader,
    started: Started,
    out: Out<Item>,
  ): Promise<'more' | 'restart' | 'done'>
  protected abstract result(started: Started, value: () => unknown): Final
  protected restarted(): void {}
  /** Shows an answer from the cache. */
  protected abstract replayed(raw: unknown, value: Final, out: Out<Item>): void
  /** The last chance to show something. */
  protected ending(_value: () => unknown, _out: Out<Item>): void {}

  async step(out: Out<Item>): Promise<Ended<Final> | undefined> {
    this.#stepping = true
    this.out = out
    try {
      if (!this.#started || !this.#reader) {
        let reader: CoreReader | undefined
        const started = await this.#starter.start((body) => reader?.reading(body))
        if ('recalled' in started) return this.#replay(started.recalled, out)
        if (this.#aborted) started.host.abort(this.#aborted.reason)
        reader = new CoreReader(started.core, started.memory, started.host.signal, started.host.idleTimeout)
        this.#started = started
        this.#reader = reader
        this.unwrap = started.core.unwrapKey()
        this.builder = this.build()
        if (started.host.signal.aborted) throw started.host.signal.reason
      }
      const what = await this.advance(this.#reader, this.#started, out)
      if (what === 'more') return undefined
      if (what === 'restart') {
        if (out.wantsPatches) out.patch({ path: [], op: 'reset', value: undefined, done: false })
        out.restart()
        this.restarted()
        this.builder = this.build()
        return undefined
      }
      return await this.#finish(this.#started, out)
    } catch (thrown) {
      throw this.#fail(thrown)
    } finally {
      this.#stepping = false
      this.out = undefined
      // Aborted while the step was under way, and the step had an outcome all the same.
      if (this.#aborted) this.#release()
    }
  }

  state(): Patch[] {
    return this.builder?.state() ?? []
  }

  abort(reason: unknown): void {
    this.#aborted = { reason }
    this.#started?.host.abort(reason)
    // No further step will come that could do it.
    if (!this.#stepping) this.#release()
  }

  /** An answer from the cache: shown whole. */
  #replay([value, completion, kept]: Recalled, out: Out<Item>): Ended<Final> {
    const patch: Patch = { path: [], op: 'set', value: kept.value, done: true }
    this.builder = new SnapshotBuilder()
    this.builder.applyPatch(patch)
    if (out.wantsPatches) out.patch(patch)
    this.replayed(this.builder.snapshot(), value as Final, out)
    return { value: value as Final, completion, usage: kept.usage as Usage }
  }

  async #finish(started: Started, out: Out<Item>): Promise<Ended<Final>> {
    const text = started.core.completion()
    if (started.keep) await started.host.orAborted(started.keep(text))
    this.#release(true)
    // Not everybody asks for what else is known of the call.
    let parsed: Record<string, unknown> | undefined
    const read = () => {
      parsed ??= JSON.parse(text) as Record<string, unknown>
      return parsed
    }
    this.ending(() => read().value, out)
    let completion: Completion | undefined
    return {
      value: this.result(started, () => read().value),
      get completion() {
        completion ??= completionFrom(read())
        return completion
      },
    }
  }

  #fail(thrown: unknown): unknown {
    this.#release()
    const error = this.#starter.error(thrown)
    const cut = error instanceof IncompleteOutputError ? error : (error as { cause?: unknown } | null)?.cause
    if (cut instanceof IncompleteOutputError && this.builder)
      Object.assign(cut, { lastSnapshot: this.shown(this.builder.snapshot()) })
    return error
  }

  /** Gives the core's memory back; nothing of the call stays attached to the caller's signals. */
  #release(over = false): void {
    const started = this.#started
    if (!started || this.#released) return
    this.#released = true
    started.host.done()
    // A core under way ends by itself and is freed with its last promise.
    if (!over) started.host.abort()
    started.core.free()
  }

  protected shown(root: unknown): unknown {
    if (this.unwrap === undefined || typeof root !== 'object' || root === null) return root
    if (Array.isArray(root)) return root
    // Some models leave the wrapper out.
    return this.unwrap in root ? (root as Record<string, unknown>)[this.unwrap] : undefined
  }
}

/**
 * A streamed call as a source of steps: chunks are pulled through the core and its ops applied to the snapshot.
 * `partial-source.ts` yields snapshots, `iterable-source.ts` elements when they close.
 */
import { type Completion, completionFrom } from '../common/completion.js'
import { IncompleteOutputError } from '../common/errors.js'
import type { Json } from '../common/json.js'
import type { Usage } from '../common/usage.js'
import type { Validating } from '../common/validating.js'
import type { Model, SchemaValidator } from '../schema/model.js'
import type { StandardResult } from '../schema/standard.js'
import type { CoreStream } from '../wasm/boundary.js'
import { CoreReader, type Pulled } from './core-reader.js'
import type { Patch } from './patch.js'
import { SnapshotBuilder } from './snapshot.js'
import type { Ended, Out, StreamSource } from './source.js'

/** The part of a call that a source uses. */
export interface StreamedCall {
  readonly wire: Json
  readonly model: Model | undefined
  /** Whether parts are validated when they close. */
  readonly early: boolean
  readonly validator: SchemaValidator
  readonly validate: unknown
  /** Validates one element of a list. */
  readonly element: (value: unknown, about: Validating) => Promise<StandardResult<unknown>>
}

/** The part of the call's host that a source uses. */
export interface StreamHost {
  readonly signal: AbortSignal
  readonly idleTimeout: number | undefined
  /** The validated value. */
  readonly value: unknown
  readonly validating: Validating
  /** The completion with the tokens of validators. */
  completed(completion: Completion): Completion
  abort(reason?: unknown): void
  /** Detaches the call from the caller's signals. */
  done(): void
  orAborted<T>(promise: Promise<T>): Promise<T>
  unlessAborted<T>(value: T | Promise<T>): Promise<T | undefined>
}

/** What a step has come to. */
export type Step = 'more' | 'restart' | 'done'

/** The value, the completion, and the cached completion, whose `value` is the model's own. */
export type Recalled = [value: unknown, completion: Completion, kept: Readonly<Record<string, unknown>>]

/** The part of the client that a source uses. */
export interface Starter {
  /** Starts the call. `reading` is called with the reader of each body. */
  start(
    reading: (reader: ReadableStreamDefaultReader<Uint8Array>) => void,
  ): Promise<Started | { readonly recalled: Recalled }>
  /** The error for a value that the core threw. */
  error(thrown: unknown): unknown
}

export interface Started {
  readonly core: CoreStream
  readonly host: StreamHost
  /** Keeps the completion's JSON for equal calls. */
  readonly keep?: (text: string) => Promise<void>
  /** The memory of the core's instance; its buffer is replaced when it grows. */
  memory(): ArrayBufferLike
}

export abstract class CallSource<Item, Final> implements StreamSource<Item, Final> {
  abstract readonly yields: 'snapshots' | 'elements'
  readonly skips: boolean = false
  protected readonly call: StreamedCall
  readonly #starter: Starter
  #started: Started | undefined
  #reader: CoreReader | undefined
  #aborted: { readonly reason: unknown } | undefined
  #stepping = false
  #released = false
  /** The member of the root with the answer; `undefined` if the root is the answer. */
  protected unwrap: string | undefined
  protected builder: SnapshotBuilder | undefined
  /** The receiver of the running step. Between steps there is no reference to the stream, so that it can be collected. */
  protected out: Out<Item> | undefined

  constructor(call: StreamedCall, starter: Starter) {
    this.call = call
    this.#starter = starter
  }

  protected abstract build(): SnapshotBuilder
  /** Uses what the reader pulled. Returns a promise only where it must await something. */
  protected abstract use(
    pulled: Pulled,
    reader: CoreReader,
    started: Started,
    out: Out<Item>,
  ): Step | Promise<Step>
  /** Whether changes are shown when the stream pauses. */
  protected pending(): boolean {
    return false
  }
  protected abstract result(started: Started, value: () => unknown): Final
  protected restarted(): void {}
  /** Shows an answer from the cache. */
  protected abstract replayed(raw: unknown, value: Final, out: Out<Item>): void
  /** Called before the end, for a last snapshot or element. */
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
      const reader = this.#reader
      const used = this.use(await reader.next(this.pending()), reader, this.#started, out)
      const what = typeof used === 'string' ? used : await used
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
      // Aborted during the step, which completed anyway.
      if (this.#aborted) this.#release()
    }
  }

  state(): Patch[] {
    return this.builder?.state() ?? []
  }

  abort(reason: unknown): void {
    this.#aborted = { reason }
    this.#started?.host.abort(reason)
    // There is no further step that releases it.
    if (!this.#stepping) this.#release()
  }

  /** An answer from the cache is shown as a whole. */
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
    // Computed on demand, since the completion is not always requested.
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
        completion ??= started.host.completed(completionFrom(read()))
        return completion
      },
    }
  }

  #fail(thrown: unknown): unknown {
    const error = this.#starter.error(thrown)
    this.#release()
    const cut = error instanceof IncompleteOutputError ? error : (error as { cause?: unknown } | null)?.cause
    if (cut instanceof IncompleteOutputError && this.builder)
      Object.assign(cut, { lastSnapshot: this.shown(this.builder.snapshot()) })
    return error
  }

  /** Frees the core's memory and removes the call's listeners from the caller's signals. */
  #release(over = false): void {
    const started = this.#started
    if (!started || this.#released) return
    this.#released = true
    this.#reader?.stop()
    started.host.done()
    // A running core ends by itself and is freed with its last promise.
    if (!over) started.host.abort()
    started.core.free()
  }

  protected shown(root: unknown): unknown {
    if (this.unwrap === undefined || typeof root !== 'object' || root === null) return root
    if (Array.isArray(root)) return root
    // Some models omit the wrapper.
    return this.unwrap in root ? (root as Record<string, unknown>)[this.unwrap] : undefined
  }
}

/** The calls of a fallback as one stream: a failed call restarts it, as another attempt does. */
import type { Completion } from '../common/completion.js'
import type { Json } from '../common/json.js'
import type { Delivered } from '../stream/iterable-source.js'
import type { Patch } from '../stream/patch.js'
import type { Ended, Out, StreamSource } from '../stream/source.js'
import type { Shape } from './response-models.js'

type Source = StreamSource<unknown, unknown>

/** The calls of a fallback, made one after the other. */
export interface Calls {
  /** The call failed. Returns when that of the next client is to be made; throws the error of all calls otherwise. */
  failed(thrown: unknown): Promise<void>
  /** The completion with the attempts and the tokens of all calls. */
  completed(completion: Completion): Completion
  abort(reason: unknown): void
  /** All calls have ended, with this error or with a value. */
  end(error?: unknown): void
}

/** Makes the call of the next client. */
type Begin = (delivered: Delivered<unknown>) => Promise<Source>

export class FallbackSource implements Source {
  readonly yields: 'snapshots' | 'elements'
  readonly #calls: Calls
  readonly #begin: Begin
  readonly #items: unknown[] = []
  /** The delivered elements as text, with their number. */
  readonly #texts = new Map<string, number>()
  #source: Source | undefined
  #stepping = false
  #aborted: { readonly reason: unknown } | undefined

  constructor(calls: Calls, shape: Shape, begin: Begin) {
    this.#calls = calls
    this.#begin = begin
    this.yields = shape === 'list' ? 'elements' : 'snapshots'
  }

  get schema(): Json | undefined {
    return this.#source?.schema
  }

  get skips(): boolean {
    return this.#source?.skips ?? false
  }

  async step(out: Out<unknown>): Promise<Ended<unknown> | undefined> {
    this.#stepping = true
    try {
      this.#source ??= await this.#begin(this.#delivered())
      if (this.#aborted) throw this.#aborted.reason
      const end = await this.#source.step(out)
      if (!end) return undefined
      this.#calls.end()
      return this.#ended(end)
    } catch (thrown) {
      await this.#next(thrown)
      this.#source = undefined
      if (out.wantsPatches) out.patch({ path: [], op: 'reset', value: undefined, done: false })
      out.restart()
      return undefined
    } finally {
      this.#stepping = false
      if (this.#aborted) this.#calls.end(this.#aborted.reason)
    }
  }

  state(): Patch[] {
    return this.#source?.state() ?? []
  }

  abort(reason: unknown): void {
    this.#aborted = { reason }
    this.#source?.abort(reason)
    this.#calls.abort(reason)
    // Otherwise the end of the step follows.
    if (!this.#stepping) this.#calls.end(reason)
  }

  /** Returns when the next client is to be called. */
  async #next(thrown: unknown): Promise<void> {
    try {
      await this.#calls.failed(thrown)
    } catch (error) {
      this.#calls.end(error)
      throw error
    }
  }

  /** What the clients before delivered may come again from this one. */
  #delivered(): Delivered<unknown> {
    const before = new Map(this.#texts)
    return {
      items: this.#items,
      repeats: (raw) => {
        const text = JSON.stringify(sorted(raw))
        const count = before.get(text) ?? 0
        if (count > 0) before.set(text, count - 1)
        else this.#texts.set(text, (this.#texts.get(text) ?? 0) + 1)
        return count > 0
      },
    }
  }

  #ended(end: Ended<unknown>): Ended<unknown> {
    const calls = this.#calls
    return {
      ...(end.usage ? { usage: end.usage } : {}),
      value: this.yields === 'elements' ? [...this.#items] : end.value,
      // Computed on demand.
      get completion() {
        return calls.completed(end.completion)
      },
    }
  }
}

/** The value with the keys of its objects in the same order: models do not keep one. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]))
}

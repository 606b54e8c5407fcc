/** A source whose code is loaded with its first step. A page that streams nothing does not load it. */
import type { Json } from '../common/json.js'
import type { Patch } from './patch.js'
import type { Ended, Out, StreamSource } from './source.js'

export class LaterSource<Item, Final> implements StreamSource<Item, Final> {
  readonly yields: 'snapshots' | 'elements'
  readonly skips: boolean
  readonly #load: () => Promise<StreamSource<Item, Final>>
  #source: StreamSource<Item, Final> | undefined
  #aborted: { readonly reason: unknown } | undefined

  constructor(
    yields: 'snapshots' | 'elements',
    skips: boolean,
    load: () => Promise<StreamSource<Item, Final>>,
  ) {
    this.yields = yields
    this.skips = skips
    this.#load = load
  }

  get schema(): Json | undefined {
    return this.#source?.schema
  }

  step(out: Out<Item>): Promise<Ended<Final> | undefined> {
    // Not async: it would be another promise for each chunk.
    return this.#source ? this.#source.step(out) : this.#first(out)
  }

  async #first(out: Out<Item>): Promise<Ended<Final> | undefined> {
    const source = await this.#load()
    this.#source = source
    if (this.#aborted) {
      source.abort(this.#aborted.reason)
      throw this.#aborted.reason
    }
    return source.step(out)
  }

  state(): Patch[] {
    return this.#source?.state() ?? []
  }

  abort(reason: unknown): void {
    this.#aborted = { reason }
    this.#source?.abort(reason)
  }
}

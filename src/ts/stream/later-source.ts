/**
 * The source of a stream whose call is not read yet, because code that it needs is being loaded: converters of schemas, files in
 * messages. The first step waits for it.
 */
import type { Json } from '../common/json.js'
import type { Patch } from './patch.js'
import type { Ended, Out, StreamSource } from './source.js'

export class LaterSource<Item, Final> implements StreamSource<Item, Final> {
  readonly yields: 'snapshots' | 'elements'
  readonly #found: Promise<StreamSource<Item, Final>>
  #source: StreamSource<Item, Final> | undefined
  #aborted: { readonly reason: unknown } | undefined

  constructor(yields: 'snapshots' | 'elements', found: Promise<StreamSource<Item, Final>>) {
    this.yields = yields
    this.#found = found
    // A step reports a failure.
    found.catch(() => {})
  }

  get schema(): Json | undefined {
    return this.#source?.schema
  }

  get skips(): boolean {
    return this.#source?.skips ?? false
  }

  async step(out: Out<Item>): Promise<Ended<Final> | undefined> {
    this.#source ??= await this.#found
    if (this.#aborted) throw this.#aborted.reason
    return this.#source.step(out)
  }

  state(): Patch[] {
    return this.#source?.state() ?? []
  }

  abort(reason: unknown): void {
    this.#aborted = { reason }
    this.#source?.abort(reason)
  }
}

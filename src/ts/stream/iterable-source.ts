/**
 * `createIterable`: the elements of a list, each validated as it closes. The core decides about each element
 * (src/call/list.rs); elements are validated and yielded here.
 */
import { toJson } from '../common/json.js'
import { isRecord } from '../common/plain.js'
import { plainIssue } from '../schema/issues.js'
import { type CoreStream, ELEMENT_OUTCOME } from '../wasm/boundary.js'
import type { CoreReader, Pulled } from './core-reader.js'
import {
  CallSource,
  type Started,
  type Starter,
  type Step,
  type StreamedCall,
  type StreamHost,
} from './core-source.js'
import { SnapshotBuilder } from './snapshot.js'
import type { Out } from './source.js'

/** The elements of a list that other calls have delivered: those of the clients before in a `fallback`. */
export interface Delivered<Item> {
  readonly items: Item[]
  /** Whether another call delivered an equal element; if not, this one counts as delivered. `raw`: as the model wrote it. */
  repeats(raw: unknown): boolean
}

export class IterableSource<Item> extends CallSource<Item, Item[]> {
  readonly yields = 'elements'
  /** Elements yielded to the consumer, those of earlier attempts included. */
  readonly #yielded: Item[]
  readonly #delivered: Delivered<Item> | undefined
  /** Valid elements that are yielded when the call is done. */
  #held: { readonly item: Item; readonly raw: unknown }[] = []
  /** Elements, as the model wrote them, that have closed and are not validated yet. */
  #closed: unknown[] = []

  constructor(call: StreamedCall, starter: Starter, delivered?: Delivered<Item>) {
    super(call, starter)
    this.#delivered = delivered
    this.#yielded = delivered?.items ?? []
  }

  protected build(): SnapshotBuilder {
    const key = this.unwrap
    const builder: SnapshotBuilder = new SnapshotBuilder({
      // The consumer owns the elements.
      freeze: false,
      onPatch: (patch) => {
        this.out?.patch(patch)
        const { path } = patch
        if (!patch.done) return
        // `{tasks: […]}`, a bare list, or one object after the other.
        const inWrapper = path.length === 2 && path[0] === key
        const inList = path.length === 1 && typeof path[0] === 'number'
        const root = builder.live
        if (inWrapper || inList) this.#closed.push(at(root, path))
        else if (path.length === 0 && key !== undefined && isRecord(root) && !(key in root))
          this.#closed.push(root)
      },
    })
    return builder
  }

  protected use(
    pulled: Pulled,
    reader: CoreReader,
    { core, host }: Started,
    out: Out<Item>,
  ): Step | Promise<Step> {
    if (pulled === 'ops') reader.apply(this.builder as SnapshotBuilder)
    else if (pulled === 'elements') {
      this.#held = []
      this.#closed = JSON.parse(core.elements()) as unknown[]
    } else {
      if (pulled === 'done') for (const { item, raw } of this.#held.splice(0)) this.#yield(item, raw, out)
      // A list is corrected element by element.
      return pulled === 'restart' || pulled === 'done' ? pulled : 'more'
    }
    return this.#closed.length ? this.#validated(core, host, out) : 'more'
  }

  /** Validates the elements that have closed. */
  async #validated(core: CoreStream, host: StreamHost, out: Out<Item>): Promise<Step> {
    while (this.#closed.length) {
      const raw = this.#closed.shift()
      if (!core.element(JSON.stringify(raw))) continue
      const result = await host.unlessAborted(this.call.element(raw, host.validating))
      // The next pull reports the abort.
      if (!result) return 'more'
      const issues = result.issues && toJson(result.issues.map(plainIssue), 'The issues')
      const item = result.issues ? undefined : (result.value as Item)
      const outcome = core.validated(issues)
      if (outcome === ELEMENT_OUTCOME.yield) this.#yield(item as Item, raw, out)
      else if (outcome === ELEMENT_OUTCOME.hold) this.#held.push({ item: item as Item, raw })
      else if (outcome === ELEMENT_OUTCOME.reask) this.#closed = []
    }
    return 'more'
  }

  #yield(item: Item, raw: unknown, out: Out<Item>): void {
    if (this.#delivered?.repeats(raw)) return
    this.#yielded.push(item)
    out.item(item)
  }

  protected override restarted(): void {
    this.#held = []
    this.#closed = []
  }

  protected replayed(raw: unknown, value: Item[], out: Out<Item>): void {
    const given = Array.isArray(raw) ? raw : []
    for (const [i, item] of value.entries()) this.#yield(item, given[i], out)
  }

  protected result(): Item[] {
    return [...this.#yielded]
  }
}

function at(root: unknown, path: readonly (string | number)[]): unknown {
  let value = root
  for (const key of path) value = (value as Record<string | number, unknown>)[key]
  return value
}

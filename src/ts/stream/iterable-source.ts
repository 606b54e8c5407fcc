/** `createIterable`: the elements of a list, each validated as it closes. */
import { toJson } from '../common/json.js'
import { isRecord } from '../common/plain.js'
import { plainIssue } from '../schema/issues.js'
import type { Model } from '../schema/model.js'
import type { StandardIssue, StandardResult } from '../schema/standard.js'
import type { Pull } from './core-reader.js'
import { CallSource, type Started, type Starter, type StreamedCall } from './core-source.js'
import { SnapshotBuilder } from './snapshot.js'
import type { Out } from './source.js'

export class IterableSource<Item> extends CallSource<Item, Item[]> {
  readonly gives = 'elements'
  readonly #model: Model
  /** Elements given to the consumer, those of earlier attempts included. */
  readonly #accepted: Item[] = []
  /** The same as the model wrote them. */
  readonly #raws: unknown[] = []
  /** Elements of this attempt that were accepted, as they came. */
  #own: unknown[] = []
  /** How often an element was given in earlier attempts, by its JSON. */
  readonly #given = new Map<string, number>()
  /** Elements that only the whole answer showed. */
  #late: Item[] = []
  /** Raw elements that have closed and wait for their check. */
  #closed: unknown[] = []

  constructor(call: StreamedCall, model: Model, starter: Starter) {
    super(call, starter)
    this.#model = model
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

  protected async advance(
    pull: Pull,
    { core, host }: Started,
    out: Out<Item>,
  ): Promise<'more' | 'restart' | 'done'> {
    const pulled = await pull.next()
    if (pulled === 'done') for (const item of this.#late.splice(0)) out.item(item)
    if (pulled !== 'ops') return pulled
    pull.apply(this.builder as SnapshotBuilder)
    while (this.#closed.length) {
      const raw = this.#closed.shift()
      if (this.#repeats(raw)) {
        this.#own.push(raw)
        continue
      }
      const result = await host.unlessAborted(this.#model.validate(raw, this.call.validator))
      // The next pull tells of the abort.
      if (!result) return 'more'
      if (result.issues) {
        this.#closed = []
        // What came before stays; the model is asked for what is missing or wrong.
        core.reject(
          toJson(at0(result.issues, this.#own.length), 'The issues'),
          this.#accepted.length,
          JSON.stringify(this.#raws),
          JSON.stringify(raw),
        )
        return 'more'
      }
      const item = result.value as Item
      this.#own.push(raw)
      this.#raws.push(raw)
      this.#accepted.push(item)
      out.item(item)
    }
    return 'more'
  }

  protected override restarted(): void {
    // All of it may come once more, also where the model was told which elements are accepted.
    for (const raw of this.#own) {
      const json = JSON.stringify(raw)
      this.#given.set(json, (this.#given.get(json) ?? 0) + 1)
    }
    this.#own = []
    this.#closed = []
  }

  protected replayed(_raw: unknown, value: Item[], out: Out<Item>): void {
    for (const item of value) out.item(item)
  }

  /** All elements that were accepted; the completion's own value is that of the last attempt. */
  protected override kept(text: string): string {
    return JSON.stringify({ ...(JSON.parse(text) as object), value: this.#raws })
  }

  /** Whether the consumer has this element from an attempt that broke off. */
  #repeats(raw: unknown): boolean {
    if (!this.#given.size) return false
    const json = JSON.stringify(raw)
    const count = this.#given.get(json)
    if (!count) return false
    this.#given.set(json, count - 1)
    return true
  }

  protected result(): Item[] {
    return [...this.#accepted]
  }

  /** The check of the whole list at the end: its elements were checked as they closed. */
  async check(value: unknown): Promise<StandardResult<unknown>> {
    if (Array.isArray(value) && value.length === this.#own.length) return { value }
    if (!Array.isArray(value)) return { issues: [{ path: [], message: 'Expected a list' }] }
    // Elements that no chunk showed closed (a body that was not streamed).
    const issues: StandardIssue[] = []
    const items: Item[] = []
    const raws: unknown[] = []
    for (const [i, raw] of value.slice(this.#own.length).entries()) {
      if (this.#repeats(raw)) continue
      const result = await this.#model.validate(raw, this.call.validator)
      if (result.issues) issues.push(...at0(result.issues, this.#own.length + i))
      else {
        items.push(result.value as Item)
        raws.push(raw)
      }
    }
    if (issues.length) return { issues }
    this.#late = items
    this.#raws.push(...raws)
    this.#accepted.push(...items)
    return { value }
  }
}

function at0(issues: readonly StandardIssue[], index: number) {
  return issues.map((issue) => {
    const { path, message } = plainIssue(issue)
    return { path: [index, ...path], message }
  })
}

function at(root: unknown, path: readonly (string | number)[]): unknown {
  let value = root
  for (const key of path) value = (value as Record<string | number, unknown>)[key]
  return value
}

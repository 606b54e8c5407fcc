/**
 * A streamed call as a source of steps: chunks are pulled through the core, its ops applied to the snapshot, and what
 * that means for the consumer told. `PartialSource` gives snapshots, `IterableSource` elements as they close.
 */
import type { CoreStream } from './boundary.js'
import type { Recalled } from './cache.js'
import type { Call } from './call.js'
import { completionFrom } from './completion.js'
import { filler, hasDefaults } from './defaults.js'
import { EarlyCheck } from './early.js'
import { IncompleteOutputError } from './errors.js'
import type { Host } from './host.js'
import { plainIssue } from './host.js'
import { toJson } from './json.js'
import type { Patch } from './patch.js'
import { paused } from './pause.js'
import { isRecord } from './plain.js'
import { Pull } from './pull.js'
import type { Json, Model } from './schema.js'
import { SnapshotBuilder } from './snapshot.js'
import type { StandardIssue, StandardResult } from './standard.js'
import type { Ended, Out, Source } from './stream.js'
import type { Completion, Usage } from './types.js'

/** What a source needs of the client. */
export interface Starter {
  /** Starts the call; the host tells of the body's reader. */
  start(
    call: Call,
    reading: (reader: ReadableStreamDefaultReader<Uint8Array>) => void,
  ): Promise<Started | { readonly recalled: Recalled }>
  /** What the core threw, as the error it means. */
  error(thrown: unknown): unknown
}

export interface Started {
  readonly core: CoreStream
  readonly host: Host
  /** Keeps the completion's JSON for equal calls. */
  readonly keep?: (text: string) => Promise<void>
  /** The memory of the core's instance, whose buffer is another one after it has grown. */
  memory(): ArrayBufferLike
}

abstract class CallSource<Item, Final> implements Source<Item, Final> {
  abstract readonly gives: 'snapshots' | 'elements'
  readonly skips: boolean = false
  protected readonly call: Call
  readonly #starter: Starter
  #started: Started | undefined
  #pull: Pull | undefined
  #aborted: { readonly reason: unknown } | undefined
  #stepping = false
  #released = false
  /** The member of the root that holds the answer; `undefined` when it is the root itself. */
  protected unwrap: string | undefined
  protected builder: SnapshotBuilder | undefined
  /** Where the step under way reports. In between nothing refers to the stream, which may be forgotten. */
  protected out: Out<Item> | undefined

  constructor(call: Call, starter: Starter) {
    this.call = call
    this.#starter = starter
  }

  protected abstract build(): SnapshotBuilder
  /** Pulls once and tells what came of it. */
  protected abstract advance(
    pull: Pull,
    started: Started,
    out: Out<Item>,
  ): Promise<'more' | 'restart' | 'done'>
  protected abstract result(started: Started, value: () => unknown): Final
  protected restarted(): void {}
  /** The completion's JSON as the cache keeps it. */
  protected kept(text: string): string {
    return text
  }
  /** Shows an answer from the cache. */
  protected abstract replayed(raw: unknown, value: Final, out: Out<Item>): void
  /** The last chance to show something. */
  protected ending(_value: () => unknown, _out: Out<Item>): void {}

  async step(out: Out<Item>): Promise<Ended<Final> | undefined> {
    this.#stepping = true
    this.out = out
    try {
      if (!this.#started || !this.#pull) {
        let pull: Pull | undefined
        const started = await this.#starter.start(this.call, (reader) => pull?.reading(reader))
        if ('recalled' in started) return this.#replay(started.recalled, out)
        if (this.#aborted) started.host.abort(this.#aborted.reason)
        pull = new Pull(started.core, started.memory, started.host.signal)
        this.#started = started
        this.#pull = pull
        this.unwrap = started.core.unwrapKey()
        this.builder = this.build()
        if (started.host.signal.aborted) throw started.host.signal.reason
      }
      const what = await this.advance(this.#pull, this.#started, out)
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
    return { value: value as Final, completion: { ...completion, usage: kept.usage as Usage } }
  }

  async #finish(started: Started, out: Out<Item>): Promise<Ended<Final>> {
    const text = started.core.completion()
    if (started.keep) await started.host.orAborted(started.keep(this.kept(text)))
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

export class PartialSource<Item, Final> extends CallSource<Item, Final> {
  readonly gives = 'snapshots'
  override readonly skips: boolean
  readonly schema?: Json | undefined
  readonly #every: boolean
  readonly #fill: (value: unknown) => unknown
  readonly #early: EarlyCheck | undefined
  /** Something was shown of this attempt. */
  #shown = false
  /** A pull under way while a snapshot is shown for the pause. */
  #pending: Promise<'ops' | 'restart' | 'done'> | undefined

  constructor(call: Call, starter: Starter) {
    super(call, starter)
    this.#every = call.wire.every === 'delta'
    this.skips = !this.#every
    const schema = call.model?.wire.schema
    this.#fill = filler(schema)
    if (hasDefaults(schema)) this.schema = schema
    const asGiven = call.wire.strict !== false && call.wire.parse !== 'lenient'
    if (call.early && schema && asGiven) this.#early = new EarlyCheck(schema, call.validator)
  }

  protected build(): SnapshotBuilder {
    return new SnapshotBuilder(this.#every ? { onDelta: () => this.#show() } : {})
  }

  override state(): Patch[] {
    return super.state().flatMap((patch) => this.#inner(patch) ?? [])
  }

  protected async advance(
    pull: Pull,
    { core, host }: Started,
    out: Out<Item>,
  ): Promise<'more' | 'restart' | 'done'> {
    const next = this.#pending ?? pull.next()
    this.#pending = undefined
    const builder = this.builder as SnapshotBuilder
    if (builder.changed && (await paused(next))) {
      // Nothing comes at the moment: what was held back is shown.
      this.#pending = next
      this.#show()
      return 'more'
    }
    const pulled = await next
    if (pulled === 'ops') {
      builder.onPatch = out.wantsPatches || this.#early ? this.#patch : undefined
      pull.apply(builder)
      const issues = this.#early && (await host.unlessAborted(this.#early.check(this.shown(builder.live))))
      if (issues) {
        // Nothing of the rest is waited for: the request is cancelled and the model asked again.
        core.reject(toJson(issues.map(plainIssue), 'The issues'))
        return 'more'
      }
      if (builder.due) this.#show()
      return 'more'
    }
    if (pulled === 'done' && builder.changed) this.#show()
    return pulled
  }

  protected result(started: Started, value: () => unknown): Final {
    return (this.call.validate ? started.host.value : value()) as Final
  }

  protected override restarted(): void {
    this.#shown = false
  }

  /** An answer in a form that only the whole of it tells (a wrapper left out) is shown at the end. */
  protected override ending(value: () => unknown, out: Out<Item>): void {
    if (!this.#shown) out.item(this.#fill(value()) as Item)
  }

  protected replayed(raw: unknown, _value: Final, out: Out<Item>): void {
    out.item(this.#fill(raw) as Item)
  }

  #show(): void {
    const builder = this.builder as SnapshotBuilder
    if (!builder.changed) return
    const value = this.#fill(this.shown(builder.snapshot()))
    if (value === undefined) return
    this.#shown = true
    this.out?.item(value as Item)
  }

  readonly #patch = (patch: Patch): void => {
    const inner = this.#inner(patch)
    if (!inner) return
    this.#early?.saw(inner, inner.path)
    this.out?.patch(inner)
  }

  /** A change of the wire's value as one of the answer; nothing for one that concerns the wrapper alone. */
  #inner(patch: Patch): Patch | undefined {
    // Some models leave the wrapper out, see `shown`.
    if (this.unwrap === undefined || !isRecord(this.builder?.live)) return patch
    const { path } = patch
    if (path.length > 0) return path[0] === this.unwrap ? { ...patch, path: path.slice(1) } : undefined
    if (patch.op === 'reset') return { ...patch, value: this.shown(patch.value) }
    const value = patch.op === 'set' && patch.done ? this.shown(patch.value) : undefined
    return value === undefined ? undefined : ({ ...patch, value } as Patch)
  }
}

export class IterableSource<Item> extends CallSource<Item, Item[]> {
  readonly gives = 'elements'
  readonly #model: Model
  /** Elements given to the consumer, those of earlier attempts included. */
  readonly #accepted: Item[] = []
  /** The same as the model wrote them. */
  readonly #raws: unknown[] = []
  /** Elements of this attempt that were accepted, as they came. */
  #own: unknown[] = []
  /** The model was told which of them are accepted. */
  #told = false
  /** How often an element was given already that the model does not know to be accepted, by its JSON. */
  readonly #given = new Map<string, number>()
  /** Elements that only the whole answer showed. */
  #late: Item[] = []
  /** Raw elements that have closed and wait for their check. */
  #closed: unknown[] = []

  constructor(call: Call, model: Model, starter: Starter) {
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
        this.#told = true
        // What came before stays; the model is asked for what is missing or wrong.
        core.reject(toJson(at0(result.issues, this.#own.length), 'The issues'), this.#accepted.length)
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
    // A request that was sent again, or an answer that was refused as a whole: all of it is likely to come once more.
    if (!this.#told)
      for (const raw of this.#own) {
        const json = JSON.stringify(raw)
        this.#given.set(json, (this.#given.get(json) ?? 0) + 1)
      }
    this.#told = false
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

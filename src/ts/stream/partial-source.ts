/** `createPartial`: snapshots of the value while it arrives. */
import { type Json, toJson } from '../common/json.js'
import { isRecord } from '../common/plain.js'
import { plainIssue } from '../schema/issues.js'
import type { CoreStream } from '../wasm/boundary.js'
import type { CoreReader, Pulled } from './core-reader.js'
import {
  CallSource,
  type Started,
  type Starter,
  type Step,
  type StreamedCall,
  type StreamHost,
} from './core-source.js'
import { filler, hasDefaults } from './defaults.js'
import { EarlyValidation } from './early-validation.js'
import type { Patch, Path } from './patch.js'
import { SnapshotBuilder } from './snapshot.js'
import type { Out } from './source.js'

/** A part of the value that the model corrected. */
interface Correction {
  readonly path: Path
  readonly value: unknown
}

export class PartialSource<Item, Final> extends CallSource<Item, Final> {
  readonly yields = 'snapshots'
  override readonly skips: boolean
  readonly schema?: Json | undefined
  readonly #every: boolean
  readonly #fill: (value: unknown) => unknown
  readonly #early: EarlyValidation | undefined
  /** Whether a snapshot of this attempt was shown. */
  #shown = false

  constructor(call: StreamedCall, starter: Starter) {
    super(call, starter)
    this.#every = call.wire.every === 'delta'
    this.skips = !this.#every
    const schema = call.model?.wire.schema
    this.#fill = filler(schema)
    if (hasDefaults(schema)) this.schema = schema
    const asGiven = call.wire.strict !== false && call.wire.parse !== 'lenient'
    if (call.early && schema && asGiven) this.#early = new EarlyValidation(schema, call.validator)
  }

  protected build(): SnapshotBuilder {
    return new SnapshotBuilder(this.#every ? { onDelta: () => this.#show() } : {})
  }

  override state(): Patch[] {
    return super.state().flatMap((patch) => this.#inner(patch) ?? [])
  }

  protected override pending(): boolean {
    return this.builder?.changed === true
  }

  protected use(
    pulled: Pulled,
    reader: CoreReader,
    { core, host }: Started,
    out: Out<Item>,
  ): Step | Promise<Step> {
    const builder = this.builder as SnapshotBuilder
    if (pulled === 'ops') {
      const early = this.#early
      builder.onPatch = out.wantsPatches || early ? this.#patch : undefined
      reader.apply(builder)
      if (early) return this.#checked(early, core, host)
      if (builder.due) this.#show()
      return 'more'
    }
    if (pulled === 'corrected') {
      builder.onPatch = out.wantsPatches ? this.#relayed : undefined
      this.#correct(JSON.parse(core.elements()) as Correction[])
      return 'more'
    }
    if (pulled === 'pause' || (pulled === 'done' && builder.changed)) this.#show()
    // Only a list has elements.
    return pulled === 'restart' || pulled === 'done' ? pulled : 'more'
  }

  /** Validates the parts that have closed before a snapshot is shown. */
  async #checked(early: EarlyValidation, core: CoreStream, host: StreamHost): Promise<Step> {
    const builder = this.builder as SnapshotBuilder
    const issues = await host.unlessAborted(early.check(this.shown(builder.live)))
    // The rest is not read: the request is cancelled and the model reasked.
    if (issues) core.reject(toJson({ issues: issues.map(plainIssue), ...this.#soFar() }, 'The issues'))
    else if (builder.due) this.#show()
    return 'more'
  }

  /** The value that has arrived, for a request for the rest of it. */
  #soFar(): Json {
    const builder = this.builder as SnapshotBuilder
    const { live } = builder
    const at = builder.position()
    if (this.unwrap === undefined || !isRecord(live)) return { value: live, ...at }
    const value = this.shown(live)
    // The answer is complete while its wrapper is open.
    return at?.open[0] === this.unwrap ? { value, ...at, open: at.open.slice(1) } : { value }
  }

  protected result(started: Started, value: () => unknown): Final {
    return (this.call.validate ? started.host.value : value()) as Final
  }

  protected override restarted(): void {
    this.#shown = false
  }

  /** An answer whose form is known only at the end (without the wrapper) is shown at the end. */
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

  /** Replaces parts that were requested again. */
  #correct(corrections: readonly Correction[]): void {
    const builder = this.builder as SnapshotBuilder
    // The stream was stopped at an error.
    builder.end()
    const { live } = builder
    const wrapped = this.unwrap !== undefined && isRecord(live) && this.unwrap in live
    for (const { path, value } of corrections)
      builder.replace(wrapped ? [this.unwrap as string, ...path] : path, value)
    this.#show()
  }

  readonly #relayed = (patch: Patch): void => {
    const inner = this.#inner(patch)
    if (inner) this.out?.patch(inner)
  }

  readonly #patch = (patch: Patch): void => {
    const inner = this.#inner(patch)
    if (!inner) return
    this.#early?.record(inner, inner.path)
    this.out?.patch(inner)
  }

  /** Converts a change of the wire's value to one of the answer; `undefined` for a change of the wrapper alone. */
  #inner(patch: Patch): Patch | undefined {
    // Some models omit the wrapper, see `shown`.
    if (this.unwrap === undefined || !isRecord(this.builder?.live)) return patch
    const { path } = patch
    if (path.length > 0) return path[0] === this.unwrap ? { ...patch, path: path.slice(1) } : undefined
    if (patch.op === 'reset') return { ...patch, value: this.shown(patch.value) }
    const value = patch.op === 'set' && patch.done ? this.shown(patch.value) : undefined
    return value === undefined ? undefined : ({ ...patch, value } as Patch)
  }
}

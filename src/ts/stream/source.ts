/** What a stream reads from, step by step: a call in the core, or a relayed response. */
import type { Completion } from '../common/completion.js'
import type { Json } from '../common/json.js'
import type { Usage } from '../common/usage.js'
import type { Patch } from './patch.js'

/** Takes what a step found. */
export interface Out<Item> {
  /** Somebody wants the changes at the moment; asked anew for each chunk. */
  readonly wantsPatches: boolean
  /** The next snapshot (a later one makes it stale), or the next element (none may be lost). */
  item(item: Item): void
  patch(patch: Patch): void
  /** A new attempt begins: what was shown is void. */
  restart(): void
}

export interface Ended<Final> {
  readonly value: Final
  readonly completion: Completion
  /** What the answer took when it was made, where it comes from a cache and cost nothing now. */
  readonly usage?: Usage
}

export interface StreamSource<Item, Final> {
  /** One step. Returns the end, when there is one; throws what the call failed with. Keeps `out` no longer than that. */
  step(out: Out<Item>): Promise<Ended<Final> | undefined>
  /** The value so far as changes from nothing. */
  state(): Patch[]
  abort(reason: unknown): void
  /** Snapshots replace each other; elements are all wanted. Known with the first event at the latest. */
  readonly gives: 'snapshots' | 'elements'
  /** The value's schema, when it has defaults that snapshots show: a relay hands it on. */
  readonly schema?: Json | undefined
  /** A snapshot that nobody has taken yet may be skipped for a newer one. */
  readonly skips: boolean
}

/** Something that happened, as a consumer sees it. */
export type Event<Item> =
  | { readonly type: 'item'; readonly item: Item }
  | { readonly type: 'patch'; readonly patch: Patch }
  | { readonly type: 'restart' }

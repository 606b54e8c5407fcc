/** The source of a stream, read step by step: a call in the core, or a relayed response. */
import type { Completion } from '../common/completion.js'
import type { Json } from '../common/json.js'
import type { Usage } from '../common/usage.js'
import type { Patch } from './patch.js'

/** Receives the events of a step. */
export interface Out<Item> {
  /** Whether a consumer of patches exists now; read for each chunk. */
  readonly wantsPatches: boolean
  /** The next snapshot (replaced by a later one), or the next element (none may be lost). */
  item(item: Item): void
  patch(patch: Patch): void
  /** A new attempt begins: earlier snapshots are void. */
  restart(): void
}

export interface Ended<Final> {
  readonly value: Final
  readonly completion: Completion
  /** The usage of the original call, for an answer from the cache. */
  readonly usage?: Usage
}

export interface StreamSource<Item, Final> {
  /** Takes one step. Returns the end, if reached; throws the call's error. Does not use `out` afterwards. */
  step(out: Out<Item>): Promise<Ended<Final> | undefined>
  /** The value so far as changes from an empty value. */
  state(): Patch[]
  abort(reason: unknown): void
  /** Snapshots replace each other; elements are all delivered. Known at the first event at the latest. */
  readonly yields: 'snapshots' | 'elements'
  /** The value's schema if it has defaults for snapshots: a relay passes it on. */
  readonly schema?: Json | undefined
  /** Whether an unread snapshot may be replaced by a newer one. */
  readonly skips: boolean
}

/** An event for a consumer. */
export type Event<Item> =
  | { readonly type: 'item'; readonly item: Item }
  | { readonly type: 'patch'; readonly patch: Patch }
  | { readonly type: 'restart' }

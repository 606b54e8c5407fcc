/**
 * Snapshots of a value while it arrives: packed ops in, immutable objects out.
 *
 * The core parses each byte once and returns the changes as a list of numbers and a text (the ops are documented in
 * src/json/packed.rs). `apply` applies them to the spine, the containers that are still open; `snapshot` returns a
 * copy of the spine (only the open containers), so an unchanged subtree keeps its identity and earlier snapshots
 * never change. The spine itself is never returned: a consumer that changes an open container changes its own copy.
 * Containers that have closed are shared by all later snapshots and therefore frozen. A growing string is kept
 * separately as a rope and written when a snapshot is taken.
 *
 * Copying a spine of wide containers for every chunk would be quadratic. `due` is true when the parsing work since
 * the last snapshot exceeds the cost of the copy, or when the spine has doubled since then (an object of many short
 * entries costs more to copy than to parse). A caller that waits for `due`, and takes a last snapshot when the stream
 * pauses, spends linear time on copies.
 */
import { type Container, copyOf, sameMembers, set } from '../common/plain.js'
import type { Patch, Path } from './patch.js'
import { copyCost, FREE, OP_EARNS, UNIT_EARNS } from './snapshot-budget.js'
import { ValueBuilder } from './value-builder.js'

/** Codes of the ops, as in src/json/packed.rs. */
const DELTA = 0
const ROOT = 1
const ROOT_DONE = 2
const ROOT_DROPPED = 3
const OBJECT = 4
const ARRAY = 5
const CLOSE = 6
const KEY = 7
const KEY_NEW = 8
const KEY_TEXT = 9
const STRING = 10
const STRING_OPEN = 11
const STRING_MORE = 12
const STRING_CLOSE = 13
const NUMBER = 14

const CONSTANTS: readonly unknown[] = [null, false, true]

export interface SnapshotOptions {
  /** Called where a delta of the provider ends (the core marks them on request), inside `apply`. */
  onDelta?: () => void
  /** Called for every change, inside `apply`. */
  onPatch?: (patch: Patch) => void
  /** Freeze containers when they close (default). */
  freeze?: boolean
}

export class SnapshotBuilder extends ValueBuilder {
  /** The last complete root, which replaces a later incomplete one. */
  #complete: unknown
  #hasComplete = false
  /** The copies of the open containers in the last snapshot. They are current until the next write. */
  readonly #shown: Container[] = []
  #changed = false
  /** Nanoseconds of parsing since the last snapshot, estimated. */
  #earned = 0
  /** The cost of copying the open containers at the last snapshot. */
  #shownCost = 0
  /** The names of keys by their number in ops. */
  readonly #names: string[] = []
  readonly #onDelta: (() => void) | undefined

  constructor(options: SnapshotOptions = {}) {
    super(options.freeze !== false)
    this.onPatch = options.onPatch
    this.#onDelta = options.onDelta
  }

  /** Whether the value has changed since the last snapshot. */
  get changed(): boolean {
    return this.#changed
  }

  /** Whether the value has changed, and the work since the last snapshot exceeds the cost of a new one. */
  get due(): boolean {
    if (!this.#changed) return false
    const cost = this.#copyCost()
    return cost <= this.#earned + FREE || cost >= 2 * this.#shownCost
  }

  #copyCost(): number {
    let cost = 0
    for (let level = 0; level < this.depth; level++)
      cost += copyCost(this.spine[level] as Container, this.widths[level] as number)
    return cost
  }

  /** The value so far. The same object as before if it is unchanged. */
  snapshot(): unknown {
    if (this.stringDirty) {
      this.stringDirty = false
      this.put(this.string)
    }
    this.#changed = false
    this.#earned = 0
    this.#shownCost = this.#copyCost()
    if (this.depth === 0) return this.root
    if (this.written || this.#tampered()) this.#show()
    return this.#shown[0]
  }

  /** Whether a consumer has changed the last snapshot. */
  #tampered(): boolean {
    for (let level = 0; level < this.depth; level++) {
      const open = level < this.depth - 1 ? this.keys[level] : undefined
      const shown = this.#shown[level] as Container
      if (!sameMembers(this.spine[level] as Container, shown, open)) return true
      const child = (shown as Record<string | number, unknown>)[open as string]
      if (open !== undefined && child !== this.#shown[level + 1]) return true
    }
    return false
  }

  /** Copies the open containers for a snapshot. */
  #show(): void {
    const shown = this.#shown
    if (shown.length !== this.depth) shown.length = this.depth
    for (let level = 0; level < this.depth; level++) {
      const copy = copyOf(this.spine[level] as Container)
      shown[level] = copy
      if (level > 0) set(shown[level - 1] as Container, this.keys[level - 1] as string | number, copy)
    }
    this.written = false
  }

  /**
   * The copy of the last snapshot if it still has the same members, so that a container keeps its identity when it
   * closes. Otherwise (more has arrived, or a consumer changed the copy) the container itself.
   */
  protected override closed(depth: number): Container {
    const own = super.closed(depth)
    if (this.written) return own
    const shown = this.#shown[depth] as Container
    if (!sameMembers(own, shown)) {
      this.written = true
      return own
    }
    if (depth === 0) this.root = shown
    else set(this.spine[depth - 1] as Container, this.keys[depth - 1] as string | number, shown)
    return shown
  }

  /**
   * Applies a change that another builder reported. Throws a `ResponseParsingError` if it does not continue the
   * value.
   */
  applyPatch(patch: Patch): void {
    this.#changed = true
    this.#earned += OP_EARNS
    if (patch.op === 'append') this.#earned += patch.text.length * UNIT_EARNS
    this.continueWith(patch)
  }

  /** Replaces a part of the complete value. It is ignored where the value has no such place. */
  replace(path: Path, value: unknown): void {
    if (this.replaced(path, value)) this.#changed = true
  }

  /** Applies the ops of one chunk, `ops[start]` to `ops[end - 1]`. `text` is the chunk's text, decoded. */
  apply(ops: Uint32Array, text: string, start = 0, end = ops.length): void {
    const names = this.#names
    const onPatch = this.onPatch
    let at = 0
    /** The position up to which work is counted. */
    let countedOps = start
    let countedText = 0
    for (let index = start; index < end; index++) {
      const op = ops[index] as number
      const operand = op >>> 4
      switch (op & 15) {
        case KEY:
          this.nextKey(names[operand] as string)
          break
        case STRING: {
          const value = text.slice(at, at + operand)
          at += operand
          this.leaf(value)
          break
        }
        case KEY_NEW: {
          const name = text.slice(at, at + operand)
          at += operand
          names.push(name)
          this.nextKey(name)
          break
        }
        case KEY_TEXT:
          this.nextKey(text.slice(at, at + operand))
          at += operand
          break
        case STRING_OPEN:
          this.inString = true
          this.stringDirty = true
          this.string = text.slice(at, at + operand)
          at += operand
          if (onPatch) onPatch({ path: this.path(), op: 'set', value: this.string, done: false })
          break
        case STRING_MORE: {
          const more = text.slice(at, at + operand)
          at += operand
          this.string += more
          this.stringDirty = true
          if (onPatch) onPatch({ path: this.path(), op: 'append', text: more, done: false })
          break
        }
        case STRING_CLOSE: {
          const last = text.slice(at, at + operand)
          at += operand
          this.closeString(last)
          break
        }
        case NUMBER:
          this.leaf(Number(text.slice(at, at + operand)))
          at += operand
          break
        case OBJECT:
          this.open({})
          break
        case ARRAY:
          this.open([])
          break
        case CLOSE:
          this.close()
          break
        case ROOT:
          this.restart()
          break
        case ROOT_DONE:
          this.#complete = this.root
          this.#hasComplete = true
          break
        case ROOT_DROPPED:
          this.revertTo(this.#hasComplete ? this.#complete : undefined)
          break
        case DELTA:
          this.#changed ||= index > start
          this.#earned += (index - countedOps) * OP_EARNS + (at - countedText) * UNIT_EARNS
          countedOps = index
          countedText = at
          if (this.#onDelta) this.#onDelta()
          break
        default:
          this.leaf(operand < 3 ? CONSTANTS[operand] : operand - 3)
      }
    }
    // Changes after the last delta are not in a snapshot yet.
    if (end > start && ops[end - 1] !== DELTA) this.#changed = true
    this.#earned += (end - countedOps) * OP_EARNS + (at - countedText) * UNIT_EARNS
  }
}

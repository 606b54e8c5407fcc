/**
 * Snapshots of a value while it arrives: packed ops in, immutable objects out.
 *
 * The core parses each byte once and says what is new as a list of numbers and a text (the ops are explained in
 * src/json/patch.rs). `apply` follows them on the spine, the containers that are still open; `snapshot` returns a copy
 * of the spine (each open container and nothing else), so an unchanged subtree keeps its identity and earlier
 * snapshots never change. The spine itself is never returned: a consumer that changes an open container changes its
 * own copy. Containers that have closed are shared by all later snapshots and therefore frozen. A string that grows is
 * held apart as a rope and written when a snapshot is taken.
 *
 * Copying a spine of wide containers for every chunk would be quadratic. `due` says whether the work done since the
 * last snapshot has earned the copy, or the spine has become twice what it was then (an object of many short entries
 * costs more to copy than to read, and still has to show); who waits until it does, and takes a last snapshot when the
 * stream pauses, spends linear time on copies.
 */
import { type Container, copyOf, deepFreeze, isEmpty, sameMembers, set } from '../common/plain.js'
import { misplaced, type Patch, type Path, statePatches } from './patch.js'
import { copyCost, FREE, OP_EARNS, UNIT_EARNS } from './snapshot-budget.js'

/** Codes of the ops, as in src/json/patch.rs. */
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

export class SnapshotBuilder {
  /** The root value as it is being built. */
  #root: unknown
  /** The last root that was complete: what a broken later one falls back to. */
  #complete: unknown
  #hasComplete = false
  /** The open containers, outermost first, and the key in each under which the next one hangs. */
  readonly #spine: Container[] = []
  /** The copies of the spine that the last snapshot consists of. */
  readonly #shown: Container[] = []
  /** Nothing was written since the last snapshot: `#shown` has the members that the spine has. */
  #fresh = false
  readonly #keys: (string | number)[] = []
  #depth = 0
  /** The innermost open container (the last of the spine), and where in it the next value goes. */
  #top: Container | undefined
  #key: string | number = ''
  /** The text of the open string that is not in its container yet. */
  #string = ''
  #inString = false
  #stringDirty = false
  /** Something changed since the last snapshot. */
  #changed = false
  #earned = 0
  /** What the spine cost when it was shown last. */
  #shownCost = 0
  readonly #names: string[] = []
  readonly #onDelta: (() => void) | undefined
  /** Called for every change, inside `apply`; may be set and removed at any time. */
  onPatch: ((patch: Patch) => void) | undefined
  readonly #freeze: boolean

  constructor(options: SnapshotOptions = {}) {
    this.#onDelta = options.onDelta
    this.onPatch = options.onPatch
    this.#freeze = options.freeze !== false
  }

  /** Something has changed since the last snapshot. */
  get changed(): boolean {
    return this.#changed
  }

  /** Something has changed, and the work since the last snapshot has earned the copy the next change will cost. */
  get due(): boolean {
    if (!this.#changed) return false
    const cost = this.#spineCost()
    return cost <= this.#earned + FREE || cost >= 2 * this.#shownCost
  }

  #spineCost(): number {
    let cost = 0
    for (let level = 0; level < this.#depth; level++)
      cost += copyCost(this.#spine[level] as Container, this.#widths[level] as number)
    return cost
  }

  /** How many keys each open object got; for arrays unused. */
  readonly #widths: number[] = []

  /** The root as it is being built: what has closed in it never changes again, what is open does. */
  get live(): unknown {
    return this.#root
  }

  /** The value as far as it has come. The same object as before when nothing has changed. */
  snapshot(): unknown {
    if (this.#stringDirty) {
      this.#stringDirty = false
      this.#put(this.#string)
    }
    this.#changed = false
    this.#earned = 0
    this.#shownCost = this.#spineCost()
    if (this.#depth === 0) return this.#root
    if (!this.#fresh || this.#tampered()) this.#show()
    return this.#shown[0]
  }

  /** Whether a consumer has changed what it was shown. */
  #tampered(): boolean {
    for (let level = 0; level < this.#depth; level++) {
      const open = level < this.#depth - 1 ? this.#keys[level] : undefined
      const shown = this.#shown[level] as Container
      if (!sameMembers(this.#spine[level] as Container, shown, open)) return true
      const child = (shown as Record<string | number, unknown>)[open as string]
      if (open !== undefined && child !== this.#shown[level + 1]) return true
    }
    return false
  }

  /** Copies the spine for a snapshot. */
  #show(): void {
    const shown = this.#shown
    shown.length = this.#depth
    for (let level = 0; level < this.#depth; level++) {
      const copy = copyOf(this.#spine[level] as Container)
      shown[level] = copy
      if (level > 0) set(shown[level - 1] as Container, this.#keys[level - 1] as string | number, copy)
    }
    this.#fresh = true
  }

  /** The value so far as changes from nothing: what a consumer that begins now has to see first. */
  state(): Patch[] {
    const depth = this.#depth
    if (depth === 0) {
      if (this.#inString) return [{ path: [], op: 'set', value: this.#string, done: false }]
      return this.#root === undefined ? [] : [{ path: [], op: 'set', value: this.#root, done: true }]
    }
    const keys = this.#keys.slice(0, depth - 1)
    if (!this.#inString) return statePatches(this.#spine, keys, undefined)
    const path = this.#path()
    const open: Patch = { path, op: 'set', value: this.#string, done: false }
    return [...statePatches(this.#spine, keys, this.#key), open]
  }

  /** Follows the ops of one chunk. `text` is the chunk's text, decoded. */
  apply(ops: Uint32Array, text: string): void {
    const length = ops.length
    const names = this.#names
    const onPatch = this.onPatch
    let at = 0
    /** Up to where the work has been counted. */
    let countedOps = 0
    let countedText = 0
    for (let index = 0; index < length; index++) {
      const op = ops[index] as number
      const operand = op >>> 4
      switch (op & 15) {
        case KEY:
          this.#nextKey(names[operand] as string)
          break
        case STRING: {
          const value = text.slice(at, at + operand)
          at += operand
          this.#leaf(value)
          break
        }
        case KEY_NEW: {
          const name = text.slice(at, at + operand)
          at += operand
          names.push(name)
          this.#nextKey(name)
          break
        }
        case KEY_TEXT:
          this.#nextKey(text.slice(at, at + operand))
          at += operand
          break
        case STRING_OPEN:
          this.#inString = true
          this.#stringDirty = true
          this.#string = text.slice(at, at + operand)
          at += operand
          if (onPatch) onPatch({ path: this.#path(), op: 'set', value: this.#string, done: false })
          break
        case STRING_MORE: {
          const more = text.slice(at, at + operand)
          at += operand
          this.#string += more
          this.#stringDirty = true
          if (onPatch) onPatch({ path: this.#path(), op: 'append', text: more, done: false })
          break
        }
        case STRING_CLOSE: {
          const last = text.slice(at, at + operand)
          at += operand
          this.#closeString(last)
          break
        }
        case NUMBER:
          this.#leaf(Number(text.slice(at, at + operand)))
          at += operand
          break
        case OBJECT:
          this.#open({})
          break
        case ARRAY:
          this.#open([])
          break
        case CLOSE:
          this.#close()
          break
        case ROOT:
          this.#restart()
          break
        case ROOT_DONE:
          this.#complete = this.#root
          this.#hasComplete = true
          break
        case ROOT_DROPPED:
          this.#drop()
          break
        case DELTA:
          this.#changed ||= index > 0
          this.#earned += (index - countedOps) * OP_EARNS + (at - countedText) * UNIT_EARNS
          countedOps = index
          countedText = at
          if (this.#onDelta) this.#onDelta()
          break
        default:
          this.#leaf(operand < 3 ? CONSTANTS[operand] : operand - 3)
      }
    }
    // What follows the last delta, if anything, has not been seen by a snapshot.
    if (length > 0 && ops[length - 1] !== DELTA) this.#changed = true
    this.#earned += (length - countedOps) * OP_EARNS + (at - countedText) * UNIT_EARNS
  }

  /**
   * Follows changes that another builder reported, in their order: how a relayed stream is rebuilt. Throws a
   * `ResponseParsingError` on a patch that does not continue the value; the fields' types are checked before (`readPatch`).
   */
  applyPatch(patch: Patch): void {
    this.#changed = true
    this.#earned += OP_EARNS
    const { path } = patch
    if (patch.op === 'reset') {
      this.#restart()
      this.#root = this.#freeze ? deepFreeze(patch.value) : patch.value
      return
    }
    const depth = this.#depth
    if (patch.op === 'done' && !this.#inString) {
      if (path.length !== depth - 1 || !this.#follows(path)) throw misplaced(path)
      this.#close()
      return
    }
    if (path.length !== depth || !this.#follows(path)) throw misplaced(path)
    const key = path[depth - 1]
    if (patch.op !== 'set') {
      if (!this.#inString || (depth > 0 && key !== this.#key)) throw misplaced(path)
      const text = patch.op === 'append' ? patch.text : ''
      this.#earned += text.length * UNIT_EARNS
      if (patch.done) {
        this.#closeString(text)
      } else {
        this.#string += text
        this.#stringDirty = true
      }
      return
    }
    if (this.#inString) throw misplaced(path)
    if (depth === 0) this.#restart()
    else if (Array.isArray(this.#top)) {
      if (typeof key !== 'number' || key > this.#top.length) throw misplaced(path)
      this.#key = key
    } else {
      if (typeof key !== 'string') throw misplaced(path)
      this.#nextKey(key)
    }
    this.#setPatch(path, patch.value, patch.done)
  }

  #setPatch(path: Path, value: unknown, done: boolean): void {
    if (typeof value === 'string' && !done) {
      this.#inString = true
      this.#stringDirty = true
      this.#string = value
    } else if (typeof value !== 'object' || value === null) {
      this.#leaf(value)
    } else if (done) {
      this.#leaf(this.#freeze ? deepFreeze(value) : value)
    } else {
      if (!isEmpty(value as Container)) throw misplaced(path)
      this.#open(Array.isArray(value) ? [] : {})
    }
  }

  /** Whether a path leads through the open containers, its last step left out. */
  #follows(path: Path): boolean {
    for (let level = 0; level < this.#depth - 1; level++) if (path[level] !== this.#keys[level]) return false
    return true
  }

  #path(): Path {
    if (this.#depth === 0) return []
    const path = this.#keys.slice(0, this.#depth - 1)
    path.push(this.#key)
    return path
  }

  #nextKey(key: string): void {
    this.#key = key
    ;(this.#widths[this.#depth - 1] as number)++
  }

  /** Writes a value where the parser is. */
  #put(value: unknown): void {
    if (this.#depth === 0) {
      this.#root = value
      return
    }
    this.#fresh = false
    set(this.#top as Container, this.#key, value)
  }

  /** A whole string, number or literal. */
  #leaf(value: unknown): void {
    this.#put(value)
    if (this.onPatch) this.onPatch({ path: this.#path(), op: 'set', value, done: true })
    this.#advance()
  }

  #closeString(last: string): void {
    // Without new text the container holds the whole string already, and keeps its identity.
    if (last || this.#stringDirty) this.#put(this.#string + last)
    this.#inString = false
    this.#stringDirty = false
    this.#string = ''
    if (this.onPatch) {
      const path = this.#path()
      this.onPatch(last ? { path, op: 'append', text: last, done: true } : { path, op: 'done', done: true })
    }
    this.#advance()
  }

  /** Behind an element the next index follows. */
  #advance(): void {
    if (typeof this.#key === 'number') this.#key++
  }

  #open(container: Container): void {
    this.#put(container)
    if (this.onPatch) {
      // The consumer's own copy: ours goes on growing.
      this.onPatch({ path: this.#path(), op: 'set', value: Array.isArray(container) ? [] : {}, done: false })
    }
    const depth = this.#depth++
    if (depth > 0) this.#keys[depth - 1] = this.#key
    this.#spine[depth] = container
    this.#widths[depth] = 0
    this.#top = container
    this.#key = Array.isArray(container) ? 0 : ''
  }

  #close(): void {
    const depth = --this.#depth
    const closed = this.#closed(depth)
    if (this.#freeze) Object.freeze(closed)
    this.#spine.length = depth
    this.#top = this.#spine[depth - 1]
    if (depth > 0) this.#key = this.#keys[depth - 1] as string | number
    if (this.onPatch) this.onPatch({ path: this.#path(), op: 'done', done: true })
    if (depth > 0) this.#advance()
  }

  /**
   * The container that stays: the copy that was shown when it is still the same, so that closing a container does not
   * change its identity; else (more has come, or a consumer changed its copy) our own.
   */
  #closed(depth: number): Container {
    const own = this.#spine[depth] as Container
    if (!this.#fresh) return own
    const shown = this.#shown[depth] as Container
    this.#fresh = sameMembers(own, shown)
    if (!this.#fresh) return own
    if (depth === 0) this.#root = shown
    else set(this.#spine[depth - 1] as Container, this.#keys[depth - 1] as string | number, shown)
    return shown
  }

  #restart(): void {
    if (this.onPatch && this.#root !== undefined)
      this.onPatch({ path: [], op: 'reset', value: undefined, done: false })
    this.#clearSpine()
    this.#root = undefined
  }

  #drop(): void {
    this.#clearSpine()
    this.#root = this.#hasComplete ? this.#complete : undefined
    if (this.onPatch) this.onPatch({ path: [], op: 'reset', value: this.#root, done: false })
  }

  #clearSpine(): void {
    this.#depth = 0
    this.#spine.length = 0
    this.#top = undefined
    this.#key = ''
    this.#inString = false
    this.#stringDirty = false
    this.#string = ''
    this.#fresh = false
  }
}

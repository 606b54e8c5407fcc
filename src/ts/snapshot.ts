/**
 * Snapshots of a value while it arrives: packed ops in, immutable objects out.
 *
 * The core parses each byte once and says what is new as a list of numbers and a text (the ops are explained in
 * src/json/patch.rs). `apply` follows them on the spine, the containers that are still open; `snapshot` publishes the
 * root. Published containers are never touched again: the first change after a snapshot copies the spine (each
 * container from the root to the change, and nothing else), so an unchanged subtree keeps its identity and earlier
 * snapshots never change. A string that grows is held apart as a rope and written when a snapshot is taken.
 *
 * Copying a spine of wide containers for every chunk would be quadratic. `due` says whether the work done since the
 * last snapshot has earned the copy, or the spine has become twice what it was then (an object of many short entries
 * costs more to copy than to read, and still has to show); who waits until it does, and takes a last snapshot when the
 * stream pauses, spends linear time on copies.
 */

import { copyCost, FREE, OP_EARNS, UNIT_EARNS } from './cost.js'
import { type Container, misplaced, type Patch, type Path } from './patch.js'

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

/** Sets a member; `__proto__` is one like any other. */
export function set(target: Container, key: string | number, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
  } else {
    ;(target as Record<string | number, unknown>)[key] = value
  }
}

function copy(container: Container): Container {
  return Array.isArray(container) ? container.slice() : { ...container }
}

export interface SnapshotOptions {
  /** Called where a delta of the provider ends (the core marks them on request), inside `apply`. */
  onDelta?: () => void
  /** Called for every change, inside `apply`. */
  onPatch?: (patch: Patch) => void
}

export class SnapshotBuilder {
  /** The root value as published last, or being built. */
  #root: unknown
  /** The last root that was complete: what a broken later one falls back to. */
  #complete: unknown
  #hasComplete = false
  /** The open containers, outermost first, and the key in each under which the next one hangs. */
  readonly #spine: Container[] = []
  readonly #keys: (string | number)[] = []
  #depth = 0
  /** The innermost open container (the last of the spine), and where in it the next value goes. */
  #top: Container | undefined
  #key: string | number = ''
  /** The text of the open string that is not in its container yet. */
  #string = ''
  #inString = false
  #stringDirty = false
  /** The spine belongs to a published snapshot: copy before the next change. */
  #shared = false
  /** Something changed since the last snapshot. */
  #changed = false
  #earned = 0
  /** What the spine cost when it was shown last. */
  #shownCost = 0
  readonly #names: string[] = []
  readonly #onDelta: (() => void) | undefined
  readonly #onPatch: ((patch: Patch) => void) | undefined

  constructor(options: SnapshotOptions = {}) {
    this.#onDelta = options.onDelta
    this.#onPatch = options.onPatch
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
    this.#shared = this.#depth > 0
    this.#changed = false
    this.#earned = 0
    this.#shownCost = this.#spineCost()
    return this.#root
  }

  /** Follows the ops of one chunk. `text` is the chunk's text, decoded. */
  apply(ops: Uint32Array, text: string): void {
    const length = ops.length
    const names = this.#names
    const onPatch = this.#onPatch
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
   * Follows changes that another builder reported, in their order: how a relayed stream is rebuilt.
   * Throws on a patch that does not continue the value.
   */
  applyPatch(patch: Patch): void {
    this.#changed = true
    this.#earned += OP_EARNS
    if (patch.op === 'reset') {
      this.#restart()
      this.#root = patch.value
      return
    }
    const { path } = patch
    if (
      path.length > this.#depth ||
      path.some((key, level) => level < path.length - 1 && key !== this.#keys[level])
    ) {
      if (!(patch.op === 'done' && path.length === 0 && this.#depth === 0)) throw misplaced(path)
    }
    if (patch.op === 'append') {
      if (!this.#inString || path.length !== this.#depth) throw misplaced(path)
      this.#earned += patch.text.length * UNIT_EARNS
      if (patch.done) {
        this.#closeString(patch.text)
      } else {
        this.#string += patch.text
        this.#stringDirty = true
      }
      return
    }
    if (patch.op === 'done') {
      if (this.#inString) {
        this.#closeString('')
      } else {
        while (this.#depth > path.length) this.#close()
      }
      return
    }
    while (this.#depth > path.length) this.#close()
    if (path.length === 0) this.#restart()
    else this.#key = path[path.length - 1] as string | number
    if (this.#depth > 0) (this.#widths[this.#depth - 1] as number)++
    const { value } = patch
    if (typeof value === 'string' && !patch.done) {
      this.#inString = true
      this.#stringDirty = true
      this.#string = value
    } else if (typeof value === 'object' && value !== null) {
      this.#open(Array.isArray(value) ? [] : {})
    } else {
      this.#leaf(value)
    }
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
    if (this.#shared) this.#unshare()
    set(this.#top as Container, this.#key, value)
  }

  /** A whole string, number or literal. */
  #leaf(value: unknown): void {
    this.#put(value)
    if (this.#onPatch) this.#onPatch({ path: this.#path(), op: 'set', value, done: true })
    this.#advance()
  }

  #closeString(last: string): void {
    // Without new text the container holds the whole string already, and keeps its identity.
    if (last || this.#stringDirty) this.#put(this.#string + last)
    this.#inString = false
    this.#stringDirty = false
    this.#string = ''
    if (this.#onPatch) {
      const path = this.#path()
      this.#onPatch(last ? { path, op: 'append', text: last, done: true } : { path, op: 'done', done: true })
    }
    this.#advance()
  }

  /** Behind an element the next index follows. */
  #advance(): void {
    if (typeof this.#key === 'number') this.#key++
  }

  #open(container: Container): void {
    this.#put(container)
    if (this.#onPatch) {
      // The consumer's own copy: ours goes on growing.
      this.#onPatch({ path: this.#path(), op: 'set', value: Array.isArray(container) ? [] : {}, done: false })
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
    this.#spine.length = depth
    this.#top = this.#spine[depth - 1]
    if (depth > 0) this.#key = this.#keys[depth - 1] as string | number
    if (this.#onPatch) this.#onPatch({ path: this.#path(), op: 'done', done: true })
    if (depth > 0) this.#advance()
    else this.#shared = false
  }

  /** Copies the spine, so that the published one stays as it is. */
  #unshare(): void {
    this.#shared = false
    const spine = this.#spine
    let parent = copy(spine[0] as Container)
    spine[0] = parent
    this.#root = parent
    for (let level = 1; level < this.#depth; level++) {
      const child = copy(spine[level] as Container)
      set(parent, this.#keys[level - 1] as string | number, child)
      spine[level] = child
      parent = child
    }
    this.#top = parent
  }

  #restart(): void {
    if (this.#onPatch && this.#root !== undefined)
      this.#onPatch({ path: [], op: 'reset', value: undefined, done: false })
    this.#clearSpine()
    this.#root = undefined
  }

  #drop(): void {
    this.#clearSpine()
    this.#root = this.#hasComplete ? this.#complete : undefined
    if (this.#onPatch) this.#onPatch({ path: [], op: 'reset', value: this.#root, done: false })
  }

  #clearSpine(): void {
    this.#depth = 0
    this.#spine.length = 0
    this.#top = undefined
    this.#key = ''
    this.#inString = false
    this.#stringDirty = false
    this.#string = ''
    this.#shared = false
  }
}

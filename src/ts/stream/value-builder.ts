/**
 * The value under construction: the containers that are still open, and the position of the next value. Changes are
 * reported as patches.
 */
import { type Container, copyOf, deepFreeze, isEmpty, set } from '../common/plain.js'
import { misplaced, type Patch, type Path, statePatches } from './patch.js'

/** A copy of `value` with `part` at the path below `level`; `undefined` without a container for it. */
function withPart(value: unknown, path: Path, level: number, part: unknown): unknown {
  if (level === path.length) return part
  if (typeof value !== 'object' || value === null) return undefined
  const step = path[level] as string | number
  const isElement = Array.isArray(value)
  // The index after the last element adds one.
  if (isElement ? typeof step !== 'number' || step > value.length : typeof step !== 'string') return undefined
  const inner = Object.hasOwn(value, step) ? (value as Record<string | number, unknown>)[step] : undefined
  const changed = withPart(inner, path, level + 1, part)
  if (changed === undefined) return undefined
  const copy = copyOf(value as Container)
  set(copy, step, changed)
  return Object.isFrozen(value) ? Object.freeze(copy) : copy
}

export class ValueBuilder {
  /** The root value, which grows. */
  protected root: unknown
  /** The open containers, outermost first. */
  protected readonly spine: Container[] = []
  /** The key of each open container in the one around it. */
  protected readonly keys: (string | number)[] = []
  /** The number of keys of each open object; unused for arrays. */
  protected readonly widths: number[] = []
  protected depth = 0
  /** The innermost open container, and the key of the next value in it. */
  protected top: Container | undefined
  protected key: string | number = ''
  /** The text of the open string, which is not in its container yet. */
  protected string = ''
  protected inString = false
  /** The open string has text that was not written to its container. */
  protected stringDirty = false
  /** A member was written since the subclass cleared this. */
  protected written = true
  /** Called for each change; may be set and removed at any time. */
  onPatch: ((patch: Patch) => void) | undefined
  /** Whether containers are frozen when they close. */
  protected readonly freeze: boolean

  constructor(freeze: boolean) {
    this.freeze = freeze
  }

  /** The root under construction: closed parts never change again, open parts do. */
  get live(): unknown {
    return this.root
  }

  /** The value so far as changes from an empty value, for a consumer that starts now. */
  state(): Patch[] {
    if (this.depth === 0) {
      if (this.inString) return [{ path: [], op: 'set', value: this.string, done: false }]
      return this.root === undefined ? [] : [{ path: [], op: 'set', value: this.root, done: true }]
    }
    const keys = this.keys.slice(0, this.depth - 1)
    if (!this.inString) return statePatches(this.spine, keys, undefined)
    const open: Patch = { path: this.path(), op: 'set', value: this.string, done: false }
    return [...statePatches(this.spine, keys, this.key), open]
  }

  /** The end of the value so far: the path of the innermost open container, and the key in it of an open string. */
  position(): { readonly open: Path; readonly cut?: string | number } | undefined {
    if (this.depth === 0) return undefined
    const open = this.keys.slice(0, this.depth - 1)
    return this.inString ? { open, cut: this.key } : { open }
  }

  /** Ends the value early: the open string and the open containers are complete as they are. */
  end(): void {
    if (this.depth === 0) return
    if (this.inString) this.closeString('')
    while (this.depth > 0) this.close()
  }

  /**
   * Applies a change that another builder reported, which is how a relayed stream is rebuilt. The fields of the patch are
   * checked already (`readPatch`). Throws a `ResponseParsingError` if the patch does not continue the value.
   */
  protected continueWith(patch: Patch): void {
    const { path } = patch
    if (patch.op === 'reset') {
      this.restart()
      this.root = this.freeze ? deepFreeze(patch.value) : patch.value
      return
    }
    const { depth } = this
    if (patch.op === 'done' && !this.inString) {
      if (path.length !== depth - 1 || !this.follows(path)) throw misplaced(path)
      this.close()
      return
    }
    if (depth === 0 && path.length > 0 && patch.op === 'set' && patch.done) {
      if (!this.replaced(path, patch.value)) throw misplaced(path)
      return
    }
    if (path.length !== depth || !this.follows(path)) throw misplaced(path)
    const key = path[depth - 1]
    if (patch.op === 'set') {
      this.moveTo(path, key)
      this.setValue(path, patch.value, patch.done)
      return
    }
    if (!this.inString || (depth > 0 && key !== this.key)) throw misplaced(path)
    const text = patch.op === 'append' ? patch.text : ''
    if (patch.done) {
      this.closeString(text)
    } else {
      this.string += text
      this.stringDirty = true
    }
  }

  /** Moves to the position of a new value. */
  private moveTo(path: Path, key: string | number | undefined): void {
    if (this.inString) throw misplaced(path)
    if (this.depth === 0) this.restart()
    else if (Array.isArray(this.top)) {
      if (typeof key !== 'number' || key > this.top.length) throw misplaced(path)
      this.key = key
    } else {
      if (typeof key !== 'string') throw misplaced(path)
      this.nextKey(key)
    }
  }

  private setValue(path: Path, value: unknown, done: boolean): void {
    if (typeof value === 'string' && !done) {
      this.inString = true
      this.stringDirty = true
      this.string = value
    } else if (typeof value !== 'object' || value === null) {
      this.leaf(value)
    } else if (done) {
      this.leaf(this.freeze ? deepFreeze(value) : value)
    } else {
      if (!isEmpty(value as Container)) throw misplaced(path)
      this.open(Array.isArray(value) ? [] : {})
    }
  }

  /**
   * Replaces a part of the complete value: the containers around it are copied, the others keep their identity. Returns
   * whether the path leads to a container that has this place.
   */
  protected replaced(path: Path, value: unknown): boolean {
    if (this.depth > 0 || this.inString) return false
    const part = this.freeze ? deepFreeze(value) : value
    const root = withPart(this.root, path, 0, part)
    if (root === undefined) return false
    this.root = root
    this.written = true
    if (this.onPatch) this.onPatch({ path, op: 'set', value: part, done: true })
    return true
  }

  /** Whether a path without its last step follows the open containers. */
  private follows(path: Path): boolean {
    for (let level = 0; level < this.depth - 1; level++) if (path[level] !== this.keys[level]) return false
    return true
  }

  protected path(): Path {
    if (this.depth === 0) return []
    const path = this.keys.slice(0, this.depth - 1)
    path.push(this.key)
    return path
  }

  protected nextKey(key: string): void {
    this.key = key
    ;(this.widths[this.depth - 1] as number)++
  }

  /** Writes a value at the current position. */
  protected put(value: unknown): void {
    if (this.depth === 0) {
      this.root = value
      return
    }
    this.written = true
    set(this.top as Container, this.key, value)
  }

  /** Writes a complete value. */
  protected leaf(value: unknown): void {
    this.put(value)
    if (this.onPatch) this.onPatch({ path: this.path(), op: 'set', value, done: true })
    this.advance()
  }

  protected closeString(last: string): void {
    // Without new text the container has the whole string already, and keeps its identity.
    if (last || this.stringDirty) this.put(this.string + last)
    this.inString = false
    this.stringDirty = false
    this.string = ''
    if (this.onPatch) {
      const path = this.path()
      this.onPatch(last ? { path, op: 'append', text: last, done: true } : { path, op: 'done', done: true })
    }
    this.advance()
  }

  /** Moves to the next index of an array. */
  private advance(): void {
    if (typeof this.key === 'number') this.key++
  }

  protected open(container: Container): void {
    this.put(container)
    // The patch has a separate container, because this one grows.
    if (this.onPatch)
      this.onPatch({ path: this.path(), op: 'set', value: Array.isArray(container) ? [] : {}, done: false })
    const depth = this.depth++
    if (depth > 0) this.keys[depth - 1] = this.key
    this.spine[depth] = container
    this.widths[depth] = 0
    this.top = container
    this.key = Array.isArray(container) ? 0 : ''
  }

  protected close(): void {
    const depth = --this.depth
    const closed = this.closed(depth)
    if (this.freeze) Object.freeze(closed)
    this.spine.length = depth
    this.top = this.spine[depth - 1]
    if (depth > 0) this.key = this.keys[depth - 1] as string | number
    if (this.onPatch) this.onPatch({ path: this.path(), op: 'done', done: true })
    if (depth > 0) this.advance()
  }

  /** The object that stays in the value for a container that closes. */
  protected closed(depth: number): Container {
    return this.spine[depth] as Container
  }

  /** Starts again with an empty value. */
  protected restart(): void {
    if (this.onPatch && this.root !== undefined)
      this.onPatch({ path: [], op: 'reset', value: undefined, done: false })
    this.clear()
    this.root = undefined
  }

  /** Returns to an earlier root. */
  protected revertTo(root: unknown): void {
    this.clear()
    this.root = root
    if (this.onPatch) this.onPatch({ path: [], op: 'reset', value: root, done: false })
  }

  private clear(): void {
    this.depth = 0
    this.spine.length = 0
    this.top = undefined
    this.key = ''
    this.inString = false
    this.stringDirty = false
    this.string = ''
    this.written = true
  }
}

/** Changes of a value while it arrives, as they are reported to consumers and relayed. */
import { ResponseParsingError } from '../common/errors.js'
import { type Container, isRecord } from '../common/plain.js'

export type Path = readonly (string | number)[]

/** One change: the operation at `path`, and whether the value there is complete. */
export type Patch =
  /**
   * A value begins (`done: false`: an empty container, the first part of a string) or is complete. A container is
   * complete only in the first patches of a consumer that starts late, and in a correction: a `set` inside the complete
   * value, which replaces the part at `path` or adds it (`repair: 'part'`).
   */
  | { readonly path: Path; readonly op: 'set'; readonly value: unknown; readonly done: boolean }
  /** Appends to a string. */
  | { readonly path: Path; readonly op: 'append'; readonly text: string; readonly done: boolean }
  /** The container or the string at `path` is complete. */
  | { readonly path: Path; readonly op: 'done'; readonly done: true }
  /** Earlier values are void: the value starts again from `value` (`undefined`: empty). */
  | { readonly path: Path; readonly op: 'reset'; readonly value: unknown; readonly done: false }

/**
 * Open containers as patches. `keys` are the keys of each container in the one around it; `open` is the key of an
 * open string in the innermost.
 */
export function statePatches(
  spine: readonly Container[],
  keys: readonly (string | number)[],
  open: string | number | undefined,
): Patch[] {
  const patches: Patch[] = []
  for (const [level, container] of spine.entries()) {
    const path = keys.slice(0, level)
    patches.push({ path, op: 'set', value: Array.isArray(container) ? [] : {}, done: false })
    const under = level < keys.length ? keys[level] : open
    const names: (string | number)[] = Array.isArray(container)
      ? Array.from(container.keys())
      : Object.keys(container)
    for (const [i, name] of names.entries()) {
      // A member that is written again keeps its position among the keys; its value follows.
      if (name === under && i === names.length - 1) continue
      const value = name === under ? null : (container as Record<string | number, unknown>)[name]
      patches.push({ path: [...path, name], op: 'set', value, done: true })
    }
  }
  return patches
}

const SHOWN = 200

export function misplaced(path: Path): ResponseParsingError {
  const shown = JSON.stringify(path)
  return new ResponseParsingError(
    `A relayed patch does not continue the value (at ${shown.length > SHOWN ? `${shown.slice(0, SHOWN)}…` : shown}): patches were lost or reordered.`,
  )
}

const isStep = (step: unknown): step is string | number =>
  typeof step === 'string' || (Number.isSafeInteger(step) && (step as number) >= 0)

/** Checks a patch from another source: it must have the fields of its operation. */
export function readPatch(given: unknown): Patch {
  if (isRecord(given)) {
    const { path, op, value, text, done } = given
    if (Array.isArray(path) && path.every(isStep) && typeof done === 'boolean') {
      if (op === 'set' && value !== undefined) return { path, op, value, done }
      if (op === 'append' && typeof text === 'string') return { path, op, text, done }
      if (op === 'done' && done) return { path, op, done }
      if (op === 'reset' && path.length === 0 && !done) return { path, op, value, done }
    }
  }
  throw new ResponseParsingError(
    'The relayed stream contains a change that is not one of set, append, done and reset.',
  )
}

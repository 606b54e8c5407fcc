// Checks that the comparison can fail: our observation, changed in one place, must differ from Python's.
import { createHash } from 'node:crypto'
import { isObject } from './compare.mjs'

/** The paths of the leaves of a JSON tree, as lists of keys. */
function places(value, at = []) {
  if (Array.isArray(value) && value.length > 0) return value.flatMap((item, n) => places(item, [...at, n]))
  if (isObject(value) && Object.keys(value).length > 0)
    return Object.keys(value).flatMap((key) => places(value[key], [...at, key]))
  return [at]
}

/** Another value of the same kind. */
function other(value) {
  if (typeof value === 'string') return `${value}~`
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  return Array.isArray(value) ? ['~'] : '~'
}

function changed(tree, at) {
  const copy = structuredClone(tree)
  const holder = at.slice(0, -1).reduce((node, key) => node[key], copy)
  holder[at.at(-1)] = other(holder[at.at(-1)])
  return copy
}

/** The parts of an observation that are compared separately. */
const parts = ['requests', 'outcome', 'partials', 'events']

/** One change in each part of our observation, at a path chosen from the case's name: `{at, ours}`. */
export function sample(ours, name) {
  const seed = createHash('sha256').update(name).digest()
  const whole = parts.some((part) => part in ours)
  const tree = whole ? ours : { outcome: ours }
  return parts
    .filter((part) => part in tree && tree[part]?.length !== 0)
    .map((part, n) => {
      const all = places(tree[part], [part])
      const at = all[seed.readUInt16LE(2 * n) % all.length]
      const mutant = changed(tree, at)
      return { at, ours: whole ? mutant : mutant.outcome }
    })
}

// Whether the comparison can fail: what we did, changed in one place, has to be told from what Python did.
import { createHash } from 'node:crypto'
import { isObject } from './compare.mjs'

/** The places of a JSON tree at which something stands, as lists of keys. */
function places(value, at = []) {
  if (Array.isArray(value) && value.length > 0) return value.flatMap((item, n) => places(item, [...at, n]))
  if (isObject(value) && Object.keys(value).length > 0)
    return Object.keys(value).flatMap((key) => places(value[key], [...at, key]))
  return [at]
}

/** Something else of the same kind. */
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

/** The parts of an observation that are compared each for itself. */
export const parts = ['requests', 'outcome', 'partials', 'events']

/** Every change of one place: `{part, at, ours}`. */
export function* mutants(ours) {
  const tree = parts.some((part) => part in ours) ? ours : { outcome: ours }
  for (const part of parts) {
    if (!(part in tree) || tree[part]?.length === 0) continue
    for (const at of places(tree[part], [part])) {
      const mutant = changed(tree, at)
      yield { part, at, ours: tree === ours ? mutant : mutant.outcome }
    }
  }
}

/** One change in each part, chosen by the case's name. */
export function sample(ours, name) {
  const found = new Map(parts.map((part) => [part, []]))
  for (const mutant of mutants(ours)) found.get(mutant.part).push(mutant)
  const seed = createHash('sha256').update(name).digest()
  return [...found.values()]
    .filter(({ length }) => length > 0)
    .map((list, n) => list[seed.readUInt16LE(2 * n) % list.length])
}

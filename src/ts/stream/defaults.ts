/**
 * Defaults in snapshots: a schema's defaults for missing members are shown at once. Only containers without a
 * default's member are copied, once per container, which keeps identity and linear time.
 */
import type { Json } from '../common/json.js'
import { deepFreeze, isRecord, set } from '../common/plain.js'
import { followRefs } from '../schema/refs.js'

type Fill = (value: unknown) => unknown
const same: Fill = (value) => value

export function hasDefaults(schema: Json | undefined): schema is Json {
  return schema !== undefined && JSON.stringify(schema).includes('"default":')
}

/** `work` is called with the number of members that each container is compared with. */
export function filler(schema: Json | undefined, work?: (members: number) => void): Fill {
  if (!hasDefaults(schema)) return same
  const known = new Map<unknown, Fill>()
  const done = new WeakMap<object, unknown>()

  const of = (node: unknown): Fill => {
    if (!isRecord(node)) return same
    const found = known.get(node)
    if (found) return found
    let made: Fill | undefined
    // Late binding, since schemas may be recursive.
    known.set(node, (value) => (made ?? same)(value))
    made = make(node)
    known.set(node, made)
    return made
  }

  const make = (given: Json): Fill => {
    const node = plain(schema, given)
    if (!node) return same
    if (isRecord(node.properties)) return object(node.properties)
    if (isRecord(node.items)) return list(of(node.items))
    return same
  }

  const object = (properties: Json): Fill => {
    const members = Object.entries(properties).map(([key, sub]) => ({
      key,
      fill: of(sub),
      // The consumer receives it: a change to a snapshot must not change the app's schema.
      value: isRecord(sub) ? deepFreeze(structuredClone(sub.default)) : undefined,
    }))
    return once((value) => {
      if (!isRecord(value)) return value
      work?.(members.length)
      let out: Json | undefined
      for (const { key, fill, value: standard } of members) {
        const own = Object.hasOwn(value, key)
        if (!own && standard === undefined) continue
        const filled = own ? fill(value[key]) : standard
        if (own && filled === value[key]) continue
        out ??= { ...value }
        set(out, key, filled)
      }
      return out ?? value
    })
  }

  const list = (fill: Fill): Fill =>
    fill === same
      ? same
      : once((value) => {
          if (!Array.isArray(value)) return value
          let out: unknown[] | undefined
          for (let i = 0; i < value.length; i++) {
            const filled = fill(value[i])
            if (filled !== value[i]) (out ??= value.slice())[i] = filled
          }
          return out ?? value
        })

  const once =
    (fill: Fill): Fill =>
    (value) => {
      if (typeof value !== 'object' || value === null) return fill(value)
      if (!done.has(value)) {
        const filled = fill(value)
        // A copy is reused while its original is unchanged, so no consumer may change it.
        done.set(value, filled === value ? value : Object.freeze(filled))
      }
      return done.get(value)
    }

  return of(schema)
}

/** The schema after references and optional unions. `undefined` for a circle. */
function plain(schema: Json, given: Json): Json | undefined {
  const seen = new Set<unknown>()
  let node = followRefs(schema, given)
  while (node && !seen.has(node)) {
    seen.add(node)
    const union = node.anyOf ?? node.oneOf
    if (!Array.isArray(union)) return node
    // For any other union, the branch is not known yet.
    const rest = union.filter((branch) => !(isRecord(branch) && branch.type === 'null'))
    if (rest.length !== 1) return undefined
    node = followRefs(schema, rest[0])
  }
  return undefined
}

/**
 * Defaults in snapshots: what a schema gives to members that have not come yet is shown at once. Only the containers
 * that a default is missing from are copied, and one copy is made per container, so identity and linear time stay.
 */
import type { Json } from './schema.js'
import { set } from './snapshot.js'

type Fill = (value: unknown) => unknown
const same: Fill = (value) => value
const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function hasDefaults(schema: Json | undefined): schema is Json {
  return schema !== undefined && JSON.stringify(schema).includes('"default":')
}

export function filler(schema: Json | undefined): Fill {
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

  const make = (node: Json): Fill => {
    if (typeof node.$ref === 'string') return of(resolve(schema, node.$ref))
    const union = (node.anyOf ?? node.oneOf) as unknown[] | undefined
    if (Array.isArray(union)) {
      // Optional members; of real unions it is not known which branch comes.
      const rest = union.filter((branch) => !(isRecord(branch) && branch.type === 'null'))
      return rest.length === 1 ? of(rest[0]) : same
    }
    if (isRecord(node.properties)) return object(node.properties)
    if (isRecord(node.items)) return list(of(node.items))
    return same
  }

  const object = (properties: Json): Fill => {
    const members = Object.entries(properties).map(([key, sub]) => ({
      key,
      fill: of(sub),
      value: isRecord(sub) ? sub.default : undefined,
    }))
    return once((value) => {
      if (!isRecord(value)) return value
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
      if (!done.has(value)) done.set(value, fill(value))
      return done.get(value)
    }

  return of(schema)
}

function resolve(root: Json, ref: string): unknown {
  if (!ref.startsWith('#')) return undefined
  let node: unknown = root
  for (const step of ref.slice(1).split('/').filter(Boolean)) {
    if (!isRecord(node)) return undefined
    node = node[decodeURIComponent(step).replace(/~1/g, '/').replace(/~0/g, '~')]
  }
  return node
}

/**
 * The walk through a library's schema that writes JSON Schema: recursive schemas become definitions, and errors report
 * the place in the value.
 */
import { ConfigurationError } from '../common/errors.js'
import type { Json } from '../common/json.js'
import { set } from '../common/plain.js'
import type { Converter, Schema, Walk } from '../common/walk.js'

export type { Schema, Walk }

const MAX_DEPTH = 200

/** Converts a schema of a library, given the conversion of a single node. */
export function convertSchema(schema: object, convert: Converter): Json {
  const walk: Walk = { path: [], names: new Map(), defs: {}, keys: [], lazy: new Map(), convert }
  const out = visit(schema as Schema, walk)
  return Object.keys(walk.defs).length ? { ...out, $defs: walk.defs } : out
}

function visit(schema: Schema, walk: Walk): Json {
  const at = walk.path.indexOf(schema)
  if (at === 0) return { $ref: '#' }
  if (at > 0) {
    const name = walk.names.get(schema) ?? `Recursive${walk.names.size + 1}`
    walk.names.set(schema, name)
    return { $ref: `#/$defs/${name}` }
  }
  if (walk.path.length > MAX_DEPTH)
    throw new ConfigurationError(`The schema is nested more than ${MAX_DEPTH} levels deep.`)
  walk.path.push(schema)
  const out = walk.convert(schema, walk)
  walk.path.pop()
  const name = walk.names.get(schema)
  if (!name) return out
  walk.defs[name] = out
  return { $ref: `#/$defs/${name}` }
}

/** Converts a part of a schema. `key` is its step in the value, if it has one. */
export function sub(value: unknown, walk: Walk, key?: string): Json {
  if (key !== undefined) walk.keys.push(key)
  const out = visit(value as Schema, walk)
  if (key !== undefined) walk.keys.pop()
  return out
}

/** Converts the schema that a getter returns. */
export function lazy(getter: unknown, walk: Walk): Json {
  if (!walk.lazy.has(getter)) walk.lazy.set(getter, (getter as (input: unknown) => unknown)(undefined))
  return sub(walk.lazy.get(getter), walk)
}

/** An object with the given properties. `rest` becomes `additionalProperties`. */
export function objectOf(
  shape: Readonly<Record<string, unknown>>,
  rest: Json | boolean | undefined,
  isOptional: (schema: Schema) => boolean,
  walk: Walk,
): Json {
  const properties: Json = {}
  const required: string[] = []
  for (const [key, value] of Object.entries(shape)) {
    set(properties, key, sub(value, walk, keyStep(key)))
    if (!isOptional(value as Schema)) required.push(key)
  }
  const out: Json = { type: 'object', properties }
  if (required.length) out.required = required
  if (rest !== undefined) out.additionalProperties = rest
  return out
}

/** A tuple. Optional items at its end may be missing. `closed`: no items may follow. */
export function tupleOf(
  items: readonly unknown[],
  rest: unknown,
  closed: boolean,
  isOptional: (schema: Schema) => boolean,
  walk: Walk,
): Json {
  const prefixItems = items.map((item, i) => sub(item, walk, `[${i}]`))
  let least = items.length
  while (least > 0 && isOptional(items[least - 1] as Schema)) least--
  const out: Json = { type: 'array', prefixItems, minItems: least }
  if (rest) out.items = sub(rest, walk, ITEM)
  else if (closed) {
    out.items = false
    out.maxItems = prefixItems.length
  }
  return out
}

/** A step into the items of a list, in paths such as `items[].price`. */
export const ITEM = '[]'
/** A step into values under names that are not known, such as those of a record. */
export const ANY = '[…]'

/** A step to a property: `.price`, or `["unit price"]`. */
export const keyStep = (key: string): string =>
  /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`

/** The error for a schema without a JSON form, with the place in the value and a remedy. */
export function noJsonForm(what: string, keys: readonly string[], remedy: string): ConfigurationError {
  const place = keys.join('').replace(/^\./, '')
  return new ConfigurationError(`${place ? `${place}: ` : ''}${what} has no JSON form. ${remedy}`.trim())
}

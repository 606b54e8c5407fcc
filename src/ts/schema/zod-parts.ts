/** What definitions of Zod 3 and Zod 4 have in common, written as JSON Schema. */
import { ConfigurationError } from '../errors.js'

export type Json = Record<string, unknown>
/** Definitions of libraries are read, never trusted: every access is checked where it is used. */
export type Def = Record<string, unknown>
export type Schema = Record<string, unknown>

export interface Walk {
  /** Schemas under way, outermost first, to find recursion. */
  readonly path: Schema[]
  /** Recursive schemas and the names of their definitions. */
  readonly names: Map<Schema, string>
  readonly defs: Json
  visit(schema: Schema): Json
}

export const sub = (value: unknown, walk: Walk) => walk.visit(value as Schema)
export const list = (value: unknown, walk: Walk) => (value as Schema[]).map((item) => walk.visit(item))
export const unsupported = (what: string, instead = '') =>
  new ConfigurationError(`z.${what}() has no JSON form.${instead}`)

export function objectOf(shape: Record<string, unknown>, rest: Json | boolean | undefined, walk: Walk): Json {
  const properties: Json = {}
  const required: string[] = []
  for (const [key, value] of Object.entries(shape)) {
    Object.defineProperty(properties, key, {
      value: sub(value, walk),
      enumerable: true,
      writable: true,
      configurable: true,
    })
    if (!isOptional(value as Schema)) required.push(key)
  }
  const out: Json = { type: 'object', properties }
  if (required.length) out.required = required
  if (rest !== undefined) out.additionalProperties = rest
  return out
}

/** Whether the input may leave the key out. */
function isOptional(schema: Schema, depth = 0): boolean {
  const inner = schema._zod as { def: Def; optin?: string } | undefined
  // 'optional', or 'defaulted' where a default stands in.
  if (inner?.optin) return inner.optin === 'optional' || inner.optin === 'defaulted'
  const def = (inner?.def ?? schema._def ?? {}) as Def
  const kind = String(def.type && inner ? def.type : (def.typeName ?? ''))
    .replace(/^Zod/, '')
    .toLowerCase()
  if (['optional', 'default', 'prefault', 'catch'].includes(kind)) return true
  const next = def.innerType ?? (kind === 'effects' ? def.schema : kind === 'branded' ? def.type : def.in)
  if (depth > 50 || !next || typeof next !== 'object') return false
  return ['nullable', 'readonly', 'effects', 'branded', 'pipeline', 'pipe'].includes(kind)
    ? isOptional(next as Schema, depth + 1)
    : false
}

export function nullable(inner: Json): Json {
  return { anyOf: [inner, { type: 'null' }] }
}

export function literal(values: unknown[]): Json {
  for (const value of values)
    if (!['string', 'number', 'boolean'].includes(typeof value) && value !== null)
      throw unsupported(`literal of ${typeof value}`)
  const types = [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))]
  const type = types.length === 1 ? { type: types[0] } : {}
  return values.length === 1 ? { ...type, const: values[0] } : { ...type, enum: values }
}

/** A TypeScript enum compiled to an object holds its numbers both ways. */
export function enumValues(entries: Record<string, unknown>): unknown[] {
  return Object.entries(entries)
    .filter(([key, value]) => typeof entries[value as string] !== 'number' || String(value) === key)
    .filter(([key, value]) => !(typeof value === 'string' && entries[value] === Number(key)))
    .map(([, value]) => value)
}

export function tuple(items: unknown, rest: unknown, walk: Walk): Json {
  const prefixItems = list(items, walk)
  const out: Json = { type: 'array', prefixItems, minItems: prefixItems.length }
  if (rest) out.items = sub(rest, walk)
  else {
    out.items = false
    out.maxItems = prefixItems.length
  }
  return out
}

export function record(key: unknown, value: unknown, walk: Walk): Json {
  const keys = key ? sub(key, walk) : {}
  const out: Json = { type: 'object', additionalProperties: sub(value, walk) }
  if (keys.enum || keys.pattern || keys.const !== undefined) out.propertyNames = keys
  return out
}

export const FORMATS: Record<string, string> = {
  guid: 'uuid',
  uuid: 'uuid',
  url: 'uri',
  datetime: 'date-time',
  date: 'date',
  time: 'time',
  duration: 'duration',
  email: 'email',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
  json_string: 'json-string',
}

export function withDefault(inner: Json, value: unknown): Json {
  const given = typeof value === 'function' ? (value as () => unknown)() : value
  return given === undefined ? inner : { ...inner, default: given }
}

export const escaped = (text: unknown) => String(text).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

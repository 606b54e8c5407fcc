/** The definitions shared by Zod 3 and Zod 4, as JSON Schema. */
import type { ConfigurationError } from '../common/errors.js'
import type { Json } from '../common/json.js'
import { later } from '../common/later.js'
import { ANY, type Schema, sub, type Walk } from './walk.js'

/** Definitions of libraries are read, never trusted: every access is checked where it is used. */
export type Def = Record<string, unknown>

/** The members of a union. Members without a JSON form are omitted: `undefined` makes a key optional, `never` nothing. */
export function union(options: unknown, walk: Walk): Json {
  const branches = [...(options as Iterable<unknown>)].filter(
    (one) => !['undefined', 'void', 'never'].includes(kindOf(one)),
  )
  if (!branches.length) throw refusal('union', walk)
  return { anyOf: branches.map((branch) => sub(branch, walk)) }
}

/** The kind of a schema, in Zod 4's terms. */
export function kindOf(schema: unknown): string {
  const { _zod, _def } = (schema ?? {}) as { _zod?: { def: Def }; _def?: Def }
  if (_zod) return String(_zod.def.type)
  const name = String(_def?.typeName ?? '').replace(/^Zod/, '')
  return name === 'NaN' ? 'nan' : name.replace(/^./, (letter) => letter.toLowerCase())
}

/** Kinds without a JSON form, in Zod 4's terms. */
const REFUSED =
  'date map set bigint nan undefined void never promise file symbol function custom transform literal union'.split(
    ' ',
  )

/** The error for a kind without a JSON form. Throws `NotLoaded` while its text is not there. */
export const refusal = (kind: string, walk: Walk): ConfigurationError =>
  later('zodRefusals').zodRefusal(kind, walk.keys)

/** Whether a kind has no JSON form. */
export const isRefused = (kind: string): boolean => REFUSED.includes(kind)

/** Title, description, examples: Zod 3 stores a description, Zod 4 has a registry that all its copies share. */
export function meta(schema: Schema): Json {
  const out: Json = {}
  const def = schema._def as Def | undefined
  if (typeof def?.description === 'string') out.description = def.description
  const registry = (globalThis as Schema).__zod_globalRegistry as
    | { get(schema: Schema): Json | undefined }
    | undefined
  const known = schema._zod ? registry?.get(schema) : undefined
  for (const key of ['title', 'description', 'examples', 'deprecated'])
    if (known?.[key] !== undefined) out[key] = known[key]
  return out
}

/** Whether the key is optional in the input. */
export function isOptional(schema: Schema, depth = 0): boolean {
  const inner = schema._zod as { def: Def; optin?: string } | undefined
  // A preprocessing step does not constrain the input: the schema after it does.
  if (inner?.def.type === 'pipe' && kindOf(inner.def.in) === 'transform')
    return isOptional(inner.def.out as Schema, depth + 1)
  // 'optional', or 'defaulted' with a default.
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

export function literal(values: unknown[], walk: Walk): Json {
  for (const value of values)
    if (!['string', 'number', 'boolean'].includes(typeof value) && value !== null)
      throw refusal('literal', walk)
  const types = [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))]
  const type = types.length === 1 ? { type: types[0] } : {}
  return values.length === 1 ? { ...type, const: values[0] } : { ...type, enum: values }
}

/** A TypeScript enum compiled to an object has its numbers in both directions. */
export function enumValues(entries: Record<string, unknown>): unknown[] {
  return Object.entries(entries)
    .filter(([key, value]) => typeof entries[value as string] !== 'number' || String(value) === key)
    .filter(([key, value]) => !(typeof value === 'string' && entries[value] === Number(key)))
    .map(([, value]) => value)
}

export function record(key: unknown, value: unknown, walk: Walk, partial = false): Json {
  const keys = key ? sub(key, walk, '{key}') : {}
  const out: Json = { type: 'object', additionalProperties: sub(value, walk, ANY) }
  if (keys.enum || keys.pattern || keys.const !== undefined) out.propertyNames = keys
  // Zod 4 requires every key of an enum.
  const known = (key as { _zod?: { values?: Iterable<unknown> } } | undefined)?._zod?.values
  if (known && !partial && !isOptional(value as Schema)) out.required = [...known].map(String)
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
  const given = plainData(typeof value === 'function' ? (value as () => unknown)() : value)
  return given === undefined ? inner : { ...inner, default: given }
}

/** A default in JSON (a `Date` is its string); undefined without a JSON form. */
function plainData(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value))
  } catch {
    return undefined
  }
}

/** Digits as a string, since a JSON number is not exact beyond 2^53. */
export const DIGITS: Json = { type: 'string', pattern: '^-?[0-9]+$' }

export const escaped = (text: unknown) => String(text).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/**
 * ArkType without a dependency on it: its own converter writes `{}` for types without a JSON form (a `Date`, a `Set`,
 * a bigint). It accepts functions that write another schema; ours mark the place, and a marked place is refused with
 * its path.
 */
import type { ConfigurationError } from '../common/errors.js'
import type { Json } from '../common/json.js'
import { isRecord } from '../common/plain.js'
import { ANY, ITEM, keyStep, noJsonForm } from './walk.js'

/** The key of a mark; its value is the type. */
const MARK = '~refused'

interface Missing {
  readonly proto?: { readonly name?: string }
  readonly domain?: string
  readonly unit?: unknown
}

const mark = ({ proto, domain, unit }: Missing): Json => ({
  [MARK]: proto?.name ?? domain ?? (unit instanceof Date ? 'Date' : typeof unit),
})

/** For `~standard.jsonSchema.input`. */
export const arktypeOptions = {
  target: 'draft-2020-12',
  libraryOptions: {
    fallback: { date: () => ({ [MARK]: 'Date' }), proto: mark, domain: mark, unit: mark },
  },
}

const INSTEAD: Readonly<Record<string, string>> = {
  Date: "Use 'string.date.iso.parse', which parses the string to a Date, or 'string.date.iso'.",
  bigint: "Use type('string.digits').pipe(BigInt), or 'number.integer'.",
  Set: "Use type('string[]').pipe((items) => new Set(items)).",
  Map: 'Use a type of an object, and .pipe((entries) => new Map(Object.entries(entries))).',
  undefined: "JSON has no undefined. Make the key optional: 'key?'.",
}

/** The schema from ArkType, unless a part of it is marked. `undefined` in a union is omitted. */
export function refuseMarked(schema: Json): Json {
  return visit(schema, []) as Json
}

function visit(schema: unknown, keys: readonly string[]): unknown {
  if (!isRecord(schema)) return schema
  if (typeof schema[MARK] === 'string') throw refusal(schema[MARK], keys)
  const out: Json = { ...schema }
  for (const name of ['properties', 'patternProperties', '$defs'])
    if (isRecord(out[name]))
      out[name] = Object.fromEntries(
        Object.entries(out[name]).map(([key, sub]) => [
          key,
          visit(sub, name === '$defs' ? [key] : [...keys, keyStep(key)]),
        ]),
      )
  for (const name of ['items', 'additionalItems', 'additionalProperties', 'contains'])
    if (isRecord(out[name])) out[name] = visit(out[name], [...keys, name === 'items' ? ITEM : ANY])
  if (Array.isArray(out.prefixItems))
    out.prefixItems = out.prefixItems.map((sub, i) => visit(sub, [...keys, `[${i}]`]))
  for (const name of ['anyOf', 'oneOf', 'allOf']) {
    const branches = out[name]
    if (!Array.isArray(branches)) continue
    const rest = branches.filter((branch) => !(isRecord(branch) && branch[MARK] === 'undefined'))
    if (!rest.length) throw refusal('undefined', keys)
    out[name] = rest.map((branch) => visit(branch, keys))
  }
  return out
}

const refusal = (what: string, keys: readonly string[]): ConfigurationError =>
  noJsonForm(what, keys, INSTEAD[what] ?? 'Begin with a JSON type, and .pipe(…) it.')

/**
 * Valibot without a dependency on it: its schemas are plain objects (`type`, `entries`, `item`, `options`, `pipe` …),
 * converted here to JSON Schema of their input type. For a schema wrapped with `toStandardJsonSchema` of
 * @valibot/to-json-schema, that converter is used instead of this file.
 */
import type { ConfigurationError } from '../common/errors.js'
import type { Json } from '../common/json.js'
import { ANY, ITEM, lazy, noJsonForm, objectOf, type Schema, sub, tupleOf, type Walk } from './walk.js'

/** One schema; its parts are converted by the walk. */
export const convertValibot = (one: Schema, walk: Walk): Json =>
  Array.isArray(one.pipe) ? piped(one.pipe as Schema[], walk) : convert(one, walk)

const list = (value: unknown, walk: Walk) => (value as Schema[]).map((item) => sub(item, walk))

/** The members of a union. Members without a JSON form are omitted: `undefined` makes a key optional, `never` nothing. */
function union(options: unknown, walk: Walk): Json {
  const branches = (options as Schema[]).filter(
    ({ type }) => !['undefined', 'void', 'never'].includes(String(type)),
  )
  if (!branches.length) throw refusal('union', walk)
  return { anyOf: list(branches, walk) }
}

/** Types without a JSON form, and their replacements. */
const INSTEAD: Readonly<Record<string, string>> = {
  date: 'Use v.pipe(v.string(), v.isoTimestamp()), with v.toDate() for a Date.',
  map: 'Use v.pipe(v.record(v.string(), …), v.transform((entries) => new Map(Object.entries(entries)))).',
  set: 'Use v.pipe(v.array(…), v.transform((items) => new Set(items))).',
  bigint: 'Use v.pipe(v.string(), v.digits(), v.transform(BigInt)), or v.pipe(v.number(), v.integer()).',
  nan: 'JSON has no NaN. Use v.nullable(v.number()).',
  undefined: 'JSON has no undefined. Use v.optional(…) with the schema of the value, or v.null().',
  void: 'JSON has no undefined. Use v.optional(…) with the schema of the value, or v.null().',
  never: 'No answer matches it. Leave the field out, or make it v.optional(…).',
  promise: 'An answer is not a promise. Use the schema of the value.',
  file: 'A model writes text, not files. Use v.string().',
  blob: 'A model writes text, not files. Use v.string().',
  symbol: 'Use v.string() or v.picklist([…]).',
  function: 'A model writes values, not functions. Leave the field out.',
  custom: 'It does not define the form of the value. Begin with that form: v.pipe(v.string(), v.check(…)).',
  instance:
    'It does not define the form of the value. Begin with that form: v.pipe(v.object({ … }), v.transform(…)).',
  literal: 'Only strings, numbers, booleans and null can be literals of an answer.',
  union: 'None of its members has a JSON form.',
}

const refusal = (kind: string, walk: Walk): ConfigurationError =>
  noJsonForm(`v.${kind}()`, walk.keys, INSTEAD[kind] ?? '')

/** An optional `never`: a forbidden key. */
const orNever = (schema: unknown, walk: Walk, key?: string): Json =>
  (schema as Schema).type === 'never' ? { not: {} } : sub(schema, walk, key)
const OPTIONAL = new Set(['optional', 'exact_optional', 'nullish', 'undefinedable'])

/** Whether it is optional in the input. */
function isOptional(schema: Schema): boolean {
  const outer = Array.isArray(schema.pipe) ? (schema.pipe[0] as Schema) : schema
  return OPTIONAL.has(String(outer.type))
}

const entries = (schema: Schema, rest: Json | boolean | undefined, walk: Walk): Json =>
  objectOf(schema.entries as Record<string, Schema>, rest, isOptional, walk)

function values(options: readonly unknown[], walk: Walk): Json {
  for (const value of options)
    if (!['string', 'number', 'boolean'].includes(typeof value)) throw refusal('literal', walk)
  const types = [...new Set(options.map((value) => typeof value))]
  const type = types.length === 1 ? { type: types[0] } : {}
  return options.length === 1 ? { ...type, const: options[0] } : { ...type, enum: [...options] }
}

function convert(schema: Schema, walk: Walk): Json {
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'number':
    case 'null':
      return { type: schema.type }
    case 'any':
    case 'unknown':
      return {}
    case 'literal':
      return values([schema.literal], walk)
    case 'picklist':
    case 'enum':
      return values(schema.options as unknown[], walk)
    case 'array':
      return { type: 'array', items: orNever(schema.item, walk, ITEM) }
    case 'tuple':
    case 'strict_tuple':
    case 'loose_tuple':
    case 'tuple_with_rest':
      return tupleOf(schema.items as Schema[], schema.rest, schema.type !== 'loose_tuple', isOptional, walk)
    case 'object':
    case 'loose_object':
      return entries(schema, undefined, walk)
    case 'strict_object':
      return entries(schema, false, walk)
    case 'object_with_rest':
      return entries(schema, sub(schema.rest, walk, ANY), walk)
    case 'record': {
      const keys = sub(schema.key, walk)
      const out: Json = { type: 'object', additionalProperties: sub(schema.value, walk, ANY) }
      if (keys.enum || keys.pattern) out.propertyNames = keys
      return out
    }
    case 'union':
    case 'variant':
      return union(schema.options, walk)
    case 'intersect':
      return { allOf: list(schema.options, walk) }
    case 'nullable':
    case 'nullish':
      return withDefault({ anyOf: [sub(schema.wrapped, walk), { type: 'null' }] }, schema)
    case 'optional':
    case 'exact_optional':
    case 'undefinedable':
      return withDefault(orNever(schema.wrapped, walk), schema)
    case 'non_optional':
    case 'non_nullable':
    case 'non_nullish':
      return sub(schema.wrapped, walk)
    case 'lazy':
      return lazy(schema.getter, walk)
    default:
      throw refusal(String(schema.type), walk)
  }
}

function withDefault(inner: Json, schema: Schema): Json {
  const given = typeof schema.default === 'function' ? (schema.default as () => unknown)() : schema.default
  return given === undefined ? inner : { ...inner, default: given }
}

const FORMATS: Record<string, string> = {
  email: 'email',
  rfc_email: 'email',
  url: 'uri',
  uuid: 'uuid',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
  iso_date: 'date',
  iso_time_second: 'time',
  iso_timestamp: 'date-time',
  iso_date_time: 'date-time',
}

/** The LLM receives the steps before the first transformation; later checks run locally. */
function piped(pipe: readonly Schema[], walk: Walk): Json {
  const [first, ...actions] = pipe
  const out = sub(first, walk)
  const size = out.type === 'array' ? 'Items' : out.type === 'object' ? 'Properties' : 'Length'
  let input = true
  for (const { kind, type, requirement, ...more } of actions) {
    if (kind === 'metadata') {
      if (type === 'title') out.title = more.title
      if (type === 'description') out.description = more.description
      if (type === 'examples') out.examples = more.examples
      if (type === 'metadata') {
        const given = more.metadata as Json
        for (const key of ['title', 'description', 'examples'])
          if (given[key] !== undefined) out[key] = given[key]
      }
      continue
    }
    if (kind !== 'validation') input = false
    if (!input) continue
    const name = String(type)
    if (FORMATS[name]) out.format = FORMATS[name]
    if (name === 'integer' || name === 'safe_integer') out.type = 'integer'
    if (name === 'regex') out.pattern = (requirement as RegExp).source
    if (name === 'multiple_of') out.multipleOf = requirement
    if (name === 'non_empty') out[`min${size}`] = 1
    if (/^(min_|max_)?(length|entries)$/.test(name)) {
      if (!name.startsWith('max')) out[`min${size}`] = requirement
      if (!name.startsWith('min')) out[`max${size}`] = requirement
    }
    if (typeof requirement === 'number') {
      if (name === 'min_value') out.minimum = requirement
      if (name === 'max_value') out.maximum = requirement
      if (name === 'gt_value') out.exclusiveMinimum = requirement
      if (name === 'lt_value') out.exclusiveMaximum = requirement
    }
  }
  return out
}

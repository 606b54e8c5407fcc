/**
 * Zod without Zod: schemas of Zod 3 (`_def`), and of Zod 4 and Zod Mini where they don't bring `~standard.jsonSchema`
 * (`_zod.def`), as JSON Schema of their input side. Both keep their definitions as plain objects.
 */
import { ConfigurationError } from '../errors.js'

type Json = Record<string, unknown>
/** Definitions of libraries are read, never trusted: every access is checked where it is used. */
type Def = Record<string, unknown>
type Schema = Record<string, unknown>

interface Walk {
  /** Schemas under way, outermost first, to find recursion. */
  readonly path: Schema[]
  /** Recursive schemas and the names of their definitions. */
  readonly names: Map<Schema, string>
  readonly defs: Json
}

export function zodToJsonSchema(schema: object): Json {
  const walk: Walk = { path: [], names: new Map(), defs: {} }
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
  if (walk.path.length > 200) throw new ConfigurationError('The schema is nested more than 200 levels deep.')
  walk.path.push(schema)
  const out = { ...convert(schema, walk), ...meta(schema) }
  walk.path.pop()
  const name = walk.names.get(schema)
  if (!name) return out
  walk.defs[name] = out
  return { $ref: `#/$defs/${name}` }
}

/** Title, description, examples: Zod 3 keeps a description, Zod 4 has a registry that all its copies share. */
function meta(schema: Schema): Json {
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

function convert(schema: Schema, walk: Walk): Json {
  const inner4 = schema._zod as { def: Def } | undefined
  if (inner4) return convert4(inner4.def, checks4(inner4.def), walk)
  if (schema._def) return convert3(schema._def as Def, walk)
  throw new ConfigurationError('This is no Zod schema: it has neither `_zod` nor `_def`.')
}

const sub = (value: unknown, walk: Walk) => visit(value as Schema, walk)
const list = (value: unknown, walk: Walk) => (value as Schema[]).map((item) => visit(item, walk))
const unsupported = (what: string, instead = '') =>
  new ConfigurationError(`z.${what}() has no JSON form.${instead}`)
const DATE_HINT =
  ' Use z.iso.datetime() (a string), or z.coerce.date(), which takes the string and gives a Date.'

function objectOf(shape: Record<string, unknown>, rest: Json | boolean | undefined, walk: Walk): Json {
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

function nullable(inner: Json): Json {
  return { anyOf: [inner, { type: 'null' }] }
}

function literal(values: unknown[]): Json {
  for (const value of values)
    if (!['string', 'number', 'boolean'].includes(typeof value) && value !== null)
      throw unsupported(`literal of ${typeof value}`)
  const types = [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))]
  const type = types.length === 1 ? { type: types[0] } : {}
  return values.length === 1 ? { ...type, const: values[0] } : { ...type, enum: values }
}

/** A TypeScript enum compiled to an object holds its numbers both ways. */
function enumValues(entries: Record<string, unknown>): unknown[] {
  return Object.entries(entries)
    .filter(([key, value]) => typeof entries[value as string] !== 'number' || String(value) === key)
    .filter(([key, value]) => !(typeof value === 'string' && entries[value] === Number(key)))
    .map(([, value]) => value)
}

function tuple(items: unknown, rest: unknown, walk: Walk): Json {
  const prefixItems = list(items, walk)
  const out: Json = { type: 'array', prefixItems, minItems: prefixItems.length }
  if (rest) out.items = sub(rest, walk)
  else {
    out.items = false
    out.maxItems = prefixItems.length
  }
  return out
}

function record(key: unknown, value: unknown, walk: Walk): Json {
  const keys = key ? sub(key, walk) : {}
  const out: Json = { type: 'object', additionalProperties: sub(value, walk) }
  if (keys.enum || keys.pattern || keys.const !== undefined) out.propertyNames = keys
  return out
}

const FORMATS: Record<string, string> = {
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

function convert4(def: Def, bag: Json, walk: Walk): Json {
  switch (def.type) {
    case 'string':
      return string4(bag)
    case 'number':
      return number4(bag)
    case 'boolean':
      return { type: 'boolean' }
    case 'null':
      return { type: 'null' }
    case 'any':
    case 'unknown':
      return {}
    case 'never':
      return { not: {} }
    case 'array': {
      const out: Json = { type: 'array', items: sub(def.element, walk) }
      if (typeof bag.minimum === 'number') out.minItems = bag.minimum
      if (typeof bag.maximum === 'number') out.maxItems = bag.maximum
      return out
    }
    case 'object': {
      const catchall = def.catchall as Schema | undefined
      const kind = (catchall?._zod as { def: Def } | undefined)?.def.type
      const rest =
        kind === 'never' ? false : kind === 'unknown' || !catchall ? undefined : sub(catchall, walk)
      return objectOf(def.shape as Record<string, unknown>, rest, walk)
    }
    case 'union':
      return { anyOf: list(def.options, walk) }
    case 'intersection':
      return { allOf: [sub(def.left, walk), sub(def.right, walk)] }
    case 'tuple':
      return tuple(def.items, def.rest, walk)
    case 'record':
      return record(def.keyType, def.valueType, walk)
    case 'enum':
      return literal(enumValues(def.entries as Record<string, unknown>))
    case 'literal':
      return literal(def.values as unknown[])
    case 'nullable':
      return nullable(sub(def.innerType, walk))
    case 'default':
    case 'prefault':
      return withDefault(sub(def.innerType, walk), def.defaultValue)
    case 'optional':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
    case 'success':
    case 'promise':
      return sub(def.innerType, walk)
    case 'pipe':
      return sub(
        ((def.in as Schema)._zod as { def: Def } | undefined)?.def.type === 'transform' ? def.out : def.in,
        walk,
      )
    case 'lazy':
      return sub((def.getter as () => unknown)(), walk)
    case 'template_literal':
      return templateLiteral(def)
    case 'date':
      if (def.coerce) return { type: 'string', format: 'date-time' }
      throw unsupported('date', DATE_HINT)
    default:
      throw unsupported(String(def.type))
  }
}

/** Zod 4 keeps every refinement as a check beside the type; a format (`z.int()`, `z.email()`) is one itself. */
function checks4(def: Def): Json {
  const bag: Json = {}
  const checks = ((def.checks ?? []) as { _zod?: { def: Def } }[]).map((check) => check._zod?.def ?? {})
  for (const check of [def, ...checks]) {
    const { minimum, maximum, value, inclusive, format, length } = check
    switch (check.check) {
      case 'min_length':
        bag.minimum = minimum
        break
      case 'max_length':
        bag.maximum = maximum
        break
      case 'length_equals':
        bag.minimum = bag.maximum = length
        break
      case 'greater_than':
        bag[inclusive ? 'minimum' : 'exclusiveMinimum'] = value
        break
      case 'less_than':
        bag[inclusive ? 'maximum' : 'exclusiveMaximum'] = value
        break
      case 'multiple_of':
        bag.multipleOf = value
        break
      case 'number_format':
        bag.format = format
        break
      case 'string_format':
        bag.format = format
        if (check.pattern instanceof RegExp) bag.pattern = check.pattern.source
    }
  }
  return bag
}

function string4(bag: Json): Json {
  const out: Json = { type: 'string' }
  if (typeof bag.minimum === 'number') out.minLength = bag.minimum
  if (typeof bag.maximum === 'number') out.maxLength = bag.maximum
  const format = bag.format
  if (typeof format === 'string' && FORMATS[format]) out.format = FORMATS[format]
  else if (bag.pattern) out.pattern = bag.pattern
  return out
}

function templateLiteral(def: Def): Json {
  const parts = (def.parts as unknown[]).map((part) => (typeof part === 'object' ? '.*' : escaped(part)))
  return { type: 'string', pattern: `^${parts.join('')}$` }
}

function number4(bag: Json): Json {
  const integer = typeof bag.format === 'string' && bag.format.includes('int')
  const out: Json = { type: integer ? 'integer' : 'number' }
  for (const key of ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'])
    if (typeof bag[key] === 'number' && Number.isFinite(bag[key])) out[key] = bag[key]
  return out
}

function withDefault(inner: Json, value: unknown): Json {
  const given = typeof value === 'function' ? (value as () => unknown)() : value
  return given === undefined ? inner : { ...inner, default: given }
}

function convert3(def: Def, walk: Walk): Json {
  switch (def.typeName) {
    case 'ZodString':
      return string3(def.checks as Def[])
    case 'ZodNumber':
      return number3(def.checks as Def[])
    case 'ZodBoolean':
      return { type: 'boolean' }
    case 'ZodNull':
      return { type: 'null' }
    case 'ZodAny':
    case 'ZodUnknown':
      return {}
    case 'ZodNever':
      return { not: {} }
    case 'ZodArray':
      return array3(def, walk)
    case 'ZodSet':
      return { type: 'array', uniqueItems: true, items: sub(def.valueType, walk) }
    case 'ZodObject': {
      const catchall = (def.catchall as { _def?: Def } | undefined)?._def?.typeName
      const rest =
        def.unknownKeys === 'strict'
          ? false
          : catchall && catchall !== 'ZodNever'
            ? sub(def.catchall, walk)
            : undefined
      return objectOf((def.shape as () => Record<string, unknown>)(), rest, walk)
    }
    case 'ZodUnion':
      return { anyOf: list(def.options, walk) }
    case 'ZodDiscriminatedUnion':
      return { anyOf: list([...(def.options as Iterable<unknown>)], walk) }
    case 'ZodIntersection':
      return { allOf: [sub(def.left, walk), sub(def.right, walk)] }
    case 'ZodTuple':
      return tuple(def.items, def.rest, walk)
    case 'ZodRecord':
      return record(def.keyType, def.valueType, walk)
    case 'ZodEnum':
      return literal(def.values as unknown[])
    case 'ZodNativeEnum':
      return literal(enumValues(def.values as Record<string, unknown>))
    case 'ZodLiteral':
      return literal([def.value])
    case 'ZodNullable':
      return nullable(sub(def.innerType, walk))
    case 'ZodDefault':
      return withDefault(sub(def.innerType, walk), def.defaultValue)
    case 'ZodOptional':
    case 'ZodCatch':
    case 'ZodReadonly':
      return sub(def.innerType, walk)
    case 'ZodBranded':
    case 'ZodPromise':
      return sub(def.type, walk)
    case 'ZodEffects':
      return sub(def.schema, walk)
    case 'ZodPipeline':
      return sub(def.in, walk)
    case 'ZodLazy':
      return sub((def.getter as () => unknown)(), walk)
    case 'ZodDate':
      if (def.coerce) return { type: 'string', format: 'date-time' }
      throw unsupported('date', ' Use z.string().datetime(), or z.coerce.date(), which takes the string.')
    default:
      throw unsupported(
        String(def.typeName)
          .replace(/^Zod/, '')
          .replace(/^./, (c) => c.toLowerCase()),
      )
  }
}

function array3(def: Def, walk: Walk): Json {
  const out: Json = { type: 'array', items: sub(def.type, walk) }
  const bound = (key: string) => (def[key] as { value: number } | null | undefined)?.value
  const exact = bound('exactLength')
  const min = exact ?? bound('minLength')
  const max = exact ?? bound('maxLength')
  if (min !== undefined) out.minItems = min
  if (max !== undefined) out.maxItems = max
  return out
}

function string3(checks: Def[]): Json {
  const out: Json = { type: 'string' }
  for (const check of checks) {
    const kind = String(check.kind)
    if (kind === 'min' || kind === 'length') out.minLength = check.value
    if (kind === 'max' || kind === 'length') out.maxLength = check.value
    if (kind === 'regex') out.pattern = (check.regex as RegExp).source
    if (kind === 'startsWith') out.pattern = `^${escaped(check.value)}`
    if (kind === 'endsWith') out.pattern = `${escaped(check.value)}$`
    if (kind === 'includes') out.pattern = escaped(check.value)
    if (kind === 'ip') out.format = check.version === 'v6' ? 'ipv6' : 'ipv4'
    if (FORMATS[kind]) out.format = FORMATS[kind]
  }
  return out
}

const escaped = (text: unknown) => String(text).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function number3(checks: Def[]): Json {
  const out: Json = { type: 'number' }
  for (const check of checks) {
    if (check.kind === 'int') out.type = 'integer'
    if (check.kind === 'min') out[check.inclusive ? 'minimum' : 'exclusiveMinimum'] = check.value
    if (check.kind === 'max') out[check.inclusive ? 'maximum' : 'exclusiveMaximum'] = check.value
    if (check.kind === 'multipleOf') out.multipleOf = check.value
  }
  return out
}

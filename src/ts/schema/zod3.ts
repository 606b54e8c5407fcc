/** Schemas of Zod 3 (`_def`) as JSON Schema of their input type. */
import { ConfigurationError } from '../common/errors.js'
import type { Json } from '../common/json.js'
import { ANY, ITEM, lazy, objectOf, type Schema, sub, tupleOf, type Walk } from './walk.js'
import {
  type Def,
  DIGITS,
  enumValues,
  escaped,
  FORMATS,
  isOptional,
  isRefused,
  kindOf,
  literal,
  nullable,
  record,
  refusal,
  union,
  withDefault,
} from './zod-parts.js'

/** One schema; its parts are converted by the walk. */
export function convertZod3({ _def }: Schema, walk: Walk): Json {
  if (!_def) throw new ConfigurationError('This is not a Zod schema: it has neither `_zod` nor `_def`.')
  return convert3(_def as Def, walk)
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
    case 'ZodArray':
      return array3(def, walk)
    case 'ZodObject': {
      const catchall = (def.catchall as { _def?: Def } | undefined)?._def?.typeName
      const rest =
        def.unknownKeys === 'strict'
          ? false
          : catchall && catchall !== 'ZodNever'
            ? sub(def.catchall, walk, ANY)
            : undefined
      return objectOf((def.shape as () => Record<string, unknown>)(), rest, isOptional, walk)
    }
    case 'ZodUnion':
    case 'ZodDiscriminatedUnion':
      return union(def.options, walk)
    case 'ZodIntersection':
      return { allOf: [sub(def.left, walk), sub(def.right, walk)] }
    case 'ZodTuple':
      return tupleOf(def.items as unknown[], def.rest, true, isOptional, walk)
    case 'ZodRecord':
      return record(def.keyType, def.valueType, walk)
    case 'ZodEnum':
      return literal(def.values as unknown[], walk)
    case 'ZodNativeEnum':
      return literal(enumValues(def.values as Record<string, unknown>), walk)
    case 'ZodLiteral':
      return literal([def.value], walk)
    case 'ZodNullable':
      return nullable(sub(def.innerType, walk))
    case 'ZodDefault':
      return withDefault(sub(def.innerType, walk), def.defaultValue)
    case 'ZodOptional':
      return kindOf(def.innerType) === 'never' ? { not: {} } : sub(def.innerType, walk)
    case 'ZodCatch':
    case 'ZodReadonly':
      return sub(def.innerType, walk)
    case 'ZodBranded':
      return sub(def.type, walk)
    case 'ZodEffects': {
      // The implementation of z.custom() and z.instanceof().
      const { type } = (def.effect ?? {}) as Def
      if (type === 'refinement' && kindOf(def.schema) === 'any') throw refusal('custom', walk)
      return sub(def.schema, walk)
    }
    case 'ZodPipeline':
      return sub(def.in, walk)
    case 'ZodLazy':
      return lazy(def.getter, walk)
    case 'ZodDate':
      if (def.coerce) return { type: 'string', format: 'date-time' }
      throw refusal('date', walk)
    case 'ZodBigInt':
      if (def.coerce) return DIGITS
      throw refusal('bigint', walk)
    default: {
      const kind = kindOf({ _def: def })
      if (isRefused(kind)) throw refusal(kind, walk)
      throw new Error(`z.${kind}() is not known here`)
    }
  }
}

function array3(def: Def, walk: Walk): Json {
  const out: Json = {
    type: 'array',
    items: kindOf(def.type) === 'never' ? { not: {} } : sub(def.type, walk, ITEM),
  }
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

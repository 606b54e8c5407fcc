/** One definition of Zod 4 or Zod Mini (`_zod.def`). */
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

export function convert4(def: Def, bag: Json, walk: Walk): Json {
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
    case 'array': {
      const out: Json = {
        type: 'array',
        items: kindOf(def.element) === 'never' ? { not: {} } : sub(def.element, walk, ITEM),
      }
      if (typeof bag.minimum === 'number') out.minItems = bag.minimum
      if (typeof bag.maximum === 'number') out.maxItems = bag.maximum
      return out
    }
    case 'object': {
      const catchall = def.catchall as Schema | undefined
      const kind = (catchall?._zod as { def: Def } | undefined)?.def.type
      const rest =
        kind === 'never' ? false : kind === 'unknown' || !catchall ? undefined : sub(catchall, walk, ANY)
      return objectOf(def.shape as Record<string, unknown>, rest, isOptional, walk)
    }
    case 'union':
      return union(def.options, walk)
    case 'intersection':
      return { allOf: [sub(def.left, walk), sub(def.right, walk)] }
    case 'tuple':
      return tupleOf(def.items as unknown[], def.rest, true, isOptional, walk)
    case 'record':
      return record(def.keyType, def.valueType, walk, def.partial === true)
    case 'enum':
      return literal(enumValues(def.entries as Record<string, unknown>), walk)
    case 'literal':
      return literal(def.values as unknown[], walk)
    case 'nullable':
      return nullable(sub(def.innerType, walk))
    case 'default':
    case 'prefault':
      return withDefault(sub(def.innerType, walk), def.defaultValue)
    case 'optional':
      return kindOf(def.innerType) === 'never' ? { not: {} } : sub(def.innerType, walk)
    case 'nonoptional':
    case 'readonly':
    case 'catch':
    case 'success':
      return sub(def.innerType, walk)
    case 'pipe':
      return sub(
        ((def.in as Schema)._zod as { def: Def } | undefined)?.def.type === 'transform' ? def.out : def.in,
        walk,
      )
    case 'lazy':
      return lazy(def.getter, walk)
    case 'template_literal':
      return templateLiteral(def)
    case 'date':
      if (def.coerce) return { type: 'string', format: 'date-time' }
      throw refusal('date', walk)
    case 'bigint':
      if (def.coerce) return DIGITS
      throw refusal('bigint', walk)
    default: {
      const kind = String(def.type)
      if (isRefused(kind)) throw refusal(kind, walk)
      throw new Error(`z.${kind}() is not known here`)
    }
  }
}

/** Zod 4 stores every refinement as a check of the type; a format (`z.int()`, `z.email()`) is a check itself. */
export function checks4(def: Def): Json {
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
  if (bag.format === 'int32') Object.assign(out, { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 })
  if (bag.format === 'uint32') Object.assign(out, { minimum: 0, maximum: 2 ** 32 - 1 })
  for (const key of ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'])
    if (typeof bag[key] === 'number' && Number.isFinite(bag[key])) out[key] = bag[key]
  return out
}

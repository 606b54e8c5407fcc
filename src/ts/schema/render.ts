/** The JSON Schema of a library's model: its input side, without what converters add and says nothing. */
import { ConfigurationError } from '../common/errors.js'
import type { Json } from '../common/json.js'
import { isRecord, set } from '../common/plain.js'
import { arktypeOptions, refuseMarked } from './arktype.js'
import { KEYWORDS } from './json-schema.js'
import type { StandardProps } from './standard.js'
import { valibotToJsonSchema } from './valibot.js'
import { zodToJsonSchema } from './zod.js'

/** The input side of a library's model as JSON Schema. */
export function render(given: object, standard: StandardProps, where: string): Json {
  const any = given as Record<string, unknown>
  return rendered(where, () => {
    const own = standard.jsonSchema?.input
    if (typeof own === 'function')
      return standard.vendor === 'arktype'
        ? refuseMarked(own(arktypeOptions))
        : own({ target: 'draft-2020-12' })
    if (standard.vendor === 'zod') return zodToJsonSchema(given)
    if (standard.vendor === 'valibot') return valibotToJsonSchema(given)
    for (const method of ['toJsonSchema', 'toJSONSchema', 'jsonSchema'])
      if (typeof any[method] === 'function') return (any[method] as () => Json).call(any)
    throw new ConfigurationError(
      `'${standard.vendor}' offers no JSON Schema of this model. Give { schema: … } a model that has ` +
        "`~standard.jsonSchema`, or plain JSON Schema made by the library's own converter.",
    )
  })
}

/**
 * Zod's own converter knows its metadata best; ours, which refuses with a path and a remedy what no answer can hold,
 * stands in for what Zod's can not render (`z.coerce.date()`, `z.preprocess()`).
 */
export function renderZod(given: object, standard: StandardProps | undefined, where: string): Json {
  return rendered(where, () => {
    const own = standard?.jsonSchema?.input
    let ours: Json | undefined
    let unknown: unknown
    try {
      ours = zodToJsonSchema(given)
    } catch (cause) {
      if (cause instanceof ConfigurationError) throw cause
      unknown = cause
    }
    try {
      if (typeof own === 'function') return own({ target: 'draft-2020-12' })
    } catch (cause) {
      unknown = cause
    }
    if (ours) return ours
    throw unknown
  })
}

function rendered(where: string, convert: () => Json): Json {
  try {
    return tidy(convert())
  } catch (cause) {
    if (cause instanceof RangeError) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigurationError(`${where} can't be rendered as JSON Schema: ${why}`, {
      parameter: where,
      cause,
    })
  }
}

/** Plain data: symbols and functions (TypeBox has them) don't cross; what JSON can't hold is an error. */
export function asData(schema: Json): Json {
  try {
    return JSON.parse(JSON.stringify(schema)) as Json
  } catch (cause) {
    if (cause instanceof RangeError) throw cause
    const [why] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
    throw new ConfigurationError(
      `The JSON Schema can't be written as JSON (${why}). A circular schema is written with $ref and $defs.`,
      { cause },
    )
  }
}

const SAFE = Number.MAX_SAFE_INTEGER

/** Keywords that hold a schema, a list of them, or schemas by name. Everything else is data, which stays as it is. */
const ONE = new Set(
  'items additionalItems additionalProperties unevaluatedItems unevaluatedProperties propertyNames contains not if then else'.split(
    ' ',
  ),
)
const MANY = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems', 'items'])
const NAMED = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'])

/** Takes out what a converter adds and says nothing: the dialect's address, bounds of safe integers, names that are any string. */
function tidy(schema: Json): Json {
  const { $schema: _, ...rest } = schema
  const out = tidied(rest) as Json
  if (!Object.keys(out).some((key) => KEYWORDS.includes(key)))
    throw new ConfigurationError(
      'The response model accepts anything (its JSON Schema is empty), so there is nothing to ask the LLM for. Say what the answer holds.',
    )
  return out
}

function tidied(schema: unknown): unknown {
  if (!isRecord(schema)) return schema
  const out: Json = {}
  for (const [key, item] of Object.entries(schema)) {
    if ((key === 'minimum' && item === -SAFE) || (key === 'maximum' && item === SAFE)) continue
    if (key === '~standard' || (key === 'propertyNames' && isAnyString(item))) continue
    if (MANY.has(key) && Array.isArray(item)) out[key] = item.map(tidied)
    else if (ONE.has(key)) out[key] = tidied(item)
    else if (NAMED.has(key) && isRecord(item)) {
      const named: Json = {}
      for (const [name, sub] of Object.entries(item)) set(named, name, tidied(sub))
      out[key] = named
    } else out[key] = item
  }
  return out
}

/** `{ type: 'string' }` and nothing more: every name of a property is one. */
const isAnyString = (schema: unknown): boolean =>
  isRecord(schema) && schema.type === 'string' && Object.keys(schema).length === 1

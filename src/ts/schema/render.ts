/** The JSON Schema of a library's model: its input type, without redundant keywords of converters. */
import { ConfigurationError } from '../common/errors.js'
import type { Json } from '../common/json.js'
import { later, NotLoaded } from '../common/later.js'
import { isRecord, set } from '../common/plain.js'
import { KEYWORDS } from './json-schema.js'
import type { StandardProps } from './standard.js'
import { convertSchema } from './walk.js'
import { meta } from './zod-parts.js'

/** The input type of a library's model as JSON Schema. */
export function render(given: object, standard: StandardProps, where: string): Json {
  const any = given as Record<string, unknown>
  return rendered(where, () => {
    const own = standard.jsonSchema?.input
    if (typeof own === 'function') {
      if (standard.vendor !== 'arktype') return own({ target: 'draft-2020-12' })
      const { arktypeOptions, refuseMarked } = later('arktype')
      return refuseMarked(own(arktypeOptions))
    }
    if (standard.vendor === 'zod') return ownOfZod(given)
    if (standard.vendor === 'valibot') return convertSchema(given, later('valibot').convertValibot)
    for (const method of ['toJsonSchema', 'toJSONSchema', 'jsonSchema'])
      if (typeof any[method] === 'function') return (any[method] as () => Json).call(any)
    throw new ConfigurationError(
      `'${standard.vendor}' provides no JSON Schema of this model. Pass { schema: … } with a model that has ` +
        "`~standard.jsonSchema`, or plain JSON Schema from the library's own converter.",
    )
  })
}

/** Types of Zod without a JSON form that its own converter renders nevertheless. */
const RENDERED_ANYWAY = ['never', 'file', 'promise']

/** Levels from which our converter is used: it refuses deep schemas, for which Zod's needs gigabytes (`MAX_DEPTH` in walk.ts). */
const DEEP = 200

/** Whether a schema of Zod 4 is nested that deep. */
function isDeep(value: unknown, depth: number, seen: Set<unknown>): boolean {
  if (typeof value !== 'object' || value === null || seen.has(value)) return false
  seen.add(value)
  if (depth > DEEP) return true
  const { def } = ((value as { _zod?: { def?: object } })._zod ?? {}) as { def?: object }
  // Only schemas are followed, and the lists and shapes in their definitions.
  const parts = def
    ? Object.values(def).flatMap((part) => (isSchema(part) ? [part] : Object.values(part ?? {})))
    : []
  return parts.some((part) => isSchema(part) && isDeep(part, depth + 1, seen))
}

const isSchema = (value: unknown): boolean => typeof value === 'object' && value !== null && '_zod' in value

/**
 * Our converter of the schema's version. What the versions share is not loaded later: a page would request three files before
 * its first request instead of one.
 */
function ownOfZod(schema: object): Json {
  const convert = '_zod' in schema ? later('zod').convertZod4 : later('zod3').convertZod3
  return convertSchema(schema, (one, walk) => ({ ...convert(one, walk), ...meta(one) }))
}

/**
 * Zod's own converter reads its metadata best; ours, which refuses types without a JSON form with a path and a
 * remedy, is used for schemas that Zod's cannot render (`z.coerce.date()`, `z.preprocess()`).
 */
export function renderZod(given: object, standard: StandardProps | undefined, where: string): Json {
  return rendered(where, () => {
    const own = standard?.jsonSchema?.input
    let theirs: Json | undefined
    let failure: unknown
    let questionable = false
    const override = ({ zodSchema }: { zodSchema?: { _zod?: { def?: { type?: string } } } }) => {
      if (RENDERED_ANYWAY.includes(zodSchema?._zod?.def?.type ?? '')) questionable = true
    }
    try {
      if (own && !isDeep(given, 0, new Set()))
        theirs = own({ target: 'draft-2020-12', libraryOptions: { override } })
    } catch (cause) {
      failure = cause
    }
    if (theirs && !questionable) return theirs
    let ours: Json | undefined
    try {
      ours = ownOfZod(given)
    } catch (cause) {
      if (cause instanceof ConfigurationError || cause instanceof NotLoaded) throw cause
      failure ??= cause
    }
    const found = theirs ?? ours
    if (found) return found
    throw failure
  })
}

function rendered(where: string, convert: () => Json): Json {
  try {
    return tidy(convert())
  } catch (cause) {
    if (cause instanceof RangeError || cause instanceof NotLoaded) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigurationError(`${where} can't be rendered as JSON Schema: ${why}`, {
      parameter: where,
      cause,
    })
  }
}

/** Plain data: symbols and functions (of TypeBox) are dropped; values without a JSON form are an error. */
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

/** Keywords that hold a schema, a list of them, or schemas by name. Everything else is data, which is unchanged. */
const ONE = new Set(
  'items additionalItems additionalProperties unevaluatedItems unevaluatedProperties propertyNames contains not if then else'.split(
    ' ',
  ),
)
const MANY = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems', 'items'])
const NAMED = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'])

/** Removes redundant keywords of converters: the dialect's URI, bounds of safe integers, unconstrained property names. */
function tidy(schema: Json): Json {
  const { $schema: _, ...rest } = schema
  const out = tidied(rest) as Json
  if (!Object.keys(out).some((key) => KEYWORDS.includes(key)))
    throw new ConfigurationError(
      'The response model accepts anything (its JSON Schema is empty), so there is nothing to request from the LLM. Describe the answer.',
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

/** Only `{ type: 'string' }`: every name of a property is a string. */
const isAnyString = (schema: unknown): boolean =>
  isRecord(schema) && schema.type === 'string' && Object.keys(schema).length === 1

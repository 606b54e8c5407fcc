/**
 * From what the app calls a model to what the core reads: a JSON Schema with a name, and how to validate.
 *
 * ```text
 *  Zod 4, ArkType, Effect …  ~standard.jsonSchema ─┐
 *  Zod Mini, Zod 3           schema/zod.ts        ─┤
 *  Valibot                   schema/valibot.ts    ─┼─▶ { schema, name, description }  (crosses to the core)
 *  TypeBox, JSON Schema      as it is             ─┘
 *                                                     validate: the library's own, or the validator module
 * ```
 *
 * It is the *input* side of a model that the LLM writes; transforms and defaults are applied to its answer by the
 * library. A schema that can't be rendered throws; `{}` is never sent in its place.
 */
import type { Infer, InferInput, SingleModel } from '../client/types.js'
import { ConfigurationError } from '../common/errors.js'
import { isRecord, set } from '../common/plain.js'
import { arktypeOptions, refuseMarked } from './arktype.js'
import type { FromSchema, JsonSchema } from './from-schema.js'
import type { StandardIssue, StandardProps, StandardResult } from './standard.js'
import { valibotToJsonSchema } from './valibot.js'
import { zodToJsonSchema } from './zod.js'

/** JSON Schema as plain data. */
export type Json = Record<string, unknown>

/** What crosses to the core. */
export interface WireModel {
  readonly schema: Json
  readonly name?: string
  readonly description?: string
  /** A list of this model is asked for. */
  readonly iterable?: true
  /** This model is asked for, or why there is none. */
  readonly maybe?: true
}

/** Checks a value against plain JSON Schema, in wasm; loaded when first needed. */
export type SchemaValidator = (schema: Json, value: unknown) => Promise<StandardResult<unknown>>

export interface Model {
  readonly wire: WireModel
  /** Whether the JSON Schema is all there is: then the validator module decides. */
  readonly plain: boolean
  validate(
    value: unknown,
    validator: SchemaValidator,
  ): StandardResult<unknown> | Promise<StandardResult<unknown>>
}

declare const TYPE: unique symbol

/** A JSON Schema with the type it stands for; made by {@link jsonSchema}. */
export class JsonSchemaModel<T> {
  declare readonly [TYPE]: T
  constructor(
    /** The schema as given. */
    readonly jsonSchema: JsonSchema,
  ) {}
}

/** States the type of a JSON Schema: `jsonSchema<User>(schema)`. Without a type it is read off the schema. */
export function jsonSchema<T = never, const S extends JsonSchema = JsonSchema>(
  schema: S,
): JsonSchemaModel<[T] extends [never] ? FromSchema<S> : T> {
  if (!isJsonSchema(schema)) throw notASchema(schema, 'jsonSchema(…)')
  return new JsonSchemaModel(schema)
}

/** What {@link maybe} gives: the value, or why there is none. */
export interface Maybe<T> {
  result: T | null
  error: boolean
  message: string | null
}

/** A model wrapped by {@link maybe}. */
export class MaybeModel<In, Out> {
  declare readonly '~standard': StandardProps<Maybe<In>, Maybe<Out>>
  constructor(readonly inner: SingleModel) {}
}

/** Lets the LLM say that there is nothing to extract: `{ result, error, message }` in place of an invented value. */
export function maybe<const M extends SingleModel>(model: M): MaybeModel<InferInput<M>, Infer<M>> {
  return new MaybeModel(model)
}

const cache = new WeakMap<object, Model>()

/** Reads one model. */
export function toModel(given: unknown, where = 'responseModel'): Model {
  const key = typeof given === 'object' || typeof given === 'function' ? given : null
  const known = key && cache.get(key)
  if (known) return known
  const model = read(given, where)
  if (key) cache.set(key, model)
  return model
}

function read(given: unknown, where: string): Model {
  try {
    return readAny(given, where)
  } catch (cause) {
    // A schema that is nested without end, or nearly so.
    if (!(cause instanceof RangeError)) throw cause
    throw new ConfigurationError(`${where} is nested too deep to be read.`, { parameter: where, cause })
  }
}

function readAny(given: unknown, where: string): Model {
  if (given === String) return plain({ type: 'string' })
  if (given === Number) return plain({ type: 'number' })
  if (given === Boolean) return plain({ type: 'boolean' })
  if (given instanceof JsonSchemaModel) return plain(given.jsonSchema as Json)
  if (given instanceof MaybeModel) return maybeModel(given, where)
  if ((typeof given !== 'object' && typeof given !== 'function') || given === null)
    throw notASchema(given, where)
  const any = given as Record<string, unknown>
  const standard = any['~standard'] as StandardProps | undefined
  if (standard && typeof standard.validate === 'function') return standardModel(given, standard, where)
  // Zod before 3.24 has its own interface only.
  if (isZod(any) && typeof any._def === 'object') return zodModel(given, where)
  if (isLibrary(any))
    throw new ConfigurationError(
      `${where} is the module of a schema library, not a schema made with it. Give a schema, e.g. z.object({ … }).`,
      { parameter: where },
    )
  if (isNamed(any)) return named(any, where)
  if (typeof given === 'function' && 'ast' in given)
    throw new ConfigurationError(
      `${where}: wrap an Effect schema with Schema.toStandardJSONSchemaV1(Schema.toStandardSchemaV1(schema)), so that it can be rendered and validates.`,
      { parameter: where },
    )
  if (isJsonSchema(given)) return plain(given as unknown as Json)
  throw notASchema(given, where)
}

function plain(given: Json): Model {
  const schema = asData(given)
  return {
    wire: { schema },
    plain: true,
    validate: (value, validator) => validator(schema, value),
  }
}

function standardModel(given: object, standard: StandardProps, where: string): Model {
  if (standard.vendor === 'zod' && isZod(given as ZodLike)) return zodModel(given, where, standard)
  const schema = render(given, standard, where)
  // A failure of the app's own checks rejects, also where the library throws it at once.
  return { wire: { schema }, plain: false, validate: async (value) => standard.validate(value) }
}

interface ZodLike {
  safeParseAsync?: unknown
}

interface Zod {
  safeParseAsync(value: unknown): Promise<{
    success: boolean
    data?: unknown
    error?: { issues: { message: string; path: PropertyKey[] }[] }
  }>
}

const isZod = (given: ZodLike): boolean => typeof given.safeParseAsync === 'function'

/**
 * Zod 3, 4 and Mini. Their Standard Schema validates synchronously first and, where that meets a promise, once more
 * from the start: asynchronous refinements would run twice, and the rejection of the first run has no handler.
 */
function zodModel(given: object, where: string, standard?: StandardProps): Model {
  return {
    wire: { schema: renderZod(given, standard, where) },
    plain: false,
    validate: async (value) => {
      const result = await (given as Zod).safeParseAsync(value)
      if (result.success) return { value: result.data }
      return { issues: (result.error?.issues ?? []).map(({ message, path }) => ({ message, path })) }
    },
  }
}

/** The namespace that a library exports (`import * as z`): it has the functions that make schemas. */
const isLibrary = (given: Record<string, unknown>): boolean =>
  typeof given.object === 'function' &&
  typeof given.string === 'function' &&
  typeof given.array === 'function'

function isNamed(any: Record<string, unknown>): boolean {
  const { schema } = any
  return (typeof schema === 'object' || typeof schema === 'function') && schema !== null && !isJsonSchema(any)
}

function named(given: Record<string, unknown>, where: string): Model {
  const inner = toModel(given.schema, `${where}.schema`)
  const wire = { ...inner.wire }
  for (const key of ['name', 'description'] as const) {
    const value = given[key]
    if (value === undefined || value === null) continue
    if (typeof value !== 'string')
      throw new ConfigurationError(`${where}.${key} must be a string, not ${describe(value)}.`, {
        parameter: `${where}.${key}`,
      })
    wire[key] = value
  }
  return { ...inner, wire }
}

/** The input side of a library's model as JSON Schema. */
function render(given: object, standard: StandardProps, where: string): Json {
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
function renderZod(given: object, standard: StandardProps | undefined, where: string): Json {
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

function maybeModel(given: MaybeModel<unknown, unknown>, where: string): Model {
  const inner = toModel(given.inner, where)
  return {
    wire: { ...inner.wire, maybe: true },
    plain: false,
    validate: async (value, validator) => {
      const issues = frameIssues(value)
      if (issues.length) return { issues }
      const { result = null, error = false, message = null } = value as Partial<Maybe<unknown>>
      if (result === null) return { value: { result, error, message } }
      const found = await inner.validate(result, validator)
      if (!found.issues) return { value: { result: found.value, error, message } }
      return { issues: found.issues.map((issue) => ({ ...issue, path: ['result', ...(issue.path ?? [])] })) }
    },
  }
}

/** The frame around a maybe's result. */
function frameIssues(value: unknown): StandardIssue[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [{ path: [], message: 'Expected an object with result, error and message' }]
  const { error = false, message = null } = value as Partial<Maybe<unknown>>
  const issues: StandardIssue[] = []
  if (typeof error !== 'boolean') issues.push({ path: ['error'], message: 'Expected true or false' })
  if (message !== null && typeof message !== 'string')
    issues.push({ path: ['message'], message: 'Expected a string or null' })
  return issues
}

const KEYWORDS = [
  'type',
  'properties',
  'anyOf',
  'oneOf',
  'allOf',
  'enum',
  'const',
  'items',
  'prefixItems',
  '$ref',
  'patternProperties',
  'additionalProperties',
  'required',
  'not',
]

/** Says something about values: `{}` and `{title: 'x'}` don't, and are surely a mistake. */
function isJsonSchema(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const schema = value as Json
  if ('type' in schema && typeof schema.type !== 'string' && !Array.isArray(schema.type)) return false
  return KEYWORDS.some((word) => word in schema)
}

function notASchema(value: unknown, where: string): ConfigurationError {
  return new ConfigurationError(
    `${where} must be a schema (Zod, Valibot, ArkType, TypeBox, JSON Schema, …), an array of them for parallel ` +
      `tools, or null for the raw answer; got ${describe(value)}.`,
    { parameter: where },
  )
}

/** What a value is. Strings are not quoted: a key in the wrong place is one. */
export function describe(value: unknown): string {
  if (value === undefined) return 'undefined'
  if (value === null) return 'null'
  if (value === '') return 'an empty string'
  if (typeof value === 'string') return `a string of ${value.length} characters`
  if (typeof value === 'function') return `a function${value.name ? ` (${value.name})` : ''}`
  if (Array.isArray(value)) return value.length ? 'an array' : 'an empty array'
  if (typeof value === 'object') {
    const keys = Object.keys(value)
    return keys.length ? `an object with the keys ${keys.slice(0, 5).join(', ')}` : 'an empty object'
  }
  return `${typeof value} ${String(value)}`
}

/** Plain data: symbols and functions (TypeBox has them) don't cross; what JSON can't hold is an error. */
function asData(schema: Json): Json {
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

/**
 * Converts the app's response model to the core's form: a JSON Schema with a name, and a validator.
 *
 * ```text
 *  Zod 4, ArkType, Effect …  ~standard.jsonSchema ─┐
 *  Zod Mini, Zod 3           schema/zod.ts        ─┤
 *  Valibot                   schema/valibot.ts    ─┼─▶ { schema, name, description }  (crosses to the core)
 *  TypeBox, JSON Schema      as it is             ─┘
 *                                                     validate: the library's own, or the validator module
 * ```
 *
 * The LLM writes the *input* type of a model; the library applies transforms and defaults to its answer. A schema
 * that cannot be rendered throws; `{}` is never sent in its place.
 */
import { describe } from '../common/describe.js'
import { ConfigurationError } from '../common/errors.js'
import type { Json } from '../common/json.js'
import { isJsonSchema, JsonSchemaModel, notASchema } from './json-schema.js'
import { type Model, WRAP, type WrappingModel } from './model.js'
import { asData, render, renderZod } from './render.js'
import type { StandardProps } from './standard.js'

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
    // A schema with infinite or very deep nesting.
    if (!(cause instanceof RangeError)) throw cause
    throw new ConfigurationError(`${where} is nested too deep to be read.`, { parameter: where, cause })
  }
}

function readAny(given: unknown, where: string): Model {
  if (given === String) return plain({ type: 'string' })
  if (given === Number) return plain({ type: 'number' })
  if (given === Boolean) return plain({ type: 'boolean' })
  if (given instanceof JsonSchemaModel) return plain(given.jsonSchema as Json)
  if ((typeof given !== 'object' && typeof given !== 'function') || given === null)
    throw notASchema(given, where)
  const wrapping = given as Partial<WrappingModel>
  if (wrapping[WRAP]) return wrapping[WRAP](toModel(wrapping.inner, where))
  const any = given as Record<string, unknown>
  const standard = any['~standard'] as StandardProps | undefined
  if (standard && typeof standard.validate === 'function') return standardModel(given, standard, where)
  // Zod before 3.24 has only its own interface.
  if (isZod(any) && typeof any._def === 'object') return zodModel(given, where)
  if (isLibrary(any))
    throw new ConfigurationError(
      `${where} is the module of a schema library, not a schema created with it. Pass a schema, e.g. z.object({ … }).`,
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
  // A failure of the app's checks rejects the promise, also if the library throws it synchronously.
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

/** The namespace that a library exports (`import * as z`): it has the functions that create schemas. */
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

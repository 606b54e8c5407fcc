/** Plain JSON Schema as a response model. */
import { describe } from '../common/describe.js'
import { ConfigurationError } from '../common/errors.js'
import type { Json } from '../common/json.js'
import type { FromSchema, JsonSchema } from './from-schema.js'

declare const TYPE: unique symbol

/** A JSON Schema with the type of its values; created by {@link jsonSchema}. */
export class JsonSchemaModel<T> {
  declare readonly [TYPE]: T
  constructor(
    /** The schema as given. */
    readonly jsonSchema: JsonSchema,
  ) {}
}

/**
 * Declares the type of a JSON Schema. Without a type argument the type is inferred from the schema.
 *
 * @throws ConfigurationError if the value is not a JSON Schema.
 * @example
 * ```ts
 * const user = await client.create({ responseModel: jsonSchema<User>(schema), messages })
 * ```
 */
export function jsonSchema<T = never, const S extends JsonSchema = JsonSchema>(
  schema: S,
): JsonSchemaModel<[T] extends [never] ? FromSchema<S> : T> {
  if (!isJsonSchema(schema)) throw notASchema(schema, 'jsonSchema(…)')
  return new JsonSchemaModel(schema)
}

export const KEYWORDS = [
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

/** Whether the schema constrains its values: `{}` and `{title: 'x'}` do not, which is most likely a mistake. */
export function isJsonSchema(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const schema = value as Json
  if ('type' in schema && typeof schema.type !== 'string' && !Array.isArray(schema.type)) return false
  return KEYWORDS.some((word) => word in schema)
}

export function notASchema(value: unknown, where: string): ConfigurationError {
  return new ConfigurationError(
    `${where} must be a schema (Zod, Valibot, ArkType, TypeBox, JSON Schema, …), an array of them for parallel ` +
      `tools, or null for the raw answer; got ${describe(value)}.`,
    { parameter: where },
  )
}

// JSON Schema to Zod 3, for libraries that accept only Zod. It covers the schemas of the tasks.
import { z } from 'zod/v3'
import { nameOf } from './schemas.mjs'

/** `open`: objects ignore unknown keys, for a library that adds its keys to the answer. */
export function toZod(schema, open = false) {
  return convert(schema, { open, defs: schema.$defs ?? {}, built: new Map() })
}

function convert(schema, schemas) {
  const built = build(schema, schemas)
  return schema.description ? built.describe(schema.description) : built
}

function build(schema, schemas) {
  if (schema.$ref) return reference(nameOf(schema.$ref), schemas)
  const branches = schema.anyOf ?? schema.oneOf
  if (branches) return anyOf(branches, schemas)
  if ('const' in schema) return z.literal(schema.const)
  if (schema.enum) return oneOf(schema.enum)
  if (Array.isArray(schema.type))
    return anyOf(
      schema.type.map((type) => ({ ...schema, type, description: undefined })),
      schemas,
    )
  switch (schema.type) {
    case 'object':
      return object(schema, schemas)
    case 'array':
      return bounded(z.array(convert(schema.items, schemas)), schema.minItems, schema.maxItems)
    case 'string':
      return string(schema)
    case 'integer':
      return bounded(z.number().int(), schema.minimum, schema.maximum)
    case 'number':
      return bounded(z.number(), schema.minimum, schema.maximum)
    case 'boolean':
      return z.boolean()
    default:
      throw new Error(`no Zod form of ${JSON.stringify(schema)}`)
  }
}

/** A definition may contain itself. It is one object of Zod, so that a converter notices the recursion. */
function reference(name, schemas) {
  const { built, defs } = schemas
  return z.lazy(() => {
    if (!built.has(name)) built.set(name, convert(defs[name], schemas))
    return built.get(name)
  })
}

function bounded(type, least, most) {
  const from = least === undefined ? type : type.min(least)
  return most === undefined ? from : from.max(most)
}

function string({ format, pattern, minLength, maxLength }) {
  const plain = bounded(z.string(), minLength, maxLength)
  const matching = pattern === undefined ? plain : plain.regex(new RegExp(pattern, 'u'))
  if (format === 'date') return matching.date()
  return format === 'date-time' ? matching.datetime({ offset: true }) : matching
}

function oneOf(values) {
  if (values.every((value) => typeof value === 'string')) return z.enum(values)
  return z.union(values.map((value) => z.literal(value)))
}

function object({ properties, required = [], additionalProperties }, schemas) {
  if (!properties) return z.record(z.string(), convert(additionalProperties, schemas))
  const members = Object.entries(properties).map(([key, inner]) => [
    key,
    required.includes(key) ? convert(inner, schemas) : convert(inner, schemas).optional(),
  ])
  const made = z.object(Object.fromEntries(members))
  return schemas.open ? made : made.strict()
}

function anyOf(branches, schemas) {
  const inner = branches.filter(({ type }) => type !== 'null').map((branch) => convert(branch, schemas))
  const one = inner.length === 1 ? inner[0] : z.union(inner)
  return inner.length < branches.length ? one.nullable() : one
}

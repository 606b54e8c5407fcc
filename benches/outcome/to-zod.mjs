// JSON Schema to Zod 3, for libraries that accept only Zod. It covers the schemas of the tasks.
import { z } from 'zod'

/** `open`: objects ignore unknown keys, for a library that adds its keys to the answer. */
export function toZod(schema, open = false) {
  return convert(schema, open, schema.$defs ?? {})
}

function convert(schema, open, defs) {
  const built = build(schema, open, defs)
  return schema.description ? built.describe(schema.description) : built
}

function build(schema, open, defs) {
  // A definition may contain itself.
  if (schema.$ref) return z.lazy(() => convert(defs[schema.$ref.replace('#/$defs/', '')], open, defs))
  if (schema.anyOf) return anyOf(schema.anyOf, open, defs)
  if ('const' in schema) return z.literal(schema.const)
  if (schema.enum) return z.enum(schema.enum)
  switch (schema.type) {
    case 'object':
      return object(schema, open, defs)
    case 'array':
      return z.array(convert(schema.items, open, defs))
    case 'string':
      return schema.format === 'date' ? z.string().date() : z.string()
    case 'integer':
      return z.number().int()
    case 'number':
      return z.number()
    case 'boolean':
      return z.boolean()
    default:
      throw new Error(`no Zod form of ${JSON.stringify(schema)}`)
  }
}

function object({ properties, required = [] }, open, defs) {
  const members = Object.entries(properties).map(([key, inner]) => [
    key,
    required.includes(key) ? convert(inner, open, defs) : convert(inner, open, defs).optional(),
  ])
  const made = z.object(Object.fromEntries(members))
  return open ? made : made.strict()
}

function anyOf(branches, open, defs) {
  const inner = branches.filter(({ type }) => type !== 'null').map((branch) => convert(branch, open, defs))
  const one = inner.length === 1 ? inner[0] : z.union(inner)
  return inner.length < branches.length ? one.nullable() : one
}

// JSON Schema to Zod 3, for libraries that accept only Zod. It covers the schemas of the tasks.
import { z } from 'zod'

/** `open`: objects ignore unknown keys, for a library that adds its keys to the answer. */
export function toZod(schema, open = false) {
  const built = build(schema, open)
  return schema.description ? built.describe(schema.description) : built
}

function build(schema, open) {
  if (schema.anyOf) return anyOf(schema.anyOf, open)
  if ('const' in schema) return z.literal(schema.const)
  if (schema.enum) return z.enum(schema.enum)
  switch (schema.type) {
    case 'object':
      return object(schema, open)
    case 'array':
      return z.array(toZod(schema.items, open))
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

function object({ properties, required = [] }, open) {
  const members = Object.entries(properties).map(([key, inner]) => [
    key,
    required.includes(key) ? toZod(inner, open) : toZod(inner, open).optional(),
  ])
  const made = z.object(Object.fromEntries(members))
  return open ? made : made.strict()
}

function anyOf(branches, open) {
  const inner = branches.filter(({ type }) => type !== 'null').map((branch) => toZod(branch, open))
  const one = inner.length === 1 ? inner[0] : z.union(inner)
  return inner.length < branches.length ? one.nullable() : one
}

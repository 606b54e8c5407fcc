// The names that a request chooses: the key of a list or a choice that is wrapped into an object, the name of the tool. A row
// has `@list`, `@value` and `@tool` in their places, because the peers choose other names.
import { schemaOf } from '../../runtimes/pages/sample.mjs'

/** The row's data with the names of this request. `undefined` stays. */
export function fill(data, body) {
  const [key = '@value'] = Object.keys(schemaOf(body)?.properties ?? {})
  const tool = body.tools?.[0]?.function?.name ?? '@tool'
  const named = (text) => text.replace(/@list|@value/g, key).replaceAll('@tool', tool)
  const each = (value) => {
    if (typeof value === 'string') return named(value)
    if (Array.isArray(value)) return value.map(each)
    if (typeof value !== 'object' || value === null) return value
    // Not an assignment: a row may have the key `__proto__`.
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [named(name), each(inner)]))
  }
  return each(data)
}

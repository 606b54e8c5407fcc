/**
 * An answer to any request of the documentation's programs: an example of the JSON Schema in the request, or the reply that
 * the page names in a comment before the program (`<!-- reply: { "value": … } -->`).
 */
import { scripted } from 'instructor-wasm/test'

/** The schema that a request carries, in the place of its API. */
export function schemaOf(body) {
  const [tool] = body.tools ?? body.toolConfig?.tools ?? []
  const [declared] = tool?.functionDeclarations ?? tool?.function_declarations ?? []
  return (
    tool?.function?.parameters ??
    tool?.input_schema ??
    tool?.toolSpec?.inputSchema?.json ??
    tool?.parameters ??
    declared?.parametersJsonSchema ??
    declared?.parameters ??
    body.response_format?.json_schema?.schema ??
    body.text?.format?.schema ??
    body.output_config?.format?.schema ??
    body.generationConfig?.responseJsonSchema ??
    body.generationConfig?.responseSchema
  )
}

const FORMATS = {
  'date-time': '2026-01-02T03:04:05Z',
  date: '2026-01-02',
  email: 'ada@example.com',
  uri: 'https://example.com/',
  uuid: '2f1d8b4e-6c0a-4f5e-9b1d-3c2a1e0f9a8b',
}

/** A value that matches the schema, with Jason's name and age where they fit. */
export function sample(schema, root = schema, key = '', depth = 0) {
  if (schema === true || schema === undefined || depth > 12) return null
  if (schema.$ref) {
    const target = schema.$ref
      .slice(2)
      .split('/')
      .filter(Boolean)
      .reduce((at, step) => at?.[step.replaceAll('~1', '/').replaceAll('~0', '~')], root)
    return sample(target, root, key, depth + 1)
  }
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  const branches = schema.anyOf ?? schema.oneOf
  if (branches) {
    const ends = branches.find((branch) => depth > 4 && branch.type === 'null')
    return sample(ends ?? branches[0], root, key, depth + 1)
  }
  if (schema.allOf)
    return Object.assign({}, ...schema.allOf.map((part) => sample(part, root, key, depth + 1)))
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  if (type === 'object' || schema.properties) {
    const names = schema.required ?? Object.keys(schema.properties ?? {})
    return Object.fromEntries(
      names.map((name) => [name, sample(schema.properties?.[name] ?? true, root, name, depth + 1)]),
    )
  }
  if (type === 'array') {
    if (depth > 6 && !schema.minItems) return []
    if (schema.prefixItems) return schema.prefixItems.map((item) => sample(item, root, key, depth + 1))
    return Array.from({ length: Math.max(1, schema.minItems ?? 1) }, () =>
      sample(schema.items, root, key, depth + 1),
    )
  }
  if (type === 'integer' || type === 'number') {
    const usual = key === 'age' ? 25 : 3
    return Math.min(Math.max(usual, schema.minimum ?? usual), schema.maximum ?? usual)
  }
  if (type === 'boolean') return key === 'is_valid'
  if (type === 'null') return null
  const text = FORMATS[schema.format] ?? (key === 'name' ? 'Jason' : 'Jason is 25.')
  return text.slice(0, schema.maxLength).padEnd(schema.minLength ?? 0, 'x')
}

/** A fetch that replies to model requests with `replies` in order, then with examples of the requested schema. */
export function provider(replies = []) {
  const left = [...replies]
  return async (url, init) => {
    const { fetch } = scripted([
      ({ body }) => {
        const own = left.shift()
        if (own) return own
        const schema = schemaOf(body)
        if (!schema) return { text: '{"name":"Jason","age":25}' }
        return { value: sample(schema) }
      },
    ])
    return fetch(url, init)
  }
}

// The response model of a golden case, as an app would pass it to this library.
import { entry } from './entry.mjs'

/**
 * Validators that the Python models have in code: a JSON Schema cannot express them, so they run in the host's
 * validator.
 */
const hostRules = {
  UpperUser: (value) =>
    value.name === value.name.toUpperCase() ? [] : [{ path: ['name'], message: 'name must be in uppercase' }],
  CtxUser: (value, context) =>
    context?.banned?.includes(value.name)
      ? [{ path: ['name'], message: `name ${value.name} is banned` }]
      : [],
}

export function modelOf({ call, mode }) {
  const { response_model: name, json_schema_of_model: schema, kwargs } = call
  if (name === null) return null
  if (hostRules[name]) return hostModel(schema, (value) => hostRules[name](value, kwargs.context))
  if (name.startsWith('Maybe')) return entry().maybe({ ...schema.$defs[name.slice('Maybe'.length)] })
  if (mode === 'PARALLEL_TOOLS' && schema.type === 'array') {
    const members = schema.items.anyOf ?? [schema.items]
    return members.map(({ $ref }) => schema.$defs[$ref.split('/').pop()])
  }
  return schema
}

/** Python's Image objects, which the golden files write as `$image_url` and `$image_base64`, as this library's parts. */
export function messagesOf({ call }) {
  const part = (given) => {
    const source = given.$image_url ?? given.$image_base64
    return source === undefined ? given : { type: 'image', source }
  }
  return call.messages.map((message) =>
    Array.isArray(message.content) ? { ...message, content: message.content.map(part) } : message,
  )
}

/** A Standard Schema with its own validator, as Zod or Valibot make them. */
function hostModel(schema, rule) {
  return {
    '~standard': {
      version: 1,
      vendor: 'golden',
      validate(value) {
        const issues = typed(schema, value)
        const found = issues.length > 0 ? issues : rule(value)
        return found.length > 0 ? { issues: found } : { value }
      },
      jsonSchema: { input: () => schema, output: () => schema },
    },
  }
}

/** A minimal validator for flat models. */
export function typed(schema, value) {
  const fits = {
    string: (v) => typeof v === 'string',
    integer: Number.isInteger,
    number: Number.isFinite,
    boolean: (v) => typeof v === 'boolean',
  }
  return Object.entries(schema.properties).flatMap(([key, { type }]) => {
    if (!(key in Object(value))) return [{ path: [key], message: 'required' }]
    return !(type in fits) || fits[type](value[key]) ? [] : [{ path: [key], message: `expected ${type}` }]
  })
}

/** A value that matches a schema: the answer for cases in which Python sent no request. */
export function sampleOf(schema, root = schema, depth = 0) {
  const inner = (one) => sampleOf(one, root, depth + 1)
  if (schema.$ref) return inner(root.$defs[schema.$ref.split('/').pop()])
  if ('const' in schema) return schema.const
  if (schema.enum) return schema.enum[0]
  const branches = schema.anyOf ?? schema.oneOf
  if (branches) return inner(branches.find(({ type }) => type === 'null' && depth > 8) ?? branches[0])
  switch (schema.type) {
    case 'object': {
      const required = schema.required ?? []
      return Object.fromEntries(required.map((key) => [key, inner(schema.properties[key])]))
    }
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => inner(schema.items))
    case 'integer':
    case 'number':
      return Math.ceil(schema.minimum ?? (schema.exclusiveMinimum ?? 24) + 1)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return 'Jason'.padEnd(schema.minLength ?? 0, 'x')
  }
}

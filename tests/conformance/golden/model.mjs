// The response model of a golden case, as an app would give it to this library.
import { maybe } from 'instructor-wasm'

/** Validators the Python models carry in code: a JSON Schema cannot say them, so the host's validator does. */
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
  if (name.startsWith('Maybe')) return maybe({ ...schema.$defs[name.slice('Maybe'.length)] })
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

/** Enough of a validator for the flat models above. */
function typed(schema, value) {
  const fits = { string: (v) => typeof v === 'string', integer: Number.isInteger }
  return Object.entries(schema.properties).flatMap(([key, { type }]) => {
    if (!(key in Object(value))) return [{ path: [key], message: 'required' }]
    return fits[type](value[key]) ? [] : [{ path: [key], message: `expected ${type}` }]
  })
}

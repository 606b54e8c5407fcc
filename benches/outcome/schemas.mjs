// Short forms of JSON Schema for the tasks.

const described = (schema, description) => (description ? { ...schema, description } : schema)

export const string = (description, more) => described({ type: 'string', ...more }, description)
export const integer = (description, more) => described({ type: 'integer', ...more }, description)
export const number = (description, more) => described({ type: 'number', ...more }, description)
export const boolean = (description) => described({ type: 'boolean' }, description)
export const date = (description) => string(description, { format: 'date' })
export const choice = (...values) => ({ type: 'string', enum: values })
export const list = (items, description, more) => described({ type: 'array', items, ...more }, description)
/** An object with any keys. */
export const map = (values, description) =>
  described({ type: 'object', additionalProperties: values }, description)
export const nullable = (schema, description) => described({ anyOf: [schema, { type: 'null' }] }, description)

/** An object; a key that ends with `?` is optional. */
export function object(properties, title) {
  const keys = Object.keys(properties)
  return {
    type: 'object',
    ...(title ? { title } : {}),
    properties: Object.fromEntries(keys.map((key) => [key.replace(/\?$/, ''), properties[key]])),
    required: keys.filter((key) => !key.endsWith('?')),
    additionalProperties: false,
  }
}

/** A union of objects with a constant in `key`: `tagged('kind', { cat: { … }, dog: { … } })`. */
export const tagged = (key, kinds) => ({
  anyOf: Object.entries(kinds).map(([kind, properties]) =>
    object({ [key]: { const: kind, type: 'string' }, ...properties }),
  ),
})

/** The name of the definition that a reference means. */
export const nameOf = ($ref) => $ref.replace('#/$defs/', '')

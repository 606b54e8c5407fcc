// The notation of types, written a second time for the schemas of the golden cases, so that a prompt is compared with the
// schema that Python sent.

import { isDeepStrictEqual } from 'node:util'

/** The notation of a schema of pydantic. */
export function notationOf(root) {
  const { $defs: defs = {}, ...own } = root
  // A root that contains itself is a definition, too.
  const self = Object.keys(defs).find((name) => isDeepStrictEqual(defs[name], own))
  const named = self ? [self] : []
  const uses = (name) => JSON.stringify(root).split(`"#/$defs/${name}"`).length - 1
  const describe = (...parts) => {
    const sentences = parts.filter(Boolean)
    const text = sentences
      .map((one, at) => (at + 1 < sentences.length && !/[.!?:;]$/.test(one) ? `${one}.` : one))
      .join(' ')
    return text ? ` // ${text}` : ''
  }
  // What a wrapper's description contains is in the notation already.
  const wrapper = ['tasks', 'content'].includes(Object.keys(root.properties)[0])
  const sentence = (schema) => {
    const { description = '', default: preset, examples } = schema
    const own =
      /^Correctly segmented list of /.test(description) || (wrapper && schema === root) ? '' : description
    return [
      own.replace(/\s+/g, ' ').trim(),
      (preset ?? null) === null ? '' : `Default: ${JSON.stringify(preset)}.`,
      examples ? `Examples: ${examples.map((one) => JSON.stringify(one)).join(', ')}.` : '',
    ]
  }

  function type(schema, depth) {
    if (schema.$ref) return reference(schema.$ref.slice('#/$defs/'.length), depth)
    if (schema.anyOf) {
      const branches = schema.anyOf.map((one) => type(one, depth))
      return {
        text: branches
          .map(({ text, notes }) => (text.includes('\n') ? line(text, '', notes) : text))
          .join(' or '),
        notes: [],
      }
    }
    if (schema.enum) return { text: schema.enum.map((one) => JSON.stringify(one)).join(' or '), notes: [] }
    if (schema.type === 'array') {
      const { text, notes } = type(schema.items, depth)
      if (text.includes('\n')) return { text: `[${text}, ...]`, notes }
      const list = / or |\)$/.test(text) ? `(${text})[]` : `${text}[]`
      return { text: list + qualifiers(schema), notes }
    }
    if (schema.additionalProperties && !schema.properties)
      return { text: `{string: ${type(schema.additionalProperties, depth).text}, ...}`, notes: [] }
    if (schema.type === 'object') return { text: object(schema, depth), notes: sentence(schema) }
    return { text: schema.type + qualifiers(schema), notes: [] }
  }

  function reference(name, depth) {
    const target = defs[name]
    if (uses(name) > 1 && !target.enum) {
      if (!named.includes(name)) named.push(name)
      return { text: name, notes: [] }
    }
    return type(target, depth)
  }

  function object({ properties, required = [] }, depth) {
    const last = Object.keys(properties).at(-1)
    const lines = Object.entries(properties).map(([key, schema]) => {
      const { text, notes } = type(schema, depth + 1)
      const own = sentence(schema)
      const all = own.join(' ') === notes.join(' ') ? own : [...own, ...notes]
      return `${'  '.repeat(depth + 1)}${JSON.stringify(key)}${required.includes(key) ? '' : '?'}: ${line(text, key === last ? '' : ',', all)}`
    })
    return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`
  }

  function line(text, end, notes) {
    const comment = describe(...notes)
    if (!text.includes('\n')) return `${text}${end}${comment}`
    return text.replace('\n', `${comment}\n`) + end
  }

  let out = (self ? `${self}: ` : '') + line(object(root, 0), '', sentence(root))
  for (const name of named.filter((one) => one !== self))
    out += `\n${name}: ${line(type({ ...defs[name], title: name }, 0).text, '', sentence(defs[name]))}`
  return out
}

function qualifiers({
  minimum,
  maximum,
  exclusiveMinimum,
  exclusiveMaximum,
  minLength,
  maxLength,
  maxItems,
  pattern,
}) {
  const words = []
  if (minimum !== undefined && maximum !== undefined) words.push(`${minimum} to ${maximum}`)
  if (exclusiveMinimum !== undefined) words.push(`more than ${exclusiveMinimum}`)
  if (exclusiveMaximum !== undefined) words.push(`less than ${exclusiveMaximum}`)
  if (minLength !== undefined) words.push(`${minLength} to ${maxLength} characters`)
  if (maxItems !== undefined) words.push(`at most ${maxItems} items`)
  if (pattern !== undefined) words.push(`matches ${pattern}, like ${JSON.stringify(examples[pattern])}`)
  return words.length > 0 ? ` (${words.join(', ')})` : ''
}

/** Examples of patterns in the golden cases. */
const examples = { '^[A-Z]': 'A' }

// Checks that a schema rendered for an API's strict mode is equivalent to the model's own schema. Based on the
// vendors' documentation, not on the renderer: objects are closed, every property is required, optional properties
// may be null, a dictionary is a list of entries, and a constraint that the API does not support is in the
// description.
import { isObject } from './compare.mjs'

const constraints = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minItems',
  'maxItems',
  'uniqueItems',
]

/** The description of a constraint that the API does not support. */
const notes = {
  minimum: (value) => `At least ${value}.`,
  maximum: (value) => `At most ${value}.`,
  exclusiveMinimum: (value) => `More than ${value}.`,
  exclusiveMaximum: (value) => `Less than ${value}.`,
  multipleOf: (value) => `A multiple of ${value}.`,
  minLength: (value) => `At least ${value} characters.`,
  maxLength: (value) => `At most ${value} characters.`,
  pattern: (value) => `Matches the regular expression \`${value}\`.`,
  format: (value) => `Format: ${value}.`,
  minItems: (value) => `At least ${value} items.`,
  maxItems: (value) => `At most ${value} items.`,
  uniqueItems: () => 'No two items are equal.',
  examples: (list) => `Examples: ${list.map((one) => JSON.stringify(one)).join(', ')}.`,
  default: (value) => `Default: ${JSON.stringify(value)}.`,
}

const entriesNote = 'Entries of an object, each with its key and value.'
const textNote = 'Any JSON value, written as JSON text.'

/** Whether a description is the model's own, followed only by constraints that the form cannot express. */
function describes(described = '', a, b) {
  const own = a.description ?? ''
  if (!described.startsWith(own)) return false
  let rest = described.slice(own.length).replace(/^\./, '')
  const gone = Object.keys(notes)
    .filter((word) => word in a && !(word in b))
    .map((word) => notes[word](a[word]))
  for (const note of [...gone, entriesNote, textNote]) rest = rest.replace(note, '')
  return rest.trim() === '' && (rest !== '' || described === own || described.endsWith('.'))
}

/** Undefined when `strict` renders `plain`, else the path and the problem. A tool's root has no description. */
export function mistranslated(model, strict, { isTool = false, open = false } = {}) {
  const { title, description, ...bare } = model
  const plain = isTool ? bare : model
  const seen = new Set()

  const at = (schema, root) => {
    let found = schema
    const notes = []
    while (found.$ref) {
      if (found.description) notes.push(found.description)
      found =
        found.$ref === '#'
          ? root
          : found.$ref
              .split('/')
              .slice(1)
              .reduce((node, key) => node[key], root)
    }
    return { ...found, description: notes[0] ?? found.description }
  }

  /** `{schema, nullable}`, with every form of "or null" removed from the schema. */
  const denull = (given, root) => {
    const { nullable, ...schema } = at(given, root)
    if (nullable === true) return { schema, nullable }
    if (Array.isArray(schema.type) && schema.type.includes('null')) {
      const types = schema.type.filter((type) => type !== 'null')
      const enumerated = schema.enum ? { enum: schema.enum.filter((value) => value !== null) } : {}
      return {
        schema: { ...schema, ...enumerated, type: types.length === 1 ? types[0] : types },
        nullable: true,
      }
    }
    const branches = schema.anyOf?.filter(({ type }) => type !== 'null')
    if (!branches || branches.length === schema.anyOf.length) return { schema, nullable: false }
    if (branches.length > 1) return { schema: { ...schema, anyOf: branches }, nullable: true }
    const inner = at(branches[0], root)
    const { title = inner.title, description = inner.description } = schema
    return { schema: { ...inner, title, description }, nullable: true }
  }

  function differ(mine, theirs, path, optional) {
    const key = `${JSON.stringify(mine)} ${JSON.stringify(theirs)}`
    if (seen.has(key)) return undefined
    seen.add(key)
    const [whole, given] = [at(mine, plain), at(theirs, strict)]
    for (const word of ['default', 'examples'])
      if (word in given && JSON.stringify(whole[word]) !== JSON.stringify(given[word]))
        return `${path}: another ${word}`
    const from = denull(mine, plain)
    const to = denull(theirs, strict)
    // Optional: the property may be omitted, or it is required and may be null.
    const mayBeNull = from.nullable || optional === 'null'
    if (to.nullable !== mayBeNull) return `${path}: null ${to.nullable ? 'is' : 'is not'} allowed`
    const [a, b] = [from.schema, to.schema]
    // Where recursion is unrolled, deeper levels are JSON text.
    if (['object', 'array'].includes(a.type) && b.type === 'string' && /JSON/.test(b.description))
      return undefined
    const ofTool = isTool && path === '$'
    if (b.title !== undefined && b.title !== a.title) return `${path}: another title`
    if (!ofTool && !describes(b.description, a, b)) return `${path}: the description is not the model's`
    for (const word of constraints) {
      if (!(word in a) || JSON.stringify(a[word]) === JSON.stringify(b[word])) continue
      if (word in b || !b.description?.includes(notes[word](a[word])))
        return `${path}: ${word} is neither kept nor described`
    }
    if (a.anyOf) {
      if (b.anyOf?.length !== a.anyOf.length) return `${path}: other alternatives`
      return first(a.anyOf.map((branch, n) => differ(branch, b.anyOf[n], `${path}|${n}`, false)))
    }
    if (a.enum && JSON.stringify(a.enum) !== JSON.stringify(b.enum)) return `${path}: other values`
    if (a.type === 'array')
      return b.type === 'array' ? differ(a.items, b.items, `${path}[]`, false) : `${path}: no list`
    if (a.type !== 'object') return a.type === b.type ? undefined : `${path}: ${a.type} became ${b.type}`
    if (typeof a.additionalProperties === 'object') return entries(a, b, path)
    return members(a, b, path)
  }

  function members(a, b, path) {
    const names = Object.keys(a.properties ?? {})
    if (b.required?.some((name) => !names.includes(name))) return `${path}: an unknown property is required`
    if (b.propertyOrdering && b.propertyOrdering.join() !== names.join()) return `${path}: another ordering`
    if (b.type !== 'object' || (b.additionalProperties !== false && !open))
      return `${path}: not a closed object`
    if (Object.keys(b.properties).join() !== names.join()) return `${path}: different properties or order`
    return first(
      names.map((name) => {
        const [required, there] = [a, b].map((schema) => schema.required?.includes(name) ?? false)
        if (required && !there) return `${path}.${name}: no longer required`
        const optional = !required && (there ? 'null' : 'left out')
        return differ(a.properties[name], b.properties[name], `${path}.${name}`, optional)
      }),
    )
  }

  /** A dictionary as a list of `{key, value}`. */
  function entries(a, b, path) {
    if (
      open &&
      b.type === 'object' &&
      !Object.keys(b.properties ?? {}).length &&
      isObject(b.additionalProperties)
    )
      return differ(a.additionalProperties, b.additionalProperties, `${path}{}`, false)
    const item = b.type === 'array' && at(b.items, strict)
    const [name, value] = Object.keys(item?.properties ?? {})
    const closed = item.type === 'object' && (open || item.additionalProperties === false)
    const ordered = !item.propertyOrdering || item.propertyOrdering.join() === `${name},${value}`
    if (value && (!closed || !ordered || item.required?.join() !== `${name},${value}`))
      return `${path}: open entries`
    if (!value || at(item.properties[name], strict).type !== 'string')
      return `${path}: a dictionary that is not a list of entries`
    return differ(a.additionalProperties, item.properties[value], `${path}{}`, false)
  }

  return differ(plain, strict, '$', false)
}

const first = (list) => list.find((item) => item !== undefined)

/** The object schema of a case's response model before any dialect: what TOOLS sends. */
export function plainSchema({ response_model: model, json_schema_of_model: schema }, method) {
  const { $defs, ...rest } = schema
  const listed = /^(?:typing\.Iterable|list|typing\.List)\[(\w+)\]$/.exec(model)
  const defs = $defs ? { $defs } : {}
  if (method.startsWith('create_iterable') || (listed && $defs)) {
    const items = method.startsWith('create_iterable') ? rest : rest.items
    const of = listed?.[1] ?? items.title
    const inner =
      listed || !items.title
        ? { ...defs, items }
        : { $defs: { [of]: schema }, items: { $ref: `#/$defs/${of}` } }
    const union = items.anyOf?.map(({ $ref }) => $ref.split('/').pop()).join('Or')
    const name = of ?? union
    const tasks = { title: 'Tasks', description: `Correctly segmented list of \`${name}\` tasks` }
    return {
      ...(inner.$defs ? { $defs: inner.$defs } : {}),
      title: `Iterable${name}`,
      description: `Correct segmentation of \`${name}\` tasks`,
      type: 'object',
      properties: { tasks: { ...tasks, type: 'array', items: inner.items } },
      required: ['tasks'],
    }
  }
  if (schema.properties || schema.$ref) return schema
  return {
    ...defs,
    title: 'Response',
    description: 'Correctly Formatted and Extracted Response.',
    type: 'object',
    properties: { content: { title: 'Content', ...rest } },
    required: ['content'],
  }
}

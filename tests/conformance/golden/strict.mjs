// Whether a schema rendered for an API's strict mode means what the model's own schema means. Written from what the
// vendors document, not from the renderer: objects are closed, every property is required, what was optional may be null,
// a dictionary is a list of entries, and a constraint the API does not know is told in the description.
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

/** Undefined when `strict` renders `plain`; else the place and what is wrong there. A tool's root has no words of its own. */
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

  /** `{schema, nullable}` with every way of writing "or null" taken off. */
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
    return { schema: { ...inner, description: schema.description ?? inner.description }, nullable: true }
  }

  function differ(mine, theirs, path, optional) {
    const key = `${JSON.stringify(mine)} ${JSON.stringify(theirs)}`
    if (seen.has(key)) return undefined
    seen.add(key)
    const from = denull(mine, plain)
    const to = denull(theirs, strict)
    // Optional: it may be left out, or it must be there and may be null.
    const mayBeNull = from.nullable || optional === 'null'
    if (to.nullable !== mayBeNull) return `${path}: null ${to.nullable ? 'is' : 'is not'} allowed`
    const [a, b] = [from.schema, to.schema]
    // Where recursion is unrolled, what lies deeper is JSON text.
    if (['object', 'array'].includes(a.type) && b.type === 'string' && /JSON/.test(b.description))
      return undefined
    const ofTool = isTool && path === '$'
    if (a.description && !ofTool && !b.description?.startsWith(a.description))
      return `${path}: the description is lost`
    for (const word of constraints) {
      if (!(word in a) || JSON.stringify(a[word]) === JSON.stringify(b[word])) continue
      if (word in b || !b.description) return `${path}: ${word} is neither kept nor told`
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
    if (b.type !== 'object' || (b.additionalProperties !== false && !open))
      return `${path}: not a closed object`
    if (Object.keys(b.properties).join() !== names.join())
      return `${path}: other properties, or another order`
    return first(
      names.map((name) => {
        const [wanted, there] = [a, b].map(({ required }) => required?.includes(name) ?? false)
        if (wanted && !there) return `${path}.${name}: no longer required`
        const optional = !wanted && (there ? 'null' : 'left out')
        return differ(a.properties[name], b.properties[name], `${path}.${name}`, optional)
      }),
    )
  }

  /** A dictionary as a list of `{key, value}`. */
  function entries(a, b, path) {
    if (open && isObject(b.additionalProperties))
      return differ(a.additionalProperties, b.additionalProperties, `${path}{}`, false)
    const item = b.type === 'array' && at(b.items, strict)
    const [name, value] = Object.keys(item?.properties ?? {})
    if (!value || at(item.properties[name], strict).type !== 'string')
      return `${path}: a dictionary that is no list of entries`
    return differ(a.additionalProperties, item.properties[value], `${path}{}`, false)
  }

  return differ(plain, strict, '$', false)
}

const first = (list) => list.find((item) => item !== undefined)

/** The object schema that stands for a case's response model, before any dialect: what TOOLS sends. */
export function plainSchema({ response_model: name, json_schema_of_model: schema }, method) {
  const { $defs, ...rest } = schema
  const listed = /^(?:typing\.Iterable|list|typing\.List)\[(\w+)\]$/.exec(name)
  const defs = $defs ? { $defs } : {}
  if (method.startsWith('create_iterable') || (listed && $defs)) {
    const items = method.startsWith('create_iterable') ? rest : rest.items
    const of = listed?.[1] ?? items.title
    const inner =
      listed || !items.title
        ? { ...defs, items }
        : { $defs: { [of]: schema }, items: { $ref: `#/$defs/${of}` } }
    return {
      ...(inner.$defs ? { $defs: inner.$defs } : {}),
      type: 'object',
      properties: { tasks: { type: 'array', items: inner.items } },
      required: ['tasks'],
    }
  }
  if (schema.properties || schema.$ref) return schema
  return { ...defs, type: 'object', properties: { content: rest }, required: ['content'] }
}

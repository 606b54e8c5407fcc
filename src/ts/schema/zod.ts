/**
 * Zod without Zod: schemas of Zod 3 (`_def`), and of Zod 4 and Zod Mini where they don't bring `~standard.jsonSchema`
 * (`_zod.def`), as JSON Schema of their input side. Both keep their definitions as plain objects: this file walks
 * them, `zod3.ts` and `zod4.ts` read one definition each, `zod-parts.ts` writes what both have.
 */
import { ConfigurationError } from '../common/errors.js'
import type { Def, Json, Schema, Walk } from './zod-parts.js'
import { convert3 } from './zod3.js'
import { checks4, convert4 } from './zod4.js'

export function zodToJsonSchema(schema: object): Json {
  const walk: Walk = {
    path: [],
    names: new Map(),
    defs: {},
    keys: [],
    lazy: new Map(),
    visit: (inner) => visit(inner, walk),
  }
  const out = visit(schema as Schema, walk)
  return Object.keys(walk.defs).length ? { ...out, $defs: walk.defs } : out
}

function visit(schema: Schema, walk: Walk): Json {
  const at = walk.path.indexOf(schema)
  if (at === 0) return { $ref: '#' }
  if (at > 0) {
    const name = walk.names.get(schema) ?? `Recursive${walk.names.size + 1}`
    walk.names.set(schema, name)
    return { $ref: `#/$defs/${name}` }
  }
  if (walk.path.length > 200) throw new ConfigurationError('The schema is nested more than 200 levels deep.')
  walk.path.push(schema)
  const out = { ...convert(schema, walk), ...meta(schema) }
  walk.path.pop()
  const name = walk.names.get(schema)
  if (!name) return out
  walk.defs[name] = out
  return { $ref: `#/$defs/${name}` }
}

/** Title, description, examples: Zod 3 keeps a description, Zod 4 has a registry that all its copies share. */
function meta(schema: Schema): Json {
  const out: Json = {}
  const def = schema._def as Def | undefined
  if (typeof def?.description === 'string') out.description = def.description
  const registry = (globalThis as Schema).__zod_globalRegistry as
    | { get(schema: Schema): Json | undefined }
    | undefined
  const known = schema._zod ? registry?.get(schema) : undefined
  for (const key of ['title', 'description', 'examples', 'deprecated'])
    if (known?.[key] !== undefined) out[key] = known[key]
  return out
}

function convert(schema: Schema, walk: Walk): Json {
  const inner4 = schema._zod as { def: Def } | undefined
  if (inner4) return convert4(inner4.def, checks4(inner4.def), walk)
  if (schema._def) return convert3(schema._def as Def, walk)
  throw new ConfigurationError('This is no Zod schema: it has neither `_zod` nor `_def`.')
}

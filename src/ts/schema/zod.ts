/**
 * Zod without a dependency on it: schemas of Zod 3 (`_def`), and of Zod 4 and Zod Mini without `~standard.jsonSchema`
 * (`_zod.def`), as JSON Schema of their input type. Both have definitions that are plain objects: this file walks
 * them, `zod3.ts` and `zod4.ts` read one definition each, `zod-parts.ts` has the shared conversions.
 */
import { ConfigurationError } from '../common/errors.js'
import type { Json } from '../common/json.js'
import { convertSchema, type Schema, type Walk } from './walk.js'
import type { Def } from './zod-parts.js'
import { convert3 } from './zod3.js'
import { checks4, convert4 } from './zod4.js'

export const zodToJsonSchema = (schema: object): Json =>
  convertSchema(schema, (one, walk) => ({ ...convert(one, walk), ...meta(one) }))

/** Title, description, examples: Zod 3 stores a description, Zod 4 has a registry that all its copies share. */
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
  throw new ConfigurationError('This is not a Zod schema: it has neither `_zod` nor `_def`.')
}

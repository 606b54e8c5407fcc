/**
 * Zod without a dependency on it: schemas of Zod 4 and Zod Mini without `~standard.jsonSchema`, as JSON Schema of their input
 * type. Their definitions (`_zod.def`) are plain objects: this file walks them, `zod4.ts` reads one definition, `zod-parts.ts` has
 * the conversions that `zod3.ts` shares.
 */
import { ConfigurationError } from '../common/errors.js'
import type { Json } from '../common/json.js'
import { convertSchema, type Schema, type Walk } from './walk.js'
import { type Def, meta } from './zod-parts.js'
import { checks4, convert4 } from './zod4.js'

export const zodToJsonSchema = (schema: object): Json =>
  convertSchema(schema, (one, walk) => ({ ...convert(one, walk), ...meta(one) }))

function convert(schema: Schema, walk: Walk): Json {
  const inner = schema._zod as { def: Def } | undefined
  if (inner) return convert4(inner.def, checks4(inner.def), walk)
  throw new ConfigurationError('This is not a schema of Zod 4: it has no `_zod`.')
}

/**
 * Zod without a dependency on it: schemas of Zod 4 and Zod Mini without `~standard.jsonSchema`, as JSON Schema of their input
 * type. Their definitions (`_zod.def`) are plain objects: `render.ts` walks them, `zod4.ts` reads one definition, `zod-parts.ts` has
 * the conversions that `zod3.ts` shares.
 */
import { ConfigurationError } from '../common/errors.js'
import type { Json } from '../common/json.js'
import type { Schema, Walk } from './walk.js'
import type { Def } from './zod-parts.js'
import { checks4, convert4 } from './zod4.js'

/** One schema; its parts are converted by the walk. */
export function convertZod4(schema: Schema, walk: Walk): Json {
  const inner = schema._zod as { def: Def } | undefined
  if (inner) return convert4(inner.def, checks4(inner.def), walk)
  throw new ConfigurationError('This is not a schema of Zod 4: it has no `_zod`.')
}

/** References inside a JSON Schema. */
import type { Json } from '../common/json.js'
import { isRecord } from '../common/plain.js'

/** What a local reference (`#/$defs/Name`) points to; `undefined` when it points nowhere or is no such reference. */
function resolveRef(root: unknown, ref: string): unknown {
  if (!ref.startsWith('#')) return undefined
  let node = root
  for (const step of ref.slice(1).split('/').filter(Boolean)) {
    const name = decoded(step).replace(/~1/g, '/').replace(/~0/g, '~')
    if (!(isRecord(node) || Array.isArray(node)) || !Object.hasOwn(node, name)) return undefined
    node = (node as Record<string, unknown>)[name]
  }
  return node
}

/**
 * Follows references from a schema to one that is none. Returns `undefined` if they point nowhere or in a circle.
 * `alone`: a reference that has other keywords next to it is not followed.
 */
export function followRefs(root: Json, schema: unknown, alone = false): Json | undefined {
  const seen = new Set<unknown>()
  let node = schema
  while (isRecord(node) && !seen.has(node)) {
    if (typeof node.$ref !== 'string' || (alone && Object.keys(node).length > 1)) return node
    seen.add(node)
    node = resolveRef(root, node.$ref)
  }
  return undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A percent sign that escapes nothing stands for itself.
    return text
  }
}

/** References inside a JSON Schema. */
import type { Json } from '../common/json.js'
import { isRecord } from '../common/plain.js'

/**
 * The target of a local reference (`#/$defs/Name`); `undefined` if it does not exist or if the reference is not
 * local.
 */
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
 * Follows references to a schema that is not a reference. Returns `undefined` for a missing target or a circle.
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
    // A percent sign that is not an escape is literal.
    return text
  }
}

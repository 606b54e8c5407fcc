/** References inside a JSON Schema. */
import { isRecord } from '../common/plain.js'

/** What a local reference (`#/$defs/Name`) points to; `undefined` when it points nowhere or is no such reference. */
export function resolveRef(root: unknown, ref: string): unknown {
  if (!ref.startsWith('#')) return undefined
  let node = root
  for (const step of ref.slice(1).split('/').filter(Boolean)) {
    const name = decoded(step).replace(/~1/g, '/').replace(/~0/g, '~')
    if (!(isRecord(node) || Array.isArray(node)) || !Object.hasOwn(node, name)) return undefined
    node = (node as Record<string, unknown>)[name]
  }
  return node
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A percent sign that escapes nothing stands for itself.
    return text
  }
}

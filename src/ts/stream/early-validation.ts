/**
 * Early validation: closed parts are validated while the rest still arrives, so that an invalid answer is cancelled
 * early. Only definite violations count. Where the applicable part of the schema is not known (a union, an
 * intersection), validation waits until the container closes, at the latest until the end.
 */
import type { Json } from '../common/json.js'
import { isRecord } from '../common/plain.js'
import type { SchemaValidator } from '../schema/model.js'
import { followRefs } from '../schema/refs.js'
import type { StandardIssue } from '../schema/standard.js'
import type { Patch, Path } from './patch.js'

export class EarlyValidation {
  readonly #schema: Json
  readonly #validator: SchemaValidator
  /** Parts of the schema, each completed with the root's definitions; the validator caches the compiled form. */
  readonly #parts = new Map<Json, Json>()
  #closed: Path[] = []

  constructor(schema: Json, validator: SchemaValidator) {
    this.#schema = schema
    this.#validator = validator
  }

  /** Called with every change. `path` is the path in the value, without the wrapper. */
  record(patch: Patch, path: Path): void {
    if (patch.done) this.#closed.push(path)
    else if (patch.op === 'reset') this.#closed = []
  }

  /** Validates the parts that have closed since the last call; returns the problems of the first invalid part. */
  async check(root: unknown): Promise<StandardIssue[] | undefined> {
    const closed = this.#closed
    this.#closed = []
    for (const path of closed) {
      const part = this.#part(path)
      if (!part) continue
      let value = root
      for (const key of path) value = (value as Record<string | number, unknown> | undefined)?.[key]
      if (value === undefined) continue
      const { issues } = await this.#validator(part, value)
      if (issues?.length)
        return issues.map(({ message, path: inner = [] }) => ({ message, path: [...path, ...inner] }))
    }
    return undefined
  }

  /** The part of the schema that definitely applies at a path. */
  #part(path: Path): Json | undefined {
    let node: unknown = this.#schema
    for (const key of path) {
      node = step(followRefs(this.#schema, node, true), key)
      if (node === undefined) return undefined
    }
    const found = followRefs(this.#schema, node, true)
    if (!found) return undefined
    let whole = this.#parts.get(found)
    if (!whole) {
      const { $defs, definitions } = this.#schema
      whole = { ...(definitions ? { definitions } : {}), ...($defs ? { $defs } : {}), ...found }
      // `#` would refer to the part, so this schema waits for the end.
      if (path.length && JSON.stringify(found).includes('"$ref":"#"')) whole = {}
      this.#parts.set(found, whole)
    }
    return whole
  }
}

function step(node: Json | undefined, key: string | number): unknown {
  if (!node || node.anyOf || node.oneOf || node.allOf || node.if || node.$ref) return undefined
  if (typeof key === 'number') {
    const prefix = node.prefixItems
    if (Array.isArray(prefix) && key < prefix.length) return prefix[key]
    return Array.isArray(node.items) ? undefined : node.items
  }
  if (node.patternProperties) return undefined
  const properties = isRecord(node.properties) ? node.properties : {}
  return Object.hasOwn(properties, key) ? properties[key] : node.additionalProperties
}

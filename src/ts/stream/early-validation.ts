/**
 * Early validation: what has closed is checked while the rest still arrives, so that a wrong answer is not paid for to
 * its end. Only definite violations count. Where the schema does not say which part of it applies (a union, an
 * intersection), nothing is checked before its container closes, and at the latest at the end.
 */
import type { Json } from '../common/json.js'
import { isRecord } from '../common/plain.js'
import type { SchemaValidator } from '../schema/model.js'
import { followRefs } from '../schema/refs.js'
import type { StandardIssue } from '../schema/standard.js'
import type { Patch, Path } from './patch.js'

export class EarlyCheck {
  readonly #schema: Json
  readonly #validator: SchemaValidator
  /** Parts of the schema, each made whole with the root's definitions; the validator keeps them compiled. */
  readonly #parts = new Map<Json, Json>()
  #closed: Path[] = []

  constructor(schema: Json, validator: SchemaValidator) {
    this.#schema = schema
    this.#validator = validator
  }

  /** To be told of every change. `path` is that of the value, without the wire's wrapper. */
  saw(patch: Patch, path: Path): void {
    if (patch.done) this.#closed.push(path)
    else if (patch.op === 'reset') this.#closed = []
  }

  /** Checks what has closed since the last time; the problems of the first part that has any. */
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

  /** The part of the schema that surely applies at a path. */
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
      // `#` would mean the part: such a schema waits for the end.
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

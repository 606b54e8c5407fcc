/** The validator in the core (its part `plain`), with the schemas that it has read. */
import type { Json } from '../common/json.js'
import type { CoreApi, PlainValidator } from '../core_bg.js'
import type { StandardIssue, StandardResult } from '../schema/standard.js'
import type { Instance } from './instance.js'
import { inCore } from './modules.js'

/** `null` for a schema that the validator module must read. */
const known = /* @__PURE__ */ new WeakMap<Instance<CoreApi>, WeakMap<Json, PlainValidator | null>>()

function validatorOf(instance: Instance<CoreApi>, schema: Json): PlainValidator | null {
  let here = known.get(instance)
  if (!here) {
    here = new WeakMap()
    known.set(instance, here)
  }
  let found = here.get(schema)
  if (found === undefined) {
    found = instance.api.PlainValidator.read(JSON.stringify(schema)) ?? null
    here.set(schema, found)
  }
  return found
}

/** Whether the core validates by this schema. */
export const reads = (schema: Json): boolean => inCore((instance) => validatorOf(instance, schema) !== null)

/** Validates a value. `undefined`: the validator module must do it. */
export function check(schema: Json, value: unknown): StandardResult<unknown> | undefined {
  const found = inCore((instance) => validatorOf(instance, schema)?.validate(JSON.stringify(value)))
  if (found === undefined) return undefined
  // Empty if the value is valid.
  return found ? { issues: JSON.parse(found) as StandardIssue[] } : { value }
}

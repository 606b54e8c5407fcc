/** The validator module (jsonschema), with the schemas that it has compiled. */
import { errorFrom } from '../common/errors.js'
import type { Json } from '../common/json.js'
import type { StandardIssue, StandardResult } from '../schema/standard.js'
import { instantiate, type Validator, type ValidatorApi } from '../validator_bg.js'
import { type CompiledModule, type Instance, Slot } from './instance.js'

const validator = /* @__PURE__ */ new Slot('validator', instantiate)
const compiled = /* @__PURE__ */ new WeakMap<Instance<ValidatorApi>, WeakMap<Json, Validator>>()

/** The schema's validator in the current instance. */
function validatorOf(schema: Json): Validator {
  const instance = validator.current
  let known = compiled.get(instance)
  if (!known) {
    known = new WeakMap()
    compiled.set(instance, known)
  }
  let found = known.get(schema)
  if (!found) {
    found = new instance.api.Validator(JSON.stringify(schema))
    known.set(schema, found)
  }
  return found
}

function inValidator<T>(run: () => T): T {
  try {
    return run()
  } catch (thrown) {
    throw errorFrom(thrown)
  } finally {
    validator.release()
  }
}

export const start = (module: CompiledModule): void => validator.load(module)

/** Compiles the schemas. */
export function compileSchemas(schemas: readonly Json[]): void {
  for (const schema of schemas) inValidator(() => validatorOf(schema))
}

/** Validates a value. */
export function check(schema: Json, value: unknown): StandardResult<unknown> {
  const text = JSON.stringify(value)
  // Empty if the value is valid.
  const found = inValidator(() => validatorOf(schema).validate(text))
  const issues = found ? (JSON.parse(found) as StandardIssue[]) : []
  return issues.length ? { issues } : { value }
}

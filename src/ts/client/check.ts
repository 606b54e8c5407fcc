/** Reads `check`, and runs the checks of a call. */
import { describe } from '../common/describe.js'
import { ConfigurationError } from '../common/errors.js'
import { imported } from '../common/imported.js'
import type { Validating } from '../common/validating.js'
import type { StandardResult } from '../schema/standard.js'
import type { Checks } from './check-types.js'

/** Runs the checks of a call on a value that matches the schema. */
export type RunChecks = (value: unknown, about: Validating) => Promise<StandardResult<unknown>>

/** Reads the option or parameter `check`. */
export function readCheck(given: unknown): Checks<unknown> | undefined {
  if (given === undefined || given === null) return undefined
  const functions = typeof given === 'object' && !Array.isArray(given) ? Object.values(given) : [given]
  const odd = functions.find((one) => typeof one !== 'function')
  if (odd !== undefined)
    throw new ConfigurationError(
      `check must be a function (value, about) => issues, or an object of such functions by path; got ${describe(odd)}.`,
      { parameter: 'check' },
    )
  return given as Checks<unknown>
}

/** The function that runs the checks; `undefined` without any. Its file is loaded while the request is under way. */
export function checksOf(
  given: readonly (Checks<unknown> | undefined)[],
  context: unknown,
): RunChecks | undefined {
  const checks = given.filter((one) => one !== undefined)
  if (!checks.length) return undefined
  const module = imported('client/run-checks', import('./run-checks.js'))
  module.catch(() => {})
  return async (value, about) => (await module).runChecks(checks, value, about, context ?? {})
}

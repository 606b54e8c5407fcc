/** What is known about a call while its answer is validated, and the validators that run in it. */
import type { Usage } from './usage.js'

/** The call whose answer is validated. */
export interface Validating {
  /** The number of the attempt that gave the answer, from 1; 0 for an answer from a cache. */
  readonly attempt: number
  /** Aborted when the call is. */
  readonly signal: AbortSignal
  /** Adds the tokens that a validator used to the usage of the call. */
  addUsage(usage: Usage): void
}

/** What a check gets in addition to the value. */
export interface CheckContext extends Validating {
  /** `context` of the call; empty if there is none. */
  readonly context: Readonly<Record<string, unknown>>
  /** The place of the value in the answer; empty for the answer itself. */
  readonly path: readonly (string | number)[]
}

/** A value that replaces a part of the answer. */
export class Replacement {
  constructor(readonly value: unknown) {}
}

/**
 * Runs the validation of a schema that may contain validators which send requests. Set by these validators, so that
 * other apps do not have its code.
 */
export type Guard = <T extends { readonly issues?: unknown }>(
  about: Validating,
  validate: () => T | Promise<T>,
) => Promise<T>

let guard: Guard = async (_about, validate) => validate()

export function setGuard(given: Guard): void {
  guard = given
}

/** Validates by a schema, for a call. */
export const guarded: Guard = (about, validate) => guard(about, validate)

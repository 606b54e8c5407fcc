/** The types of `check`: functions of the app that judge an answer after it has matched the schema. */
import type { CheckContext, Replacement } from '../common/validating.js'
import type { Infer } from '../schema/infer.js'

/** A problem that a check found. The path is relative to the value of the check. */
export interface CheckIssue {
  /** One line for the model: what is wrong, and what is expected. */
  readonly message: string
  /**
   * The place in the value of the check.
   * @default the value itself
   */
  readonly path?: readonly (string | number)[]
}

/** The problems that a check found; a string is one. Nothing: the value is accepted. */
// biome-ignore lint/suspicious/noConfusingVoidType: functions without a return statement are checks, too
export type CheckResult = string | readonly CheckIssue[] | Replacement | null | undefined | void

/** A function that judges a value of the answer. */
export type Check<T> = (value: T, about: CheckContext) => CheckResult | Promise<CheckResult>

/** Parameters may have the type of the value at the path. */
interface AnyCheck {
  check(value: unknown, about: CheckContext): CheckResult | Promise<CheckResult>
}

/** Checks by the path of their values, such as `items.price`: lists on the way are passed element by element, `*` is any key. */
export type ChecksByPath = { readonly [path: string]: AnyCheck['check'] }

/** The value that the checks of a call with this model get: with `iterable(model)` each element. */
export type Checked<M> = M extends { readonly streams: 'list'; readonly schema: infer Element }
  ? Infer<Element>
  : Infer<M>

/** A check of the whole value, or checks by path. */
export type Checks<T> = Check<T> | ChecksByPath

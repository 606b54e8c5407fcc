/** `maybe(model)`: lets the LLM report that there is nothing to extract. */
import type { Infer, InferInput, SingleModel } from './infer.js'
import { type Model, WRAP } from './model.js'
import type { StandardIssue, StandardProps } from './standard.js'

/** The value of {@link maybe}: the result, or the reason why it is missing. `error` is true exactly if it is missing. */
export type Maybe<T> =
  | { result: T; error: false; message: string | null }
  | { result: null; error: true; message: string | null }

/** What the LLM writes for {@link maybe}. */
interface MaybeInput<T> {
  result: T | null
  error: boolean
  message: string | null
}

/** A model wrapped by {@link maybe}. */
export class MaybeModel<In, Out> {
  declare readonly '~standard': StandardProps<MaybeInput<In>, Maybe<Out>>
  constructor(readonly inner: SingleModel) {}

  /** @internal */
  [WRAP](inner: Model): Model {
    return maybeModel(inner)
  }
}

/**
 * Allows an answer without a value, so that the LLM does not invent one: `{ result, error, message }`.
 *
 * @example
 * ```ts
 * const { result, message } = await client.create({ responseModel: maybe(User), messages })
 * ```
 */
export function maybe<const M extends SingleModel>(model: M): MaybeModel<InferInput<M>, Infer<M>> {
  return new MaybeModel(model)
}

/** The model of `{ result, error, message }` around an inner model. */
function maybeModel(inner: Model): Model {
  return {
    wire: { ...inner.wire, maybe: true },
    plain: false,
    validate: async (value, validator) => {
      const issues = frameIssues(value)
      if (issues.length) return { issues }
      const { result = null, message = null } = value as Partial<MaybeInput<unknown>>
      if (result === null) return { value: { result, error: true, message } }
      const found = await inner.validate(result, validator)
      if (!found.issues) return { value: { result: found.value, error: false, message } }
      return { issues: found.issues.map((issue) => ({ ...issue, path: ['result', ...(issue.path ?? [])] })) }
    },
  }
}

/** The object around a maybe's result. */
function frameIssues(value: unknown): StandardIssue[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [{ path: [], message: 'Expected an object with result, error and message' }]
  const { error = false, message = null } = value as Partial<MaybeInput<unknown>>
  const issues: StandardIssue[] = []
  if (typeof error !== 'boolean') issues.push({ path: ['error'], message: 'Expected true or false' })
  if (message !== null && typeof message !== 'string')
    issues.push({ path: ['message'], message: 'Expected a string or null' })
  return issues
}

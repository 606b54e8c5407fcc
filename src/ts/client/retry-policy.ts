/** `maxRetries`: a number of retries, or a policy whose functions stay in TypeScript. */
import { describe } from '../common/describe.js'
import { ConfigurationError } from '../common/errors.js'
import type { Json } from '../common/json.js'

/** Decides about retries after failed attempts. */
export interface RetryPolicy {
  /**
   * The largest number of attempts, at least 1.
   * @default 4, or no limit with `stopAfter`
   */
  readonly attempts?: number
  /** Milliseconds after the start of the call: an attempt that fails later is the last one. */
  readonly stopAfter?: number
  /** Milliseconds before each further attempt, or a function of the attempt that failed (1, 2, …). */
  readonly delay?: number | ((attempt: number) => number)
  /**
   * Whether to retry after this failure. Default: after invalid answers, not after HTTP errors; `usual` is this decision.
   * `value` is the answer, if it is JSON that was validated.
   */
  readonly retryOn?: (
    error: Error,
    attempt: number,
    value: unknown,
    usual: boolean,
  ) => boolean | Promise<boolean>
  /** Called before each further attempt. */
  readonly onRetry?: (error: Error, attempt: number) => void
}

const POLICY = ['attempts', 'stopAfter', 'delay', 'retryOn', 'onRetry']

/** The policy's functions stay here; the core requests their decision. With a number, the core decides itself. */
export function retryPolicy(maxRetries: unknown): RetryPolicy | undefined {
  if (maxRetries === undefined || maxRetries === null || Number.isFinite(maxRetries)) return undefined
  if (typeof maxRetries !== 'object' || Array.isArray(maxRetries))
    throw wrongRetries(typeof maxRetries === 'number' ? String(maxRetries) : describe(maxRetries))
  const policy = maxRetries as RetryPolicy
  const odd = Object.keys(policy).find((key) => !POLICY.includes(key))
  if (odd !== undefined) throw wrongRetries(`one with '${odd}'`)
  for (const key of ['attempts', 'stopAfter', 'delay'] as const)
    if (typeof policy[key] === 'number' && !Number.isFinite(policy[key]))
      throw new ConfigurationError(`maxRetries.${key} must be a finite number.`, {
        parameter: `maxRetries.${key}`,
      })
  for (const key of ['retryOn', 'onRetry'] as const)
    if (policy[key] !== undefined && typeof policy[key] !== 'function')
      throw new ConfigurationError(`maxRetries.${key} must be a function.`, {
        parameter: `maxRetries.${key}`,
      })
  return policy
}

function wrongRetries(got: string): ConfigurationError {
  return new ConfigurationError(
    `maxRetries must be a number of retries, or a policy { attempts, stopAfter, delay, retryOn, onRetry }; got ${got}.`,
    { parameter: 'maxRetries' },
  )
}

export function checkRetries(maxRetries: unknown): void {
  if (typeof maxRetries === 'number' && maxRetries < 0)
    throw new ConfigurationError('maxRetries must be 0 (one attempt) or more.', { parameter: 'maxRetries' })
}

export function wirePolicy(policy: RetryPolicy): Json {
  const { attempts, stopAfter, delay, retryOn, onRetry } = policy
  const hostDecides = Boolean(retryOn || onRetry || typeof delay === 'function')
  return { attempts, stopAfter, delay: typeof delay === 'function' ? undefined : delay, hostDecides }
}

/**
 * Retry policies in the words of tenacity, which code for Instructor uses. Each function returns a `RetryPolicy`;
 * `retry` combines them. Times are milliseconds.
 */
import { ConfigurationError } from '../common/errors.js'
import type { RetryPolicy } from './retry-policy.js'

/** At most `attempts` attempts, the first included. */
export function stopAfterAttempt(attempts: number): RetryPolicy {
  if (!Number.isInteger(attempts) || attempts < 1)
    throw wrong('stopAfterAttempt', 'a whole number of attempts, at least 1')
  return { attempts }
}

/** No attempt after `ms` milliseconds since the start of the call; one that is under way then is finished. */
export function stopAfterDelay(ms: number): RetryPolicy {
  if (!(ms > 0 && Number.isFinite(ms))) throw wrong('stopAfterDelay', 'milliseconds, more than 0')
  return { stopAfter: ms }
}

/** Waits `ms` milliseconds before each further attempt. */
export function waitFixed(ms: number): RetryPolicy {
  return { delay: wait('waitFixed', ms) }
}

/** Waits a random time of at least `min` and less than `max` milliseconds before each further attempt. */
export function waitRandom({
  min = 0,
  max = 1000,
}: {
  readonly min?: number
  readonly max?: number
} = {}): RetryPolicy {
  const least = wait('waitRandom', min)
  const span = wait('waitRandom', max) - least
  if (span < 0) throw wrong('waitRandom', '{ min, max } with a max of at least min')
  return { delay: () => least + Math.random() * span }
}

/** Waits `multiplier` milliseconds before the second attempt and `base` times as long before each further one. */
export function waitExponential({
  multiplier = 1000,
  base = 2,
  min = 0,
  max = 60_000,
}: {
  readonly multiplier?: number
  readonly base?: number
  readonly min?: number
  readonly max?: number
} = {}): RetryPolicy {
  for (const ms of [multiplier, base, min, max]) wait('waitExponential', ms)
  return { delay: (attempt) => Math.max(min, Math.min(max, multiplier * base ** (attempt - 1))) }
}

/** Retries after the failures that the function accepts, in addition to invalid answers. */
export function retryIf(accepts: (error: Error, attempt: number) => boolean | Promise<boolean>): RetryPolicy {
  if (typeof accepts !== 'function') throw wrong('retryIf', 'a function')
  return { retryOn: (error, attempt, _, usual) => usual || accepts(error, attempt) }
}

/** Retries after errors of these classes, in addition to invalid answers: `retryIfError(ProviderError, NetworkError)`. */
export function retryIfError(...classes: readonly (abstract new (...args: never) => Error)[]): RetryPolicy {
  if (!classes.length || classes.some((Class) => typeof Class !== 'function'))
    throw wrong('retryIfError', 'one or more classes of errors')
  return retryIf((error) => classes.some((Class) => error instanceof Class))
}

/** Retries after responses with these HTTP statuses, in addition to invalid answers: `retryIfStatus(429, 503)`. */
export function retryIfStatus(...statuses: readonly number[]): RetryPolicy {
  if (!statuses.length || !statuses.every(Number.isInteger))
    throw wrong('retryIfStatus', 'one or more statuses')
  return retryIf((error) => statuses.includes((error as { status?: number }).status ?? 0))
}

/**
 * Combines policies: the first limit that is reached ends the call, waits are added, a failure is retried if one of the
 * policies retries it, and every `onRetry` is called.
 *
 * @example
 * ```ts
 * maxRetries: retry(stopAfterAttempt(5), stopAfterDelay(30_000), waitExponential({ max: 8000 }), retryIfStatus(429, 503))
 * ```
 */
export function retry(...policies: readonly RetryPolicy[]): RetryPolicy {
  const given = <K extends keyof RetryPolicy>(key: K) =>
    policies.flatMap((policy) =>
      policy[key] === undefined ? [] : [policy[key] as NonNullable<RetryPolicy[K]>],
    )
  const attempts = given('attempts')
  const times = given('stopAfter')
  const delays = given('delay')
  const conditions = given('retryOn')
  const told = given('onRetry')
  const delayOf = (attempt: number) =>
    delays.reduce<number>((sum, delay) => sum + (typeof delay === 'function' ? delay(attempt) : delay), 0)
  return {
    ...(attempts.length ? { attempts: Math.min(...attempts) } : {}),
    ...(times.length ? { stopAfter: Math.min(...times) } : {}),
    ...(delays.length
      ? { delay: delays.every((one) => typeof one === 'number') ? delayOf(1) : delayOf }
      : {}),
    ...(conditions.length ? { retryOn: anyOf(conditions) } : {}),
    ...(told.length
      ? {
          onRetry: (error, attempt) => {
            for (const tell of told) tell(error, attempt)
          },
        }
      : {}),
  }
}

type Condition = NonNullable<RetryPolicy['retryOn']>

function anyOf(conditions: readonly Condition[]): Condition {
  return async (error, attempt, value, usual) => {
    for (const condition of conditions) if (await condition(error, attempt, value, usual)) return true
    return false
  }
}

function wait(name: string, ms: number): number {
  if (!(ms >= 0 && Number.isFinite(ms))) throw wrong(name, 'milliseconds, at least 0')
  return ms
}

function wrong(name: string, wanted: string): ConfigurationError {
  return new ConfigurationError(`${name} takes ${wanted}.`, { parameter: 'maxRetries' })
}

/** The errors after which `fallback` calls the next client. */
import {
  ConfigurationError,
  IncompleteOutputError,
  type InstructorError,
  InstructorRetryError,
  ModeError,
  NetworkError,
  ProviderError,
  RefusalError,
  TimeoutError,
} from '../common/errors.js'
import type { FallbackOn } from './fallback-types.js'

const CLASSES = [InstructorRetryError, NetworkError, TimeoutError, IncompleteOutputError, RefusalError]

/**
 * Statuses that another provider may not have: a key or a model that does not exist, no credit, too many requests, failures of
 * the server. A request that is wrong in itself (400, 413, 422) is wrong for the next provider as well.
 */
const STATUSES = new Set([401, 402, 403, 404, 408, 409, 410, 424, 425, 429, 498])

/**
 * Whether the next client is called after this error. `undefined`: never, with any list, because the error
 * is one of the caller's parameters.
 */
export async function goesOn(
  error: InstructorError,
  on: FallbackOn | undefined,
): Promise<boolean | undefined> {
  const missing = (error as { code?: unknown }).code === UNAVAILABLE
  if (!missing && (error instanceof ConfigurationError || error instanceof ModeError)) return undefined
  const usual = missing || isUsual(error)
  if (on === undefined) return usual
  if (typeof on === 'function') return Boolean(await on(error, usual))
  if (missing || error instanceof InstructorRetryError) return true
  const { status } = error as { status?: number }
  return on.some((one) => (typeof one === 'number' ? one === status : error instanceof one))
}

/** The code of errors about a model that is missing in this page or device. */
const UNAVAILABLE = 'unavailable'

function isUsual(error: InstructorError): boolean {
  if (CLASSES.some((Class) => error instanceof Class)) return true
  if (!(error instanceof ProviderError)) return false
  const { status } = error
  // Without a status: an error inside an answer.
  return status === undefined || status >= 500 || STATUSES.has(status)
}

/** Reads the option `fallbackOn`. */
export function readOn(given: unknown): FallbackOn | undefined {
  if (given === undefined || given === null) return undefined
  if (typeof given === 'function') return given as FallbackOn
  if (Array.isArray(given) && given.every((one) => typeof one === 'function' || Number.isInteger(one)))
    return given as FallbackOn
  throw new ConfigurationError(
    'fallbackOn must be a list of error classes and statuses, or a function (error, usual) => boolean.',
    { parameter: 'fallbackOn' },
  )
}

/** Reads the option `fallbackAfter`. */
export function readAfter(given: unknown): number | undefined {
  if (given === undefined || given === null) return undefined
  if (typeof given === 'number' && given > 0) return given
  throw new ConfigurationError('fallbackAfter must be milliseconds, more than 0.', {
    parameter: 'fallbackAfter',
  })
}

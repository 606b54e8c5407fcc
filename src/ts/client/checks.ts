/** Checks of options of both clients and calls. */
import { ConfigurationError } from '../common/errors.js'
import { warnOnce } from '../common/warn.js'

/** The timeout in milliseconds, if any; Infinity counts as none. */
export function checkTimeout(timeout: unknown): number | undefined {
  if (timeout === undefined || timeout === null || timeout === Number.POSITIVE_INFINITY) return undefined
  if (typeof timeout !== 'number' || !(timeout > 0))
    throw new ConfigurationError('timeout must be milliseconds, more than 0.', { parameter: 'timeout' })
  if (timeout < SHORTEST)
    warnOnce(
      `timeout: ${timeout} means ${timeout} milliseconds, which is too short for any model. Python's seconds are milliseconds here.`,
    )
  return timeout
}

/** A smaller number is most likely in seconds: no model responds faster. */
const SHORTEST = 100

export function checkSignal(signal: unknown): void {
  if (signal === undefined || signal === null) return
  if (typeof signal !== 'object' || !('aborted' in signal) || !('addEventListener' in signal))
    throw new ConfigurationError('signal must be an AbortSignal, e.g. new AbortController().signal.', {
      parameter: 'signal',
    })
}

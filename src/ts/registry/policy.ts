/** Checks of the parameters that all calls share (src/call/policy.rs, src/call/setup). */
import { checkHeader, checkHeaderName, invalid } from './refuse.js'
import type { Fields } from './row.js'

const isNumber = (value: unknown): value is number => typeof value === 'number'
/** A whole number that is not negative. */
const isCount = (value: unknown): value is number =>
  isNumber(value) && Number.isInteger(value) && value >= 0 && value < 2 ** 64
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Removes and checks `extraBody`, `extraHeaders` and `extraQuery`; returns the fields of the body. */
export function takeExtra(options: Record<string, unknown>): Fields {
  const take = (name: string, wanted: string): Fields => {
    const value = options[name]
    delete options[name]
    if (value === undefined || value === null) return {}
    if (!isObject(value)) throw invalid(name, wanted)
    return value
  }
  const body = take('extraBody', 'an object of request fields')
  const headers = take('extraHeaders', 'an object of strings')
  checkTexts('extraHeaders', headers)
  for (const [name, value] of Object.entries(headers)) {
    if (value === null) continue
    checkHeaderName(name)
    checkHeader(`extraHeaders.${name}`, String(value))
  }
  checkTexts('extraQuery', take('extraQuery', 'an object of strings'))
  return body
}

function checkTexts(what: string, given: Fields): void {
  for (const [name, value] of Object.entries(given))
    if (typeof value === 'object' && value !== null) throw invalid(`${what}.${name}`, 'a string')
}

/** Checks the parameters of generation that every provider accepts. */
export function checkParams(params: Fields): void {
  for (const [key, value] of Object.entries(params)) {
    const wanted = value === null ? undefined : wantedOf(key, value)
    if (wanted) throw invalid(key, wanted)
  }
}

function wantedOf(key: string, value: unknown): string | undefined {
  const whole = isNumber(value) && Number.isInteger(value)
  switch (key) {
    case 'temperature':
    case 'top_p':
      return isNumber(value) ? undefined : 'a number'
    case 'max_tokens':
      return whole && value >= 1 ? undefined : 'a whole number of tokens, at least 1'
    case 'seed':
      return whole ? undefined : 'a whole number'
    case 'stop': {
      const texts = Array.isArray(value) ? value : [value]
      return texts.every((text) => typeof text === 'string') ? undefined : 'a string or an array of strings'
    }
  }
  return undefined
}

export function checkPolicy({
  maxRetries,
  httpRetries,
  timeout,
  budget,
  idleTimeout,
  maxAnswerBytes,
}: Fields): void {
  const given = (value: unknown) => value !== undefined && value !== null
  if (given(maxRetries)) checkRetries(maxRetries)
  if (given(httpRetries) && !isCount(httpRetries))
    throw invalid('httpRetries', 'a whole number of at least 0')
  checkMilliseconds('timeout', timeout)
  if (given(budget)) checkBudget(budget)
  checkMilliseconds('idleTimeout', idleTimeout)
  if (
    given(maxAnswerBytes) &&
    !(isNumber(maxAnswerBytes) && Number.isInteger(maxAnswerBytes) && maxAnswerBytes >= 1)
  )
    throw invalid('maxAnswerBytes', 'a whole number of bytes, at least 1')
}

function checkMilliseconds(name: string, value: unknown): void {
  if (value !== undefined && value !== null && !(isNumber(value) && value > 0))
    throw invalid(name, 'milliseconds, more than 0')
}

function checkRetries(given: unknown): void {
  if (isNumber(given)) {
    if (Number.isInteger(given)) return
  }
  if (!isObject(given))
    throw invalid(
      'maxRetries',
      'a whole number of retries, or a policy {attempts, stopAfter, delay, retryOn, onRetry}',
    )
  const { attempts = null, stopAfter, delay = null } = given
  checkMilliseconds('maxRetries.stopAfter', stopAfter)
  if (attempts !== null && !(isCount(attempts) && attempts >= 1))
    throw invalid('maxRetries.attempts', 'a whole number of at least 1')
  if (delay !== null && !(isNumber(delay) && delay >= 0))
    throw invalid('maxRetries.delay', 'milliseconds, or a function of the attempt')
}

const LIMITS = ['tokens', 'usd', 'ms', 'attempts']

function checkBudget(given: unknown): void {
  const right = (limit: unknown) => isNumber(limit) && limit > 0
  const limits = isObject(given) ? Object.entries(given) : []
  const known = limits.every(([name, limit]) => LIMITS.includes(name) && (limit === null || right(limit)))
  if (!(limits.length ? known : right(given)))
    throw invalid('budget', 'a number of tokens, or { tokens, usd, ms, attempts }, each more than 0')
}

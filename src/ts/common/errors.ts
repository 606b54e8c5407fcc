/**
 * The error classes. The core passes one JSON object per error (`{class, message, issues?, …facts}`); `errorFrom`
 * creates an instance of its class, with the facts as properties and the inner error as `cause`.
 */
import type { Redact } from './secrets.js'
import type { Attempt, Usage } from './usage.js'

/** One problem of an answer: its path and a message with the expected value. */
export interface Issue {
  readonly path: readonly (string | number)[]
  readonly message: string
}

interface Facts {
  readonly class?: string
  readonly message?: string
  readonly cause?: unknown
  readonly [fact: string]: unknown
}

/** Members of an error itself (`constructor`, `__proto__`, `stack` …) are not replaced by a fact with the same name. */
const isFact = (name: string): boolean => name !== 'stack' && !(name in InstructorError.prototype)

/** The JSON form. Causes of other classes have name, message and code only. */
function jsonOf(error: Error, depth: number): Record<string, unknown> {
  const { name, message, cause } = error
  const { code } = error as { code?: unknown }
  const facts = error instanceof InstructorError ? { ...error } : typeof code === 'string' ? { code } : {}
  const out = { name, message, ...facts }
  if (cause === undefined || depth > 8) return out
  return { ...out, cause: cause instanceof Error ? jsonOf(cause, depth + 1) : cause }
}

/** The root of all errors of this package. */
export class InstructorError extends Error {
  /** `defect`: a WebAssembly module failed, which should not happen for any input; `cause` is the trap. */
  declare readonly kind?: 'defect'

  constructor(message: string, facts: Facts = {}) {
    const { class: _class, message: _message, cause, ...rest } = facts
    super(message, cause === undefined ? undefined : { cause: revive(cause) })
    for (const [fact, value] of Object.entries(rest))
      if (isFact(fact)) this[fact as keyof this] = value as never
  }

  /** The address of the section about this class, with its messages, their causes and remedies. */
  get docs(): string {
    return `https://github.com/instructor-wasm/instructor-wasm/blob/main/docs/errors.md#${this.name.toLowerCase()}`
  }

  /** For `JSON.stringify`: name, message, facts, and the cause in the same form. */
  toJSON(): Record<string, unknown> {
    return jsonOf(this, 0)
  }

  /** True for errors of this class, even when two copies of the package are loaded. */
  static isInstance<T extends abstract new (...args: never) => Error>(
    this: T,
    error: unknown,
  ): error is InstanceType<T> {
    // biome-ignore lint/complexity/noThisInStatic: the class on which it is called, e.g. ProviderError.isInstance(error)
    return error instanceof this || (error instanceof Error && error.name === this.prototype.name)
  }
}

/** The configuration of the client or the call is wrong; no request was sent. */
export class ConfigurationError extends InstructorError {
  /** The wrong option, if any. */
  declare readonly parameter?: string
}

/** The provider or model does not support the requested mode. */
export class ModeError extends InstructorError {
  declare readonly mode?: string
  declare readonly provider?: string
  declare readonly validModes?: readonly string[]
}

/** The provider returned an error. */
export class ProviderError extends InstructorError {
  declare readonly provider?: string
  declare readonly status?: number
  declare readonly code?: string
  /** Milliseconds to wait, as requested by the server. */
  declare readonly retryAfter?: number
  declare readonly requestId?: string
  declare readonly body?: unknown
}

/** No complete response: connection refused, DNS, TLS, CORS, a truncated body. */
export class NetworkError extends InstructorError {
  /** Whether CORS is the likely cause: in a browser, most failed requests are not allowed by the server. */
  declare readonly likelyCors?: boolean
  /** Of a relay: the status of its response, the body, and the milliseconds to wait. */
  declare readonly status?: number
  declare readonly body?: unknown
  declare readonly retryAfter?: number
}

/** The timeout of the call elapsed. */
export class TimeoutError extends InstructorError {}

/** The answer stopped early: the token limit, or a stream that ended in the middle. */
export class IncompleteOutputError extends InstructorError {
  declare readonly lastCompletion?: unknown
  /** The last snapshot of a stream. */
  declare readonly lastSnapshot?: unknown
}

/** The model refused, or a content filter did. */
export class RefusalError extends InstructorError {
  /** The model's text, or the filter's reason. */
  declare readonly refusal?: string
  /** The text before a filter stopped the model. */
  declare readonly partial?: string
}

/** The answer contains neither a tool call nor JSON. */
export class ResponseParsingError extends InstructorError {}

/** The answer was read and does not match the model. */
export class ValidationError extends InstructorError {
  readonly issues: readonly Issue[] = []

  constructor(message: string, facts: Facts = {}) {
    super(message, facts)
    // Class fields are set after super(): so Object.assign is repeated here.
    if (Array.isArray(facts.issues)) this.issues = facts.issues as Issue[]
  }
}

/** All attempts are used up; `cause` is the last failure. */
export class InstructorRetryError extends InstructorError {
  readonly attempts: readonly Attempt[] = []
  /** How many attempts were made. */
  declare readonly nAttempts?: number
  declare readonly lastCompletion?: unknown
  declare readonly totalUsage?: Usage

  constructor(message: string, facts: Facts = {}) {
    super(message, facts)
    if (!Array.isArray(facts.attempts)) return
    this.attempts = facts.attempts.map(attemptFrom)
    this.nAttempts ??= this.attempts.length
  }
}

/** A limit of `budget` is reached. */
export class BudgetExceededError extends InstructorError {
  /** The limit that is reached. */
  declare readonly limit?: 'tokens' | 'usd' | 'ms' | 'attempts'
  /** Its value. */
  declare readonly budget?: number
  /** What was used of it. */
  declare readonly used?: number
  /** What the call used; `usd` if prices are known. */
  declare readonly spent?: { tokens: number; usd?: number; ms: number; attempts: number }
}

const CLASSES: Record<string, new (message: string, facts?: Facts) => InstructorError> = {
  InstructorError,
  ConfigurationError,
  ModeError,
  ProviderError,
  NetworkError,
  TimeoutError,
  IncompleteOutputError,
  RefusalError,
  ResponseParsingError,
  ValidationError,
  InstructorRetryError,
  BudgetExceededError,
}

// Names are on the prototype, so that minifiers keep them and printed properties exclude them. A static block in each class
// would make bundlers keep and rename it.
for (const [name, { prototype }] of Object.entries(CLASSES))
  Object.defineProperty(prototype, 'name', { value: name, configurable: true, writable: true })

/** The class with this name; the root class for an unknown name. */
const classNamed = (name: string) =>
  (Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined) ?? InstructorError

/** An attempt from the core, with its error as an instance. */
export function attemptFrom(attempt: unknown): Attempt {
  const given = attempt as Attempt & { error?: unknown }
  return given.error ? { ...given, error: revive(given.error) as Error } : given
}

/** Facts of an error become an error; anything else (an abort reason, an error already) stays. */
export function revive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value
  const facts = value as Facts
  if (typeof facts.class !== 'string') return value
  const Class = classNamed(facts.class)
  return new Class(facts.message ?? facts.class, facts)
}

/**
 * Converts a value that the core threw or rejected with: JSON text becomes its error, other values are returned
 * unchanged.
 */
export function errorFrom(thrown: unknown, redact: Redact = (text) => text): unknown {
  if (typeof thrown === 'string') {
    try {
      const facts: unknown = JSON.parse(redact(thrown))
      const error = revive(facts)
      if (error instanceof Error) return error
    } catch {
      // A string thrown by other code.
    }
    return thrown
  }
  return thrown
}

/**
 * The error classes. The core passes one JSON object per error (`{class, message, issues?, …facts}`); `errorFrom`
 * creates an instance of its class, with the facts as properties and the inner error as `cause`.
 */
import type { Redact } from './secrets.js'
import type { Attempt, Usage } from './usage.js'

/** One problem of an answer: its path and a message with the expected value. */
export interface Issue {
  /** Keys and indexes from the root; empty for the root. */
  readonly path: readonly (string | number)[]
  /** What is expected, and what was found. */
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

/**
 * The root of all errors of this package.
 *
 * @example
 * ```ts
 * try {
 *   await client.create({ responseModel: User, prompt })
 * } catch (error) {
 *   if (!InstructorError.isInstance(error)) throw error
 *   console.error(error.name, error.message, error.docs)
 * }
 * ```
 */
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
  /** `unavailable`: a model in the page is missing in this browser or on this device. */
  declare readonly code?: string
  /** The wrong option, if any. */
  declare readonly parameter?: string
}

/** The provider or model does not support the requested mode. */
export class ModeError extends InstructorError {
  /** The requested mode. */
  declare readonly mode?: string
  /** The id of the provider. */
  declare readonly provider?: string
  /** The modes that this provider and model support. */
  declare readonly validModes?: readonly string[]
}

/**
 * The provider returned an error.
 *
 * @example
 * ```ts
 * if (error instanceof ProviderError && error.status === 429) await wait(error.retryAfter ?? 60_000)
 * ```
 */
export class ProviderError extends InstructorError {
  /** The id of the provider. */
  declare readonly provider?: string
  /** The HTTP status; 200 if the error was inside an answer or a stream. */
  declare readonly status?: number
  /** The provider's code, such as `insufficient_quota`; `answer_too_large` for `maxAnswerBytes`. */
  declare readonly code?: string
  /** Milliseconds to wait, as requested by the server. */
  declare readonly retryAfter?: number
  /** The provider's id of the request, for its support. */
  declare readonly requestId?: string
  /** The provider's response, parsed if it is JSON. */
  declare readonly body?: unknown
}

/** No complete response: connection refused, DNS, TLS, CORS, a truncated body. */
export class NetworkError extends InstructorError {
  /** Whether CORS is the likely cause: in a browser, most failed requests are not allowed by the server. */
  declare readonly likelyCors?: boolean
  /** The status of a relay's response. */
  declare readonly status?: number
  /** The body of a relay's response. */
  declare readonly body?: unknown
  /** Milliseconds to wait, as requested by the server. */
  declare readonly retryAfter?: number
}

/** The timeout of the call elapsed. */
export class TimeoutError extends InstructorError {}

/** The answer stopped early: the token limit, or a stream that ended in the middle. */
export class IncompleteOutputError extends InstructorError {
  /** The provider's body of the incomplete answer. */
  declare readonly lastCompletion?: unknown
  /** The last snapshot of a stream. */
  declare readonly lastSnapshot?: unknown
}

/**
 * The model refused, or a content filter did.
 *
 * @example
 * ```ts
 * if (error instanceof RefusalError) show(error.refusal)
 * ```
 */
export class RefusalError extends InstructorError {
  /** The model's text, or the filter's reason. */
  declare readonly refusal?: string
  /** The text before a filter stopped the model. */
  declare readonly partial?: string
}

/** The answer contains neither a tool call nor JSON. */
export class ResponseParsingError extends InstructorError {}

/**
 * The answer was read and does not match the model.
 *
 * @example
 * ```ts
 * for (const { path, message } of error.issues) console.warn(path.join('.'), message)
 * ```
 */
export class ValidationError extends InstructorError {
  /** All problems, in the order of the document. */
  readonly issues: readonly Issue[] = []

  constructor(message: string, facts: Facts = {}) {
    super(message, facts)
    // Class fields are set after super(): so Object.assign is repeated here.
    if (Array.isArray(facts.issues)) this.issues = facts.issues as Issue[]
  }
}

/** Why a client of a `fallback` has no value. */
export interface Failure {
  /** The id of the provider that failed. */
  readonly provider: string
  /** Its model. */
  readonly model: string
  /** What its call threw. */
  readonly error: Error
}

/**
 * All attempts are used up; `cause` is the last failure.
 *
 * @example
 * ```ts
 * if (error instanceof InstructorRetryError) console.error(error.nAttempts, error.totalUsage, error.attempts.at(-1)?.raw)
 * ```
 */
export class InstructorRetryError extends InstructorError {
  /** Every attempt: its request, the raw answer and its error. */
  readonly attempts: readonly Attempt[] = []
  /** How many attempts were made. */
  declare readonly nAttempts?: number
  /** The provider's body of the last answer. */
  declare readonly lastCompletion?: unknown
  /** The tokens of all attempts. */
  declare readonly totalUsage?: Usage
  /** With `fallback`: the errors of its clients, in order. */
  declare readonly failures?: readonly Failure[]

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

/**
 * What one call lends to the core: fetch, validator, hooks, retry policy, and the abort signal that joins the
 * caller's, the client's and the call's time limit.
 */
import { withoutSecrets } from '../common/causes.js'
import { describe } from '../common/describe.js'
import {
  ConfigurationError,
  errorFrom,
  InstructorError,
  NetworkError,
  TimeoutError,
} from '../common/errors.js'
import type { Fetch, Token } from '../common/fetch.js'
import { isHeaderValue } from '../common/headers.js'
import { toJson } from '../common/json.js'
import type { Secrets } from '../common/secrets.js'
import { whenAborted } from '../common/signals.js'
import { plainIssue } from '../schema/issues.js'
import type { StandardResult } from '../schema/standard.js'
import type { CoreHost } from '../wasm/boundary.js'
import { type Authorizer, KEY_PLACEHOLDER } from './credentials.js'
import { emit, type Hooks } from './hooks.js'
import type { RetryPolicy } from './retry-policy.js'

export interface HostParts {
  readonly fetch: Fetch
  readonly secrets: Secrets
  readonly authorizer: Authorizer
  readonly hooks: readonly Hooks[]
  readonly signals: readonly (AbortSignal | undefined)[]
  readonly timeout?: number | undefined
  readonly idleTimeout?: number | null | undefined
  readonly policy?: RetryPolicy | undefined
  readonly token?: Exclude<Token, string> | undefined
  /** Told of each streamed body's reader. */
  readonly reading?: (reader: ReadableStreamDefaultReader<Uint8Array>) => void
  /** Checks the candidate; the accepted value is kept for the caller. */
  readonly validate?: (value: unknown) => StandardResult<unknown> | Promise<StandardResult<unknown>>
}

export class Host implements CoreHost {
  readonly aborted: Promise<never>
  timedOut = false
  /** The validated value: what the schema library made of the answer. */
  value: unknown
  readonly #parts: HostParts
  readonly #controller = new AbortController()
  readonly #release: (() => void)[] = []
  #thrown: unknown

  constructor(parts: HostParts) {
    this.#parts = parts
    this.aborted = new Promise((_, reject) => {
      this.#controller.signal.addEventListener('abort', () => reject(this.#controller.signal.reason), {
        once: true,
      })
    })
    // Raced by the core; on its own it must not count as unhandled.
    this.aborted.catch(() => {})
    for (const signal of parts.signals)
      if (signal) this.#release.push(whenAborted(signal, (reason) => this.abort(reason)))
    if (parts.timeout !== undefined) {
      const timer = setTimeout(
        () => {
          this.timedOut = true
          this.abort(
            new TimeoutError(
              `The call took longer than its timeout of ${parts.timeout} ms. Raise \`timeout\`.`,
              {
                timeout: parts.timeout,
              },
            ),
          )
        },
        Math.min(parts.timeout, 0x7fffffff),
      )
      this.#release.push(() => clearTimeout(timer))
    }
  }

  /** Milliseconds that a streamed body may be silent. */
  get idleTimeout(): number | undefined {
    return this.#parts.idleTimeout ?? undefined
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  abort(reason?: unknown): void {
    this.#controller.abort(reason)
  }

  /** What was thrown where the connection failed; the core tells it in words only. */
  failed(thrown: unknown): void {
    this.#thrown = thrown
  }

  /** What a call threw, as the error it means. */
  error(thrown: unknown): unknown {
    const error = errorFrom(thrown, this.#parts.secrets.redact)
    this.#explain(error)
    return error
  }

  /** A failed connection has what fetch threw as its cause. */
  #explain(error: unknown): void {
    const failure = error instanceof NetworkError ? error : (error as { cause?: unknown } | null)?.cause
    if (!(failure instanceof NetworkError) || failure.cause !== undefined || this.#thrown === undefined)
      return
    const value = withoutSecrets(this.#thrown, this.#parts.secrets.redact)
    Object.defineProperty(failure, 'cause', { value, configurable: true, writable: true })
  }

  /** The call is over: nothing of it stays attached to the caller's signals. */
  done(): void {
    for (const release of this.#release.splice(0)) release()
  }

  async fetch(url: string, init: unknown): Promise<Response> {
    const { fetch, token } = this.#parts
    const request = init as RequestInit & { headers: Record<string, string> }
    if (token) {
      const key = await this.#key(token)
      for (const [name, value] of Object.entries(request.headers))
        if (value.includes(KEY_PLACEHOLDER)) request.headers[name] = value.replace(KEY_PLACEHOLDER, () => key)
    }
    let response: Response
    try {
      response = await fetch(url, request)
    } catch (error) {
      // A model inside the page says itself what is wrong; everything else is a connection that failed.
      if (error instanceof InstructorError) this.abort(error)
      throw error
    }
    if (!isResponse(response))
      this.#wrong(`fetch must answer with a Response; it gave ${describe(response)}.`, 'fetch')
    return response
  }

  /** The credentials that a function of the app returns: its token, or the id of its AWS keys. */
  async credential(): Promise<unknown> {
    const { token, authorizer } = this.#parts
    return token ? this.#key(token) : authorizer.keyId()
  }

  async #key(token: Exclude<Token, string>): Promise<string> {
    let key: unknown
    try {
      key = await token()
    } catch (thrown) {
      const cause = withoutSecrets(thrown, this.#parts.secrets.redact)
      const why = cause instanceof Error ? cause.message : String(cause)
      this.#wrong(`The function that gives the key failed: ${why}`, 'apiKey', cause)
    }
    if (typeof key !== 'string' || !key)
      this.#wrong('The function that gives the key must answer with a string that is not empty.', 'apiKey')
    this.#parts.secrets.add(key)
    if (!isHeaderValue(key))
      this.#wrong(
        'The function that gives the key gave one with characters that no header can carry.',
        'apiKey',
      )
    return key
  }

  /** Ends the call with this error: what the app's own function does wrong is no failure of the network. */
  #wrong(message: string, parameter: string, cause?: unknown): never {
    const error = new ConfigurationError(message, {
      parameter,
      ...(cause === undefined ? {} : { cause }),
    })
    this.abort(error)
    throw error
  }

  async validate(json: string): Promise<string | undefined> {
    const candidate: unknown = JSON.parse(json)
    const verdict = this.#parts.validate?.(candidate)
    const result = verdict && (await this.unlessAborted(verdict))
    // Nothing is accepted: the core looks for the abort before it looks at the verdict.
    if (verdict && !result) return undefined
    if (result?.issues) return toJson(result.issues.map(plainIssue), 'The issues')
    this.value = result ? result.value : candidate
    return undefined
  }

  emit(name: string, payload: string): string | undefined {
    const { hooks, secrets } = this.#parts
    return emit(hooks, name, payload, secrets.redact, (error) => this.#explain(error))
  }

  async decide(failure: string, attempt: number, usual: boolean): Promise<string> {
    const policy = this.#parts.policy ?? {}
    const error = errorFrom(failure, this.#parts.secrets.redact) as Error
    this.#explain(error)
    const retry = policy.retryOn ? Boolean(await policy.retryOn(error, attempt)) : usual
    const delay = typeof policy.delay === 'function' ? policy.delay(attempt) : policy.delay
    if (retry && attempt < (policy.attempts ?? 4)) policy.onRetry?.(error, attempt)
    return JSON.stringify({ retry, delay })
  }

  authorize(question: string): Promise<string> {
    return this.orAborted(this.#parts.authorizer.answer(question, this.signal))
  }

  /** What the app's own functions take their time for, or the reason of the abort. */
  orAborted<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.aborted])
  }

  /** The same, but an abort is no failure: `undefined`. */
  async unlessAborted<T>(value: T | Promise<T>): Promise<T | undefined> {
    try {
      return await (value instanceof Promise ? this.orAborted(value) : value)
    } catch (error) {
      if (this.signal.aborted) return undefined
      throw error
    }
  }

  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined

  reading(reader: unknown): void {
    const body = reader as ReadableStreamDefaultReader<Uint8Array>
    const first = this.#reader === undefined
    this.#reader = body
    this.#parts.reading?.(body)
    const cancel = () => {
      // The outcome of a cancelled read is of no interest.
      this.#reader?.cancel(this.signal.reason).catch(() => {})
    }
    if (this.signal.aborted) cancel()
    // Later attempts have other readers, and one listener is enough.
    else if (first) this.signal.addEventListener('abort', cancel, { once: true })
  }
}

/** What is read of a response: any implementation of fetch gives these. */
function isResponse(value: unknown): boolean {
  const { status, headers, arrayBuffer } = (value ?? {}) as Partial<Response>
  return (
    typeof status === 'number' && typeof headers?.entries === 'function' && typeof arrayBuffer === 'function'
  )
}

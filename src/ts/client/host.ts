/**
 * The host functions of one call for the core: fetch, validator, hooks, retry policy, and the abort signal that
 * combines the caller's, the client's and the call's timeout.
 */
import { withoutSecrets } from '../common/causes.js'
import type { Completion } from '../common/completion.js'
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
import { addUsage, type Usage } from '../common/usage.js'
import type { Validating } from '../common/validating.js'
import { plainIssue } from '../schema/issues.js'
import type { CoreHost } from '../wasm/boundary.js'
import { type Authorizer, KEY_PLACEHOLDER } from './credentials.js'
import { type CallFacts, emit, type Hooks, newCallId } from './hooks.js'
import type { Validate } from './response-models.js'
import type { RetryPolicy } from './retry-policy.js'
import type { OwnTools } from './tool-calls.js'

export interface HostParts {
  readonly fetch: Fetch
  readonly secrets: Secrets
  readonly authorizer: Authorizer
  readonly hooks: readonly Hooks[]
  /** Provider, model and mode, until the core reports them. */
  readonly about?: Partial<CallFacts>
  readonly signals: readonly (AbortSignal | undefined)[]
  readonly timeout?: number | undefined
  readonly idleTimeout?: number | null | undefined
  readonly policy?: RetryPolicy | undefined
  readonly token?: Exclude<Token, string> | undefined
  /** Loads what validates the answer; called when the first request has left. Its failure ends the call. */
  readonly prepare?: () => Promise<void>
  /** Called with the reader of each streamed body. */
  readonly reading?: (reader: ReadableStreamDefaultReader<Uint8Array>) => void
  /** Validates the candidate; the accepted value is stored for the caller. */
  readonly validate?: Validate
  /** The app's own tools, and the context that they get. */
  readonly tools?: OwnTools | undefined
  readonly context?: Readonly<Record<string, unknown>> | undefined
}

export class Host implements CoreHost {
  readonly aborted: Promise<never>
  timedOut = false
  /** The validated value: the schema library's output. */
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
    // The core awaits it in a race; alone it must not count as unhandled.
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

  /** Milliseconds without data after which a streamed body counts as interrupted. */
  get idleTimeout(): number | undefined {
    return this.#parts.idleTimeout ?? undefined
  }

  /** The hooks that get the events. */
  get hears(): readonly Hooks[] {
    return this.#parts.hooks
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  abort(reason?: unknown): void {
    this.#controller.abort(reason)
  }

  /** The error thrown by a failed connection; the core only has its message. */
  failed(thrown: unknown): void {
    this.#thrown = thrown
  }

  /** The error for a value that a call threw. */
  error(thrown: unknown): unknown {
    const error = errorFrom(thrown, this.#parts.secrets.redact)
    this.#explain(error)
    this.#failure = error
    const { totalUsage } = (error ?? {}) as { totalUsage?: Usage }
    if (totalUsage && this.#used)
      Object.assign(error as object, { totalUsage: addUsage(totalUsage, this.#used) })
    return error
  }

  /** A failed connection has fetch's error as its cause. */
  #explain(error: unknown): void {
    const failure = error instanceof NetworkError ? error : (error as { cause?: unknown } | null)?.cause
    if (!(failure instanceof NetworkError) || failure.cause !== undefined || this.#thrown === undefined)
      return
    const value = withoutSecrets(this.#thrown, this.#parts.secrets.redact)
    Object.defineProperty(failure, 'cause', { value, configurable: true, writable: true })
  }

  /** The error for what {@link fetch} threw, outside of a call of the core. */
  networkError(thrown: unknown): unknown {
    if (this.signal.aborted || thrown instanceof InstructorError) return thrown
    const cause = withoutSecrets(thrown, this.#parts.secrets.redact)
    const why = cause instanceof Error ? cause.message : String(cause)
    return new NetworkError(`The request failed without a response: ${why}`, { cause })
  }

  /** Ends the call: removes its listeners from the caller's signals, and reports the end to hooks, unless nothing was sent. */
  done(report = true): void {
    for (const release of this.#release.splice(0)) release()
    const { hooks } = this.#parts
    if (!report || this.#ended || hooks.every(({ empty }) => empty)) return
    this.#ended = true
    const error = this.#failure ?? (this.signal.aborted ? this.signal.reason : undefined)
    for (const each of hooks) each.run('completion:end', [{ error }, this.#facts()])
  }

  #ended = false
  #failure: unknown
  #callId: string | undefined
  readonly #startedAt = Date.now()
  readonly #start = performance.now()

  /** The facts of the call for hooks; `about` is the core's JSON of an attempt. */
  #facts(about?: string): CallFacts {
    this.#callId ??= newCallId()
    return {
      callId: this.#callId,
      attemptNumber: this.#attempt,
      ...this.#parts.about,
      ...(about ? (JSON.parse(about) as Partial<CallFacts>) : {}),
      startedAt: this.#startedAt,
      durationMs: performance.now() - this.#start,
    } as CallFacts
  }

  #loading: Promise<void> | undefined

  /** Parts of the core that are needed once the response is there. */
  loads(parts: Promise<void> | undefined): void {
    // A call that needs no answer does not care.
    parts?.catch(() => {})
    this.#loading = parts
  }

  whenLoaded(then: () => void): void {
    this.#loading = this.#loading?.then(() => {
      then()
      this.#loading = undefined
    })
    this.#loading?.catch(() => {})
  }

  loading(): Promise<void> | undefined {
    return this.#loading
  }

  /** The number of the last attempt that was sent. */
  #attempt = 0

  async fetch(url: string, init: unknown, attempt: number): Promise<Response> {
    this.#attempt = attempt
    const { fetch, token } = this.#parts
    const request = init as RequestInit & { headers: Record<string, string> }
    if (token) {
      const key = await this.#key(token)
      for (const [name, value] of Object.entries(request.headers))
        if (value.includes(KEY_PLACEHOLDER)) request.headers[name] = value.replace(KEY_PLACEHOLDER, () => key)
    }
    let response: Response
    try {
      const sent = fetch(url, request)
      this.#prepare()
      response = await sent
    } catch (error) {
      // A model in the page has its own errors; every other error is a failed connection.
      if (error instanceof InstructorError) this.abort(error)
      throw error
    }
    if (!isResponse(response))
      this.#wrong(`fetch must return a Response; it returned ${describe(response)}.`, 'fetch')
    return response
  }

  #prepared = false

  #prepare(): void {
    if (this.#prepared) return
    this.#prepared = true
    this.#parts.prepare?.().catch((error: unknown) => this.abort(error))
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
      this.#wrong(`The key function failed: ${why}`, 'apiKey', cause)
    }
    if (typeof key !== 'string' || !key)
      this.#wrong('The key function must return a non-empty string.', 'apiKey')
    this.#parts.secrets.add(key)
    if (!isHeaderValue(key))
      this.#wrong('The key function returned a key with characters that no header can contain.', 'apiKey')
    return key
  }

  /** Ends the call with this error: a mistake in a function of the app is not a network failure. */
  #wrong(message: string, parameter: string, cause?: unknown): never {
    const error = new ConfigurationError(message, {
      parameter,
      ...(cause === undefined ? {} : { cause }),
    })
    this.abort(error)
    throw error
  }

  /** The answer of this attempt. */
  #candidate: unknown
  /** The tokens of validators. */
  #used: Usage | undefined

  /** For the validation of the current attempt's answer. */
  get validating(): Validating {
    return {
      attempt: this.#attempt,
      signal: this.signal,
      addUsage: (usage) => {
        this.#used = this.#used ? addUsage(this.#used, usage) : usage
      },
    }
  }

  /** The completion with the tokens of validators. */
  completed(completion: Completion): Completion {
    if (!this.#used) return completion
    const usage = addUsage(completion.usage, this.#used)
    return { ...completion, usage, ...(usage.cost === undefined ? {} : { cost: usage.cost }) }
  }

  async validate(json: string): Promise<string | undefined> {
    const candidate: unknown = JSON.parse(json)
    this.#candidate = candidate
    const verdict = this.#parts.validate?.(candidate, this.validating)
    const result = verdict && (await this.unlessAborted(verdict))
    // No value is accepted: the core checks for an abort before it reads the result.
    if (verdict && !result) return undefined
    if (result?.issues) return toJson(result.issues.map(plainIssue), 'The issues')
    this.value = result ? result.value : candidate
    return undefined
  }

  async runTools(calls: string): Promise<string> {
    const { tools, context = {} } = this.#parts
    return (await tools?.run(calls, { validating: this.validating, context })) ?? '[]'
  }

  emit(name: string, payload: string, about: string): string | undefined {
    const { hooks, secrets } = this.#parts
    return emit(hooks, name, payload, this.#facts(about), secrets.redact, (error) => this.#explain(error))
  }

  async decide(failure: string, attempt: number, usual: boolean, possible: boolean): Promise<string> {
    const policy = this.#parts.policy ?? {}
    const error = errorFrom(failure, this.#parts.secrets.redact) as Error
    this.#explain(error)
    const retry = policy.retryOn
      ? Boolean(await policy.retryOn(error, attempt, this.#candidate, usual))
      : usual
    this.#candidate = undefined
    const delay = typeof policy.delay === 'function' ? policy.delay(attempt) : policy.delay
    if (retry && possible) policy.onRetry?.(error, attempt)
    return JSON.stringify({ retry, delay })
  }

  authorize(question: string): Promise<string> {
    return this.orAborted(this.#parts.authorizer.answer(question, this.signal))
  }

  /** The result of a function of the app, or the rejection with the abort's reason. */
  orAborted<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.aborted])
  }

  /** The same, but `undefined` after an abort. */
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
      // The result of a cancelled read is ignored.
      this.#reader?.cancel(this.signal.reason).catch(() => {})
    }
    if (this.signal.aborted) cancel()
    // Later attempts have other readers, and one listener is enough.
    else if (first) this.signal.addEventListener('abort', cancel, { once: true })
  }
}

/** The parts of a response that are read; every implementation of fetch has them. */
function isResponse(value: unknown): boolean {
  const { status, headers, arrayBuffer } = (value ?? {}) as Partial<Response>
  return (
    typeof status === 'number' && typeof headers?.entries === 'function' && typeof arrayBuffer === 'function'
  )
}

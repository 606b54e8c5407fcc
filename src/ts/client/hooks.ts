/**
 * Hooks: functions that are called with the events of a call. They run in the order in which they were added, the
 * client's before the call's; an error in one is a warning and never breaks the call.
 */
import { ConfigurationError, errorFrom } from '../common/errors.js'
import { toJson } from '../common/json.js'
import type { Redact } from '../common/secrets.js'
import type { Usage } from '../common/usage.js'

/** The request about to be sent; changes to it are sent. */
export type RequestArguments = Record<string, unknown>

/** The attempt that an error ended. */
export interface FailureEvent {
  readonly attemptNumber: number
  /** null with a retry policy of the caller. */
  readonly maxAttempts: number | null
  readonly isLastAttempt: boolean
}

/** The wait before an HTTP retry: the same request is sent again. */
export interface HttpRetryEvent {
  readonly attemptNumber: number
  /** 1, 2, … in this attempt. */
  readonly retryNumber: number
  /** `httpRetries` of the call. */
  readonly maxRetries: number
  /** Milliseconds until the request is sent again. */
  readonly delay: number
}

/** The events and the arguments of their handlers. */
export interface HookMap {
  /** Before a request is sent. The handler may change the body. */
  'completion:kwargs': (request: RequestArguments) => unknown
  /** After a response: the provider's body, parsed. */
  'completion:response': (response: unknown) => unknown
  /** The token usage of an attempt is known. */
  'completion:usage': (usage: Usage, about: { readonly attemptNumber: number }) => unknown
  /** A request failed. */
  'completion:error': (error: Error, about: FailureEvent) => unknown
  /** An answer is invalid. */
  'parse:error': (error: Error, about: FailureEvent) => unknown
  /** The last attempt failed. */
  'completion:last_attempt': (error: Error, about: FailureEvent) => unknown
  /** A request got no usable response and will be sent again. */
  'http:retry': (error: Error, about: HttpRetryEvent) => unknown
}

/** The name of an event. */
export type HookName = keyof HookMap

/** Handlers by hook name, one or several each. */
export type HookHandlers = { readonly [K in HookName]?: HookMap[K] | readonly HookMap[K][] }

/** The event names as constants. */
export const HookName = {
  COMPLETION_KWARGS: 'completion:kwargs',
  COMPLETION_RESPONSE: 'completion:response',
  COMPLETION_USAGE: 'completion:usage',
  COMPLETION_ERROR: 'completion:error',
  PARSE_ERROR: 'parse:error',
  COMPLETION_LAST_ATTEMPT: 'completion:last_attempt',
  HTTP_RETRY: 'http:retry',
} as const satisfies Record<string, HookName>

const NAMES: ReadonlySet<string> = new Set(Object.values(HookName))

type Handler = (...args: unknown[]) => unknown

export class Hooks {
  #handlers = new Map<string, Handler[]>()

  constructor(handlers?: HookHandlers) {
    if (handlers === undefined || handlers === null) return
    if (typeof handlers !== 'object' || Array.isArray(handlers))
      throw new ConfigurationError(
        "hooks must be an object of handlers by hook name, e.g. { 'parse:error': (error) => … }.",
        { parameter: 'hooks' },
      )
    for (const [name, given] of Object.entries(handlers))
      for (const handler of Array.isArray(given) ? given : [given])
        if (handler !== undefined) this.on(name as HookName, handler)
  }

  /** Inserts the current handlers of another instance before these. */
  prepend(other: Hooks): void {
    for (const [name, list] of other.#handlers)
      this.#handlers.set(name, [...list, ...(this.#handlers.get(name) ?? [])])
  }

  on<K extends HookName>(name: K, handler: HookMap[K]): void {
    known(name)
    if (typeof handler !== 'function')
      throw new ConfigurationError(`The handler for '${name}' must be a function, not ${typeof handler}.`, {
        parameter: 'hooks',
      })
    const list = this.#handlers.get(name)
    if (list) list.push(handler as Handler)
    else this.#handlers.set(name, [handler as Handler])
  }

  /** Removes one registration of the handler; an unknown handler is ignored. */
  off<K extends HookName>(name: K, handler: HookMap[K]): void {
    known(name)
    const list = this.#handlers.get(name)
    const at = list?.indexOf(handler as Handler) ?? -1
    if (at >= 0) list?.splice(at, 1)
  }

  clear(name?: HookName): void {
    if (name === undefined) this.#handlers.clear()
    else {
      known(name)
      this.#handlers.delete(name)
    }
  }

  get empty(): boolean {
    for (const list of this.#handlers.values()) if (list.length) return false
    return true
  }

  run(name: string, args: unknown[]): void {
    for (const handler of [...(this.#handlers.get(name) ?? [])]) {
      try {
        const result = handler(...args)
        // An async handler is not awaited, but its failure must not become an unhandled rejection.
        if (result instanceof Promise) result.catch((error: unknown) => warn(name, error))
      } catch (error) {
        warn(name, error)
      }
    }
  }
}

function known(name: string): void {
  if (!NAMES.has(name))
    throw new ConfigurationError(`Invalid hook name: ${String(name)}. Hooks are: ${[...NAMES].join(', ')}.`, {
      parameter: 'hooks',
    })
}

function warn(name: string, error: unknown): void {
  console.warn(`Error in ${name} handler:`, error)
}

/** Passes one event of the core to the handlers; returns the request as JSON if they changed it. */
export function emit(
  hooks: readonly Hooks[],
  name: string,
  payload: string,
  redact: Redact,
  explain: (error: unknown) => void,
): string | undefined {
  const data: unknown = JSON.parse(payload)
  const args = argumentsOf(name, data, redact)
  if (args[0] instanceof Error) explain(args[0])
  for (const each of hooks) each.run(name, args)
  if (name !== 'completion:kwargs') return undefined
  try {
    const after = toJson(args[0], 'The request')
    return after === payload ? undefined : after
  } catch (error) {
    // The handler's change cannot be sent: the request is sent unchanged.
    warn(name, error)
    return undefined
  }
}

function argumentsOf(name: string, data: unknown, redact: Redact): unknown[] {
  const { error, usage, ...about } = (data ?? {}) as Record<string, unknown>
  if (name === 'completion:usage') return [usage, about]
  if (name === 'completion:kwargs' || name === 'completion:response') return [data]
  return [errorFrom(JSON.stringify(error), redact), about]
}

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

/** The call and the attempt to which an event belongs. */
export interface CallFacts {
  /** The same for all events of a call. */
  readonly callId: string
  /** The number of the attempt, from 1; 0 if there was none. */
  readonly attemptNumber: number
  /** The id of the provider: `openai`. */
  readonly provider: string
  /** The requested model. */
  readonly model: string
  /** The mode of the call. */
  readonly mode: string
  /** The time at which the call began, in milliseconds since 1970. */
  readonly startedAt: number
  /** The milliseconds since then. */
  readonly durationMs: number
}

/** The attempt that an error ended. */
export interface FailureEvent extends CallFacts {
  /** null with a retry policy of the caller. */
  readonly maxAttempts: number | null
  /** Whether no attempt follows. */
  readonly isLastAttempt: boolean
}

/** The wait before an HTTP retry: the same request is sent again. */
export interface HttpRetryEvent extends CallFacts {
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
  'completion:kwargs': (request: RequestArguments, about: CallFacts) => unknown
  /** After a response: the provider's body, parsed. */
  'completion:response': (response: unknown, about: CallFacts) => unknown
  /** The token usage of an attempt is known. */
  'completion:usage': (usage: Usage, about: CallFacts) => unknown
  /** A request failed. */
  'completion:error': (error: Error, about: FailureEvent) => unknown
  /** An answer is invalid. */
  'parse:error': (error: Error, about: FailureEvent) => unknown
  /** The last attempt failed. */
  'completion:last_attempt': (error: Error, about: FailureEvent) => unknown
  /** A request got no usable response and will be sent again. */
  'http:retry': (error: Error, about: HttpRetryEvent) => unknown
  /** Emitted at the end of the call: after its value, after its error, or after it was aborted or abandoned. */
  'completion:end': (outcome: CallOutcome, about: CallFacts) => unknown
}

/** How a call ended. */
export interface CallOutcome {
  /** What the call rejected with, or the reason of its abort; `undefined` if it has a value. */
  readonly error?: unknown
}

/** The name of an event. */
export type HookName = keyof HookMap

/** Handlers by hook name, one or several each. */
export type HookHandlers = { readonly [K in HookName]?: HookMap[K] | readonly HookMap[K][] }

/** The event names as constants. */
export const HookName = {
  /** Before a request is sent. */
  COMPLETION_KWARGS: 'completion:kwargs',
  /** After a response. */
  COMPLETION_RESPONSE: 'completion:response',
  /** The tokens of an attempt are known. */
  COMPLETION_USAGE: 'completion:usage',
  /** A request failed. */
  COMPLETION_ERROR: 'completion:error',
  /** An answer is invalid. */
  PARSE_ERROR: 'parse:error',
  /** The last attempt failed. */
  COMPLETION_LAST_ATTEMPT: 'completion:last_attempt',
  /** A request will be sent again. */
  HTTP_RETRY: 'http:retry',
  /** The call has ended. */
  COMPLETION_END: 'completion:end',
} as const satisfies Record<string, HookName>

const NAMES: ReadonlySet<string> = new Set(Object.values(HookName))

export type Handler = (...args: unknown[]) => unknown

/** Handlers of events. `hooks` of a client and of a call accepts it like an object of handlers. */
export class Hooks {
  #handlers = new Map<string, Handler[]>()

  /** @throws ConfigurationError if a name is not an event, or a handler not a function. */
  constructor(handlers?: HookHandlers | Hooks) {
    if (handlers === undefined || handlers === null) return
    if (handlers instanceof Hooks) {
      this.prepend(handlers)
      return
    }
    if (typeof handlers !== 'object' || Array.isArray(handlers))
      throw new ConfigurationError(
        "hooks must be an object of handlers by hook name, e.g. { 'parse:error': (error) => … }.",
        { parameter: 'hooks' },
      )
    for (const [name, given] of Object.entries(handlers))
      for (const handler of Array.isArray(given) ? given : [given])
        if (handler !== undefined) this.on(name as HookName, handler)
  }

  /** New hooks with these handlers; changes to one do not change the other. */
  copy(): Hooks {
    return new Hooks(this)
  }

  /** New hooks with these handlers, then those of the others. */
  combine(...others: readonly (Hooks | HookHandlers)[]): Hooks {
    const out = new Hooks()
    for (const one of [this, ...others].reverse()) out.prepend(one instanceof Hooks ? one : new Hooks(one))
    return out
  }

  /** @internal Inserts the current handlers of another instance before these. */
  prepend(other: Hooks): void {
    for (const [name, list] of other.#handlers)
      this.#handlers.set(name, [...list, ...(this.#handlers.get(name) ?? [])])
  }

  /** Adds a handler. */
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

  /** Removes all handlers, or those of one event. */
  clear(name?: HookName): void {
    if (name === undefined) this.#handlers.clear()
    else {
      known(name)
      this.#handlers.delete(name)
    }
  }

  /** Whether it has no handlers. */
  get empty(): boolean {
    for (const list of this.#handlers.values()) if (list.length) return false
    return true
  }

  /** @internal The current handlers of an event. */
  handlers(name: string): readonly Handler[] {
    return [...(this.#handlers.get(name) ?? [])]
  }

  /** @internal Calls the handlers of an event. */
  run(name: string, args: readonly unknown[]): void {
    for (const handler of this.handlers(name)) {
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

/** Pages without HTTPS have no randomUUID. */
export const newCallId = (): string =>
  globalThis.crypto?.randomUUID?.() ?? Math.random().toString(36).slice(2)

/** Passes one event of the core to the handlers; returns the request as JSON if they changed it. */
export function emit(
  hooks: readonly Hooks[],
  name: string,
  payload: string,
  facts: CallFacts,
  redact: Redact,
  explain: (error: unknown) => void,
): string | undefined {
  const data: unknown = JSON.parse(payload)
  const args = argumentsOf(name, data, facts, redact)
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

function argumentsOf(name: string, data: unknown, facts: CallFacts, redact: Redact): unknown[] {
  const { error, usage, ...about } = (data ?? {}) as Record<string, unknown>
  if (name === 'completion:usage') return [usage, facts]
  if (name === 'completion:kwargs' || name === 'completion:response') return [data, facts]
  return [errorFrom(JSON.stringify(error), redact), { ...facts, ...about }]
}

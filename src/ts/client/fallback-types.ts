/** The options `fallback`, `fallbackOn` and `fallbackAfter` of a client and of a call. */
import type { KnownModel, ProviderName, Word } from './known.js'

/** A client in `fallback`: the result of `fromProvider` and related functions. */
export interface FallbackClient {
  /** The id of its provider. */
  readonly provider: string
  /** The name of its model. */
  readonly model: string
  /** As of a client. */
  createPartial(params: never): unknown
  /** As of a client. */
  createWithCompletion(params: never): unknown
}

/** Classes of errors, and statuses of a provider's responses; or a function, whose `usual` is the decision without it. */
export type FallbackOn =
  | readonly (number | (abstract new (...args: never) => Error))[]
  | ((error: Error, usual: boolean) => boolean | Promise<boolean>)

/** Other providers for a call that fails. A value of the call replaces the client's. */
export interface FallbackOptions<L extends string = string> {
  /**
   * Models and clients that are called in this order, after the attempts of the client are used up or one of the errors of
   * `fallbackOn` has ended them. A model is called with the client's options, but without its credentials and the fields that
   * its provider names. See docs/fallback.md.
   * @default none
   * @example `['anthropic/claude-sonnet-4-5', fromProvider('ollama/llama3.2')]`
   */
  readonly fallback?: readonly (Word<KnownModel | `${ProviderName}/${string}`, L> | FallbackClient)[]
  /**
   * The errors after which the next one is called.
   * @default network errors, timeouts of a single client, refusals, truncated answers, and the statuses of a provider that does not serve the request: 401 to 404, 408 to 410, 424, 425, 429, 498, 5xx
   * @example `[NetworkError, 429, 503]`, or `(error, usual) => usual || error.message.includes('context')`
   */
  readonly fallbackOn?: FallbackOn
  /** @deprecated Python's name of `fallbackOn`. */
  readonly fallback_on?: FallbackOn
  /**
   * Milliseconds after which the next one is called, for each but the last.
   * @default no limit
   * @example `5000`
   */
  readonly fallbackAfter?: number
  /** @deprecated Python's name of `fallbackAfter`. */
  readonly fallback_after?: number
}

/** The options as given. */
export interface GivenFallback {
  readonly fallback: unknown
  readonly fallbackOn: unknown
  readonly fallbackAfter: unknown
}

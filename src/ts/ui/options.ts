/** The options and the state of `useObject` and `useIterable`, for every framework. */
import type { CallOptions } from '../client/call-options.js'
import type { Instructor } from '../client/client.js'
import type { Message } from '../client/messages.js'
import type { Completion } from '../common/completion.js'
import type { DeepPartial, Infer, InferInput, SingleModel } from '../schema/infer.js'
import type { Relayed } from '../stream/read-partial.js'

/** The schema, under either name. */
export type WithModel<M> =
  | { readonly responseModel: M; readonly schema?: undefined }
  | { readonly schema: M; readonly responseModel?: undefined }

interface Common<Final> {
  /**
   * Milliseconds between two updates of the view. The first snapshot of a stream and its end are shown at once.
   * @default 50
   */
  readonly throttle?: number
  /** Is called with the validated value. */
  readonly onFinish?: (value: Final, completion: Completion) => void
  /** Is called with the error of a stream. */
  readonly onError?: (error: Error) => void
}

/** A stream that a server relays: the URL of `serve`. */
export interface UrlOptions {
  readonly url: string | URL
  /** The name of the model in the list of `serve`. It may be missing if there is only one. */
  readonly model?: string
  /** Headers of the request, or a function that returns them. */
  readonly headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>)
  /** As in `fetch`: whether cookies are sent to another origin. */
  readonly credentials?: RequestCredentials
  /** In place of the global `fetch`. */
  readonly fetch?: (url: string | URL, init: RequestInit) => Promise<Response>
  /**
   * Continues the stream after a broken connection, if `serve` has `resume`. A text is the name under which the
   * session storage keeps the stream, so that a reloaded page continues it, too.
   */
  readonly resume?: boolean | string
}

/** A relayed response, or a function that requests one for each input. A response is read when the view appears. */
export interface ResponseOptions<Input> {
  readonly response:
    | Response
    | Promise<Response>
    | ((input: Input, options: { readonly signal: AbortSignal }) => Response | Promise<Response>)
}

/** A client in the page, for models in the browser and for keys of the visitor. */
export interface ClientOptions<Input> {
  readonly client: Instructor
  /** Text or messages of the input. By default the input itself. */
  readonly prompt?: (input: Input) => string | readonly Message[]
  /** Other parameters of the call. */
  readonly params?: Omit<CallOptions, 'messages' | 'prompt' | 'signal' | 'stream'>
}

/** Options of a stream that comes from a server. */
export type RelayedOptions<M, Input, Final> = Common<Final> &
  WithModel<M> &
  (UrlOptions | ResponseOptions<Input>)

/** Options of a stream without a schema: its type is stated. */
export type StatedOptions<Input, Final> = Common<Final> &
  (UrlOptions | ResponseOptions<Input>) & { readonly responseModel?: undefined; readonly schema?: undefined }

/** Options of a stream of a client in the page. */
export type DirectOptions<M, Input, Final> = Common<Final> & WithModel<M> & ClientOptions<Input>

/** `idle` before the first call; `submitted` until something is shown; `stopped` after `stop()`. */
export type StreamStatus = 'idle' | 'submitted' | 'streaming' | 'done' | 'error' | 'stopped'

interface Facts {
  /** The number of attempts of the model, from 1; 0 before the first call. */
  readonly attempts: number
  /** What failed. */
  readonly error: Error | undefined
  /** Usage, mode and model of the finished call. */
  readonly completion: Completion | undefined
}

/** The state of `useObject`. With `status: 'done'`, `object` is complete and validated. */
export type ObjectState<Partial, Final> =
  | (Facts & { readonly status: 'done'; readonly object: Final })
  | (Facts & {
      readonly status: 'idle' | 'submitted' | 'streaming' | 'error' | 'stopped'
      readonly object: Partial | undefined
    })

/** The state of `useIterable`: the elements so far, each validated. */
export interface IterableState<Item> extends Facts {
  readonly status: StreamStatus
  readonly items: readonly Item[]
}

export interface StreamActions<Input, Final> {
  /**
   * Starts a stream, and cancels the one before. Resolves to its value, or to `undefined` if it failed or was cancelled;
   * never rejects.
   */
  readonly submit: (input?: Input) => Promise<Final | undefined>
  /** Cancels the stream; what was shown stays. */
  readonly stop: () => void
}

/** What a page gets of a relayed value. */
export type Arrived<M> = Relayed<Infer<M>>
export type Growing<M> = DeepPartial<InferInput<M>>

/** All options, as the store reads them. */
export type AnyOptions = Common<never> & {
  readonly responseModel?: SingleModel | undefined
  readonly schema?: SingleModel | undefined
} & Partial<UrlOptions> &
  Partial<ResponseOptions<never>> &
  Partial<ClientOptions<never>>

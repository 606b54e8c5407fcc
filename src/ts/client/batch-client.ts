/** What a batch uses of its client, and the types of its methods. */
import type { Completion } from '../common/completion.js'
import type { ResponseModel } from '../schema/infer.js'
import type { BuiltRequest, CallParams } from './call-options.js'
import type { PlainResponse } from './response.js'

/** The part of a client that a batch uses. */
export interface BatchClient {
  readonly provider: string
  /** The request of a call, as `create` would send it first. */
  build(params: unknown): Promise<BuiltRequest>
  /** Reads and validates the response to a call. */
  parse(params: unknown, response: PlainResponse): Promise<[unknown, Completion]>
  /** Sends a request of the batch with the client's fetch and credentials. `done` is called when its body is read. */
  send(
    url: string,
    init: RequestInit,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly response: Response; done(): void }>
}

/** The parameters of one call of a batch. */
export type BatchRequest = CallParams<ResponseModel> & {
  /**
   * Unique in the batch.
   * @default `request-1`, `request-2`, …
   */
  readonly id?: string
}

/** The response model of a request. */
export type ModelOf<R> = R extends { readonly responseModel: infer M extends ResponseModel }
  ? M
  : R extends { readonly response_model: infer M extends ResponseModel }
    ? M
    : never

/** The second argument of `client.batch`. */
export interface BatchOptions {
  /** The id of a batch that was submitted before with the same requests. */
  readonly batchId?: string
}

/** How {@link Batch.wait} and {@link Batch.results} wait. */
export interface WaitOptions {
  /**
   * Milliseconds between two questions about the state.
   * @default 5 seconds at first, then longer, up to a minute
   */
  readonly interval?: number
  /** Ends the waiting; the batch continues. */
  readonly signal?: AbortSignal
  /** Called with each state. */
  readonly onProgress?: (status: BatchStatus) => void
}

/** The state of a batch. */
export interface BatchStatus {
  /** The provider's id of the batch. */
  readonly id: string
  /** The state in the provider's word. */
  readonly status: string
  /** Whether there are no further answers. */
  readonly ended: boolean
  /** Why the provider refused the batch as a whole. */
  readonly error?: string
  /** The number of requests. */
  readonly total: number
  /** Requests with an answer so far. */
  readonly succeeded: number
  /** Requests that the provider failed to serve. */
  readonly failed: number
  /** The provider's object. */
  readonly raw: Readonly<Record<string, unknown>>
}

/** The result of one request: its value or its error. */
export interface BatchResult<T> {
  /** The id of the request. */
  readonly id: string
  /** The validated value. */
  readonly value?: T
  /** The reason for a missing value: the provider's error, or an answer that does not match the model. */
  readonly error?: Error
  /** Raw answer, usage and finish reason, if there is a value. */
  readonly completion?: Completion
}

/** The parameters of a call. */
import type { ResponseModel } from '../schema/infer.js'
import type { CacheOptions } from './cache.js'
import type { HookHandlers } from './hooks.js'
import type { Message } from './messages.js'
import type { RequestField } from './names.js'
import type { RetryPolicy } from './retry-policy.js'

/** Generation parameters for every provider, translated to its field. */
export interface GenerationParams {
  readonly temperature?: number
  readonly topP?: number
  readonly top_p?: number
  readonly maxTokens?: number
  readonly max_tokens?: number
  readonly stop?: string | readonly string[]
  readonly seed?: number
}

/**
 * Request fields of the providers' APIs (`tools`, `reasoning_effort`, `thinking`, …): they go into the body
 * unchanged.
 */
export type RequestFields = { readonly [K in RequestField]?: unknown }

/** Additions to requests, unchecked; they replace fields with the same name. */
export interface PassThrough {
  /** Fields of the request body, as the provider names them. */
  readonly extraBody?: Readonly<Record<string, unknown>>
  readonly extraHeaders?: Readonly<Record<string, string>> | Headers
  /** Parameters of the URL's query. */
  readonly extraQuery?: Readonly<Record<string, string | number | boolean>>
  readonly extra_body?: Readonly<Record<string, unknown>>
  readonly extra_headers?: Readonly<Record<string, string>> | Headers
  readonly extra_query?: Readonly<Record<string, string | number | boolean>>
}

/** Limits for further attempts: tokens, or milliseconds since the start of the call. */
export type Budget = number | { readonly tokens?: number; readonly ms?: number }

export interface CallOptions extends GenerationParams, RequestFields, PassThrough, CacheOptions {
  readonly messages?: readonly Message[]
  /** Shorthand for one user message; with `messages` it becomes the last one. */
  readonly prompt?: string
  /** Another model of the same provider, for this call. */
  readonly model?: string
  /** Retries after an invalid answer (default 3), or a policy. */
  readonly maxRetries?: number | RetryPolicy
  readonly max_retries?: number | RetryPolicy
  /** Retries of one HTTP request (408, 409, 429, 5xx, network, a truncated body). Default 2. */
  readonly httpRetries?: number
  readonly http_retries?: number
  /** Milliseconds without data after which a streamed body counts as interrupted. No default. */
  readonly idleTimeout?: number
  readonly idle_timeout?: number
  /** The largest answer that is read, per attempt, in bytes. Default 16 MiB; a larger one is a ProviderError. */
  readonly maxAnswerBytes?: number
  readonly max_answer_bytes?: number
  /** Variables for templates (Jinja) in the messages. */
  readonly context?: Readonly<Record<string, unknown>>
  /** `false` coerces values like JSON clients ("25" → 25). Default true. */
  readonly strict?: boolean
  /** Whether strings in messages that are the URL or data URL of an image, audio or PDF become parts. Default false. */
  readonly autodetect?: boolean
  readonly mode?: string
  readonly hooks?: HookHandlers
  readonly signal?: AbortSignal
  /** Milliseconds for the whole call, retries included. */
  readonly timeout?: number
  readonly budget?: Budget
  /**
   * `early`: validate parts of a stream when they close, and reask at the first mistake. `end` (default): validate
   * the whole value.
   */
  readonly validate?: 'early' | 'end'
  /** How an answer is read: `lenient` accepts values close to the schema, and lists the changes. */
  readonly parse?: 'strict' | 'lenient'
  /** The prompt of JSON and MD_JSON modes; `{schema}` in it is replaced by the schema. */
  readonly schemaPrompt?: string
  readonly schema_prompt?: string
  /** A snapshot per network chunk (default) or per delta of the provider. */
  readonly every?: 'chunk' | 'delta'
  /** `create` does not accept `true`: use createPartial or createIterable. */
  readonly stream?: boolean
}

export type CallParams<M extends ResponseModel> = CallOptions &
  (
    | { readonly responseModel: M; readonly response_model?: undefined }
    | { readonly response_model: M; readonly responseModel?: undefined }
  )

export interface StreamOptions {
  /** A snapshot per network chunk (default) or per delta of the provider. */
  readonly every?: 'chunk' | 'delta'
}

/** A request that the app can send itself. */
export interface BuiltRequest {
  readonly url: string
  readonly method: string
  readonly headers: Record<string, string>
  readonly body: string
}

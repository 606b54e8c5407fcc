/** The parameters of a call. */
import type { ResponseModel } from '../schema/infer.js'
import type { CacheOptions } from './cache.js'
import type { HookHandlers } from './hooks.js'
import type { Message } from './messages.js'
import type { RequestField } from './names.js'
import type { RetryPolicy } from './retry-policy.js'

/** Parameters of generation that every provider takes, translated to its own field. */
export interface GenerationParams {
  readonly temperature?: number
  readonly topP?: number
  readonly top_p?: number
  readonly maxTokens?: number
  readonly max_tokens?: number
  readonly stop?: string | readonly string[]
  readonly seed?: number
}

/** Request fields of the providers' APIs (`tools`, `reasoning_effort`, `thinking`, …): they go into the body as they are. */
export type RequestFields = { readonly [K in RequestField]?: unknown }

/** What goes into requests without being read, in place of what is there by the same name. */
export interface PassThrough {
  /** Fields of the request body, as the provider names them. */
  readonly extraBody?: Readonly<Record<string, unknown>>
  readonly extraHeaders?: Readonly<Record<string, string>> | Headers
  /** Parameters of the address. */
  readonly extraQuery?: Readonly<Record<string, string | number | boolean>>
  readonly extra_body?: Readonly<Record<string, unknown>>
  readonly extra_headers?: Readonly<Record<string, string>> | Headers
  readonly extra_query?: Readonly<Record<string, string | number | boolean>>
}

/** What may be used up before another attempt is refused: tokens, or milliseconds since the call began. */
export type Budget = number | { readonly tokens?: number; readonly ms?: number }

export interface CallOptions extends GenerationParams, RequestFields, PassThrough, CacheOptions {
  readonly messages?: readonly Message[]
  /** Shorthand for one user message; beside `messages` it is the last of them. */
  readonly prompt?: string
  /** Another model of the same provider, for this call. */
  readonly model?: string
  /** Retries after the first attempt when the answer does not fit (default 3), or a policy. */
  readonly maxRetries?: number | RetryPolicy
  readonly max_retries?: number | RetryPolicy
  /** Retries of one HTTP request (408, 409, 429, 5xx, network, a body that was cut). Default 2. */
  readonly httpRetries?: number
  readonly http_retries?: number
  /** Milliseconds that a streamed body may be silent before it counts as broken off. No default. */
  readonly idleTimeout?: number
  readonly idle_timeout?: number
  /** The largest answer that is read, per attempt, in bytes. Default 16 MiB; a larger one is a ProviderError. */
  readonly maxAnswerBytes?: number
  readonly max_answer_bytes?: number
  /** Variables for templates (Jinja) in the messages. */
  readonly context?: Readonly<Record<string, unknown>>
  /** `false` coerces values as JSON clients commonly do ("25" → 25). Default true. */
  readonly strict?: boolean
  /** Strings in messages that are the address or the data URL of an image, audio or PDF become such parts. Default false. */
  readonly autodetect?: boolean
  readonly mode?: string
  readonly hooks?: HookHandlers
  readonly signal?: AbortSignal
  /** Milliseconds for the whole call, retries included. */
  readonly timeout?: number
  readonly budget?: Budget
  /** Check parts of a stream as they close, and ask again at the first mistake; or the whole at the end (default). */
  readonly validate?: 'early' | 'end'
  /** How an answer is read: `lenient` takes what is nearly the schema, and lists what it changed. */
  readonly parse?: 'strict' | 'lenient'
  /** The prompt of JSON and MD_JSON modes; `{schema}` in it stands for the schema. */
  readonly schemaPrompt?: string
  readonly schema_prompt?: string
  /** A snapshot per network chunk (default) or per delta of the provider. */
  readonly every?: 'chunk' | 'delta'
  /** `create` takes no `true`: use createPartial or createIterable. */
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

/** A request, ready to be sent by other means. */
export interface BuiltRequest {
  readonly url: string
  readonly method: string
  readonly headers: Record<string, string>
  readonly body: string
}

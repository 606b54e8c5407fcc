/** The public types: what a response model may be, what a call takes, what comes back. */
import type { InBrowserOptions } from '../inbrowser/index.js'
import type { FromSchema, JsonSchema } from '../schema/from-schema.js'
import type { JsonSchemaModel } from '../schema/model.js'
import type { StandardSchema } from '../schema/standard.js'
import type { HookHandlers } from './hooks.js'
import type { RequestField } from './names.js'

// -- response models -----------------------------------------------------------------------------------------

/** TypeBox: a JSON Schema that carries its own type. */
interface TypeBoxLike {
  params: unknown[]
  static: unknown
}
/** Zod before 3.24 knows no Standard Schema yet. */
interface OldZodLike {
  readonly _output: unknown
  readonly _input: unknown
  safeParseAsync: (value: unknown) => Promise<unknown>
}

/** A model that stands for itself. */
export type SchemaInput =
  | StandardSchema<unknown, unknown>
  | OldZodLike
  | TypeBoxLike
  | JsonSchemaModel<unknown>
  | JsonSchema
  | StringConstructor
  | NumberConstructor
  | BooleanConstructor

/** A model with a name and a description for the LLM. */
export interface NamedModel<M = SchemaInput> {
  readonly schema: M
  readonly name?: string
  readonly description?: string
}

/** A model or a named model. */
export type SingleModel = SchemaInput | NamedModel

/** What `responseModel` takes: a model, an array of models (parallel tools), or null for the raw answer. */
export type ResponseModel = SingleModel | readonly SingleModel[] | null

/** The value that a call with this response model gives. */
export type Infer<M> = M extends null
  ? RawAnswer
  : M extends readonly (infer Each)[]
    ? Infer<Each>[]
    : Side<M, 'output'>

/** The value that the model writes, before defaults and transforms of the schema are applied. */
export type InferInput<M> = M extends null
  ? RawAnswer
  : M extends readonly (infer Each)[]
    ? InferInput<Each>[]
    : Side<M, 'input'>

type Side<M, S extends 'input' | 'output'> = M extends { readonly '~standard': infer Props }
  ? Props extends { readonly types?: infer T }
    ? NonNullable<T> extends { readonly [K in S]: infer O }
      ? O
      : unknown
    : unknown
  : M extends JsonSchemaModel<infer T>
    ? T
    : M extends TypeBoxLike
      ? (M & { params: [] })['static']
      : M extends OldZodLike
        ? M[S extends 'input' ? '_input' : '_output']
        : M extends StringConstructor
          ? string
          : M extends NumberConstructor
            ? number
            : M extends BooleanConstructor
              ? boolean
              : M extends { readonly schema: infer Inner }
                ? Side<Inner, S>
                : FromSchema<M>

/** The provider's body as it came, parsed; its shape is the provider's. */
export type RawAnswer = unknown

/**
 * A value while it is still arriving: every property may be missing, arrays may be short. Snapshots share what did not
 * change, so nothing in them is to be written.
 */
export type DeepPartial<T> = T extends (...args: never) => unknown
  ? T
  : T extends Date | Blob | URL | RegExp | Uint8Array
    ? T
    : T extends readonly (infer Item)[]
      ? number extends T['length']
        ? readonly DeepPartial<Item>[]
        : { readonly [K in keyof T]?: DeepPartial<T[K]> }
      : T extends object
        ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
        : T

// -- messages ------------------------------------------------------------------------------------------------

/** Bytes, or where to find them: a URL, a data URL, raw bytes, a Blob or a File. */
export type Source = string | URL | Uint8Array | ArrayBuffer | Blob | { readonly [key: string]: unknown }

export interface TextPart {
  readonly type: 'text'
  readonly text: string
  readonly [key: string]: unknown
}

export interface MediaPart {
  readonly type: 'image' | 'audio' | 'document'
  readonly source: Source
  /** Only needed where it can't be seen from the bytes. */
  readonly mediaType?: string
  readonly name?: string
  readonly [key: string]: unknown
}

/** Any part the provider knows (`image_url`, `input_audio`, `file`, …), passed on as it is. */
export interface ProviderPart {
  readonly type: string
  readonly [key: string]: unknown
}

export type Part = TextPart | MediaPart | ProviderPart

export interface Message {
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool' | (string & {})
  readonly content?: string | readonly (Part | string)[] | null
  readonly [key: string]: unknown
}

// -- calls ---------------------------------------------------------------------------------------------------

/** When to ask again, where a number of retries does not say enough. */
export interface RetryPolicy {
  /** Attempts in all, at least 1. Default 4. */
  readonly attempts?: number
  /** Milliseconds before each further attempt, or a function of the attempt that failed (1, 2, …). */
  readonly delay?: number | ((attempt: number) => number)
  /** Whether this failure is worth another attempt. Default: answers that don't fit, not HTTP errors. */
  readonly retryOn?: (error: Error, attempt: number) => boolean | Promise<boolean>
  /** Told before each further attempt. */
  readonly onRetry?: (error: Error, attempt: number) => void
}

/** A store for answers: a `Map`, or anything with these two methods (they may be asynchronous). */
export interface Cache {
  get(key: string): string | undefined | null | Promise<string | undefined | null>
  set(key: string, value: string): unknown
}

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

export interface CacheOptions {
  /** A store of answers, `true` for one in memory. A stream out of it comes at once. */
  readonly cache?: Cache | boolean
  /** Milliseconds for which an answer counts. Default: without end. */
  readonly cacheTtl?: number
  /** Clients that name the same one share their answers; without it only those with the same credentials do. */
  readonly cacheNamespace?: string
  readonly cache_ttl?: number
  readonly cache_namespace?: string
}

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

/** What may be used up before another attempt is refused: tokens, or milliseconds since the call began. */
export type Budget = number | { readonly tokens?: number; readonly ms?: number }

export type CallParams<M extends ResponseModel> = CallOptions &
  (
    | { readonly responseModel: M; readonly response_model?: undefined }
    | { readonly response_model: M; readonly responseModel?: undefined }
  )

export interface StreamOptions {
  /** A snapshot per network chunk (default) or per delta of the provider. */
  readonly every?: 'chunk' | 'delta'
}

/** Tokens used, summed over attempts. */
export interface Usage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly totalTokens: number
  /** The provider's own usage object, its numbers summed likewise. */
  readonly raw: Readonly<Record<string, unknown>>
}

/** One attempt of a call. */
export interface Attempt {
  readonly request: { readonly url?: string; readonly body: Readonly<Record<string, unknown>> }
  /** The provider's body, parsed; null when there was none. */
  readonly raw: unknown
  /** Why the answer was not accepted. */
  readonly error?: Error
}

/** Something that was changed on the way from the answer to the value. */
export interface Coercion {
  readonly path?: readonly (string | number)[]
  readonly [detail: string]: unknown
}

/** What is known of a finished call beside its value. */
export interface Completion {
  readonly raw: unknown
  readonly text: string | null
  readonly reasoning?: string | null
  readonly usage: Usage
  readonly attempts: readonly Attempt[]
  readonly mode: string
  readonly model: string
  readonly provider: string
  readonly finishReason: string | null
  /** It came out of a cache: `usage` is zero. */
  readonly cached: boolean
  readonly coercions: readonly Coercion[]
  /**
   * The calls of the answer, where there were several or the tools are parallel. With parallel tools they are in the
   * value's order. `used: false` with its `value`: a further call of the one tool, which is not in the value.
   */
  readonly calls?: readonly { readonly name: string; readonly used: boolean; readonly value?: unknown }[]
}

/** A request, ready to be sent by other means. */
export interface BuiltRequest {
  readonly url: string
  readonly method: string
  readonly headers: Record<string, string>
  readonly body: string
}

// -- clients -------------------------------------------------------------------------------------------------

export type Fetch = (input: string, init: RequestInit) => Promise<Response>

/** Credentials that are found when they are needed: a token, or a function that answers one. */
export type Token = string | (() => string | Promise<string>)

export interface ClientOptions
  extends GenerationParams,
    InBrowserOptions,
    RequestFields,
    PassThrough,
    CacheOptions {
  readonly apiKey?: Token
  readonly api_key?: Token
  readonly baseURL?: string
  readonly base_url?: string
  readonly fetch?: Fetch
  readonly headers?: Readonly<Record<string, string>> | Headers
  readonly mode?: string
  /** Milliseconds for each whole call. */
  readonly timeout?: number
  readonly maxRetries?: number | RetryPolicy
  readonly max_retries?: number | RetryPolicy
  readonly httpRetries?: number
  readonly http_retries?: number
  /** Milliseconds that a streamed body may be silent before it counts as broken off. No default. */
  readonly idleTimeout?: number
  readonly idle_timeout?: number
  /** The largest answer that is read, per attempt, in bytes. Default 16 MiB; a larger one is a ProviderError. */
  readonly maxAnswerBytes?: number
  readonly max_answer_bytes?: number
  readonly hooks?: HookHandlers
  /** Where variables such as OPENAI_API_KEY are read: a Worker's `env`. Default: `process.env`, where there is one. */
  readonly env?: object
  readonly signal?: AbortSignal
  /** Azure and others. */
  readonly apiVersion?: string
  readonly azureEndpoint?: string
  readonly organization?: string
  readonly project?: string
  readonly vertexai?: boolean
  readonly location?: string
  readonly credentials?: unknown
  readonly accessToken?: Token
  readonly accountId?: string
  /** A function is asked once, before the first request. */
  readonly region?: string | (() => string | Promise<string>)
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  readonly sessionToken?: string
  readonly native?: boolean
  /** The key may be used in a browser page: no warning. */
  readonly allowBrowser?: boolean
  readonly strict?: boolean
  readonly parse?: 'strict' | 'lenient'
  readonly schemaPrompt?: string
  readonly autodetect?: boolean
  readonly budget?: Budget
  readonly every?: 'chunk' | 'delta'
  /** Python's spellings. */
  readonly default_headers?: Readonly<Record<string, string>>
  readonly async_client?: boolean
}

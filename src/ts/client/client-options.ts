/** The options of a client. */
import type { Fetch, Token } from '../common/fetch.js'
import type { InBrowserOptions } from '../inbrowser/options.js'
import type { CacheOptions } from './cache.js'
import type { Budget, GenerationParams, PassThrough, RequestFields } from './call-options.js'
import type { HookHandlers } from './hooks.js'
import type { RetryPolicy } from './retry-policy.js'

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
  /** Milliseconds without data after which a streamed body counts as interrupted. No default. */
  readonly idleTimeout?: number
  readonly idle_timeout?: number
  /** The largest answer that is read, per attempt, in bytes. Default 16 MiB; a larger one is a ProviderError. */
  readonly maxAnswerBytes?: number
  readonly max_answer_bytes?: number
  readonly hooks?: HookHandlers
  /** The source of variables such as OPENAI_API_KEY, e.g. a Worker's `env`. Default: `process.env`, if present. */
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
  /** A function is called once, before the first request. */
  readonly region?: string | (() => string | Promise<string>)
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  readonly sessionToken?: string
  readonly native?: boolean
  /** The key may be used in a browser page without a warning. */
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

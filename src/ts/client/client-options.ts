/** The options of a client. */
import type { Fetch, Token } from '../common/fetch.js'
import type { InBrowserOptions } from '../inbrowser/options.js'
import type { CacheOptions } from './cache.js'
import type { AttemptOptions, GenerationParams, PassThrough, RequestFields } from './call-options.js'
import type { Checks } from './check-types.js'
import type { FallbackOptions } from './fallback-types.js'
import type { HookHandlers, Hooks } from './hooks.js'
import type { ModeName, Word } from './known.js'
import type { SchemaPrompt } from './schema-prompt.js'

/** The options of a client. Those that calls have too are defaults for its calls. */
export interface ClientOptions<L extends string = string>
  extends GenerationParams,
    AttemptOptions,
    InBrowserOptions,
    RequestFields,
    PassThrough,
    CacheOptions,
    FallbackOptions<L> {
  /**
   * The API key, or a function that returns one for each request.
   * @default the provider's environment variable
   * @example `process.env.MY_KEY`, or `async () => (await vault.read('openai')).key`
   */
  readonly apiKey?: Token
  /** @deprecated Python's name of `apiKey`. */
  readonly api_key?: Token
  /**
   * The base URL of a proxy, a gateway or a local server.
   * @default the provider's own
   * @example `'https://llm.example.com/v1'`
   */
  readonly baseURL?: string
  /** @deprecated Python's name of `baseURL`. */
  readonly base_url?: string
  /**
   * Sends the requests.
   * @default the global `fetch`
   * @example `(url, init) => fetch(url, { ...init, dispatcher })`
   */
  readonly fetch?: Fetch
  /**
   * HTTP headers of every request.
   * @example `{ 'x-team': 'search' }`
   */
  readonly headers?: Readonly<Record<string, string>> | Headers
  /**
   * The structured-output mode (see `Mode`).
   * @default the best one that the provider and the model support
   * @example `'JSON_SCHEMA'`
   */
  readonly mode?: Word<ModeName, L>
  /**
   * Milliseconds for each whole call, retries included.
   * @default no limit
   * @example `60_000`
   */
  readonly timeout?: number
  /**
   * Tools for all calls: own ones (`defineTool`), and tools of the provider in the form of its API.
   * @default none
   * @example `[defineTool({ name: 'now', run: () => Date.now() })]`
   */
  readonly tools?: readonly unknown[]
  /**
   * Judges the values of all calls after they have matched their schema, in addition to the checks of each call.
   * @example `(value) => (value.total < 0 ? 'The total must not be negative' : undefined)`
   */
  readonly check?: Checks<unknown>
  /**
   * Handlers for the events of all calls.
   * @example `{ 'parse:error': (error) => console.warn(error.message) }`
   */
  readonly hooks?: HookHandlers | Hooks
  /**
   * The object that variables such as `OPENAI_API_KEY` are read from, e.g. a Worker's `env`.
   * @default `process.env`
   * @example `fromProvider('openai/gpt-4o-mini', { env })` in a Worker
   */
  readonly env?: object
  /** Cancels all calls of the client. */
  readonly signal?: AbortSignal
  /** Azure OpenAI and others: the version of the API. */
  readonly apiVersion?: string
  /** Azure OpenAI: the endpoint of the resource, e.g. `https://my-resource.openai.azure.com`. */
  readonly azureEndpoint?: string
  /** OpenAI: the organization that is billed. */
  readonly organization?: string
  /** OpenAI and Vertex AI: the project. */
  readonly project?: string
  /**
   * Google: `true` uses Vertex AI instead of the Gemini API.
   * @default false
   */
  readonly vertexai?: boolean
  /** Vertex AI: the location, e.g. `us-central1`. */
  readonly location?: string
  /** Vertex AI: the service account. Bedrock: AWS credentials. A function that returns them is accepted too. */
  readonly credentials?: unknown
  /** A bearer token, or a function that returns one for each request. */
  readonly accessToken?: Token
  /** Workers AI and Snowflake: the account. */
  readonly accountId?: string
  /** Bedrock: the AWS region. A function is called once, before the first request. */
  readonly region?: string | (() => string | Promise<string>)
  /** Bedrock: the id of the AWS access key. */
  readonly accessKeyId?: string
  /** Bedrock: the AWS secret access key. */
  readonly secretAccessKey?: string
  /** Bedrock: the token of temporary AWS credentials. */
  readonly sessionToken?: string
  /**
   * Ollama: `true` uses Ollama's own API instead of its OpenAI-compatible one.
   * @default false
   */
  readonly native?: boolean
  /**
   * `true` turns off the warning about an API key in a browser page.
   * @default false
   */
  readonly allowBrowser?: boolean
  /**
   * `false` coerces simple types (`"25"` → 25) and tries to repair an invalid answer before a retry.
   * @default true
   */
  readonly strict?: boolean
  /**
   * `lenient` repairs answers that nearly match the schema. `strict` changes nothing. Without it, where the prompt has the schema
   * (JSON, MD_JSON), an answer that is not valid is read by its structure: the data where they are, keys in another case, an answer that is cut
   * off after its required keys. Each change is listed in `completion.coercions`.
   */
  readonly parse?: 'strict' | 'lenient'
  /**
   * Stops a stream that repeats itself without end, and requests another answer after it and after a cut answer that does.
   * @default true
   */
  readonly stopLoops?: boolean
  /** @deprecated Python's name of `stopLoops`. */
  readonly stop_loops?: boolean
  /**
   * Stops a stream when every key of the schema is complete and a further one begins, so that it is not paid for.
   * @default `true` where the prompt has the schema and the schema allows no other keys, unless `parse` is `'strict'`
   */
  readonly stopWhenComplete?: boolean
  /** @deprecated Python's name of `stopWhenComplete`. */
  readonly stop_when_complete?: boolean
  /**
   * The prompt that describes the schema in the modes JSON and MD_JSON, and in JSON_SCHEMA for servers that enforce the schema
   * without showing it to the model (llama.cpp, vLLM, Ollama, …). `types` is a notation of types, `json-schema` the JSON Schema
   * and no prompt in JSON_SCHEMA. Any other string is the prompt: `{types}` and `{schema}` in it are replaced. A function gets the
   * JSON Schema of the answer and returns the prompt.
   * @default 'types', or what the model was trained with
   */
  readonly schemaPrompt?: SchemaPrompt
  /**
   * Converts strings in messages that are the address of an image, audio or PDF, its data URL or its base64, to parts of that
   * type.
   * @default false
   */
  readonly autodetect?: boolean
  /**
   * Whether a stream yields a snapshot for each network chunk or for each delta of the provider.
   * @default 'chunk'
   */
  readonly every?: 'chunk' | 'delta'
  /** @deprecated Python's name of `headers`. */
  readonly default_headers?: Readonly<Record<string, string>>
  /** Accepted and ignored: all clients are asynchronous. */
  readonly async_client?: boolean
}

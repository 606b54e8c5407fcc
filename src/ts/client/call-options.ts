/** The parameters of a call. */

import type { RequestField } from '../common/request-fields.js'
import type { ResponseModel } from '../schema/infer.js'
import type { CacheOptions } from './cache.js'
import type { Checked, Checks } from './check-types.js'
import type { FallbackOptions } from './fallback-types.js'
import type { HookHandlers, Hooks } from './hooks.js'
import type { ModeName, Word } from './known.js'
import type { Message } from './messages.js'
import type { RetryPolicy } from './retry-policy.js'
import type { SchemaPrompt } from './schema-prompt.js'

/** Generation parameters that are translated to the provider's own fields. */
export interface GenerationParams {
  /**
   * Sampling temperature.
   * @default the provider's own: none is sent
   * @example `0`
   */
  readonly temperature?: number
  /**
   * Nucleus sampling: the probability mass to sample from.
   * @default the provider's own: none is sent
   */
  readonly topP?: number
  /** @deprecated Python's name of `topP`. */
  readonly top_p?: number
  /**
   * The largest number of tokens in the answer.
   * @default the provider's own, except for Anthropic, which needs one
   * @example `2000`
   */
  readonly maxTokens?: number
  /** @deprecated Python's name of `maxTokens`. */
  readonly max_tokens?: number
  /**
   * Text, or texts, at which the model stops.
   * @example `['\n\n']`
   */
  readonly stop?: string | readonly string[]
  /** Seed for reproducible sampling, if the provider supports it. */
  readonly seed?: number
}

/**
 * Request fields of the providers' APIs (`tools`, `reasoning_effort`, `thinking`, …). They are sent in the body unchanged.
 * `system` is not one of them, because only one API has it: use a message with the role `system`.
 */
export type RequestFields = { readonly [K in Exclude<RequestField, 'system'>]?: unknown }

/** Values that are added to every request unchanged. They replace values of the same name. */
export interface PassThrough {
  /**
   * Fields of the request body, named as the provider names them.
   * @example `{ service_tier: 'flex' }`
   */
  readonly extraBody?: Readonly<Record<string, unknown>>
  /**
   * HTTP headers.
   * @example `{ 'x-request-source': 'import' }`
   */
  readonly extraHeaders?: Readonly<Record<string, string>> | Headers
  /** Query parameters of the URL. */
  readonly extraQuery?: Readonly<Record<string, string | number | boolean>>
  /** @deprecated Python's name of `extraBody`. */
  readonly extra_body?: Readonly<Record<string, unknown>>
  /** @deprecated Python's name of `extraHeaders`. */
  readonly extra_headers?: Readonly<Record<string, string>> | Headers
  /** @deprecated Python's name of `extraQuery`. */
  readonly extra_query?: Readonly<Record<string, string | number | boolean>>
}

/** Limits after which no further attempt is made: a number of tokens, or several limits. A valid answer is returned even above them. */
export type Budget =
  | number
  | {
      /** Tokens of all attempts. */
      readonly tokens?: number
      /** US dollars, by `prices`. */
      readonly usd?: number
      /** Milliseconds since the start of the call. */
      readonly ms?: number
      /** Attempts, the first included. */
      readonly attempts?: number
    }

/** The prices of a model, in US dollars per million tokens. */
export interface Price {
  /** Input tokens. */
  readonly input: number
  /** Output tokens, reasoning included. */
  readonly output: number
  /**
   * Input that is read from the provider's cache.
   * @default `input`
   */
  readonly cachedInput?: number
  /**
   * Input that is written to the provider's cache.
   * @default `input`
   */
  readonly cacheWrite?: number
}

/** How often a call is repeated, and what ends an attempt. A value of the call replaces the client's. */
export interface AttemptOptions {
  /**
   * Retries after an answer that is invalid, or a policy.
   * @default 3
   * @example `2`, or `retry(stopAfterAttempt(5), waitExponential({ max: 8000 }))`
   */
  readonly maxRetries?: number | RetryPolicy
  /** @deprecated Python's name of `maxRetries`. */
  readonly max_retries?: number | RetryPolicy
  /**
   * Retries of one HTTP request: status 408, 409, 429 and 5xx, network errors, truncated bodies.
   * @default 2
   */
  readonly httpRetries?: number
  /** @deprecated Python's name of `httpRetries`. */
  readonly http_retries?: number
  /**
   * Milliseconds without data after which a streamed body counts as broken.
   * @default no limit
   */
  readonly idleTimeout?: number
  /** @deprecated Python's name of `idleTimeout`. */
  readonly idle_timeout?: number
  /**
   * The largest answer of one attempt, in bytes. A larger one is a `ProviderError`.
   * @default 16777216
   */
  readonly maxAnswerBytes?: number
  /** @deprecated Python's name of `maxAnswerBytes`. */
  readonly max_answer_bytes?: number
  /**
   * What is requested after an answer that does not match the schema: `whole` the whole answer again; `part` only the
   * failing parts where that is possible, which costs fewer tokens. The parts are put into the answer, and the whole is
   * validated. See docs/guide.md.
   * @default 'whole'
   */
  readonly repair?: 'part' | 'whole'
  /**
   * How many answers of one call may call own tools (`defineTool`). After them the model has to give the answer.
   * @default 8
   * @example `3`
   */
  readonly maxSteps?: number
  /** @deprecated Python's name of `maxSteps`. */
  readonly max_steps?: number
  /**
   * Limits of tokens, cost, time or attempts, after which no further attempt is made.
   * @default no limit
   * @example `10_000` tokens, or `{ usd: 0.01, ms: 20_000 }`
   */
  readonly budget?: Budget
  /** Prices by model: `{ 'openai/gpt-4o-mini': { input: 0.15, output: 0.6 } }`. They are the basis of `usage.cost` and `budget.usd`. */
  readonly prices?: Readonly<Record<`${string}/${string}`, Price>>
}

/** The parameters of a call, without the response model. */
export interface CallOptions<L extends string = string>
  extends GenerationParams,
    RequestFields,
    PassThrough,
    CacheOptions,
    AttemptOptions,
    FallbackOptions<L> {
  /**
   * Tools that the model may call before it gives the answer: own ones (`defineTool`), which replace those of the client, and
   * tools of the provider in the form of its API, which are sent unchanged.
   * @default the client's tools
   * @example `[defineTool({ name: 'now', run: () => Date.now() }), { type: 'web_search' }]`
   */
  readonly tools?: readonly unknown[]
  /**
   * The conversation.
   * @example `[{ role: 'system', content: 'Be exact.' }, { role: 'user', content: ['Who is this?', image(url)] }]`
   */
  readonly messages?: readonly Message<L>[]
  /**
   * Shorthand for one user message.
   * @example `'Extract: Jason is 25.'`
   */
  readonly prompt?: string
  /**
   * Another model of the same provider, for this call.
   * @default the client's model
   * @example `'gpt-4.1'`
   */
  readonly model?: string
  /**
   * Variables for Jinja templates in the messages, and for checks and functions in `responseModel`.
   * @example `{ text: untrusted }` with the prompt `'Extract: {{ text }}'`
   */
  readonly context?: Readonly<Record<string, unknown>>
  /**
   * `false` coerces simple types (`"25"` → 25) and tries to repair an invalid answer before a retry.
   * @default true
   */
  readonly strict?: boolean
  /**
   * Converts strings in messages that are the address of an image, audio or PDF, its data URL or its base64, to parts of that
   * type.
   * @default false
   */
  readonly autodetect?: boolean
  /**
   * The structured-output mode (see `Mode`).
   * @default the best one that the provider and the model support
   * @example `'TOOLS_STRICT'`
   */
  readonly mode?: Word<ModeName, L>
  /**
   * Handlers for events of this call, added to those of the client.
   * @example `{ 'completion:usage': (usage) => console.log(usage.totalTokens) }`
   */
  readonly hooks?: HookHandlers | Hooks
  /**
   * Cancels the call.
   * @example `AbortSignal.timeout(30_000)`, or the `signal` of a request
   */
  readonly signal?: AbortSignal
  /**
   * Milliseconds for the whole call, retries included.
   * @default no limit
   * @example `30_000`
   */
  readonly timeout?: number
  /**
   * `early` validates the parts of a stream as they close and retries at the first error.
   * @default 'end'
   */
  readonly validate?: 'early' | 'end'
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
  /** The prompt that describes the schema to the model; see the option of the client. */
  readonly schemaPrompt?: SchemaPrompt
  /** @deprecated Python's name of `schemaPrompt`. */
  readonly schema_prompt?: SchemaPrompt
  /**
   * Whether a stream yields a snapshot for each network chunk or for each delta of the provider.
   * @default 'chunk'
   */
  readonly every?: 'chunk' | 'delta'
  /**
   * `true`: `create` returns a stream of snapshots, as `createPartial` does.
   * @default false
   */
  readonly stream?: boolean
}

/** `{}` is refused, because it describes any value. */
type NotEmpty<M> = M extends (...args: never[]) => unknown
  ? unknown
  : M extends object
    ? [keyof M] extends [never]
      ? never
      : unknown
    : unknown

/** The parameters of a call, with the response model, and with either messages or a prompt. */
export type CallParams<M extends ResponseModel, L extends string = string> = CallOptions<L> & {
  /**
   * Judges the value after it has matched the schema: returns problems, a string for one, or nothing. An object has such
   * functions by path. The problems are reported to the model like those of the schema.
   * @example `(user) => (user.age < 18 ? [{ path: ['age'], message: 'Must be at least 18' }] : undefined)`
   */
  readonly check?: Checks<Checked<M>>
} & (
    | {
        /**
         * What is requested: a schema (Zod, Valibot, ArkType, TypeBox, JSON Schema, …), several models (`tools`, or an array), a
         * function of `context`, or null for the raw answer.
         * @example `z.object({ name: z.string(), age: z.number().int() })`
         */
        readonly responseModel: M & NotEmpty<M>
        /** @deprecated Python's name of `responseModel`. */
        readonly response_model?: undefined
      }
    | {
        /** @deprecated Python's name of `responseModel`. */
        readonly response_model: M & NotEmpty<M>
        /** A schema, several models, or null for the raw answer. */
        readonly responseModel?: undefined
      }
  ) &
  (
    | {
        /**
         * The conversation.
         * @example `[{ role: 'user', content: 'Extract: Jason is 25.' }]`
         */
        readonly messages: readonly Message<L>[]
        /** One user message; not together with `messages`. */
        readonly prompt?: undefined
      }
    | {
        /**
         * One user message.
         * @example `'Extract: Jason is 25.'`
         */
        readonly prompt: string
        /** The conversation; not together with `prompt`. */
        readonly messages?: undefined
      }
  )

/** Parameters of a streamed call. */
export interface StreamOptions {
  /**
   * Whether the stream yields a snapshot for each network chunk or for each delta of the provider.
   * @default 'chunk'
   */
  readonly every?: 'chunk' | 'delta'
}

/** A request as `create` would send it. */
export interface BuiltRequest {
  /** The address, with query parameters. */
  readonly url: string
  /** `POST`. */
  readonly method: string
  /** All headers, the key included: do not log them. */
  readonly headers: Record<string, string>
  /** The body, as JSON text. */
  readonly body: string
}

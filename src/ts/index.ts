/**
 * The public API. The build writes one entry per runtime from this file, each with its own loader (scripts/entries.mjs).
 * The loader named here fetches the modules; it serves browsers and unknown runtimes.
 */
import { Instructor } from './client/client.js'
import type { ClientOptions } from './client/client-options.js'
import type { CheckedModel, KnownModel } from './client/known.js'
import { type LintReport, lintModel } from './client/lint.js'
import { loader } from './loader.browser.js'
import {
  type CreateClient,
  type CreateFunction,
  createClient,
  isCreateClient,
} from './providers/from-create.js'
import { type LiteLLM, type LiteLLMRetries, liteLLM } from './providers/litellm.js'
import type { WrapOptions } from './providers/sdk-clients.js'
import type {
  AnthropicClient,
  CohereClient,
  GoogleClient,
  MistralClient,
  OpenAIClient,
  WriterClient,
} from './providers/sdk-types.js'
import { wrapClient } from './providers/wrap-client.js'
import type { SingleModel } from './schema/infer.js'

export type { Batch } from './client/batch.js'
export type {
  BatchOptions,
  BatchRequest,
  BatchResult,
  BatchStatus,
  WaitOptions,
} from './client/batch-client.js'
export { AutoCache, type Cache, type CacheOptions } from './client/cache.js'
export type {
  Budget,
  BuiltRequest,
  CallOptions,
  CallParams,
  GenerationParams,
  PassThrough,
  Price,
  RequestFields,
} from './client/call-options.js'
export type { Check, CheckIssue, CheckResult, Checks, ChecksByPath } from './client/check-types.js'
export type { Instructor } from './client/client.js'
export type { ClientOptions } from './client/client-options.js'
export type { FallbackClient, FallbackOn, FallbackOptions } from './client/fallback-types.js'
export {
  type CallFacts,
  type CallOutcome,
  type FailureEvent,
  type HookHandlers,
  type HookMap,
  HookName,
  Hooks,
  type HttpRetryEvent,
} from './client/hooks.js'
export type { KnownModel, ModeName, PartType, ProviderName, Role } from './client/known.js'
export type { LintFinding, LintReport } from './client/lint.js'
export { type LlmValidatorOptions, llmValidator } from './client/llm-validator.js'
export { audio, type ImageOptions, image, type MediaOptions, type MediaSource, pdf } from './client/media.js'
export type {
  ForeignMessage,
  ForeignPart,
  MediaInput,
  MediaPart,
  Message,
  Part,
  ProviderPart,
  TextPart,
} from './client/messages.js'
export { Mode } from './client/mode.js'
export { type ModerationClient, type ModerationOptions, moderation } from './client/moderation.js'
export {
  defineTool,
  type OwnTool,
  type ToolContext,
  type ToolDefinition,
  ToolError,
} from './client/own-tools.js'
export type { PlainResponse } from './client/response.js'
export {
  retry,
  retryIf,
  retryIfError,
  retryIfStatus,
  stopAfterAttempt,
  stopAfterDelay,
  waitExponential,
  waitFixed,
  waitRandom,
} from './client/retry.js'
export type { RetryPolicy } from './client/retry-policy.js'
export type { SchemaPrompt } from './client/schema-prompt.js'
export {
  idbCache,
  type KvNamespace,
  kvCache,
  type RedisClient,
  redisCache,
  type WebCache,
  type WebCaches,
  webCache,
} from './client/stores.js'
export type { Validator } from './client/validator.js'
export type { Coercion, Completion } from './common/completion.js'
export {
  BudgetExceededError,
  ConfigurationError,
  type Failure,
  IncompleteOutputError,
  InstructorError,
  InstructorRetryError,
  type Issue,
  ModeError,
  NetworkError,
  ProviderError,
  RefusalError,
  ResponseParsingError,
  TimeoutError,
  ValidationError,
} from './common/errors.js'
export type { Fetch, Token } from './common/fetch.js'
export type { Attempt, Usage } from './common/usage.js'
export type { CheckContext } from './common/validating.js'
export { type Availability, chromeAvailability } from './inbrowser/index.js'
export type { DownloadProgress, InBrowserOptions } from './inbrowser/options.js'
export type { ChatRequest, CreateClient, CreateFunction } from './providers/from-create.js'
export type { LiteLLM, LiteLLMRetries, RetryConfig, ValidationHook } from './providers/litellm.js'
export type { WrapOptions } from './providers/sdk-clients.js'
export {
  type Cited,
  type CitedModel,
  type CitedOptions,
  cited,
  type Quote,
  type Sources,
} from './schema/cited.js'
export type { FromSchema, JsonSchema } from './schema/from-schema.js'
export type {
  DeepPartial,
  Infer,
  InferInput,
  ModelFunction,
  NamedModel,
  RawAnswer,
  ResponseModel,
  SchemaInput,
  SingleModel,
  StreamModel,
  ToolsModel,
} from './schema/infer.js'
export { type JsonSchemaModel, jsonSchema } from './schema/json-schema.js'
export { type Maybe, type MaybeModel, maybe } from './schema/maybe.js'
export type { StandardSchema } from './schema/standard.js'
export {
  type IterableModel,
  iterable,
  type ModelTexts,
  type PartialModel,
  partial,
} from './schema/streamed.js'
export { tools } from './schema/tools.js'
export type { ObjectStream } from './stream/object-stream.js'
export type { Patch } from './stream/patch.js'
export { type Relayed, readPartial } from './stream/read-partial.js'
export type { RelayOptions } from './stream/relay.js'
export type { RelayPosition, ResumeOptions } from './stream/relay-resume.js'

/**
 * Creates a client.
 *
 * @param model - The provider and its model, `provider/model`.
 * @throws ConfigurationError if an option is wrong, or if the provider needs a key and there is none.
 * @example
 * ```ts
 * const client = fromProvider('openai/gpt-4o-mini', { apiKey })
 * const user = await client.create({ responseModel: User, messages })
 * ```
 */
export function fromProvider<S extends string, L extends string = string>(
  model: KnownModel | CheckedModel<S>,
  options?: ClientOptions<L>,
): Instructor {
  // The words are checked for the compiler only.
  return new Instructor(loader, model, options as object | undefined)
}

/**
 * Creates a client from the client object of any supported SDK, which is recognised by its fields. A client of this
 * package is accepted too: the result is a copy with the given options. Any other object with `chat.completions.create` is
 * read as {@link fromCreate} does.
 *
 * The base URL, the credentials, the headers and `fetch` are taken from the SDK's client; `options` override them.
 *
 * @throws ConfigurationError if the object is not a client of a supported SDK.
 */
export function fromClient(client: object, options?: WrapOptions): Instructor {
  return isCreateClient(client)
    ? fromCreate(client, options)
    : wrapClient(loader, 'fromClient', client, options)
}

/** The same as {@link fromClient}, under the name that code for Instructor uses. */
export const patch: typeof fromClient = fromClient

/**
 * Creates a client from the client object of OpenAI's SDK. The base URL selects the provider: Azure OpenAI, Groq,
 * Ollama and others are recognised; an unknown one is an OpenAI-compatible server.
 *
 * @throws ConfigurationError if the object is not a client of this SDK.
 * @example
 * ```ts
 * import OpenAI from 'openai'
 *
 * const client = fromOpenAI(new OpenAI(), { model: 'gpt-4o-mini' })
 * ```
 */
export function fromOpenAI(client: OpenAIClient, options?: WrapOptions): Instructor {
  return wrapClient(loader, 'fromOpenAI', client, options)
}

/**
 * Creates a client from the client object of Anthropic's SDK (`@anthropic-ai/sdk`).
 *
 * @throws ConfigurationError if the object is not a client of this SDK.
 */
export function fromAnthropic(client: AnthropicClient, options?: WrapOptions): Instructor {
  return wrapClient(loader, 'fromAnthropic', client, options)
}

/**
 * Creates a client from the client object of Google's SDK (`@google/genai`), with a Gemini API key or with Vertex AI.
 *
 * @throws ConfigurationError if the object is not a client of this SDK.
 */
export function fromGoogle(client: GoogleClient, options?: WrapOptions): Instructor {
  return wrapClient(loader, 'fromGoogle', client, options)
}

/**
 * Creates a client from the client object of Google's SDKs for Vertex AI (`@google-cloud/vertexai`, `@google/genai`).
 *
 * @throws ConfigurationError if the object is not a client of this SDK.
 */
export function fromVertexAI(client: GoogleClient, options?: WrapOptions): Instructor {
  return wrapClient(loader, 'fromVertexAI', client, options)
}

/**
 * Creates a client from the client object of Mistral's SDK (`@mistralai/mistralai`).
 *
 * @throws ConfigurationError if the object is not a client of this SDK.
 */
export function fromMistral(client: MistralClient, options?: WrapOptions): Instructor {
  return wrapClient(loader, 'fromMistral', client, options)
}

/**
 * Creates a client from the client object of Cohere's SDK (`cohere-ai`).
 *
 * @throws ConfigurationError if the object is not a client of this SDK.
 */
export function fromCohere(client: CohereClient, options?: WrapOptions): Instructor {
  return wrapClient(loader, 'fromCohere', client, options)
}

/**
 * Creates a client from the client object of Groq's SDK (`groq-sdk`).
 *
 * @throws ConfigurationError if the object is not a client of this SDK.
 */
export function fromGroq(client: OpenAIClient, options?: WrapOptions): Instructor {
  return wrapClient(loader, 'fromGroq', client, options)
}

/**
 * Creates a client from the client object of Cerebras' SDK (`@cerebras/cerebras_cloud_sdk`).
 *
 * @throws ConfigurationError if the object is not a client of this SDK.
 */
export function fromCerebras(client: OpenAIClient, options?: WrapOptions): Instructor {
  return wrapClient(loader, 'fromCerebras', client, options)
}

/**
 * Creates a client from the client object of an SDK that is configured for Fireworks.
 *
 * @throws ConfigurationError if the object is not a client of this SDK.
 */
export function fromFireworks(client: OpenAIClient, options?: WrapOptions): Instructor {
  return wrapClient(loader, 'fromFireworks', client, options)
}

/**
 * Creates a client from the client object of Writer's SDK (`writer-sdk`).
 *
 * @throws ConfigurationError if the object is not a client of this SDK.
 */
export function fromWriter(client: WriterClient, options?: WrapOptions): Instructor {
  return wrapClient(loader, 'fromWriter', client, options)
}

/**
 * Creates a client from the client object of an SDK that is configured for a LiteLLM proxy, or from a function in the form
 * of LiteLLM's `completion`. Without an argument the proxy's address comes from `baseURL` or `LITELLM_BASE_URL`.
 *
 * The client has LiteLLM's names, too: `completion`, `acompletion`, `stream_completion`, `completion_iterable`, and the
 * options `validation_hook` and `retry_config`.
 *
 * @throws ConfigurationError if the argument is neither, or if there is no address.
 */
export function fromLiteLLM(
  client?: object | CreateFunction,
  options?: WrapOptions & LiteLLMRetries,
): LiteLLM {
  return liteLLM(loader, client, options)
}

/**
 * Creates a client that calls a function instead of a server. The function has OpenAI's form: it gets the body of a chat
 * request and resolves to OpenAI's completion, or with `stream: true` to an async iterable of OpenAI's chunks. An object
 * `{ chat: { completions: { create } } }` is accepted, too.
 *
 * An error of the function with a `status` is treated as a server's error with that status; any other ends the call.
 *
 * @throws ConfigurationError if the argument is neither.
 * @example
 * ```ts
 * const client = fromCreate((body, { signal }) => llama.createChatCompletion(body, { signal }), { mode: 'JSON_SCHEMA' })
 * ```
 */
export function fromCreate(create: CreateFunction | CreateClient, options?: WrapOptions): Instructor {
  return createClient(Instructor, loader, 'openai-compatible', create, options)
}

/** The same as {@link fromGoogle}, under Python's name. */
export const fromGenAI: typeof fromGoogle = fromGoogle

/** The same as {@link fromGoogle}. A `GenerativeModel` of the retired `@google/generative-ai` is accepted, too. */
export const fromGemini: typeof fromGoogle = fromGoogle

/**
 * Creates a client from the client object of OpenAI's SDK that is configured for xAI.
 *
 * @throws ConfigurationError if the object is not a client of this SDK.
 */
export function fromXAI(client: object, options?: WrapOptions): Instructor {
  return wrapClient(loader, 'fromXAI', client, options)
}

/**
 * Creates a client from the client object of OpenAI's SDK that is configured for Perplexity.
 *
 * @throws ConfigurationError if the object is not a client of this SDK.
 */
export function fromPerplexity(client: object, options?: WrapOptions): Instructor {
  return wrapClient(loader, 'fromPerplexity', client, options)
}

/**
 * Creates a client from the client object of OpenAI's SDK that is configured for OpenRouter.
 *
 * @throws ConfigurationError if the object is not a client of this SDK.
 */
export function fromOpenRouter(client: object, options?: WrapOptions): Instructor {
  return wrapClient(loader, 'fromOpenRouter', client, options)
}

/**
 * Creates a client from the client object of OpenAI's SDK that is configured for Anyscale.
 *
 * @throws ConfigurationError if the object is not a client of this SDK.
 */
export function fromAnyscale(client: object, options?: WrapOptions): Instructor {
  return wrapClient(loader, 'fromAnyscale', client, options)
}

/**
 * Creates a client from the client object of OpenAI's SDK that is configured for Together AI.
 *
 * @throws ConfigurationError if the object is not a client of this SDK.
 */
export function fromTogether(client: object, options?: WrapOptions): Instructor {
  return wrapClient(loader, 'fromTogether', client, options)
}

/**
 * Creates a client from the client object of OpenAI's SDK that is configured for Databricks.
 *
 * @throws ConfigurationError if the object is not a client of this SDK.
 */
export function fromDatabricks(client: object, options?: WrapOptions): Instructor {
  return wrapClient(loader, 'fromDatabricks', client, options)
}

/**
 * Creates a client from the client object of OpenAI's SDK that is configured for DeepSeek.
 *
 * @throws ConfigurationError if the object is not a client of this SDK.
 */
export function fromDeepSeek(client: object, options?: WrapOptions): Instructor {
  return wrapClient(loader, 'fromDeepSeek', client, options)
}

/**
 * Creates a client from the client object of AWS's SDK (`@aws-sdk/client-bedrock-runtime`).
 *
 * @throws ConfigurationError if the object is not a client of this SDK.
 */
export function fromBedrock(client: object, options?: WrapOptions): Instructor {
  return wrapClient(loader, 'fromBedrock', client, options)
}

/**
 * Reports what a provider (`openai`), one of its models (`google/gemini-1.5-pro`) or a dialect (`openai_strict`) does to
 * the schema of a response model. Nothing is sent.
 *
 * @throws ConfigurationError if the target is unknown, or if the model has no JSON Schema.
 * @example
 * ```ts
 * const { possible, findings } = lint(User, 'openai')
 * ```
 */
export function lint(model: SingleModel, target: string): LintReport {
  return lintModel(loader, model, target)
}

/**
 * `instructor-wasm/python`: the names of Python's Instructor, for code that is carried over from Python. Options and parameters
 * accept Python's spelling everywhere; this entry has the functions and the names of the exceptions.
 *
 * ```ts
 * import * as instructor from 'instructor-wasm/python'
 *
 * const client = instructor.from_provider('openai/gpt-4o-mini')
 * const user = await client.create({ response_model: User, messages, max_retries: 3 })
 * ```
 */
import { Instructor } from './client/client.js'
import type { ClientOptions } from './client/client-options.js'
import { loader } from './loader.browser.js'
import {
  type CreateClient,
  type CreateFunction,
  createClient,
  isCreateClient,
} from './providers/from-create.js'
import { type LiteLLM, type LiteLLMRetries, liteLLM } from './providers/litellm.js'
import type { WrapOptions, WrapperName } from './providers/sdk-clients.js'
import { wrapClient } from './providers/wrap-client.js'

export { AutoCache } from './client/cache.js'
export { HookName, Hooks } from './client/hooks.js'
export { llmValidator as llm_validator } from './client/llm-validator.js'
export { audio as Audio, image as Image, pdf as PDF } from './client/media.js'
export { Mode } from './client/mode.js'
export { moderation as openai_moderation } from './client/moderation.js'
export {
  retry as Retrying,
  retryIf as retry_if_exception,
  retryIfError as retry_if_exception_type,
  stopAfterAttempt as stop_after_attempt,
  stopAfterDelay as stop_after_delay,
  waitExponential as wait_exponential,
  waitFixed as wait_fixed,
  waitRandom as wait_random,
} from './client/retry.js'
export {
  BudgetExceededError,
  ConfigurationError,
  IncompleteOutputError as IncompleteOutputException,
  InstructorError,
  InstructorRetryError as InstructorRetryException,
  ModeError,
  NetworkError,
  ProviderError,
  RefusalError,
  ResponseParsingError,
  TimeoutError,
  ValidationError,
} from './common/errors.js'
export { jsonSchema as json_schema } from './schema/json-schema.js'
export { maybe as Maybe } from './schema/maybe.js'
export { iterable as IterableModel, partial as Partial } from './schema/streamed.js'
export type { Instructor, LiteLLM }

/** Creates a client from the client object of an SDK. */
export type Factory = (client: object, options?: WrapOptions) => Instructor

const factory =
  (name: WrapperName): Factory =>
  (client, options) =>
    wrapClient(loader, name, client, options)

/** `fromProvider`. */
export function from_provider(model: string, options?: ClientOptions): Instructor {
  return new Instructor(loader, model, options)
}

/** `patch`: a client of any SDK, of this package, or an object with `chat.completions.create`. */
export function patch(client: object, options?: WrapOptions): Instructor {
  return isCreateClient(client)
    ? createClient(Instructor, loader, 'openai-compatible', client, options)
    : wrapClient(loader, 'fromClient', client, options)
}

/** `fromCreate`: Python's `patch(create=…)`. */
export function from_create(create: CreateFunction | CreateClient, options?: WrapOptions): Instructor {
  return createClient(Instructor, loader, 'openai-compatible', create, options)
}

/** `fromLiteLLM`. */
export function from_litellm(
  client?: object | CreateFunction,
  options?: WrapOptions & LiteLLMRetries,
): LiteLLM {
  return liteLLM(loader, client, options)
}

export const from_openai: Factory = /* @__PURE__ */ factory('fromOpenAI')
export const from_anthropic: Factory = /* @__PURE__ */ factory('fromAnthropic')
export const from_genai: Factory = /* @__PURE__ */ factory('fromGoogle')
export const from_gemini: Factory = /* @__PURE__ */ factory('fromGoogle')
export const from_vertexai: Factory = /* @__PURE__ */ factory('fromVertexAI')
export const from_mistral: Factory = /* @__PURE__ */ factory('fromMistral')
export const from_cohere: Factory = /* @__PURE__ */ factory('fromCohere')
export const from_groq: Factory = /* @__PURE__ */ factory('fromGroq')
export const from_cerebras: Factory = /* @__PURE__ */ factory('fromCerebras')
export const from_fireworks: Factory = /* @__PURE__ */ factory('fromFireworks')
export const from_writer: Factory = /* @__PURE__ */ factory('fromWriter')
export const from_xai: Factory = /* @__PURE__ */ factory('fromXAI')
export const from_perplexity: Factory = /* @__PURE__ */ factory('fromPerplexity')
export const from_openrouter: Factory = /* @__PURE__ */ factory('fromOpenRouter')
export const from_anyscale: Factory = /* @__PURE__ */ factory('fromAnyscale')
export const from_together: Factory = /* @__PURE__ */ factory('fromTogether')
export const from_databricks: Factory = /* @__PURE__ */ factory('fromDatabricks')
export const from_deepseek: Factory = /* @__PURE__ */ factory('fromDeepSeek')
export const from_bedrock: Factory = /* @__PURE__ */ factory('fromBedrock')

/** Everything public that needs no core; the entries add the functions that make clients. */
export { type Cache, type CacheOptions, MemoryCache } from './client/cache.js'
export type {
  Budget,
  BuiltRequest,
  CallOptions,
  CallParams,
  GenerationParams,
  PassThrough,
  RequestFields,
} from './client/call-options.js'
export type { Instructor } from './client/client.js'
export type { ClientOptions } from './client/client-options.js'
export { type FailureEvent, type HookHandlers, type HookMap, HookName } from './client/hooks.js'
export type { LintFinding, LintReport } from './client/lint.js'
export type { MediaInput, MediaPart, Message, Part, ProviderPart, TextPart } from './client/messages.js'
export { Mode } from './client/mode.js'
export type { PlainResponse } from './client/response.js'
export type { RetryPolicy } from './client/retry-policy.js'
export type { Coercion, Completion } from './common/completion.js'
export {
  BudgetExceededError,
  ConfigurationError,
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
export { type Availability, chromeAvailability } from './inbrowser/index.js'
export type { DownloadProgress, InBrowserOptions } from './inbrowser/options.js'
export type { WrapOptions } from './providers/sdk-clients.js'
export type { FromSchema, JsonSchema } from './schema/from-schema.js'
export type {
  DeepPartial,
  Infer,
  InferInput,
  NamedModel,
  RawAnswer,
  ResponseModel,
  SchemaInput,
  SingleModel,
} from './schema/infer.js'
export { type JsonSchemaModel, jsonSchema } from './schema/json-schema.js'
export { type Maybe, type MaybeModel, maybe } from './schema/maybe.js'
export type { StandardSchema } from './schema/standard.js'
export type { ObjectStream } from './stream/object-stream.js'
export type { Patch } from './stream/patch.js'
export { type Relayed, readPartial } from './stream/read-partial.js'
export type { RelayOptions } from './stream/relay.js'

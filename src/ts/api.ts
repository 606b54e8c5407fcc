/** Everything public that needs no core; the entries add the functions that make clients. */
export { MemoryCache } from './client/cache.js'
export type { Instructor } from './client/client.js'
export { type FailureEvent, type HookHandlers, type HookMap, HookName } from './client/hooks.js'
export type { LintFinding, LintReport } from './client/lint.js'
export { Mode } from './client/mode.js'
export type {
  Attempt,
  Budget,
  BuiltRequest,
  Cache,
  CacheOptions,
  CallOptions,
  CallParams,
  ClientOptions,
  Coercion,
  Completion,
  DeepPartial,
  Fetch,
  GenerationParams,
  Infer,
  InferInput,
  MediaPart,
  Message,
  NamedModel,
  Part,
  PassThrough,
  ProviderPart,
  RawAnswer,
  RequestFields,
  ResponseModel,
  RetryPolicy,
  SchemaInput,
  SingleModel,
  Source,
  TextPart,
  Token,
  Usage,
} from './client/types.js'
export type { PlainResponse } from './common/environment.js'
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
export {
  type Availability,
  chromeAvailability,
  type DownloadProgress,
  type InBrowserOptions,
} from './inbrowser/index.js'
export type { WrapOptions } from './providers/sdk-clients.js'
export type { FromSchema, JsonSchema } from './schema/from-schema.js'
export { type JsonSchemaModel, jsonSchema, type Maybe, type MaybeModel, maybe } from './schema/model.js'
export type { StandardSchema } from './schema/standard.js'
export type { ObjectStream } from './stream/object-stream.js'
export type { Patch } from './stream/patch.js'
export { type Relayed, readPartial } from './stream/read-partial.js'
export type { RelayOptions } from './stream/relay.js'

/** Everything public that needs no core; the entries add the functions that make clients. */
export { MemoryCache } from './cache.js'
export type { Instructor } from './client.js'
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
} from './errors.js'
export type { FromSchema, JsonSchema } from './from-schema.js'
export { type FailureEvent, type HookHandlers, type HookMap, HookName } from './hooks.js'
export {
  type Availability,
  chromeAvailability,
  type DownloadProgress,
  type InBrowserOptions,
} from './inbrowser/index.js'
export type { LintFinding, LintReport } from './lint.js'
export { Mode } from './mode.js'
export type { Patch } from './patch.js'
export type { RelayOptions } from './relay.js'
export { type Relayed, readPartial } from './relayed.js'
export { type JsonSchemaModel, jsonSchema, type Maybe, type MaybeModel, maybe } from './schema.js'
export type { StandardSchema } from './standard.js'
export type { ObjectStream } from './stream.js'
export type { PlainResponse } from './surroundings.js'
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
} from './types.js'
export type { WrapOptions } from './wrappers.js'

/**
 * `instructor-wasm/server`: relays streams to pages.
 *
 * ```ts
 * export const POST = serve({ client, models: { report: { responseModel: Report, input: Topic, prompt: (topic) => `Report on ${topic}` } } })
 * ```
 */
export type {
  CorsOptions,
  ExecutionContext,
  InputSchema,
  RateLimited,
  ResumeStore,
  ServeContext,
  ServedModel,
  ServeOptions,
} from './server/options.js'
export {
  cancelStream,
  type RelayStore,
  type ResumableOptions,
  type ResumedOptions,
  resumable,
  resumed,
} from './server/resumable.js'
export { type ServeHandler, serve } from './server/serve.js'

/**
 * `instructor-wasm/instructor-js`: the API of the package `@instructor-ai/instructor`, for code that changes its import only.
 *
 * ```ts
 * import Instructor from 'instructor-wasm/instructor-js'
 *
 * const client = Instructor({ client: new OpenAI(), mode: 'TOOLS' })
 * const user = await client.chat.completions.create({ model, messages, response_model: { schema: User, name: 'User' } })
 * ```
 */
import { Instructor } from './client/client.js'
import { loader } from './loader.browser.js'
import { createClient, isCreateClient } from './providers/from-create.js'
import { compatibleClient, type InstructorClient, type InstructorConfig } from './providers/instructor-js.js'
import { isReadable } from './providers/sdk-clients.js'
import { wrapClient } from './providers/wrap-client.js'

export type {
  CompletionMeta,
  Create,
  CreateParams,
  InstructorClient,
  InstructorConfig,
  LogLevel,
  Mode,
  RequestOptions,
  ResponseModel,
} from './providers/instructor-js.js'

/**
 * Returns the given client, whose `chat.completions.create` accepts a `response_model`.
 *
 * @throws ConfigurationError if the client is neither one of a known SDK nor an object with `chat.completions.create`.
 */
export function createInstructor<C extends object>(config: InstructorConfig<C>): InstructorClient<C> {
  return compatibleClient(config, (client, mode) =>
    isReadable(client) && !isCreateClient(client)
      ? wrapClient(loader, 'fromClient', client, { mode })
      : createClient(Instructor, loader, 'openai-compatible', client as never, { mode }),
  )
}

export default createInstructor

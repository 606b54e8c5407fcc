/**
 * `serve`: one handler between pages and a provider. A page can request only what the list names: it sends the name of a
 * model and its input; schema, prompt, parameters and key stay on the server.
 *
 * A request is checked in this order: origin, method, authorization, rate, type and size of the body, model, input.
 */
import type { Instructor } from '../client/client.js'
import { ConfigurationError } from '../common/errors.js'
import { plainIssue } from '../schema/issues.js'
import type { ObjectStream } from '../stream/object-stream.js'
import { Cors } from './cors.js'
import {
  checkOptions,
  type ExecutionContext,
  type InputSchema,
  isClient,
  type RateLimited,
  type ServeContext,
  type ServedModel,
  type ServeOptions,
} from './options.js'
import { type PageRequest, Refused, readRequest } from './read-request.js'
import { cancelStream, type RelayStore, resumable, resumed } from './resumable.js'

/** A handler for Workers (`{ fetch: serve(…) }`), Next.js (`export const POST = serve(…)`), Hono and others. */
export type ServeHandler<Env> = (request: Request, env?: Env, ctx?: ExecutionContext) => Promise<Response>

const MAX_BODY = 64 << 10
/** Seconds to wait, for a limit that does not name them. */
const RETRY_AFTER = 60
/** Problems of the input that are reported. */
const MOST_ISSUES = 20

/**
 * Creates a handler that relays streams to pages.
 *
 * @throws ConfigurationError if an option is wrong.
 * @example
 * ```ts
 * export const POST = serve({
 *   client: fromProvider('openai/gpt-4o-mini'),
 *   models: { report: { responseModel: Report, input: z.string().max(200), prompt: (topic) => `Report on ${topic}` } },
 * })
 * ```
 */
export function serve<Inputs, Env = unknown>(options: ServeOptions<Inputs, Env>): ServeHandler<Env> {
  checkOptions(options as unknown as ServeOptions<Record<string, unknown>>)
  const server = new Server(options as unknown as ServeOptions<Record<string, unknown>>)
  return (request, env, ctx) => server.handle(request, env, ctx)
}

type ClientOption = Instructor | ((env: unknown) => Instructor | Promise<Instructor>)

class Server {
  readonly #options: ServeOptions<Record<string, unknown>>
  readonly #models: ReadonlyMap<string, ServedModel<unknown>>
  readonly #cors: Cors | undefined
  /** The clients that functions have created, by function and `env`. */
  readonly #clients = new WeakMap<object, WeakMap<object, Promise<Instructor>>>()

  constructor(options: ServeOptions<Record<string, unknown>>) {
    this.#options = options
    // Not the object itself: names of its prototype are not models.
    this.#models = new Map(Object.entries(options.models))
    this.#cors = options.cors === undefined ? undefined : new Cors(options.cors)
  }

  async handle(request: Request, env: unknown, ctx: ExecutionContext | undefined): Promise<Response> {
    if (request.method === 'OPTIONS' && this.#cors) return this.#cors.preflight(request)
    const response = await this.#answer(request, env, ctx)
    return this.#cors ? this.#cors.mark(request, response) : response
  }

  async #answer(request: Request, env: unknown, ctx: ExecutionContext | undefined): Promise<Response> {
    let context: ServeContext = { request, env, auth: undefined }
    try {
      if (request.method !== 'POST') {
        const headers = { allow: this.#cors ? 'POST, OPTIONS' : 'POST' }
        throw new Refused(405, 'method_not_allowed', 'Only POST is accepted.', { headers })
      }
      const auth = await this.#authorized(request, env)
      if (auth instanceof Response) return auth
      context = { ...context, auth }
      const limited = await this.#limited(request, context)
      if (limited) return limited
      const asked = await readRequest(request, this.#options.maxBodyBytes ?? MAX_BODY)
      if (asked.resume || asked.cancel) return await this.#kept(asked, context)
      return await this.#stream(asked, context, ctx)
    } catch (error) {
      if (error instanceof Refused) return error.response()
      return this.#failed(error, context)
    }
  }

  async #authorized(request: Request, env: unknown): Promise<unknown> {
    const { authorize } = this.#options
    if (!authorize) return undefined
    const auth = await authorize(request, { env })
    if (auth === false || auth === 403) throw new Refused(403, 'forbidden', 'This request is not allowed.')
    if (!auth || auth === 401) throw new Refused(401, 'unauthorized', 'This request needs a valid login.')
    return auth
  }

  async #limited(request: Request, context: ServeContext): Promise<Response | undefined> {
    const result = await this.#options.rateLimit?.(request, context)
    if (result instanceof Response) return result
    const { success, retryAfter }: Partial<RateLimited> =
      typeof result === 'object'
        ? result
        : typeof result === 'number'
          ? { success: result <= 0, retryAfter: result }
          : { success: result !== false }
    if (success !== false) return undefined
    const seconds = retryAfter !== undefined && retryAfter >= 0 ? Math.ceil(retryAfter) : RETRY_AFTER
    throw new Refused(429, 'rate_limited', `Too many requests. Try again in ${seconds} s.`, {
      headers: { 'retry-after': String(seconds) },
    })
  }

  #model(asked: PageRequest): [string, ServedModel<unknown>] {
    const only = this.#models.size === 1 ? [...this.#models.keys()][0] : undefined
    const name = asked.model ?? only
    if (name === undefined) throw new Refused(400, 'invalid_request', 'The request must name a model.')
    const model = this.#models.get(name)
    if (!model) throw new Refused(404, 'unknown_model', 'There is no model with this name.')
    return [name, model]
  }

  async #stream(
    asked: PageRequest,
    context: ServeContext,
    ctx: ExecutionContext | undefined,
  ): Promise<Response> {
    const [name, model] = this.#model(asked)
    const { client: own, input, prompt, responseModel, ...params } = model
    const value = input === undefined ? asked.input : await checkedInput(input, asked.input)
    const made = typeof prompt === 'function' ? await prompt(value, context) : prompt
    if (typeof made !== 'string' && !Array.isArray(made))
      throw new ConfigurationError(`prompt of models.${name} must return text or messages.`, {
        parameter: 'prompt',
      })
    const client = await this.#client(own ?? this.#options.client, context.env)
    const { resume } = this.#options
    const stream = client.create({
      ...params,
      responseModel,
      ...(typeof made === 'string' ? { prompt: made } : { messages: made }),
      // A kept stream continues without its reader.
      ...(resume ? {} : { signal: context.request.signal }),
      stream: true,
    } as Parameters<Instructor['create']>[0] & { stream: true }) as ObjectStream<unknown, unknown>
    const onError = (error: unknown) => this.#told(error, context)
    if (!resume) return stream.toResponse({ onError })
    const { ttl, interval, owner } = resume
    return resumable(stream, {
      store: storeFor(resume.store, context.env),
      ...(owner && { owner: owner(context) }),
      ...(ttl === undefined ? {} : { ttl }),
      ...(interval === undefined ? {} : { interval }),
      waitUntil: (promise) => ctx?.waitUntil?.(promise),
      onError,
    })
  }

  /** A stream that is kept: the rest of it, or its cancellation. */
  async #kept({ resume: at, cancel }: PageRequest, context: ServeContext): Promise<Response> {
    const { resume } = this.#options
    if (!resume) throw new Refused(404, 'unknown_stream', 'This server keeps no streams.')
    const store = storeFor(resume.store, context.env)
    const owner = resume.owner?.(context) ?? ''
    if (at) return resumed({ ...at, store, owner, signal: context.request.signal })
    const cancelled = cancel && (await cancelStream({ store, id: cancel.id, owner }))
    if (!cancelled) throw new Refused(404, 'unknown_stream', 'There is no such stream. It may have expired.')
    return new Response(null, { status: 204 })
  }

  #client(given: ClientOption, env: unknown): Instructor | Promise<Instructor> {
    if (typeof given !== 'function') return given
    const create = async () => {
      const client = await given(env)
      if (isClient(client)) return client
      throw new ConfigurationError('The function `client` of serve must return a client.', {
        parameter: 'client',
      })
    }
    const clients = this.#clients.get(given) ?? new WeakMap<object, Promise<Instructor>>()
    this.#clients.set(given, clients)
    // Without an `env` there is one client.
    const key = typeof env === 'object' && env !== null ? env : this
    const known = clients.get(key)
    if (known) return known
    const made = create()
    clients.set(key, made)
    // A failure is not kept.
    made.catch(() => clients.delete(key))
    return made
  }

  /** What the page gets about a failure of a stream. */
  #told(error: unknown, context: ServeContext): string | Error | undefined {
    if (this.#options.onError) return this.#options.onError(error, context)
    if ((error as Error | undefined)?.name !== 'AbortError') console.error('serve:', error)
    return undefined
  }

  /** A failure before the stream: the page learns nothing of it, unless `onError` returns a text. */
  #failed(error: unknown, context: ServeContext): Response {
    let told: string | Error | undefined
    try {
      told = this.#told(error, context)
    } catch (thrown) {
      console.error('onError of serve failed:', thrown)
    }
    const message = told instanceof Error ? told.message : told
    return new Refused(
      500,
      'internal',
      message ?? 'The server failed. The details stay on the server.',
    ).response()
  }
}

const storeFor = (store: RelayStore | ((env: unknown) => RelayStore), env: unknown): RelayStore =>
  typeof store === 'function' ? store(env) : store

/** The input as the schema returns it. */
async function checkedInput(schema: InputSchema<unknown>, given: unknown): Promise<unknown> {
  // Some schemas are functions, too.
  const standard = (schema as Partial<Exclude<InputSchema<unknown>, (...args: never) => unknown>>)[
    '~standard'
  ]
  if (!standard) {
    try {
      return await (schema as (input: unknown) => unknown)(given)
    } catch (error) {
      // A defect of the function is not for the page.
      const told = error instanceof Error && !/^(Type|Reference|Range|Syntax)Error$/.test(error.name)
      const reason = told && error.message ? `: ${error.message}` : '.'
      throw new Refused(400, 'invalid_input', `The input is not valid${reason}`)
    }
  }
  const result = await standard.validate(given)
  if (!result.issues) return result.value
  const issues = result.issues.slice(0, MOST_ISSUES).map(plainIssue)
  const [first] = issues
  const at = first?.path.length ? ` (at ${first.path.join('.').slice(0, 200)})` : ''
  throw new Refused(
    400,
    'invalid_input',
    `The input is not valid: ${first?.message ?? 'see the issues'}${at}`,
    {
      facts: { issues },
    },
  )
}

/** The options of `serve`, and their checks. */
import type { CallOptions } from '../client/call-options.js'
import type { Checks } from '../client/check-types.js'
import type { Instructor } from '../client/client.js'
import type { Message } from '../client/messages.js'
import { ConfigurationError } from '../common/errors.js'
import { isRecord } from '../common/plain.js'
import type { SingleModel } from '../schema/infer.js'
import type { StandardSchema } from '../schema/standard.js'
import { type RelayStore, storeOf } from './resumable.js'

/** The third argument of a Worker's handler. */
export interface ExecutionContext {
  /** Keeps the Worker alive until the promise settles. */
  waitUntil?(promise: Promise<unknown>): void
}

/** What the functions of `serve` receive about a request. */
export interface ServeContext<Env = unknown> {
  /** The request of the page. */
  readonly request: Request
  /** The second argument of the handler: the variables and bindings of a Worker. */
  readonly env: Env
  /** What `authorize` returned; `undefined` without it. */
  readonly auth: unknown
}

/** Checks the input of a page: a schema of a library (Zod, Valibot, ArkType …), or a function that throws. */
export type InputSchema<Input> = StandardSchema<unknown, Input> | ((input: unknown) => Input)

/** Text or messages, as in a call. */
type Prompt = string | readonly Message[]

type CallerOptions = Omit<CallOptions, 'messages' | 'prompt' | 'signal' | 'stream'>

/** An entry of `models`: all that a page may request. Parameters of the call (`maxTokens`, `timeout`, …) are set here, too. */
export interface ServedModel<Input, Env = unknown> extends CallerOptions {
  /** The schema of the answer; `iterable(User)` streams a list. */
  readonly responseModel: SingleModel
  /** Checks the input. Without it, `prompt` receives the JSON that the page sent, of any form. */
  readonly input?: InputSchema<Input>
  /** Judges the answer after it has matched its schema. */
  readonly check?: Checks<never>
  /** Another client for this model. */
  readonly client?: Instructor | ((env: Env) => Instructor | Promise<Instructor>)
  /** Text or messages, or a function that makes them from the input. */
  readonly prompt: Prompt | PromptOf<Input, Env>['prompt']
}

/** As a method, its parameter may have a narrower type than `unknown`. */
interface PromptOf<Input, Env> {
  prompt(input: Input, context: ServeContext<Env>): Prompt | Promise<Prompt>
}

/** A result of `rateLimit`: the form of Cloudflare's binding, with the seconds to wait. */
export interface RateLimited {
  /** Whether the request is within the limit. */
  readonly success: boolean
  /** Seconds until the next request. */
  readonly retryAfter?: number
}

/** Which origins other than the server's own may send requests. */
export interface CorsOptions {
  /** The origin, or origins: `https://app.example.com`. */
  readonly origin: string | readonly string[]
  /** Whether cookies are accepted. */
  readonly credentials?: boolean
  /** Further request headers that pages may send. */
  readonly headers?: readonly string[]
}

/** The options of `serve`. */
export interface ServeOptions<Inputs, Env = unknown> {
  /** The client, or a function that creates it from a Worker's `env`; it is called once for each `env`. */
  readonly client: Instructor | ((env: Env) => Instructor | Promise<Instructor>)
  /** What a page may request, by name. */
  readonly models: { readonly [K in keyof Inputs]: ServedModel<Inputs[K], Env> }
  /**
   * Whether the request is allowed. `false` and 403 become the status 403, `undefined`, `null` and 401 the status 401; a
   * `Response` is returned as it is. Anything else allows the request and is passed on as `auth`.
   */
  readonly authorize?: (request: Request, context: { readonly env: Env }) => unknown
  /** Whether the caller may send another request: `false`, the seconds to wait, or `{ success, retryAfter }`. */
  readonly rateLimit?: (
    request: Request,
    context: ServeContext<Env>,
  ) =>
    | boolean
    | number
    | RateLimited
    | Response
    | undefined
    | Promise<boolean | number | RateLimited | Response | undefined>
  /** `true`: pages of every origin; or the origins. By default only pages of the same origin. */
  readonly cors?: true | string | readonly string[] | CorsOptions
  /**
   * The largest body of a request, in bytes.
   * @default 65536
   */
  readonly maxBodyBytes?: number
  /** Keeps streams, so that a page can continue one after a broken connection. */
  readonly resume?: ResumeStore<Env>
  /**
   * Receives every failure, and decides what the page gets of it, as `onError` of `toResponse()` does. By default
   * the failure is logged, and the page gets its class, status and a general message.
   */
  readonly onError?: (error: unknown, context: ServeContext<Env>) => string | Error | undefined
}

/** How `serve` keeps streams that pages may continue. */
export interface ResumeStore<Env = unknown> {
  /** The store, or a function that returns it. */
  readonly store: RelayStore | ((env: Env) => RelayStore)
  /** Milliseconds for which a stream is kept. */
  readonly ttl?: number
  /** Milliseconds between two writes. */
  readonly interval?: number
  /** Who may continue the stream: only requests with the same text. By default everybody who has the id and is authorized. */
  readonly owner?: (context: ServeContext<Env>) => string
}

const wrong = (message: string, parameter: string) => new ConfigurationError(message, { parameter })

/** Checks what a compiler cannot, or what JavaScript passed. */
export function checkOptions(options: ServeOptions<Record<string, unknown>>): void {
  const { client, models, maxBodyBytes, resume } = options ?? {}
  if (typeof client !== 'function' && !isClient(client))
    throw wrong('client of serve must be a client, or a function of env that returns one.', 'client')
  if (!isRecord(models) || Object.keys(models).length === 0)
    throw wrong(
      'models of serve must list at least one model: { name: { responseModel, prompt } }.',
      'models',
    )
  for (const [name, model] of Object.entries(models)) {
    const { responseModel, prompt, input } = (model ?? {}) as Partial<ServedModel<unknown>>
    if (responseModel === undefined || responseModel === null)
      throw wrong(`models.${name} needs a responseModel.`, 'responseModel')
    if (typeof prompt !== 'function' && typeof prompt !== 'string' && !Array.isArray(prompt))
      throw wrong(`models.${name} needs a prompt: text, messages, or a function of the input.`, 'prompt')
    if (
      input !== undefined &&
      typeof input !== 'function' &&
      !isRecord((input as { '~standard'?: unknown })['~standard'])
    )
      throw wrong(
        `input of models.${name} must be a schema that validates (Zod, Valibot, ArkType …) or a function.`,
        'input',
      )
  }
  if (maxBodyBytes !== undefined && !(Number.isInteger(maxBodyBytes) && maxBodyBytes > 0))
    throw wrong('maxBodyBytes must be a whole number of bytes, more than 0.', 'maxBodyBytes')
  for (const name of ['authorize', 'rateLimit', 'onError'] as const)
    if (options[name] !== undefined && typeof options[name] !== 'function')
      throw wrong(`${name} of serve must be a function.`, name)
  if (resume && typeof resume.store !== 'function') storeOf(resume.store)
}

export const isClient = (given: unknown): given is Instructor =>
  typeof (given as Instructor | undefined)?.createPartial === 'function'

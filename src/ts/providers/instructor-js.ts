/**
 * The client of `instructor-wasm/instructor-js`: the calls of the package `@instructor-ai/instructor` (instructor-js), made by
 * this package. A call without `response_model` and everything else of the given client is the client's own.
 */
import type { Instructor } from '../client/client.js'
import type { Completion } from '../common/completion.js'
import { describe } from '../common/describe.js'
import {
  ConfigurationError,
  InstructorRetryError,
  ResponseParsingError,
  ValidationError,
} from '../common/errors.js'
import type { DeepPartial, Infer, InferInput, SchemaInput } from '../schema/infer.js'

/** The levels of `logger`. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** The modes of instructor-js. `THINKING_MD_JSON` is MD_JSON; the model's reasoning is in `_meta.thinking`. */
export type Mode = 'FUNCTIONS' | 'TOOLS' | 'JSON' | 'MD_JSON' | 'JSON_SCHEMA' | 'THINKING_MD_JSON'

/** The options of `createInstructor`. */
export interface InstructorConfig<C> {
  /** A client of OpenAI's SDK, or any object with `chat.completions.create`. */
  readonly client: C
  readonly mode: Mode
  /** Prints what is sent and what is invalid. */
  readonly debug?: boolean
  /** Gets the messages instead of the console. */
  readonly logger?: (level: LogLevel, ...args: unknown[]) => void
  /** Whether errors of the provider count as failed attempts, too. By default only invalid answers do. */
  readonly retryAllErrors?: boolean
}

/** The schema of the answer and its name. */
export interface ResponseModel<T> {
  readonly schema: T
  readonly name: string
  readonly description?: string
}

/** What is known about an answer in addition to its value. */
export interface CompletionMeta {
  /** The provider's own usage object. */
  readonly usage?: Readonly<Record<string, unknown>>
  /** The model's reasoning. */
  readonly thinking?: string
  /** In streams: whether the value is complete and valid. */
  readonly _isValid?: boolean
}

type WithMeta<T> = T & { readonly _meta?: CompletionMeta }

/** The parameters of a call with a response model. */
export interface CreateParams<T> {
  readonly response_model: ResponseModel<T>
  readonly model: string
  readonly messages: readonly object[]
  /** Attempts after the first. */
  readonly max_retries?: number
  readonly stream?: boolean | null
  readonly [parameter: string]: unknown
}

/** Options of one request, as those of OpenAI's SDK. */
export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string | null | undefined>>
  readonly signal?: AbortSignal | null
  readonly timeout?: number
  readonly maxRetries?: number
  readonly query?: object
  readonly idempotencyKey?: string
  readonly [option: string]: unknown
}

/** The method `create` of the given client. */
type OwnCreate<C> = C extends { chat: { completions: { create: infer F } } } ? F : never
type OwnChat<C> = C extends { chat: infer Chat } ? Chat : unknown
type OwnCompletions<C> = C extends { chat: { completions: infer Completions } } ? Completions : unknown

/** `create` with a response model; without one it is the client's own. */
export interface Create {
  <const T extends SchemaInput>(
    params: CreateParams<T> & { readonly stream: true },
    options?: RequestOptions,
  ): Promise<AsyncGenerator<WithMeta<DeepPartial<InferInput<T>>>, void, undefined>>
  <const T extends SchemaInput>(
    params: CreateParams<T> & { readonly stream?: false | null },
    options?: RequestOptions,
  ): Promise<WithMeta<Infer<T>>>
}

/** The given client, whose `chat.completions.create` accepts a `response_model`. */
export type InstructorClient<C> = Omit<C, 'chat'> & {
  readonly client: C
  readonly mode: Mode
  readonly chat: Omit<OwnChat<C>, 'completions'> & {
    readonly completions: Omit<OwnCompletions<C>, 'create'> & { readonly create: Create & OwnCreate<C> }
  }
}

type Params = CreateParams<SchemaInput>

/** Creates the client. `ours` makes this package's client from the given one. */
export function compatibleClient<C extends object>(
  config: InstructorConfig<C>,
  ours: (client: object, mode: string) => Instructor,
): InstructorClient<C> {
  const { client, mode, debug = false, logger, retryAllErrors = false } = config ?? {}
  if (typeof client !== 'object' || client === null)
    throw new ConfigurationError(
      `createInstructor needs a client: createInstructor({ client: new OpenAI(), mode: 'TOOLS' }); got ${describe(client)}.`,
      { parameter: 'client' },
    )
  const thinks = mode === 'THINKING_MD_JSON'
  const inner = ours(client, thinks ? 'MD_JSON' : mode)
  const log = (level: LogLevel, ...args: unknown[]) => {
    if (logger) logger(level, ...args)
    else if (debug || level !== 'debug') console[level](`[Instructor:${inner.provider}] ${level}:`, ...args)
  }
  if (debug || logger) {
    inner.on('completion:kwargs', (request) => log('debug', 'making completion call with params:', request))
    inner.on('parse:error', (error, { attemptNumber }) =>
      log('debug', `validation failed in attempt ${attemptNumber}:`, error.message),
    )
    inner.on('completion:error', (error) => log('error', 'error making completion call:', error.message))
  }

  const call = ({ response_model, max_retries, stream: _, ...params }: Params, options: RequestOptions) => {
    const { schema } = response_model ?? {}
    /** The last invalid answer. */
    let invalid: { readonly value: unknown } | undefined
    const parameters = {
      ...params,
      ...requestOptions(options),
      responseModel: response_model,
      maxRetries: {
        attempts: (max_retries ?? 0) + 1,
        retryOn: (error: Error, _attempt: number, value: unknown) => {
          invalid = error instanceof ValidationError ? { value } : undefined
          return retryAllErrors || invalid !== undefined || error instanceof ResponseParsingError
        },
      },
    } as never
    /** The schema library's own error where the answer does not match, as instructor-js throws it. */
    const failure = async (error: unknown): Promise<unknown> => {
      if (!(error instanceof InstructorRetryError)) return error
      return ((invalid && (await libraryError(schema, invalid.value))) ?? error.cause ?? error) as unknown
    }
    return { parameters, failure }
  }

  async function whole(params: Params, options: RequestOptions): Promise<unknown> {
    const { parameters, failure } = call(params, options)
    try {
      const [value, completion] = await inner.createWithCompletion(parameters)
      return withMeta(value, {
        usage: completion.usage.raw,
        ...(thinks ? thinking(completion) : {}),
      })
    } catch (error) {
      throw await failure(error)
    }
  }

  /** The snapshots, and the value at the end. As in instructor-js, an invalid value does not throw, and has `_isValid: false`. */
  async function* streamed(
    params: Params,
    options: RequestOptions,
  ): AsyncGenerator<unknown, void, undefined> {
    const { parameters, failure } = call(params, options)
    const stream = inner.createPartial(parameters)
    let last: unknown = {}
    try {
      for await (last of stream) yield withMeta(last, { _isValid: false })
      const [value, { usage }] = await Promise.all([stream.final(), stream.completion()])
      yield withMeta(value, { usage: usage.raw, _isValid: true })
    } catch (error) {
      const cause = error instanceof InstructorRetryError ? error.cause : undefined
      if (!(cause instanceof ValidationError)) throw await failure(error)
      log('warn', 'the streamed value is not valid:', cause.message)
    }
  }

  const create = async (params: Params, options: RequestOptions = {}): Promise<unknown> => {
    if (params?.response_model === undefined) {
      const { chat } = client as { chat?: { completions?: { create?: (...given: unknown[]) => unknown } } }
      if (typeof chat?.completions?.create !== 'function')
        throw new ConfigurationError(
          'The client has no chat.completions.create for a call without response_model.',
        )
      return chat.completions.create(params, options)
    }
    return params.stream ? streamed(params, options) : whole(params, options)
  }
  const { chat } = client as { chat?: { completions?: object } }
  return over(client, {
    client,
    mode,
    chat: over(chat ?? {}, { completions: over(chat?.completions ?? {}, { create }) }),
  }) as InstructorClient<C>
}

/** The object with other members in place of some of its members. */
function over(target: object, members: Readonly<Record<string, unknown>>): object {
  return new Proxy(target, {
    get(object, name) {
      if (typeof name === 'string' && Object.hasOwn(members, name)) return members[name]
      const value: unknown = Reflect.get(object, name, object)
      // Methods with private members need their own object.
      return typeof value === 'function' ? value.bind(object) : value
    },
    has: (object, name) => (typeof name === 'string' && Object.hasOwn(members, name)) || name in object,
  })
}

/** The reasoning that the provider returns, or that the model writes before its answer, in one of the tags of instructor-js. */
function thinking({ reasoning, text }: Completion): { thinking?: string } {
  const found = reasoning ?? /<(think|thinking)>([\s\S]*?)<\/\1>/.exec(text ?? '')?.[2]?.trim()
  return found ? { thinking: found } : {}
}

function withMeta(value: unknown, meta: CompletionMeta): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return { ...value, _meta: meta }
}

/** The options of OpenAI's SDK as parameters of a call. */
function requestOptions(given: RequestOptions): Record<string, unknown> {
  const { headers, signal, timeout, maxRetries, query, idempotencyKey } = given
  const sent = Object.entries({ ...headers, 'idempotency-key': idempotencyKey }).filter(
    ([, value]) => typeof value === 'string',
  )
  const out = {
    extraHeaders: sent.length ? Object.fromEntries(sent) : undefined,
    signal: signal ?? undefined,
    timeout,
    httpRetries: maxRetries,
    extraQuery: query,
  }
  return Object.fromEntries(Object.entries(out).filter(([, value]) => value !== undefined))
}

/** The error of Zod for a value; `undefined` if it accepts the value, and for other libraries. */
async function libraryError(schema: unknown, value: unknown): Promise<unknown> {
  const { safeParseAsync } = (schema ?? {}) as {
    safeParseAsync?: (value: unknown) => Promise<{ error?: unknown }>
  }
  return typeof safeParseAsync === 'function' ? (await safeParseAsync.call(schema, value)).error : undefined
}

/**
 * `fromCreate(fn)`: a client whose transport is a function in OpenAI's form, in place of HTTP requests: the method
 * `chat.completions.create` of any SDK, a model in the process (node-llama-cpp), a router of several providers.
 */
import type { Instructor } from '../client/client.js'
import { OWN_FETCH, type OwnOptions } from '../client/options.js'
import { describe } from '../common/describe.js'
import { ConfigurationError, ProviderError } from '../common/errors.js'
import type { Fetch } from '../common/fetch.js'
import { bodyOf, eventStream, failure } from '../inbrowser/answers.js'
import type { Loader } from '../wasm/loader.js'
import type { WrapOptions } from './sdk-clients.js'

/** The body of a chat request in OpenAI's form; it has the other fields of the call, too. */
export interface ChatRequest {
  readonly model?: string
  readonly messages: readonly { readonly role: string }[]
  readonly stream?: boolean | null
  readonly tools?: unknown
  readonly tool_choice?: unknown
  readonly response_format?: unknown
  readonly temperature?: unknown
  readonly max_tokens?: unknown
}

/** A method's parameters may have narrower types, as those of the SDKs do. */
interface Completions {
  create(body: ChatRequest, options: { readonly signal: AbortSignal }): unknown
}

/**
 * A function in OpenAI's form. It gets the body of a chat request and resolves to OpenAI's completion, or with
 * `stream: true` to an async iterable of OpenAI's chunks.
 */
export type CreateFunction = Completions['create']

/** An object with this function, as the clients of most SDKs have. */
export interface CreateClient {
  readonly chat: { readonly completions: Completions }
}

/** The model in requests of a client without one; such requests reach the function without it. */
const NO_MODEL = '-'

/** The address of requests. Nothing is sent to it: hosts in `.invalid` do not exist (RFC 2606). */
const ADDRESS = 'https://create.invalid/v1'

/** What only the clients of known SDKs and of this package have. */
const KNOWN = ['_options', 'apiKey', 'createPartial']

/** Whether it is an object with a function in OpenAI's form, and not the client of a known SDK. */
export function isCreateClient(given: object): given is CreateClient {
  const { chat } = (given ?? {}) as Partial<CreateClient>
  return typeof chat?.completions?.create === 'function' && !KNOWN.some((name) => name in given)
}

/** Creates the client. `make` is the class; the provider's row decides about modes and schemas. */
export function createClient<C extends Instructor>(
  make: new (loader: Loader, model: string, options: WrapOptions) => C,
  loader: Loader,
  provider: string,
  given: CreateFunction | CreateClient,
  options: WrapOptions = {},
): C {
  const create = functionOf(given)
  const { model = NO_MODEL, ...rest } = options
  for (const name of ['fetch', 'baseURL', 'base_url'] as const)
    if (rest[name] !== undefined)
      throw new ConfigurationError(`${name} has no use here: the requests are calls of the function.`, {
        parameter: name,
      })
  const own: OwnOptions = { [OWN_FETCH]: transport(create) }
  return new make(loader, `${provider}/${model}`, { ...rest, baseURL: ADDRESS, ...own })
}

function functionOf(given: CreateFunction | CreateClient): CreateFunction {
  if (typeof given === 'function') return given
  const completions = given?.chat?.completions
  if (typeof completions?.create !== 'function')
    throw new ConfigurationError(
      `A function in OpenAI's form is expected, or an object { chat: { completions: { create } } }; got ${describe(given)}.`,
    )
  return (body, options) => completions.create(body, options)
}

const transport =
  (create: CreateFunction): Fetch =>
  async (url, init) => {
    if (!new URL(url).pathname.endsWith('/chat/completions'))
      throw new ConfigurationError(
        "A function in OpenAI's form answers chat completions: the mode RESPONSES_TOOLS needs a server.",
        { parameter: 'mode' },
      )
    const { model, ...rest } = bodyOf(init)
    const signal = init.signal as AbortSignal
    const stop = new AbortController()
    const body = model === NO_MODEL ? rest : { model, ...rest }
    let result: unknown
    try {
      result = await create(body as unknown as ChatRequest, {
        signal: AbortSignal.any([signal, stop.signal]),
      })
    } catch (error) {
      return failed(error, signal)
    }
    if (result instanceof Response) return result
    const chunks = iteratorOf(result)
    if (Boolean(chunks) !== Boolean(rest.stream) || typeof result !== 'object')
      throw new ConfigurationError(
        rest.stream
          ? `With stream: true the function must resolve to an async iterable of chunks; got ${describe(result)}.`
          : `The function must resolve to OpenAI's completion, an object; got ${describe(result)}.`,
      )
    if (!chunks) return Response.json(result)
    return eventStream(
      chunks,
      () => {
        stop.abort()
        // Its errors are not needed: the call has ended.
        Promise.resolve(chunks.return?.()).catch(() => {})
      },
      (error) => plainError(error),
    )
  }

/** The iterator of an async iterable, or of a `ReadableStream` where these are not iterable. */
function iteratorOf(result: unknown): AsyncIterator<unknown> | undefined {
  const given = (result ?? {}) as Partial<AsyncIterable<unknown> & ReadableStream>
  if (typeof given[Symbol.asyncIterator] === 'function')
    return (given as AsyncIterable<unknown>)[Symbol.asyncIterator]()
  if (typeof given.getReader !== 'function') return undefined
  const reader = given.getReader()
  return {
    next: () => reader.read() as Promise<IteratorResult<unknown>>,
    return: async () => {
      await reader.cancel()
      return { done: true, value: undefined }
    },
  }
}

/** The errors of SDKs have the server's status, which decides about a retry. One without a status is final. */
function failed(error: unknown, signal: AbortSignal): Response {
  const { status, headers } = (error ?? {}) as { status?: unknown; headers?: unknown }
  if (signal.aborted || error instanceof ConfigurationError) throw error
  if (typeof status !== 'number' || !(status >= 400 && status < 600))
    throw new ProviderError(`The create function failed: ${plainError(error).message}`, { cause: error })
  const told = plainError(error)
  const response = failure(status, told, told.code)
  for (const name of ['retry-after-ms', 'retry-after']) {
    const wait = headers instanceof Headers ? headers.get(name) : undefined
    if (wait) response.headers.set(name, wait)
  }
  return response
}

function plainError(error: unknown): { message: string; code?: string; status?: number } {
  const { message, code, status } = (error ?? {}) as { message?: string; code?: unknown; status?: unknown }
  return {
    message: message || String(error),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof status === 'number' ? { status } : {}),
  }
}

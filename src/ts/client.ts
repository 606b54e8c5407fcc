/**
 * The client: what apps hold. It reads parameters (`call.ts`), lends the core a host (`host.ts`), and turns what comes
 * back into values and errors. No decision about prompts, modes, retries or parsing is made here.
 */
import { Authorizer, type CredentialsFunction } from './auth.js'
import { cacheKey, keep, readCache, recall } from './cache.js'
import {
  aliased,
  type Call,
  checked,
  checkFunctions,
  checkSignal,
  notValid,
  readCall,
  type Shape,
  wireCall,
  wireCallNow,
  wirePolicy,
} from './call.js'
import { completionFrom } from './completion.js'
import { coreMemory, type Loader, ready } from './core.js'
import { CoreClient } from './core_bg.js'
import { ConfigurationError, errorFrom, InstructorRetryError } from './errors.js'
import { type HookHandlers, type HookMap, type HookName, Hooks } from './hooks.js'
import { Host, KEY_PLACEHOLDER } from './host.js'
import { inProcess } from './inbrowser/index.js'
import { toJson } from './json.js'
import { describe, type Model } from './schema.js'
import { type Redact, Secrets } from './secrets.js'
import { IterableSource, PartialSource, type Starter } from './source.js'
import { ObjectStream } from './stream.js'
import {
  environment,
  inBrowser,
  LATE,
  type PlainResponse,
  plainHeaders,
  readResponse,
  warnOnce,
} from './surroundings.js'
import type {
  BuiltRequest,
  Cache,
  CallParams,
  ClientOptions,
  Completion,
  DeepPartial,
  Fetch,
  Infer,
  InferInput,
  ResponseModel,
  RetryPolicy,
  SingleModel,
  StreamOptions,
  Token,
} from './types.js'

interface Info {
  readonly provider: string
  readonly model: string
  readonly mode: string
  readonly baseURL: string
  readonly modes: readonly string[]
  readonly warnings?: readonly string[]
}

const globalFetch: Fetch = (url, init) => globalThis.fetch(url, init)

export class Instructor {
  #core: CoreClient
  /** Makes the core anew with what could not be known at once (a region that is a function). */
  #late: (() => Promise<void>) | undefined
  readonly #loader: Loader
  #info: Info
  readonly #fetch: Fetch
  readonly #hooks: Hooks
  readonly #signal: AbortSignal | undefined
  readonly #timeout: number | undefined
  readonly #policy: RetryPolicy | undefined
  readonly #token: Exclude<Token, string> | undefined
  readonly #cache: Cache | undefined
  #memory: Cache | undefined
  readonly #secrets: Secrets
  readonly #redact: Redact
  readonly #authorizer: Authorizer
  /** Whether the client has a model of its own; one made of an SDK's client may have none. */
  readonly #named: boolean

  /** @internal Clients are made by `fromProvider` and its relatives. */
  constructor(loader: Loader, model: string, options: ClientOptions = {}, named = true) {
    if (typeof model !== 'string')
      throw new ConfigurationError(
        `The model must be a string in format "provider/model-name" (e.g. "openai/gpt-4o-mini"); got ${describe(model)}.`,
      )
    if (typeof options !== 'object' || options === null || Array.isArray(options))
      throw new ConfigurationError(`The options must be an object; got ${describe(options)}.`)
    ready(loader)
    this.#loader = loader
    this.#named = named
    const local = inProcess(model, aliased(options))
    const {
      fetch,
      hooks,
      signal,
      cache,
      env,
      headers,
      maxRetries,
      apiKey,
      accessToken,
      credentials,
      region,
      ...rest
    } = local.rest
    const late = (options as { [LATE]?: () => Promise<Record<string, unknown>> })[LATE]
    if (fetch !== undefined && fetch !== null && typeof fetch !== 'function')
      throw new ConfigurationError(`fetch must be a function; got ${describe(fetch)}.`, {
        parameter: 'fetch',
      })
    checkSignal(signal)
    checkFunctions(rest)
    const policy =
      typeof maxRetries === 'object' && maxRetries !== null ? (maxRetries as RetryPolicy) : undefined
    this.#fetch = (fetch as Fetch | undefined) ?? local.fetch ?? globalFetch
    this.#hooks = new Hooks(hooks as HookHandlers | undefined)
    this.#signal = (signal as AbortSignal | null) ?? undefined
    this.#timeout = typeof rest.timeout === 'number' ? rest.timeout : undefined
    this.#policy = policy
    // AWS keys sign requests in the core; every other credentials function gives a token.
    const signs = typeof credentials === 'function' && model.startsWith('bedrock/')
    const tokens = [apiKey, accessToken, signs ? undefined : credentials]
    this.#token = tokens.find((one) => typeof one === 'function') as Exclude<Token, string> | undefined
    this.#cache = readCache(cache)
    const variables = environment(env)
    this.#secrets = new Secrets(options, variables)
    this.#redact = this.#secrets.redact
    this.#authorizer = new Authorizer(
      this.#fetch,
      this.#secrets,
      signs ? (credentials as CredentialsFunction) : undefined,
    )
    const plain = {
      ...rest,
      region: typeof region === 'function' ? undefined : region,
      apiKey: typeof apiKey === 'function' ? KEY_PLACEHOLDER : apiKey,
      accessToken:
        typeof accessToken === 'function' || (typeof credentials === 'function' && !signs)
          ? KEY_PLACEHOLDER
          : accessToken,
      credentials: typeof credentials !== 'function' ? credentials : signs ? 'function' : undefined,
      headers: plainHeaders(headers),
      maxRetries: policy ? wirePolicy(policy) : maxRetries,
      env: variables,
      browser: inBrowser(),
    }
    const make = (more: object) => new CoreClient(model, toJson({ ...plain, ...more }, 'The options'))
    if (late || typeof region === 'function') {
      let settling: Promise<void> | undefined
      const settle = async () => {
        const more: Record<string, unknown> = late
          ? await late()
          : { region: await (region as () => unknown)() }
        this.#secrets.addNamed(more)
        this.#core = make(more)
        this.#info = JSON.parse(this.#core.info()) as Info
        this.#late = undefined
      }
      this.#late = () => {
        // Calls at the same time share it; a failure is not kept.
        settling ??= settle().finally(() => {
          settling = undefined
        })
        return settling
      }
    }
    try {
      this.#core = make({})
      this.#info = JSON.parse(this.#core.info()) as Info
    } catch (thrown) {
      throw errorFrom(thrown, this.#redact)
    }
    for (const warning of this.#info.warnings ?? []) warnOnce(warning)
  }

  /** The mode in force when a call names none. */
  get mode(): string {
    return this.#info.mode
  }

  /** Modes that this provider and model accept. */
  get modes(): readonly string[] {
    return this.#info.modes
  }

  get provider(): string {
    return this.#info.provider
  }

  get model(): string {
    return this.#info.model
  }

  get baseURL(): string {
    return this.#info.baseURL
  }

  /** Asks the model and answers with the validated value. */
  async create<const M extends ResponseModel>(params: CallParams<M>): Promise<Infer<M>> {
    return (await this.#run(params, 'value'))[0] as Infer<M>
  }

  /** The same, with what is known of the call: raw answer, usage, attempts. */
  async createWithCompletion<const M extends ResponseModel>(
    params: CallParams<M>,
  ): Promise<[Infer<M>, Completion]> {
    return (await this.#run(params, 'value')) as [Infer<M>, Completion]
  }

  /** Snapshots of the value while it arrives. The request is sent when reading begins. */
  createPartial<const M extends SingleModel>(
    params: CallParams<M> & StreamOptions,
  ): ObjectStream<DeepPartial<InferInput<M>>, Infer<M>> {
    const call = this.#read(params, 'value')
    if (!call.model)
      throw new ConfigurationError('createPartial takes one model, not an array of them and not null.')
    return new ObjectStream(
      new PartialSource<DeepPartial<InferInput<M>>, Infer<M>>(call, this.#starter(call)),
    )
  }

  /** Every element of a list, validated, as soon as it is complete. `responseModel` is the element's model. */
  createIterable<const M extends SingleModel>(
    params: CallParams<M> & StreamOptions,
  ): ObjectStream<Infer<M>, Infer<M>[]> {
    const call = this.#read(params, 'list')
    const starter = this.#starter(call, (value) => source.check(value))
    const source: IterableSource<Infer<M>> = new IterableSource(call, call.model as Model, starter)
    return new ObjectStream<Infer<M>, Infer<M>[]>(source)
  }

  /** The request that `create` would send first, without sending it. */
  buildRequest<const M extends ResponseModel>(params: CallParams<M>): BuiltRequest {
    const call = this.#read(params, 'value')
    if (this.#late)
      throw new ConfigurationError(
        'buildRequest is synchronous, and the region of this client is known only after waiting. Give region as a string.',
        { parameter: 'region' },
      )
    try {
      return JSON.parse(this.#core.buildRequest(wireCallNow(call, {}))) as BuiltRequest
    } catch (thrown) {
      throw errorFrom(thrown, this.#redact)
    }
  }

  /** What `create` would make of this response. */
  async parseResponse<const M extends ResponseModel>(
    params: CallParams<M>,
    response: Response | PlainResponse,
  ): Promise<Infer<M>> {
    const call = this.#read(params, 'value')
    const { status, headers, body } = await readResponse(response)
    let completion: { value: unknown }
    try {
      completion = JSON.parse(
        this.#core.parseResponse(
          await wireCall(call, this.#loader, {}),
          status,
          JSON.stringify(headers),
          body,
        ),
      )
    } catch (thrown) {
      const error = errorFrom(thrown, this.#redact)
      // There is one response and no other attempt, so the failure itself is told.
      throw error instanceof InstructorRetryError && error.cause instanceof Error ? error.cause : error
    }
    const result = await checked(call, completion.value)
    if (result.issues) throw notValid(result.issues)
    return result.value as Infer<M>
  }

  on<K extends HookName>(name: K, handler: HookMap[K]): this {
    this.#hooks.on(name, handler)
    return this
  }

  off<K extends HookName>(name: K, handler: HookMap[K]): this {
    this.#hooks.off(name, handler)
    return this
  }

  clear(name?: HookName): this {
    this.#hooks.clear(name)
    return this
  }

  // -- names that code carried over uses ---------------------------------------------------------------------

  /** `client.chat.completions.create(…)`. */
  get chat(): { readonly completions: Instructor } {
    return { completions: this }
  }

  get completions(): this {
    return this
  }

  /** `client.messages.create(…)`. */
  get messages(): this {
    return this
  }

  create_partial<const M extends SingleModel>(
    params: CallParams<M> & StreamOptions,
  ): ObjectStream<DeepPartial<InferInput<M>>, Infer<M>> {
    return this.createPartial<M>(params)
  }

  create_iterable<const M extends SingleModel>(
    params: CallParams<M> & StreamOptions,
  ): ObjectStream<Infer<M>, Infer<M>[]> {
    return this.createIterable<M>(params)
  }

  create_with_completion<const M extends ResponseModel>(
    params: CallParams<M>,
  ): Promise<[Infer<M>, Completion]> {
    return this.createWithCompletion<M>(params)
  }

  // ----------------------------------------------------------------------------------------------------------

  async #run(params: unknown, shape: Shape): Promise<[unknown, Completion]> {
    const call = this.#read(params, shape)
    const cache = this.#cacheOf(call)
    const host = this.#host(call)
    try {
      if (host.signal.aborted) throw host.signal.reason
      if (this.#late) await host.orAborted(this.#late())
      const wire = await wireCall(call, this.#loader, this.#hears(call) ? { events: true } : {})
      const key = cache && (await cacheKey(this.#core.buildRequest(wire)))
      const kept = key && (await recall(cache, key, call))
      if (kept) return kept
      const text = await this.#core.create(wire, host)
      if (key) await keep(cache, key, text)
      const completion = JSON.parse(text)
      return [call.validate ? host.value : completion.value, completionFrom(completion)]
    } catch (thrown) {
      throw errorFrom(thrown, this.#redact)
    } finally {
      host.done()
    }
  }

  /** A call's own store, the client's, or for `cache: true` one that is made for such calls. */
  #cacheOf({ cache }: Call): Cache | undefined {
    if (cache === undefined) return this.#cache
    if (cache !== true) return readCache(cache)
    this.#memory ??= readCache(true)
    return this.#cache ?? this.#memory
  }

  #read(params: unknown, shape: Shape): Call {
    const call = readCall(params, this.#loader, shape)
    if (!this.#named && !call.wire.model)
      throw new ConfigurationError(
        'This client has no model: name one in the call ({ model }) or where the client is made.',
        { parameter: 'model' },
      )
    return call
  }

  #starter(call: Call, check = call.validate): Starter {
    return {
      memory: coreMemory,
      error: (thrown) => errorFrom(thrown, this.#redact),
      start: async (_, reading) => {
        const host = this.#host(call, reading, check)
        try {
          if (host.signal.aborted) throw host.signal.reason
          if (this.#late) await host.orAborted(this.#late())
          const wire = await wireCall(call, this.#loader, this.#hears(call) ? { events: true } : {})
          return { core: this.#core.stream(wire, host), host }
        } catch (thrown) {
          host.done()
          throw errorFrom(thrown, this.#redact)
        }
      },
    }
  }

  #host(
    call: Call,
    reading?: (reader: ReadableStreamDefaultReader<Uint8Array>) => void,
    check = call.validate,
  ): Host {
    return new Host({
      ...(reading ? { reading } : {}),
      fetch: this.#fetch,
      secrets: this.#secrets,
      authorizer: this.#authorizer,
      hooks: [this.#hooks, call.hooks],
      signals: [this.#signal, call.signal],
      timeout: call.timeout ?? this.#timeout,
      policy: call.policy ?? this.#policy,
      token: this.#token,
      ...(check ? { validate: check } : {}),
    })
  }

  #hears(call: Call): boolean {
    return !this.#hooks.empty || !call.hooks.empty
  }
}

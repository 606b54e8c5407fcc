/**
 * The client of an app. It reads parameters (`call.ts`), passes a host to the core (`host.ts`), and turns results
 * into values and errors. The core decides about prompts, modes, retries and parsing.
 */
import { type Completion, completionFrom } from '../common/completion.js'
import { describe } from '../common/describe.js'
import { ConfigurationError, errorFrom, InstructorRetryError } from '../common/errors.js'
import type { Fetch } from '../common/fetch.js'
import { imported } from '../common/imported.js'
import { type Json, toJson } from '../common/json.js'
import { loadAllCode, NotLoaded, provideCode } from '../common/later.js'
import type { Redact } from '../common/secrets.js'
import { warnOnce } from '../common/warn.js'
import type {
  DeepPartial,
  Infer,
  InferInput,
  ResponseModel,
  SingleModel,
  StreamModel,
} from '../schema/infer.js'
import type { IterableModel, PartialModel } from '../schema/streamed.js'
import type { Starter } from '../stream/core-source.js'
import { type Delivered, IterableSource } from '../stream/iterable-source.js'
import { LaterSource } from '../stream/later-source.js'
import { ObjectStream } from '../stream/object-stream.js'
import { PartialSource } from '../stream/partial-source.js'
import type { StreamSource } from '../stream/source.js'
import type { ClientInfo, Loader } from '../wasm/loader.js'
import { Core, loadCore, loadCoreNow } from '../wasm/modules.js'
import { prepareValidator } from '../wasm/optional.js'
import { loadParts, loadPartsNow, notLoadedYet } from '../wasm/parts.js'
import { CachedCall } from './answer-cache.js'
import { Batch } from './batch.js'
import type { BatchClient, BatchOptions, BatchRequest, ModelOf } from './batch-client.js'
import { type Cache, readCache } from './cache.js'
import {
  type Call,
  checked,
  notValid,
  partsInput,
  promptInput,
  readCall,
  wireCall,
  wireCallNow,
} from './call.js'
import type { BuiltRequest, CallParams, StreamOptions } from './call-options.js'
import type { Checks } from './check-types.js'
import type { ClientOptions } from './client-options.js'
import type { Fallback } from './fallback.js'
import type { Member } from './fallback-member.js'
import type { HookMap, HookName } from './hooks.js'
import { Host } from './host.js'
import { CARRIED_NAMES, CLIENT_NAMES } from './names.js'
import { DEFERRED, OWN_FETCH, type OwnOptions, readOptions, type Settings } from './options.js'
import { aliased } from './parameters.js'
import { type PlainResponse, readResponse } from './response.js'
import type { Shape } from './response-models.js'
import { type PromptFunction, written } from './schema-prompt.js'

/**
 * A client: its methods make calls with its options. Created by `fromProvider` and related functions.
 *
 * @example
 * ```ts
 * const client = fromProvider('openai/gpt-4o-mini')
 * const user = await client.create({ responseModel: User, prompt: 'Jason is 25.' })
 * ```
 */
export class Instructor {
  readonly #core: Core
  /** Creates the core again with asynchronous options (a region that is a function). */
  #deferred: (() => Promise<void>) | undefined
  readonly #loader: Loader
  #info: ClientInfo
  readonly #settings: Settings
  #memory: Cache | undefined
  /** Whether the client has a model; one made from an SDK's client may have none. */
  readonly #named: boolean
  /** As given, for {@link Instructor.with}. */
  readonly #options: ClientOptions & OwnOptions
  /** The clients of `fallback`. */
  readonly #fallback: readonly Instructor[] = []
  /** Clients of `fallback` that were given as models. */
  readonly #made = new Map<string, Instructor>()

  /** @internal Clients are created by `fromProvider` and related functions. */
  constructor(loader: Loader, model: string, options: ClientOptions = {}, named = true) {
    provideCode(loader.code)
    const settings = readOptions(model, options)
    const loading = loadCore(loader)
    this.#loader = loader
    this.#named = named
    this.#options = options
    this.#settings = settings
    this.#core = new Core(loader, model, settings.plain)
    const { deferred, secrets } = settings
    if (deferred) {
      let settling: Promise<void> | undefined
      const settle = async () => {
        const more = await deferred()
        secrets.addNamed(more)
        this.#core.update({ ...settings.plain, ...more })
        this.#info = this.#core.info()
        this.#deferred = undefined
      }
      this.#deferred = () => {
        // Concurrent calls share it; a failure is not cached.
        settling ??= settle().finally(() => {
          settling = undefined
        })
        return settling
      }
    }
    try {
      this.#info = this.#core.info()
    } catch (thrown) {
      throw errorFrom(thrown, this.#redact)
    }
    for (const warning of this.#info.warnings ?? []) warnOnce(warning)
    this.#fallback = this.#others(settings.fallback)
    // The calls that need them report a failure.
    if (loading) loadParts(loader, this.#info.parts)?.catch(() => {})
  }

  /**
   * Loads every part of the core that calls of this client may need. In browsers, {@link Instructor.buildRequest} and `lint` need
   * it, because they are synchronous; everywhere else and in `instructor-wasm/inline` it resolves at once. Calls load what they
   * need themselves.
   * @throws ConfigurationError when a file can't be loaded; the next call of it tries again.
   */
  async ready(): Promise<this> {
    await Promise.all([loadAllCode(), loadCore(this.#loader)])
    await loadParts(this.#loader, this.#core.info().parts)
    return this
  }

  /** The mode of calls without a mode. */
  get mode(): string {
    return this.#info.mode
  }

  /** Modes that this provider and model accept. */
  get modes(): readonly string[] {
    return this.#info.modes
  }

  /** The id of the provider. */
  get provider(): string {
    return this.#info.provider
  }

  /** The name of the model, without the provider. */
  get model(): string {
    return this.#info.model
  }

  /** The URL of requests, without user and password. */
  get baseURL(): string {
    return this.#redact(this.#info.baseURL)
  }

  /** @internal The function that sends requests. */
  get send(): Fetch {
    return this.#settings.fetch
  }

  /**
   * Returns a copy of this client with other options. `model` is another model of the same provider.
   *
   * The copy shares the store of `cache: true`, and has the handlers that were added with {@link on}.
   *
   * @throws ConfigurationError if an option is wrong.
   * @example
   * ```ts
   * const exact = client.with({ temperature: 0, model: 'gpt-4.1' })
   * ```
   */
  with(options: ClientOptions & { readonly model?: string }): this {
    const { model = this.#named ? this.model : undefined, ...rest } = aliased(options) as typeof options
    const name = `${this.provider}/${model ?? this.model}`
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
    // The store of `cache: true` is shared. The inserted handlers include `hooks` of the old options.
    const { cache = this.#options.cache } = this.#settings
    const old = { ...this.#options, ...aliased(this.#options), cache, hooks: undefined }
    const Class = this.constructor as typeof Instructor
    const made = new Class(this.#loader, name, { ...old, ...given }, model !== undefined)
    if (
      made.model === this.model &&
      made.#fallback.includes(this) &&
      Object.keys(given).every((name) => name.startsWith('fallback'))
    )
      throw itself('fallback')
    made.#settings.hooks.prepend(this.#settings.hooks)
    return made as this
  }

  /**
   * Requests a value from the model, validates it and returns it.
   *
   * @throws ConfigurationError, ModeError before a request is sent.
   * @throws InstructorRetryError after the last attempt; `cause` is its error.
   * @example
   * ```ts
   * const user = await client.create({ responseModel: User, messages: [{ role: 'user', content: 'Jo is 25.' }] })
   * ```
   *
   * With `stream: true` it is {@link createPartial}. With the models `partial(User)` and `iterable(User)` it is
   * {@link createPartial} and {@link createIterable}.
   */
  create<const M extends SingleModel, L extends string = string>(
    params: CallParams<IterableModel<M>, L> & { readonly stream?: true },
  ): ObjectStream<Infer<M>, Infer<M>[]>
  create<const M extends SingleModel, L extends string = string>(
    params: CallParams<PartialModel<M>, L> & { readonly stream?: true },
  ): ObjectStream<DeepPartial<InferInput<M>>, Infer<M>>
  create<const M extends StreamModel, L extends string = string>(
    params: CallParams<M, L> & { readonly stream: true },
  ): ObjectStream<DeepPartial<InferInput<M>>, Infer<M>>
  create<const M extends StreamModel, L extends string = string>(
    params: CallParams<M, L> & { readonly stream: boolean },
  ): Promise<Infer<M>> | ObjectStream<DeepPartial<InferInput<M>>, Infer<M>>
  create<const M extends ResponseModel, L extends string = string>(
    params: CallParams<M, L> & { readonly stream?: false },
  ): Promise<Infer<M>>
  create(params: CallParams<SingleModel>): Promise<unknown> | ObjectStream<unknown, unknown> {
    const { responseModel, response_model, stream } = params ?? {}
    const { streams } = (responseModel ?? response_model ?? {}) as { streams?: string }
    if (stream === false || !(stream || streams)) return this.#run(params, 'value').then(([value]) => value)
    return streams === 'list' ? this.#elements(params) : this.#snapshots(params)
  }

  /**
   * The same as {@link create}. Returns the completion too: raw answer, usage, attempts.
   *
   * @throws ConfigurationError, ModeError before a request is sent.
   * @throws InstructorRetryError after the last attempt; `cause` is its error.
   * @example
   * ```ts
   * const [user, { usage, attempts }] = await client.createWithCompletion({ responseModel: User, prompt })
   * ```
   */
  async createWithCompletion<const M extends ResponseModel, L extends string = string>(
    params: CallParams<M, L>,
  ): Promise<[Infer<M>, Completion]> {
    return (await this.#run(params, 'value')) as [Infer<M>, Completion]
  }

  /**
   * Streams snapshots of the value while it arrives. The request is sent when reading starts.
   *
   * @example
   * ```ts
   * const stream = client.createPartial({ responseModel: User, messages })
   * for await (const snapshot of stream) render(snapshot)
   * const user = await stream.final()
   * ```
   * @throws ConfigurationError, ModeError at once or in the loop; errors of the call reject the loop and the promises.
   */
  createPartial<const M extends StreamModel, L extends string = string>(
    params: CallParams<M, L> & StreamOptions,
  ): ObjectStream<DeepPartial<InferInput<M>>, Infer<M>> {
    return this.#snapshots<DeepPartial<InferInput<M>>, Infer<M>>(params)
  }

  /**
   * Streams the elements of a list, each validated as soon as it is complete. `responseModel` is the model of one element.
   *
   * @example
   * ```ts
   * for await (const user of client.createIterable({ responseModel: User, messages })) add(user)
   * ```
   * @throws ConfigurationError, ModeError at once or in the loop; errors of the call reject the loop and the promises.
   */
  createIterable<const M extends SingleModel, L extends string = string>(
    params: CallParams<IterableModel<M>, L> & StreamOptions,
  ): ObjectStream<Infer<M>, Infer<M>[]>
  createIterable<const M extends StreamModel, L extends string = string>(
    params: CallParams<M, L> & StreamOptions,
  ): ObjectStream<Infer<M>, Infer<M>[]>
  createIterable<const M extends StreamModel, L extends string = string>(
    params: CallParams<M, L>,
  ): ObjectStream<Infer<M>, Infer<M>[]> {
    return this.#elements<Infer<M>>(params)
  }

  /**
   * Returns the request that {@link create} would send first. Nothing is sent.
   *
   * @throws ConfigurationError in a browser before {@link ready}, and with `context`.
   * @example
   * ```ts
   * const { url, method, headers, body } = client.buildRequest({ responseModel: User, prompt })
   * const response = await fetch(url, { method, headers, body })
   * const user = await client.parseResponse({ responseModel: User, prompt }, response)
   * ```
   */
  buildRequest<const M extends ResponseModel, L extends string = string>(
    params: CallParams<M, L>,
  ): BuiltRequest {
    const call = this.#readNow(params)
    if (this.#deferred)
      throw new ConfigurationError(
        'buildRequest is synchronous, and the region of this client is asynchronous. Pass region as a string.',
        { parameter: 'region' },
      )
    try {
      loadCoreNow(this.#loader)
      this.#warn(call)
      loadPartsNow(this.#loader, this.#core.needs(partsInput(call)).request)
      const wire = wireCallNow(call, this.#prompt(call))
      return JSON.parse(this.#core.use((core) => core.buildRequest(wire))) as BuiltRequest
    } catch (thrown) {
      if (thrown instanceof NotLoaded) throw notLoadedYet('Code for this call')
      throw errorFrom(thrown, this.#redact)
    }
  }

  /**
   * Reads and validates a response that was fetched by other means. It is the counterpart of {@link buildRequest}.
   *
   * @throws ValidationError, ResponseParsingError, ProviderError, RefusalError, IncompleteOutputError: what is wrong with this response.
   */
  async parseResponse<const M extends ResponseModel, L extends string = string>(
    params: CallParams<M, L>,
    response: Response | PlainResponse,
  ): Promise<Infer<M>> {
    return (await this.#parsed(params, response))[0] as Infer<M>
  }

  /**
   * Many calls as one job of the provider, which returns the answers within hours at a lower price: OpenAI and servers
   * with its batches, Anthropic, Gemini, Mistral.
   *
   * @param requests - The parameters of each call, with an `id` that is unique in the batch.
   * @example
   * ```ts
   * const batch = client.batch(texts.map((text, i) => ({ id: `text-${i}`, responseModel: User, prompt: text })))
   * await batch.submit()
   * for await (const { id, value, error } of batch.results()) save(id, value ?? error)
   * ```
   * @throws ConfigurationError if the provider has no batches.
   */
  batch<const R extends readonly BatchRequest[]>(
    requests: R,
    options: BatchOptions = {},
  ): Batch<Infer<ModelOf<R[number]>>> {
    const { fetch, secrets, authorizer, signal: own, token } = this.#settings
    if (this.#fallback.length || [requests].flat().some((one) => (one as BatchRequest | undefined)?.fallback))
      throw new ConfigurationError(
        'A batch is a job of one provider, without a fallback: client.with({ fallback: [] }).batch([ … ]).',
        { parameter: 'fallback' },
      )
    const client: BatchClient = {
      provider: this.provider,
      build: async (params) => {
        const call = await this.#call(params, 'value')
        if (call.wire.stream) throw streams('a batch has whole answers')
        if (call.tools)
          throw new ConfigurationError(
            'A batch has one request per call, so it runs no tools. Leave them out.',
            {
              parameter: 'tools',
            },
          )
        const host = this.#host(call)
        try {
          const wire = await this.#wire(call, host)
          return JSON.parse(this.#core.use((core) => core.buildRequest(wire)))
        } catch (thrown) {
          throw host.error(thrown)
        } finally {
          host.done(false)
        }
      },
      parse: (params, response) => this.#parsed(params, response),
      send: async (url, init, signal) => {
        const host = new Host({ fetch, secrets, authorizer, hooks: [], signals: [own, signal], token })
        try {
          const sent = host.fetch(url, { ...init, signal: host.signal }, 1)
          return { response: await host.orAborted(sent), done: () => host.done() }
        } catch (thrown) {
          host.done()
          throw host.networkError(thrown)
        }
      },
    }
    return new Batch(client, requests, options)
  }

  async #parsed(params: unknown, response: Response | PlainResponse): Promise<[unknown, Completion]> {
    const call = await this.#call(params, 'value')
    if (call.wire.stream) throw streams('parseResponse reads a whole answer')
    const { status, headers, body } = await readResponse(response)
    let completion: Json
    try {
      await loadCore(this.#loader)
      this.#warn(call)
      const { request, answer } = this.#core.needs(partsInput(call))
      const loading = loadParts(this.#loader, [...request, ...answer])
      loading?.catch(() => {})
      await loading
      const wire = await wireCall(call, this.#loader, this.#prompt(call))
      const text = JSON.stringify(headers)
      completion = JSON.parse(this.#core.use((core) => core.parseResponse(wire, status, text, body)))
    } catch (thrown) {
      const error = errorFrom(thrown, this.#redact)
      // There is only one response and no other attempt, so the failure itself is thrown.
      throw error instanceof InstructorRetryError && error.cause instanceof Error ? error.cause : error
    }
    const { signal } = new AbortController()
    const result = await checked(call, completion.value, { attempt: 1, signal, addUsage() {} })
    if (result.issues) throw notValid(result.issues)
    return [result.value, completionFrom(completion)]
  }

  /**
   * Adds a handler for an event of all calls.
   *
   * @throws ConfigurationError if the event does not exist.
   * @example
   * ```ts
   * client.on('parse:error', (error, { attemptNumber }) => console.warn(attemptNumber, error.message))
   * ```
   */
  on<K extends HookName>(name: K, handler: HookMap[K]): this {
    this.#settings.hooks.on(name, handler)
    return this
  }

  /** Removes one registration of a handler. */
  off<K extends HookName>(name: K, handler: HookMap[K]): this {
    this.#settings.hooks.off(name, handler)
    return this
  }

  /** Removes all handlers, or those of one event. */
  clear(name?: HookName): this {
    this.#settings.hooks.clear(name)
    return this
  }

  // -- names of other libraries ---------------------------------------------------------------------

  /** `client.chat.completions.create(…)`. */
  get chat(): { readonly completions: Instructor } {
    return { completions: this }
  }

  /** `client.completions.create(…)`. */
  get completions(): this {
    return this
  }

  /** `client.messages.create(…)`. */
  get messages(): this {
    return this
  }

  /** @deprecated Python's name of {@link createPartial}. */
  create_partial<const M extends StreamModel, L extends string = string>(
    params: CallParams<M, L> & StreamOptions,
  ): ObjectStream<DeepPartial<InferInput<M>>, Infer<M>> {
    return this.createPartial<M, L>(params)
  }

  /** @deprecated Python's name of {@link createIterable}. */
  create_iterable<const M extends StreamModel, L extends string = string>(
    params: CallParams<M, L> & StreamOptions,
  ): ObjectStream<Infer<M>, Infer<M>[]> {
    return this.createIterable<M, L>(params)
  }

  /** @deprecated Python's name of {@link createWithCompletion}. */
  create_with_completion<const M extends ResponseModel, L extends string = string>(
    params: CallParams<M, L>,
  ): Promise<[Infer<M>, Completion]> {
    return this.createWithCompletion<M, L>(params)
  }

  // ----------------------------------------------------------------------------------------------------------

  #snapshots<Item, Final>(params: unknown): ObjectStream<Item, Final> {
    return this.#stream(params, 'partial')
  }

  #elements<Item>(params: unknown): ObjectStream<Item, Item[]> {
    return this.#stream(params, 'list')
  }

  #stream<Item, Final>(params: unknown, shape: 'partial' | 'list'): ObjectStream<Item, Final> {
    if ((params as { stream?: unknown } | undefined)?.stream === false)
      throw streams('this is a stream, and stream is false')
    const others = this.#others(params)
    const call = this.#call(params, shape)
    const source = others.length
      ? this.#calls(others, call, params).then((calls) => calls.source(shape))
      : call instanceof Promise
        ? call.then((read) => this.#source(read, shape))
        : this.#source(call, shape)
    const now =
      source instanceof Promise
        ? new LaterSource(shape === 'list' ? 'elements' : 'snapshots', source)
        : source
    return new ObjectStream(now as StreamSource<Item, Final>)
  }

  #source(call: Call, shape: Shape, delivered?: Delivered<unknown>): StreamSource<unknown, unknown> {
    const starter = this.#starter(call)
    return shape === 'list'
      ? new IterableSource<unknown>(call, starter, delivered)
      : new PartialSource<unknown, unknown>(call, starter)
  }

  async #run(params: unknown, shape: Shape): Promise<[unknown, Completion]> {
    const others = this.#others(params)
    const read = this.#call(params, shape)
    // Without an await, so that calls begin in the order in which they are made: an equal stream waits for an earlier call.
    const call = read instanceof Promise ? await read : read
    if (call.wire.stream) throw streams('createWithCompletion returns one value')
    return others.length ? (await this.#calls(others, call, params)).answer() : this.#answer(call)
  }

  async #answer(call: Call): Promise<[unknown, Completion]> {
    const cache = this.#cacheOf(call)
    const host = this.#host(call)
    let cached: CachedCall | undefined
    try {
      if (host.signal.aborted) throw host.signal.reason
      const wire = await host.orAborted(this.#wire(call, host))
      cached = cache && (await host.orAborted(this.#cached(cache, call, wire, host, true)))
      const check = (value: unknown) => checked(call, value, host.validating)
      const kept = await (cached && host.orAborted(cached.recall(check)))
      if (kept) return [kept[0], host.completed(kept[1])]
      const text = await this.#core.create(wire, host)
      await (cached && host.orAborted(cached.keep(text)))
      const completion = JSON.parse(text)
      return [call.validate ? host.value : completion.value, host.completed(completionFrom(completion))]
    } catch (thrown) {
      throw host.error(thrown)
    } finally {
      cached?.end()
      host.done()
    }
  }

  /** The clients that a call falls back to. Wrong ones are refused at once. */
  #others(params: unknown): readonly Instructor[] {
    const { fallback, model } = (params ?? {}) as { fallback?: unknown; model?: unknown }
    if (fallback === undefined || fallback === null) return this.#fallback
    const name = `${this.provider}/${model ?? this.model}`
    const found = new Set<Instructor>()
    const read = (given: unknown, parameter: string) => {
      let client = given
      try {
        if (typeof given === 'string') client = this.#make(given)
      } catch (cause) {
        throw new ConfigurationError(
          `${parameter}: ${(cause as Error).message} For other options give a client: fromProvider('${given}', { … }).`,
          { parameter, cause },
        )
      }
      if (!(client instanceof Instructor && client.#named)) throw noClient(parameter, given)
      for (const one of [client, ...client.#fallback]) {
        if (one === this || given === name) throw itself(parameter)
        found.add(one)
      }
    }
    if (!Array.isArray(fallback)) throw noClient('fallback', fallback)
    for (const [i, given] of fallback.entries()) read(given, `fallback[${i}]`)
    return [...found]
  }

  /** A client for a model in `fallback`. Only for another model of this provider, it has its address and credentials. */
  #make(model: string): Instructor {
    const options: Json & OwnOptions = aliased(this.#options)
    const same = model.startsWith(`${this.provider}/`)
    const names = [...CARRIED_NAMES, ...(same ? CLIENT_NAMES : ['fetch', 'env', 'allowBrowser'])]
    const { [DEFERRED]: deferred, [OWN_FETCH]: fetch } = this.#options
    const client =
      this.#made.get(model) ??
      new Instructor(this.#loader, model, {
        ...Object.fromEntries(names.map((name) => [name, options[name]])),
        ...(same ? { [DEFERRED]: deferred, [OWN_FETCH]: fetch } : {}),
        cache: this.#settings.cache ?? options.cache,
        // It is in a fallback: a model that is missing in the page is reported by its calls.
        fallback: [],
      } as ClientOptions)
    this.#made.set(model, client)
    return client
  }

  /** The calls of a fallback, none of which is made yet. */
  async #calls(
    others: readonly Instructor[],
    call: Call | Promise<Call>,
    params: unknown,
  ): Promise<Fallback> {
    const module = imported('client/fallback', import('./fallback.js'))
    const members = [this, ...others].map((client) => client.#member())
    const read = await call
    return new (await module).Fallback(members, read, aliased(params as object))
  }

  /** This client for the code of `fallback`. */
  #member(): Member {
    return {
      provider: this.provider,
      model: this.model,
      settings: this.#settings,
      read: async (params, shape, check) => this.#call(params, shape, check),
      answer: (call) => this.#answer(call),
      source: (call, shape, delivered) => this.#source(call, shape, delivered),
    }
  }

  /** A call with a cache: the key covers the request, the options for reading the answer, and the credentials. */
  async #cached(cache: Cache, call: Call, wire: string, host: Host, leads: boolean): Promise<CachedCall> {
    const { plain, cacheNamespace, cacheTtl } = this.#settings
    const namespace = call.cacheNamespace ?? cacheNamespace
    const reading = Object.fromEntries(READING.map((name) => [name, call.wire[name] ?? plain[name]]))
    const who = namespace === undefined ? await host.credential() : undefined
    const more = toJson([reading, call.context, namespace, who], 'The call')
    const digest = this.#core.use((core) => core.cacheKey(wire, more, namespace !== undefined))
    // Nothing would end it.
    if (host.signal.aborted) throw host.signal.reason
    return new CachedCall({ cache, key: `instructor:${digest}`, ttl: call.cacheTtl ?? cacheTtl }, leads)
  }

  /**
   * The core's input, once asynchronous values and the parts of the core that make the request are available. The parts
   * that read the answer begin to load.
   */
  async #wire(call: Call, host: Host): Promise<string> {
    await this.#deferred?.()
    const hears = !host.hears.every(({ empty }) => empty)
    const more = hears ? { events: true } : {}
    // A function of the app that writes the schema prompt needs the core first.
    const wire = this.#writer(call) ? undefined : wireCall(call, this.#loader, more)
    wire?.catch(() => {})
    await loadCore(this.#loader)
    this.#warn(call)
    const { request, answer } = this.#core.needs(partsInput(call))
    const loading = loadParts(this.#loader, request)
    loading?.catch(() => {})
    host.loads(loadParts(this.#loader, answer))
    await loading
    return wire ?? wireCall(call, this.#loader, { ...more, ...this.#prompt(call) })
  }

  /** The function of the app that writes the schema prompt. */
  #writer({ writePrompt }: Call): PromptFunction | null | undefined {
    return writePrompt === undefined ? this.#settings.writePrompt : writePrompt
  }

  /** The schema prompt that a function of the app writes; nothing without a function, and where the mode has no such prompt. */
  #prompt(call: Call): Json {
    const write = this.#writer(call)
    if (!write) return {}
    const schema = this.#core.use((core) => core.promptSchema(promptInput(call)))
    return schema === undefined ? {} : { schemaPrompt: written(write, schema) }
  }

  /** The store of a call: its own, the client's, or for `cache: true` one shared by these calls. */
  #cacheOf({ cache, tools }: Call): Cache | undefined {
    // A value from a cache would not run them.
    if (tools) return undefined
    const current = this.#settings.cache
    if (cache === undefined) return current
    if (cache !== true) return readCache(cache)
    this.#memory ??= readCache(true)
    return current ?? this.#memory
  }

  /** The call; a promise while code that it needs is being loaded. */
  #call(params: unknown, shape: Shape, check?: Checks<unknown>): Call | Promise<Call> {
    try {
      return this.#read(params, shape, check)
    } catch (thrown) {
      if (!(thrown instanceof NotLoaded)) throw thrown
      return thrown.loading.then(() => this.#call(params, shape, check))
    }
  }

  #readNow(params: unknown): Call {
    try {
      return this.#read(params, 'value')
    } catch (thrown) {
      throw thrown instanceof NotLoaded ? notLoadedYet('Code for this call') : thrown
    }
  }

  /** `check`: that of the client whose fallback this one is. */
  #read(params: unknown, shape: Shape, check?: Checks<unknown>): Call {
    this.#settings.recheck?.()
    const { check: own, ownTools } = this.#settings
    const call = readCall(params, this.#loader, shape, { checks: [check, own], ownTools })
    if (!this.#named && !call.wire.model)
      throw new ConfigurationError(
        'This client has no model: pass one to the call ({ model }) or to the client.',
        { parameter: 'model' },
      )
    return call
  }

  /** Prints the warning of the call's own mode, if it is a legacy name. */
  #warn({ wire: { mode } }: Call): void {
    const warning = typeof mode === 'string' && this.#core.use((core) => core.warning(mode))
    if (warning) warnOnce(warning)
  }

  #starter(call: Call): Starter {
    const cache = this.#cacheOf(call)
    let host: Host | undefined
    return {
      error: (thrown) => host?.error(thrown) ?? errorFrom(thrown, this.#redact),
      start: async (reading) => {
        host = this.#host(call, reading)
        try {
          if (host.signal.aborted) throw host.signal.reason
          const wire = await host.orAborted(this.#wire(call, host))
          const cached = cache && (await host.orAborted(this.#cached(cache, call, wire, host, false)))
          const { validating } = host
          const check = (value: unknown) => checked(call, value, validating)
          const kept = await (cached && host.orAborted(cached.recall(check)))
          if (kept) {
            host.done()
            return { recalled: [kept[0], host.completed(kept[1]), kept[2]] }
          }
          const keep = cached && ((text: string) => cached.keep(text))
          return { ...this.#core.stream(wire, host), host, ...(keep ? { keep } : {}) }
        } catch (thrown) {
          const error = host.error(thrown)
          host.done()
          throw error
        }
      },
    }
  }

  #host(call: Call, reading?: (reader: ReadableStreamDefaultReader<Uint8Array>) => void): Host {
    const { fetch, secrets, authorizer, hooks, signal, timeout, policy, token } = this.#settings
    // A server may repeat a header in its error.
    secrets.addNamed(call.wire.extraHeaders)
    return new Host({
      ...(reading ? { reading } : {}),
      fetch,
      secrets,
      authorizer,
      hooks: call.allHooks ?? [hooks, call.hooks],
      about: { provider: this.provider, model: this.model, mode: this.mode, ...named(call.wire) },
      signals: [signal, call.signal],
      timeout: call.timeout ?? timeout,
      idleTimeout: (call.wire.idleTimeout ?? this.#settings.plain.idleTimeout) as number | undefined,
      policy: call.policy ?? policy,
      token,
      ...(call.validate ? { validate: call.validate } : {}),
      ...(call.tools && { tools: call.tools, context: call.context }),
      ...(this.#loader.fetches && call.schemas.length
        ? { prepare: () => prepareValidator(this.#loader, call.schemas) }
        : {}),
    })
  }

  get #redact(): Redact {
    return this.#settings.secrets.redact
  }
}

/** The model and the mode that a call names. */
const named = ({ model, mode }: Json): Json => ({ ...(model ? { model } : {}), ...(mode ? { mode } : {}) })

const itself = (parameter: string) =>
  new ConfigurationError(`${parameter} is the client itself, so the calls would have no end.`, { parameter })

const noClient = (parameter: string, given: unknown) =>
  new ConfigurationError(
    `${parameter} must be ${parameter === 'fallback' ? 'a list of models and clients' : "'provider/model', or a client with a model"}; got ${describe(given)}.`,
    { parameter },
  )

/** Parameters for reading an answer. */
const READING = ['responseModel', 'strict', 'parse', 'stopLoops', 'stopWhenComplete']

function streams(why: string): ConfigurationError {
  return new ConfigurationError(
    `${why}. For a stream use client.createPartial({ … }), or client.createIterable({ … }) for the elements of a list; leave \`stream\` out.`,
    { parameter: 'stream' },
  )
}

/**
 * The client of an app: its methods and their types. `runner.ts` runs the calls, `call.ts` reads their parameters, `host.ts` is
 * what the core gets. The core decides about prompts, modes, retries and parsing.
 */
import type { Completion } from '../common/completion.js'
import { ConfigurationError, errorFrom } from '../common/errors.js'
import type { Fetch } from '../common/fetch.js'
import { imported } from '../common/imported.js'
import type { Json } from '../common/json.js'
import { loadAllCode, NotLoaded } from '../common/later.js'
import type {
  DeepPartial,
  Infer,
  InferInput,
  ResponseModel,
  SingleModel,
  StreamModel,
} from '../schema/infer.js'
import type { IterableModel, PartialModel } from '../schema/streamed.js'
import { LaterSource } from '../stream/later-source.js'
import { ObjectStream } from '../stream/object-stream.js'
import type { StreamSource } from '../stream/source.js'
import type { Loader } from '../wasm/loader.js'
import { loadCore, loadCoreNow } from '../wasm/modules.js'
import { loadParts, loadPartsNow, notLoadedYet } from '../wasm/parts.js'
import { Batch } from './batch.js'
import { BatchCalls } from './batch-calls.js'
import type { BatchOptions, BatchRequest, ModelOf } from './batch-client.js'
import { type Call, partsInput, wireCallNow } from './call.js'
import type { BuiltRequest, CallParams, StreamOptions } from './call-options.js'
import type { ClientOptions } from './client-options.js'
import type { Fallback } from './fallback.js'
import { fallbackClients, itself } from './fallback-clients.js'
import type { HookMap, HookName } from './hooks.js'
import { CARRIED_NAMES, CLIENT_NAMES } from './names.js'
import { DEFERRED, OWN_FETCH, type OwnOptions } from './options.js'
import { OtherNames } from './other-names.js'
import { aliased } from './parameters.js'
import type { PlainResponse } from './response.js'
import type { Shape } from './response-models.js'
import { Runner, streams } from './runner.js'

/**
 * A client: its methods make calls with its options. Created by `fromProvider` and related functions.
 *
 * @example
 * ```ts
 * const client = fromProvider('openai/gpt-4o-mini')
 * const user = await client.create({ responseModel: User, prompt: 'Jason is 25.' })
 * ```
 */
export class Instructor extends OtherNames {
  readonly #runner: Runner
  /** As given, for {@link Instructor.with}. */
  readonly #options: ClientOptions & OwnOptions
  /** The clients of `fallback`. */
  readonly #fallback: readonly Instructor[] = []
  /** Clients of `fallback` that were given as models. */
  readonly #made = new Map<string, Instructor>()

  /** @internal Clients are created by `fromProvider` and related functions. */
  constructor(loader: Loader, model: string, options: ClientOptions = {}, named = true) {
    super()
    this.#options = options
    this.#runner = new Runner(loader, model, options, named)
    this.#fallback = this.#others(this.#runner.settings.fallback)
    this.#runner.load()
  }

  /**
   * Loads every part of the core that calls of this client may need. In browsers, {@link Instructor.buildRequest} and `lint` need
   * it, because they are synchronous; everywhere else and in `instructor-wasm/inline` it resolves at once. Calls load what they
   * need themselves.
   * @throws ConfigurationError when a file can't be loaded; the next call of it tries again.
   */
  async ready(): Promise<this> {
    await Promise.all([loadAllCode(), loadCore(this.#runner.loader)])
    await loadParts(this.#runner.loader, this.#runner.core.info().parts)
    return this
  }

  /** The mode of calls without a mode. */
  get mode(): string {
    return this.#runner.info.mode
  }

  /** Modes that this provider and model accept. */
  get modes(): readonly string[] {
    return this.#runner.info.modes
  }

  /** The id of the provider. */
  get provider(): string {
    return this.#runner.info.provider
  }

  /** The name of the model, without the provider. */
  get model(): string {
    return this.#runner.info.model
  }

  /** The URL of requests, without user and password. */
  get baseURL(): string {
    return this.#runner.redact(this.#runner.info.baseURL)
  }

  /** @internal The function that sends requests. */
  get send(): Fetch {
    return this.#runner.settings.fetch
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
    const { model = this.#runner.named ? this.model : undefined, ...rest } = aliased(
      options,
    ) as typeof options
    const name = `${this.provider}/${model ?? this.model}`
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
    // The store of `cache: true` is shared. The inserted handlers include `hooks` of the old options.
    const { cache = this.#options.cache } = this.#runner.settings
    const old = { ...this.#options, ...aliased(this.#options), cache, hooks: undefined }
    const Class = this.constructor as typeof Instructor
    const made = new Class(this.#runner.loader, name, { ...old, ...given }, model !== undefined)
    if (
      made.model === this.model &&
      made.#fallback.includes(this) &&
      Object.keys(given).every((name) => name.startsWith('fallback'))
    )
      throw itself('fallback')
    made.#runner.settings.hooks.prepend(this.#runner.settings.hooks)
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
    return this.#stream(params, streams === 'list' ? 'list' : 'partial')
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
    return this.#stream<DeepPartial<InferInput<M>>, Infer<M>>(params, 'partial')
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
    return this.#stream<Infer<M>, Infer<M>[]>(params, 'list')
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
    const call = this.#runner.readNow(params)
    if (this.#runner.deferred)
      throw new ConfigurationError(
        'buildRequest is synchronous, and the region of this client is asynchronous. Pass region as a string.',
        { parameter: 'region' },
      )
    try {
      loadCoreNow(this.#runner.loader)
      loadPartsNow(this.#runner.loader, ['answer'])
      this.#runner.warn(call)
      loadPartsNow(this.#runner.loader, this.#runner.core.needs(partsInput(call)).request)
      const wire = wireCallNow(call, this.#runner.prompt(call))
      return JSON.parse(this.#runner.core.use((core) => core.buildRequest(wire))) as BuiltRequest
    } catch (thrown) {
      if (thrown instanceof NotLoaded) throw notLoadedYet('Code for this call')
      throw errorFrom(thrown, this.#runner.redact)
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
    return (await this.#runner.parsed(params, response))[0] as Infer<M>
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
    if (this.#fallback.length || [requests].flat().some((one) => (one as BatchRequest | undefined)?.fallback))
      throw new ConfigurationError(
        'A batch is a job of one provider, without a fallback: client.with({ fallback: [] }).batch([ … ]).',
        { parameter: 'fallback' },
      )
    return new Batch(new BatchCalls(this.#runner), requests, options)
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
    this.#runner.settings.hooks.on(name, handler)
    return this
  }

  /** Removes one registration of a handler. */
  off<K extends HookName>(name: K, handler: HookMap[K]): this {
    this.#runner.settings.hooks.off(name, handler)
    return this
  }

  /** Removes all handlers, or those of one event. */
  clear(name?: HookName): this {
    this.#runner.settings.hooks.clear(name)
    return this
  }

  // ----------------------------------------------------------------------------------------------------------

  #stream<Item, Final>(params: unknown, shape: 'partial' | 'list'): ObjectStream<Item, Final> {
    if ((params as { stream?: unknown } | undefined)?.stream === false)
      throw streams('this is a stream, and stream is false')
    const others = this.#others(params)
    const call = this.#runner.call(params, shape)
    const source = others.length
      ? this.#calls(others, call, params).then((calls) => calls.source(shape))
      : call instanceof Promise
        ? call.then((read) => this.#runner.source(read, shape))
        : this.#runner.source(call, shape)
    const now =
      source instanceof Promise
        ? new LaterSource(shape === 'list' ? 'elements' : 'snapshots', source)
        : source
    return new ObjectStream(now as StreamSource<Item, Final>)
  }

  async #run(params: unknown, shape: Shape): Promise<[unknown, Completion]> {
    const others = this.#others(params)
    const read = this.#runner.call(params, shape)
    // Without an await, so that calls begin in the order in which they are made: an equal stream waits for an earlier call.
    const call = read instanceof Promise ? await read : read
    if (call.wire.stream) throw streams('createWithCompletion returns one value')
    return others.length ? (await this.#calls(others, call, params)).answer() : this.#runner.answer(call)
  }

  /** The clients that a call falls back to. Wrong ones are refused at once. */
  #others(params: unknown): readonly Instructor[] {
    const { fallback, model } = (params ?? {}) as { fallback?: unknown; model?: unknown }
    if (fallback === undefined || fallback === null) return this.#fallback
    return fallbackClients(fallback, {
      self: this as Instructor,
      name: `${this.provider}/${model ?? this.model}`,
      is: (entry): entry is Instructor => entry instanceof Instructor && entry.#runner.named,
      others: (client) => client.#fallback,
      make: (name) => this.#make(name),
    })
  }

  /** A client for a model in `fallback`. Only for another model of this provider, it has its address and credentials. */
  #make(model: string): Instructor {
    const options: Json & OwnOptions = aliased(this.#options)
    const same = model.startsWith(`${this.provider}/`)
    const names = [...CARRIED_NAMES, ...(same ? CLIENT_NAMES : ['fetch', 'env', 'allowBrowser'])]
    const { [DEFERRED]: deferred, [OWN_FETCH]: fetch } = this.#options
    const client =
      this.#made.get(model) ??
      new Instructor(this.#runner.loader, model, {
        ...Object.fromEntries(names.map((name) => [name, options[name]])),
        ...(same ? { [DEFERRED]: deferred, [OWN_FETCH]: fetch } : {}),
        cache: this.#runner.settings.cache ?? options.cache,
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
    const members = [this, ...others].map((client) => client.#runner.member())
    const read = await call
    return new (await module).Fallback(members, read, aliased(params as object))
  }
}

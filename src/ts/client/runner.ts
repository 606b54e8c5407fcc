/** What runs the calls of a client: reads their parameters, passes a host to the core, uses the cache, loads parts of the core. */
import { type Completion, completionFrom } from '../common/completion.js'
import { ConfigurationError, errorFrom, InstructorRetryError } from '../common/errors.js'
import { type Json, toJson } from '../common/json.js'
import { NotLoaded, provideCode } from '../common/later.js'
import type { Redact } from '../common/secrets.js'
import { nextTask } from '../common/tasks.js'
import { warnOnce } from '../common/warn.js'
import type { Starter } from '../stream/core-source.js'
import { type Delivered, IterableSource } from '../stream/iterable-source.js'
import { PartialSource } from '../stream/partial-source.js'
import type { StreamSource } from '../stream/source.js'
import type { ClientInfo, Loader } from '../wasm/loader.js'
import { Core, loadCore } from '../wasm/modules.js'
import { prepareValidator } from '../wasm/optional.js'
import { loadParts, notLoadedYet } from '../wasm/parts.js'
import { CachedCall } from './answer-cache.js'
import { type Cache, readCache } from './cache.js'
import { type Call, checked, notValid, partsInput, promptInput, readCall, wireCall } from './call.js'
import type { Checks } from './check-types.js'
import type { ClientOptions } from './client-options.js'
import type { Member } from './fallback-member.js'
import { Host } from './host.js'
import { readOptions, type Settings } from './options.js'
import { type PlainResponse, readResponse } from './response.js'
import type { Shape } from './response-models.js'
import { type PromptFunction, written } from './schema-prompt.js'

export class Runner {
  readonly core: Core
  readonly loader: Loader
  readonly settings: Settings
  info: ClientInfo
  /** Whether the client has a model; one made from an SDK's client may have none. */
  readonly named: boolean
  /** Creates the core again with asynchronous options (a region that is a function). */
  deferred: (() => Promise<void>) | undefined
  #memory: Cache | undefined
  /** Whether the client was made while the core was loading, and no call of it has begun yet. */
  #starting: boolean

  constructor(loader: Loader, model: string, options: ClientOptions, named: boolean) {
    provideCode(loader.code)
    const settings = readOptions(model, options)
    this.#starting = Boolean(loadCore(loader))
    this.loader = loader
    this.named = named
    this.settings = settings
    this.core = new Core(loader, model, settings.plain)
    const { deferred, secrets } = settings
    if (deferred) {
      let settling: Promise<void> | undefined
      const settle = async () => {
        const more = await deferred()
        secrets.addNamed(more)
        this.core.update({ ...settings.plain, ...more })
        this.info = this.core.info()
        this.deferred = undefined
      }
      this.deferred = () => {
        // Concurrent calls share it; a failure is not cached.
        settling ??= settle().finally(() => {
          settling = undefined
        })
        return settling
      }
    }
    try {
      this.info = this.core.info()
    } catch (thrown) {
      throw errorFrom(thrown, this.redact)
    }
    for (const warning of this.info.warnings ?? []) warnOnce(warning)
  }

  /** Begins to load the parts of the core for the client's provider. The calls that need them report a failure. */
  load(): void {
    if (this.#starting) loadParts(this.loader, this.info.parts)?.catch(() => {})
  }

  async answer(call: Call): Promise<[unknown, Completion]> {
    const cache = this.#cacheOf(call)
    const host = this.host(call)
    let cached: CachedCall | undefined
    try {
      if (host.signal.aborted) throw host.signal.reason
      const wire = await host.orAborted(this.wire(call, host))
      cached = cache && (await host.orAborted(this.#cached(cache, call, wire, host, true)))
      const check = (value: unknown) => checked(call, value, host.validating)
      const kept = await (cached && host.orAborted(cached.recall(check)))
      if (kept) return [kept[0], host.completed(kept[1])]
      const text = await this.core.create(wire, host)
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

  source(call: Call, shape: Shape, delivered?: Delivered<unknown>): StreamSource<unknown, unknown> {
    const starter = this.#starter(call)
    return shape === 'list'
      ? new IterableSource<unknown>(call, starter, delivered)
      : new PartialSource<unknown, unknown>(call, starter)
  }

  async parsed(params: unknown, response: Response | PlainResponse): Promise<[unknown, Completion]> {
    const call = await this.call(params, 'value')
    if (call.wire.stream) throw streams('parseResponse reads a whole answer')
    const { status, headers, body } = await readResponse(response)
    let completion: Json
    try {
      await loadCore(this.loader)
      await loadParts(this.loader, ['answer'])
      this.warn(call)
      const { request, answer } = this.core.needs(partsInput(call))
      const loading = loadParts(this.loader, [...request, ...answer])
      loading?.catch(() => {})
      await loading
      const wire = await wireCall(call, this.loader, this.prompt(call))
      const text = JSON.stringify(headers)
      completion = JSON.parse(this.core.use((core) => core.parseResponse(wire, status, text, body)))
    } catch (thrown) {
      const error = errorFrom(thrown, this.redact)
      // There is only one response and no other attempt, so the failure itself is thrown.
      throw error instanceof InstructorRetryError && error.cause instanceof Error ? error.cause : error
    }
    const { signal } = new AbortController()
    const result = await checked(call, completion.value, { attempt: 1, signal, addUsage() {} })
    if (result.issues) throw notValid(result.issues)
    return [result.value, completionFrom(completion)]
  }

  /** This client for the code of `fallback`. */
  member(): Member {
    return {
      provider: this.info.provider,
      model: this.info.model,
      settings: this.settings,
      read: async (params, shape, check) => this.call(params, shape, check),
      answer: (call) => this.answer(call),
      source: (call, shape, delivered) => this.source(call, shape, delivered),
    }
  }

  /** A call with a cache: the key covers the request, the options for reading the answer, and the credentials. */
  async #cached(cache: Cache, call: Call, wire: string, host: Host, leads: boolean): Promise<CachedCall> {
    const { plain, cacheNamespace, cacheTtl } = this.settings
    const namespace = call.cacheNamespace ?? cacheNamespace
    const reading = Object.fromEntries(READING.map((name) => [name, call.wire[name] ?? plain[name]]))
    const who = namespace === undefined ? await host.credential() : undefined
    const more = toJson([reading, call.context, namespace, who], 'The call')
    const shared = namespace !== undefined
    const digest = await this.core.step(() => this.core.use((core) => core.cacheKey(wire, more, shared)))
    // Nothing would end it.
    if (host.signal.aborted) throw host.signal.reason
    return new CachedCall({ cache, key: `instructor:${digest}`, ttl: call.cacheTtl ?? cacheTtl }, leads)
  }

  /**
   * The core's input, once asynchronous values and the parts of the core that make the request are available. Then the parts
   * that read the answer begin to load.
   */
  async wire(call: Call, host: Host): Promise<string> {
    await this.deferred?.()
    const listened = !host.hears.every(({ empty }) => empty)
    const more = listened ? { events: true } : {}
    // A function of the app that writes the schema prompt needs the core first.
    const wire = this.#writer(call) ? undefined : wireCall(call, this.loader, more)
    wire?.catch(() => {})
    await loadCore(this.loader)
    // The first steps compile functions of the core, so each has its own task.
    const starting = this.#starting
    if (starting) await nextTask()
    const { request, answer } = await this.core.step(() => {
      this.warn(call)
      return this.core.needs(partsInput(call))
    })
    if (starting) await nextTask()
    this.#starting = false
    // One after the other, so that the network is free for what the request waits for.
    await loadParts(this.loader, request)
    const reading = loadParts(this.loader, answer)
    host.loads(reading)
    // Hooks get the request as an event, so it must not be made twice.
    if (listened) await reading
    return (
      wire ?? wireCall(call, this.loader, { ...more, ...(await this.core.step(() => this.prompt(call))) })
    )
  }

  /** The function of the app that writes the schema prompt. */
  #writer({ writePrompt }: Call): PromptFunction | null | undefined {
    return writePrompt === undefined ? this.settings.writePrompt : writePrompt
  }

  /** The schema prompt that a function of the app writes; nothing without a function, and where the mode has no such prompt. */
  prompt(call: Call): Json {
    const write = this.#writer(call)
    if (!write) return {}
    const schema = this.core.use((core) => core.promptSchema(promptInput(call)))
    return schema === undefined ? {} : { schemaPrompt: written(write, schema) }
  }

  /** The store of a call: its own, the client's, or for `cache: true` one shared by these calls. */
  #cacheOf({ cache, tools }: Call): Cache | undefined {
    // A value from a cache would not run them.
    if (tools) return undefined
    const current = this.settings.cache
    if (cache === undefined) return current
    if (cache !== true) return readCache(cache)
    this.#memory ??= readCache(true)
    return current ?? this.#memory
  }

  /** The call; a promise while code that it needs is being loaded. */
  call(params: unknown, shape: Shape, check?: Checks<unknown>): Call | Promise<Call> {
    try {
      return this.#read(params, shape, check)
    } catch (thrown) {
      if (!(thrown instanceof NotLoaded)) throw thrown
      return thrown.loading.then(() => this.call(params, shape, check))
    }
  }

  readNow(params: unknown): Call {
    try {
      return this.#read(params, 'value')
    } catch (thrown) {
      throw thrown instanceof NotLoaded ? notLoadedYet('Code for this call') : thrown
    }
  }

  /** `check`: that of the client whose fallback this one is. */
  #read(params: unknown, shape: Shape, check?: Checks<unknown>): Call {
    this.settings.recheck?.()
    const { check: own, ownTools } = this.settings
    const call = readCall(params, this.loader, shape, { checks: [check, own], ownTools })
    if (!this.named && !call.wire.model)
      throw new ConfigurationError(
        'This client has no model: pass one to the call ({ model }) or to the client.',
        { parameter: 'model' },
      )
    return call
  }

  /** Prints the warning of the call's own mode, if it is a legacy name. */
  warn({ wire: { mode } }: Call): void {
    const warning = typeof mode === 'string' && this.core.use((core) => core.warning(mode))
    if (warning) warnOnce(warning)
  }

  #starter(call: Call): Starter {
    const cache = this.#cacheOf(call)
    let host: Host | undefined
    return {
      error: (thrown) => host?.error(thrown) ?? errorFrom(thrown, this.redact),
      start: async (reading) => {
        host = this.host(call, reading)
        try {
          if (host.signal.aborted) throw host.signal.reason
          const wire = await host.orAborted(this.wire(call, host))
          const cached = cache && (await host.orAborted(this.#cached(cache, call, wire, host, false)))
          const { validating } = host
          const check = (value: unknown) => checked(call, value, validating)
          const kept = await (cached && host.orAborted(cached.recall(check)))
          if (kept) {
            host.done()
            return { recalled: [kept[0], host.completed(kept[1]), kept[2]] }
          }
          const keep = cached && ((text: string) => cached.keep(text))
          return { ...(await this.core.stream(wire, host)), host, ...(keep ? { keep } : {}) }
        } catch (thrown) {
          const error = host.error(thrown)
          host.done()
          throw error
        }
      },
    }
  }

  host(call: Call, reading?: (reader: ReadableStreamDefaultReader<Uint8Array>) => void): Host {
    const { fetch, secrets, authorizer, hooks, signal, timeout, policy, token } = this.settings
    // A server may repeat a header in its error.
    secrets.addNamed(call.wire.extraHeaders)
    return new Host({
      ...(reading ? { reading } : {}),
      fetch,
      secrets,
      authorizer,
      hooks: call.allHooks ?? [hooks, call.hooks],
      about: {
        provider: this.info.provider,
        model: this.info.model,
        mode: this.info.mode,
        ...named(call.wire),
      },
      signals: [signal, call.signal],
      timeout: call.timeout ?? timeout,
      idleTimeout: (call.wire.idleTimeout ?? this.settings.plain.idleTimeout) as number | undefined,
      policy: call.policy ?? policy,
      token,
      ...(call.validate ? { validate: call.validate } : {}),
      ...(call.tools && { tools: call.tools, context: call.context }),
      ...(this.loader.fetches && call.schemas.length
        ? { prepare: () => prepareValidator(this.loader, call.schemas) }
        : {}),
    })
  }

  get redact(): Redact {
    return this.settings.secrets.redact
  }
}

/** The model and the mode that a call names. */
const named = ({ model, mode }: Json): Json => ({ ...(model ? { model } : {}), ...(mode ? { mode } : {}) })

/** Parameters for reading an answer. */
const READING = ['responseModel', 'strict', 'parse', 'stopLoops', 'stopWhenComplete']

/** The error of a method that returns one value, for the parameters of a stream. */
export function streams(why: string): ConfigurationError {
  return new ConfigurationError(
    `${why}. For a stream use client.createPartial({ … }), or client.createIterable({ … }) for the elements of a list; leave \`stream\` out.`,
    { parameter: 'stream' },
  )
}

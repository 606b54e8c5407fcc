/**
 * The core, instantiated with the first client (synchronously where the loader is). A failed instance is replaced by a new one
 * (`instance.ts`), so no object of an instance is kept after a call. `optional.ts` has the other modules.
 *
 * A loader per runtime finds the bytes (`loaders/`).
 */
import { ConfigurationError, InstructorError } from '../common/errors.js'
import { toJson } from '../common/json.js'
import { build, type CoreApi, type CoreClient, instantiate as makeCore } from '../core_bg.js'
import type { CoreHost, CoreStream } from './boundary.js'
import { type CompiledModule, type Instance, isCompiled, Slot, Unready } from './instance.js'
import type { ClientInfo, Loader, Part, WasmSource } from './loader.js'
import {
  complete,
  forgetParts,
  inspect,
  isCut,
  lateOfLoaded,
  lateParts,
  loadParts,
  loadPartsNow,
  type Needs,
  NO_PARTS,
  notLoaded,
  notLoadedYet,
  policyHint,
  readNeeds,
  reason,
} from './parts.js'

const core = /* @__PURE__ */ new Slot('core', makeCore, { of: lateParts, stack: build })

/** The core while it is being loaded, so that concurrent clients load it once. */
let loadingCore: Promise<void> | undefined

/**
 * Loads the core. Returns `undefined` when it is there, which it is at once where the loader is synchronous. A core that
 * failed to load is loaded again by the next call.
 */
export function loadCore(loader: Loader): Promise<void> | undefined {
  if (core.compiled || loadingCore) return loadingCore
  try {
    const source = loader.core()
    if (typeof TextDecoder === 'undefined' || typeof TextEncoder === 'undefined') {
      Promise.resolve(source).catch(() => {})
      throw new ConfigurationError(
        'TextDecoder and TextEncoder are missing here, as they are in jsdom. In tests, set them before the first client: ' +
          "Object.assign(globalThis, await import('node:util').then(({ TextDecoder, TextEncoder }) => ({ TextDecoder, TextEncoder }))).",
      )
    }
    if (!(source instanceof Promise)) {
      startCore(loader, isCompiled(source) ? source : new WebAssembly.Module(source as BufferSource))
      return undefined
    }
    loadingCore = compileCore(loader, source).finally(() => {
      loadingCore = undefined
    })
    // The call that awaits it reports a failure.
    loadingCore.catch(() => {})
    return loadingCore
  } catch (cause) {
    if (cause instanceof InstructorError) throw cause
    throw new InstructorError(
      `The WebAssembly core can't be started: ${reason(cause)}.${policyHint(cause)}`,
      { cause },
    )
  }
}

/** Loads the core for a synchronous function; throws where the loader is asynchronous and the core is not there yet. */
export function loadCoreNow(loader: Loader): void {
  if (loadCore(loader)) throw notLoadedYet('The WebAssembly core')
}

async function compileCore(loader: Loader, source: Promise<WasmSource>): Promise<void> {
  try {
    const found = await source
    startCore(loader, isCompiled(found) ? found : await WebAssembly.compile(found as BufferSource))
  } catch (cause) {
    throw notLoaded('core.wasm', cause)
  }
}

function startCore(loader: Loader, module: CompiledModule): void {
  if (inspect(module) && !loader.part)
    throw new ConfigurationError(
      "This is the core without its parts, which only the package's own loaders use. Give the module of 'instructor-wasm/core.wasm'.",
    )
  core.load(module)
}

/** The instance that new calls use, with all parts that are loaded. */
const current = (): Instance<CoreApi> => complete(core.current)

/** Makes the next call create an instance without parts, and returns the names of those that were loaded, for tests. */
export function restartCore(): Part[] {
  core.renew()
  return forgetParts()
}

/** The memory of the instance in use, for tests. */
export const coreMemory = (): ArrayBuffer => current().api.memory.buffer

/** A host that waits for parts of the core which are still being loaded. */
export interface LoadingHost extends CoreHost {
  /** Runs `then` after the parts are loaded, before the core continues. */
  whenLoaded(then: () => void): void
}

/** One client's object in the core. It is created again, from the same options, in each instance that the client uses. */
export class Core {
  readonly #loader: Loader
  readonly #model: string
  #options: string
  #objects = new WeakMap<Instance<CoreApi>, CoreClient>()

  constructor(loader: Loader, model: string, options: object) {
    this.#loader = loader
    this.#model = model
    this.#options = toJson(options, 'The options')
  }

  /** Sets other options for the following calls. */
  update(options: object): void {
    this.#options = toJson(options, 'The options')
    this.#objects = new WeakMap()
  }

  /** What the core reports about the client; while it is being loaded, the loader does. Throws JSON text of an error. */
  info(): ClientInfo {
    const { describe } = this.#loader
    if (core.compiled || !describe)
      try {
        return JSON.parse(this.use((client) => client.info())) as ClientInfo
      } catch (error) {
        if (!(error instanceof Unready && describe)) throw error
      }
    try {
      return describe(this.#model, this.#options)
    } catch (error) {
      throw error instanceof InstructorError
        ? JSON.stringify({ ...error, class: error.name, message: error.message })
        : error
    }
  }

  /** Calls the object synchronously. Throws {@link Unready} if this needs a part that is loaded asynchronously. */
  use<T>(run: (client: CoreClient) => T): T {
    return inCore((instance) => run(this.#in(instance)), this.#loader)
  }

  /** Makes a synchronous step of a call, after loading the late part if it needs it. */
  async step<T>(run: () => T): Promise<T> {
    try {
      return run()
    } catch (error) {
      if (!(error instanceof Unready)) throw error
      await loadParts(this.#loader, lateOfLoaded())
      return run()
    }
  }

  /** The parts that a call runs. */
  needs(call: string): Needs {
    // A core in one file has every part, so the parameters are not read twice.
    return isCut() ? readNeeds(this.use((client) => client.needs(call))) : NO_PARTS
  }

  async create(call: string, host: LoadingHost): Promise<string> {
    try {
      const [instance, completion] = await this.#started(host, (client) => client.create(call, host))
      return await instance.track(completion)
    } finally {
      core.release()
    }
  }

  /** A streamed call, and the memory with its ops and texts. */
  async stream(
    call: string,
    host: LoadingHost,
  ): Promise<{ core: CoreStream; memory: () => ArrayBufferLike }> {
    const [instance, stream] = await this.#started(host, (client) => client.stream(call, host))
    const next = stream.next.bind(stream)
    const free = stream.free.bind(stream)
    stream.next = () => instance.track(next())
    stream.free = () => {
      free()
      core.release()
    }
    // The buffer is replaced when the memory grows.
    return { core: stream, memory: () => instance.api.memory.buffer }
  }

  /** Starts a call, and returns the instance in which it runs. Parts that are still being loaded are added to it. */
  #started<T>(
    host: LoadingHost,
    start: (client: CoreClient) => T,
  ): Promise<readonly [instance: Instance<CoreApi>, started: T]> {
    return this.step(() => {
      const instance = current()
      host.whenLoaded(() => complete(instance))
      // In a tuple, because a promise must not be awaited here.
      return [instance, start(this.#in(instance))] as const
    })
  }

  #in(instance: Instance<CoreApi>): CoreClient {
    let client = this.#objects.get(instance)
    if (!client) {
      client = new instance.api.CoreClient(this.#model, this.#options)
      this.#objects.set(instance, client)
    }
    return client
  }
}

/**
 * Runs a function with the instance that new calls use. With a loader that is synchronous, the late part is loaded if the
 * function needs it.
 */
export function inCore<T>(run: (instance: Instance<CoreApi>) => T, loader?: Loader): T {
  try {
    return run(current())
  } catch (error) {
    if (!(error instanceof Unready && loader && !loader.fetches)) throw error
    loadPartsNow(loader, lateOfLoaded())
    return run(current())
  } finally {
    core.release()
  }
}

/** `lint` of the core, as JSON text. */
export function lintReport(loader: Loader, schema: string, target: string): string {
  loadCoreNow(loader)
  loadPartsNow(loader, ['schema', 'schema-answer', 'answer'])
  return inCore(({ api }) => api.lint(schema, target))
}

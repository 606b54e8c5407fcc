/**
 * One wasm module of the process, and its current instance.
 *
 * An exception out of an export (a trap, a stack overflow, a host exception) unwinds Rust's frames without running
 * their destructors. This instance is never entered again: calls in flight in it end with an error, and the next call
 * creates a new instance of the same compiled module. Linear memory never shrinks, so an instance that has grown
 * beyond {@link MAX_KEPT_MEMORY} is replaced as well.
 *
 * The core's functions that few calls run before their answer are in a part that is loaded while the request is under way
 * (scripts/profile.mjs). A call that runs one of them before is interrupted by a trap. This leaves the state of other calls
 * as it is: only stateless functions are in the part, and what a call does until its request is sent
 * concerns this call alone. Its caller gets {@link Unready}, loads the part and makes the call again.
 */
import { InstructorError } from '../common/errors.js'

/**
 * Maximum bytes of linear memory of an instance for new calls; above it, the instance is released after its last
 * call.
 */
export const MAX_KEPT_MEMORY = 64 * 1024 * 1024

type Export = (...args: unknown[]) => unknown

/** A `WebAssembly.Module`. Public declarations do not use types that only the DOM library has. */
export type CompiledModule = object

/** wasm-bindgen's glue after the build: creates one instance of a module (scripts/glue.mjs). */
export type Instantiate<Api> = (
  module: CompiledModule,
  guard: (exports: Record<string, unknown>) => Record<string, unknown>,
) => Api & { readonly memory: { readonly buffer: ArrayBuffer } }

/** Exports that the glue calls without a handler for exceptions: destructors, and closures in the host's job queue. */
const UNHEARD = /^__wbg_\w+_free$|^__wbindgen_(free|destroy_closure)$|^wasm_bindgen\w*_invoke_/
const DESTRUCTOR = /^__wbg_\w+_free$/
/** Methods: their first argument is the object's address, 0 after `free()`. */
const METHOD = /^(?!__|wasm_bindgen)[a-z]+_(?!new$)/
/** Exports whose callers make the call again with the late part. */
const REPEATABLE = /^(?:coreclient|plainvalidator)_|^lint$/
/** The return value of these exports after a failure. */
const NOTHING: readonly number[] = [0, 0, 0, 0]

/** What is known of a module's parts with functions that few calls run before their answer. */
export interface Late {
  /** The names of those that belong to the attached parts. */
  of(attached: { has(name: string): boolean }): readonly string[]
  /** The module's export with its stack pointer. */
  readonly stack: string
}

/** A synchronous call ran a function of a {@link Late} part that is not there yet. It can be made again with the part. */
export class Unready extends Error {}

export class Instance<Api> {
  readonly api: ReturnType<Instantiate<Api>>
  readonly #name: string
  /** The reason why it may not be entered again. */
  #failed: InstructorError | undefined
  /** The number of running exports. */
  #depth = 0
  /** Destructors called while the object may be borrowed. */
  readonly #later: (() => unknown)[] = []
  readonly #inFlight = new Set<(reason: unknown) => void>()
  /** The exports without the guard; set while `api` is made. */
  #exports: Record<string, unknown> = {}
  readonly #attached = new Set<string>()
  readonly #late: Late | undefined
  /** A call was interrupted because of the late part: calls in flight continue, new ones use another instance. */
  #left = false

  constructor(name: string, module: CompiledModule, make: Instantiate<Api>, late?: Late) {
    this.#name = name
    this.#late = late
    this.api = make(module, (exports) => {
      this.#exports = exports
      return this.#guarded(exports)
    })
  }

  /** Adds a part that was cut off the module: it shares the memory and fills its slots of the function table. */
  attach(part: string, module: CompiledModule): void {
    if (this.#failed || this.#attached.has(part)) return
    new WebAssembly.Instance(module as WebAssembly.Module, {
      core: this.#exports as WebAssembly.ModuleImports,
    })
    this.#attached.add(part)
  }

  /** Whether new calls use another instance. */
  get failed(): boolean {
    return this.#left || this.#failed !== undefined
  }

  /** The stack pointer of a module without all of its late parts. */
  get #stack(): { value: number } | undefined {
    const late = this.#late
    return late?.of(this.#attached).some((name) => !this.#attached.has(name))
      ? (this.#exports[late.stack] as { value: number } | undefined)
      : undefined
  }

  get grown(): boolean {
    return this.api.memory.buffer.byteLength > MAX_KEPT_MEMORY
  }

  /** Wraps a promise returned by an export; it rejects when the instance fails first. */
  track<T>(promise: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#failed) reject(this.#failed)
      this.#inFlight.add(reject)
      promise.then(resolve, reject).finally(() => this.#inFlight.delete(reject))
    })
  }

  #fail(cause: unknown): void {
    if (this.#failed) return
    this.#failed = new InstructorError(
      `The WebAssembly module '${this.#name}' failed, which is a defect of instructor-wasm. Calls in flight in it end with this ` +
        'error; the next call uses a new instance. Please report it with the input.',
      { kind: 'defect', cause },
    )
    this.#later.length = 0
    for (const reject of this.#inFlight) reject(this.#failed)
    this.#inFlight.clear()
  }

  #guarded(exports: Record<string, unknown>): Record<string, unknown> {
    const out: Record<string, unknown> = {}
    // Names of one or two characters are for the module's parts, which run inside of guarded exports.
    for (const [name, value] of Object.entries(exports))
      if (name.length > 2)
        out[name] = typeof value === 'function' ? this.#guard(name, value as Export) : value
    return out
  }

  #guard(name: string, run: Export): Export {
    const unheard = UNHEARD.test(name)
    const destructor = DESTRUCTOR.test(name)
    const method = METHOD.test(name)
    const repeatable = REPEATABLE.test(name)
    const enter: Export = (...args) => {
      if (args[0] === 0) {
        if (destructor) return undefined
        if (method) throw new Error('The object was freed already.')
      }
      if (this.#failed) {
        if (unheard) return NOTHING
        throw this.#failed
      }
      if (destructor && this.#depth) return this.#later.push(() => enter(...args))
      let result: unknown
      // Only a call from outside can be made again.
      const stack = repeatable && !this.#depth ? this.#stack : undefined
      const top = stack?.value
      this.#depth++
      try {
        result = run(...args)
      } catch (cause) {
        if (stack && top !== undefined && cause instanceof WebAssembly.RuntimeError) {
          // The frames of the call are gone. What they had allocated stays, once.
          stack.value = top
          this.#depth--
          this.#left = true
          throw new Unready(`A late part of the WebAssembly module '${this.#name}' is missing.`, { cause })
        }
        this.#fail(cause)
      }
      this.#depth--
      if (this.#failed) {
        if (unheard) return NOTHING
        throw this.#failed
      }
      if (!this.#depth) while (this.#later.length) this.#later.shift()!()
      return result
    }
    return enter
  }
}

/** A compiled module with its current instance. */
export class Slot<Api> {
  readonly #name: string
  readonly #make: Instantiate<Api>
  readonly #late: Late | undefined
  #module: CompiledModule | undefined
  #instance: Instance<Api> | undefined

  constructor(name: string, make: Instantiate<Api>, late?: Late) {
    this.#name = name
    this.#make = make
    this.#late = late
  }

  get compiled(): boolean {
    return this.#module !== undefined
  }

  /** Sets the compiled module; throws if the host cannot create an instance of it. */
  load(module: CompiledModule): void {
    this.#instance = new Instance(this.#name, module, this.#make, this.#late)
    this.#module = module
  }

  /** The instance that new calls use. */
  get current(): Instance<Api> {
    if (!this.#module) throw new InstructorError(`The WebAssembly module '${this.#name}' is not loaded.`)
    if (!this.#instance || this.#instance.failed || this.#instance.grown)
      this.#instance = new Instance(this.#name, this.#module, this.#make, this.#late)
    return this.#instance
  }

  /** The next call makes a new instance, for tests. */
  renew(): void {
    this.#instance = undefined
  }

  /** Called after each call: releases an instance that failed or has too much memory. */
  release(): void {
    if (this.#instance?.failed || this.#instance?.grown) this.#instance = undefined
  }
}

/** Whether it is a compiled module, also one of another realm (Next.js' edge sandbox), where `instanceof` is false. */
export const isCompiled = (source: object): boolean =>
  Object.prototype.toString.call(source) === '[object WebAssembly.Module]'

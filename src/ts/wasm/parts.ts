/**
 * The parts that the build cuts off the core (scripts/parts.mjs), and their loading. They share the core's memory, and a
 * call names those that it runs (`CoreClient.needs`) before it begins. A part that failed to load is tried again by the
 * next call that needs it.
 */
import { ConfigurationError, InstructorError } from '../common/errors.js'
import { type CompiledModule, type Instance, isCompiled } from './instance.js'
import type { Loader, Part, WasmSource } from './loader.js'

const compiled = /* @__PURE__ */ new Map<Part, CompiledModule>()
const loading = /* @__PURE__ */ new Map<Part, Promise<void>>()

/** What a call runs: to make its request, and to read the answer in addition. */
export interface Needs {
  readonly request: readonly Part[]
  readonly answer: readonly Part[]
}

export const NO_PARTS: Needs = { request: [], answer: [] }

/** Reads `a b;c`, as `CoreClient.needs` writes it. */
export function readNeeds(text: string): Needs {
  const [request, answer] = text.split(';').map((names) => names.split(' ').filter(Boolean) as Part[])
  return { request: request ?? [], answer: answer ?? [] }
}

/** Whether parts were cut off the core in use; a core in one file needs none. */
let cut = true

export const isCut = (): boolean => cut

/** Finds out whether parts were cut off this module: it exports its function table for them. */
export function inspect(module: CompiledModule): boolean {
  cut = WebAssembly.Module.exports(module as WebAssembly.Module).some(({ name }) => name === 'table')
  return cut
}

/**
 * Adds every part that is there to an instance of the core; cheap when nothing is new. A part of another build than the
 * core's, which a cache may hold, is not added, and the next call that needs it loads it again.
 */
export function complete<Api>(instance: Instance<Api>): Instance<Api> {
  for (const [name, module] of compiled) {
    try {
      instance.attach(name, module)
    } catch (cause) {
      if (!(cause instanceof WebAssembly.LinkError)) throw cause
      compiled.delete(name)
      throw notLoaded(`core-${name}.wasm`, new Error('it is from another build than core.wasm', { cause }))
    }
  }
  return instance
}

/** Forgets the parts that are loaded and returns their names, for tests. */
export function forgetParts(): Part[] {
  const names = [...compiled.keys()]
  compiled.clear()
  return names
}

/** Whether a part is there. */
export const hasPart = (name: Part): boolean => !cut || compiled.has(name)

/** Loads parts; `undefined` when nothing is missing. */
export function loadParts(loader: Loader, names: readonly Part[]): Promise<void> | undefined {
  const missing = cut ? names.filter((name) => !compiled.has(name)) : []
  if (!missing.length) return undefined
  return Promise.all(missing.map((name) => load(loader, name))).then(() => undefined)
}

function load(loader: Loader, name: Part): Promise<void> {
  let under = loading.get(name)
  if (!under) {
    under = compile(loader, name)
    loading.set(name, under)
    under.catch(() => {}).finally(() => loading.delete(name))
  }
  return under
}

async function compile(loader: Loader, name: Part): Promise<void> {
  try {
    const source = await loader.part!(name)
    compiled.set(name, isCompiled(source) ? source : await WebAssembly.compile(source as BufferSource))
  } catch (cause) {
    throw notLoaded(`core-${name}.wasm`, cause)
  }
}

/** The parts with functions that few calls run before their answer; all but the first are halves of the part named before. */
const LATE_PARTS = ['answer', 'schema-answer', 'anthropic-answer', 'gemini-answer'] as const satisfies Part[]

/** The late parts of the core and of the parts with these names. */
export const lateParts = (names: { has(name: string): boolean }): Part[] =>
  LATE_PARTS.filter((late, i) => !i || names.has(late.replace('-answer', '')))

/** The late parts of the core and of the parts that are loaded. */
export const lateOfLoaded = (): Part[] => lateParts(compiled)

/** Loads parts without waiting, for the functions that are synchronous; throws where the runtime can't. */
export function loadPartsNow(loader: Loader, names: readonly Part[]): void {
  if (!cut) return
  for (const name of names) {
    if (compiled.has(name)) continue
    let source: WasmSource | Promise<WasmSource>
    try {
      source = loader.part!(name)
      if (!(source instanceof Promise)) {
        compiled.set(name, isCompiled(source) ? source : new WebAssembly.Module(source as BufferSource))
        continue
      }
    } catch (cause) {
      throw notLoaded(`core-${name}.wasm`, cause)
    }
    source.catch(() => {})
    throw notLoadedYet(`The part '${name}' of the WebAssembly core`)
  }
}

/** The error of a synchronous function that needs what is loaded asynchronously. */
export const notLoadedYet = (what: string): ConfigurationError =>
  new ConfigurationError(
    `${what} is not loaded yet, and this function is synchronous. Call \`await client.ready()\` first, or import from ` +
      "'instructor-wasm/inline'.",
  )

export function notLoaded(file: string, cause: unknown): InstructorError {
  if (cause instanceof InstructorError) return cause
  return new ConfigurationError(
    `The call needs the file '${file}' of instructor-wasm, which can't be loaded: ${reason(cause)}. Deliver it in the bundle's folder, or ` +
      "import from 'instructor-wasm/inline', which has everything in JavaScript. A Content-Security-Policy must allow 'wasm-unsafe-eval'.",
    { cause },
  )
}

export const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** A Content-Security-Policy results in a compile error. */
export function policyHint(cause: unknown): string {
  const { name } = (cause ?? {}) as Partial<Error>
  return name === 'CompileError' || name === 'EvalError'
    ? " If a Content-Security-Policy is in force here, it must allow 'wasm-unsafe-eval'."
    : ''
}

/** The interface of a loader, which finds the modules in a runtime. Each entry has one loader (`loaders/`). */
import type { ClientInfo } from '../common/client-info.js'
import type { FindCode } from '../common/later.js'
import type { Part } from '../common/parts.js'
import type { CompiledModule } from './instance.js'
import type * as template from './template.js'
import type * as validator from './validator.js'

export type { ClientInfo, Part }

/** A compiled `WebAssembly.Module`, or its bytes. */
export type WasmSource = CompiledModule | ArrayBuffer | ArrayBufferView

/** The JavaScript of the optional modules, by name. */
export interface ModuleCode {
  readonly validator: typeof validator
  readonly template: typeof template
}
export type LazyModule = keyof ModuleCode

export interface Loader {
  /** The core's bytes or module: at once where the runtime can. */
  core(): WasmSource | Promise<WasmSource>
  /**
   * Checks a client's options, as JSON text, while the core is being loaded. Needed where {@link Loader.core} is
   * asynchronous.
   */
  describe?(model: string, options: string): ClientInfo
  /** A part of the core: at once where the runtime can. Missing where {@link Loader.core} is the whole core in one file. */
  part?(name: Part): WasmSource | Promise<WasmSource>
  /** Code that few calls need: at once where the runtime has all files. */
  readonly code: FindCode
  lazy(name: LazyModule): Promise<WasmSource>
  /** The code of the optional modules, where `import()` may be refused. */
  readonly modules?: ModuleCode
  /** Files come over the network, so what only the answer needs is loaded while the request is under way. */
  readonly fetches?: true
}

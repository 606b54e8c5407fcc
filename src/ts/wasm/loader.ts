/** The interface of a loader, which finds the modules in a runtime. Each entry has one loader (`loaders/`). */
import type { CompiledModule } from './instance.js'

/** A compiled `WebAssembly.Module`, or its bytes. */
export type WasmSource = CompiledModule | ArrayBuffer | ArrayBufferView
export type LazyModule = 'validator' | 'template'

export interface Loader {
  /** The core's bytes or module, at once. */
  core(): WasmSource
  lazy(name: LazyModule): Promise<WasmSource>
}

/** The interface of a loader, which finds the modules in a runtime. Each entry has one loader (`loaders/`). */
import type { CompiledModule } from './instance.js'

/** A compiled `WebAssembly.Module`, or its bytes. */
export type WasmSource = CompiledModule | ArrayBuffer | ArrayBufferView
export type LazyModule = 'validator' | 'template'

/** A file that the build cuts off the core: `core-<name>.wasm` (scripts/parts.mjs). */
export type Part =
  | 'answer'
  | 'schema'
  | 'notation'
  | 'repair'
  | 'correct'
  | 'anthropic'
  | 'gemini'
  | 'bedrock'
  | 'responses'
  | 'cohere'
  | 'ollama'

export interface Loader {
  /** The core's bytes or module, at once. */
  core(): WasmSource
  /** A part of the core: at once where the runtime can. Missing where {@link Loader.core} is the whole core in one file. */
  part?(name: Part): WasmSource | Promise<WasmSource>
  lazy(name: LazyModule): Promise<WasmSource>
}

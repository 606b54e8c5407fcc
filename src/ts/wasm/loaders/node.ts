/**
 * Node: the wasm files of the package. Deno, Bun and what bundlers for servers move without these files (loader.server.ts) carry
 * the modules as text in addition; the text of the core is a file of half a megabyte, which Node itself never needs.
 *
 * Everything is compiled synchronously: V8 only validates a module and compiles each function at its first call, while its
 * asynchronous compilation waits for threads and takes five times as long.
 */
import { ConfigurationError } from '../../common/errors.js'
import { codeAtOnce } from '../../schema/code.js'
import type { LazyModule, Loader, WasmSource } from '../loader.js'
import type { File } from './files.js'

/** What is used where a file is not there. */
export interface CarriedModules {
  core(): WasmSource
  lazy(name: LazyModule): Promise<WasmSource>
}

/** The oldest supported version, as `engines` in package.json states it. */
const OLDEST = 20

const compiled = (bytes: Uint8Array) => new WebAssembly.Module(bytes as BufferSource)

export const nodeLoader = (
  files: Readonly<Record<File, () => Uint8Array>>,
  carried?: CarriedModules,
): Loader => ({
  core() {
    // Older versions lack `crypto` and `structuredClone` or have them only in part, which fails in the middle of a call.
    if (Number.parseInt(process.versions.node, 10) < OLDEST)
      throw new ConfigurationError(
        `instructor-wasm needs Node ${OLDEST} or newer, and this is Node ${process.versions.node}. Install a newer version: https://nodejs.org.`,
      )
    try {
      return files.core()
    } catch (cause) {
      if (carried) return carried.core()
      throw cause
    }
  },
  part: (name) => compiled(files[`core-${name}`]()),
  code: codeAtOnce,
  async lazy(name) {
    try {
      return compiled(files[name]())
    } catch (cause) {
      if (carried) return carried.lazy(name)
      throw cause
    }
  },
})

/**
 * Node, Bun and Deno: the modules are files. A bundler for servers moves the code without the files, so its entry carries the
 * whole core as text in addition; it is a file of half a megabyte, which Node itself never needs.
 *
 * Everything is compiled synchronously: V8 only validates a module and compiles each function at its first call, while its
 * asynchronous compilation waits for threads and takes five times as long.
 */
import { readFileSync } from 'node:fs'
import { codeAtOnce } from '../../schema/code.js'
import type { Loader, WasmSource } from '../loader.js'
import type { Addresses } from './files.js'

const compiled = (address: URL) => new WebAssembly.Module(readFileSync(address))

export const nodeLoader = (addresses: Addresses, carried?: () => WasmSource): Loader => ({
  core() {
    try {
      return readFileSync(addresses.core())
    } catch (cause) {
      if (carried) return carried()
      throw cause
    }
  },
  part: (name) => compiled(addresses[`core-${name}`]()),
  code: codeAtOnce,
  async lazy(name) {
    try {
      return compiled(addresses[name]())
    } catch {
      // Node's zlib is loaded only here.
      const { unpack } = await import('./unpack.node.js')
      return unpack(
        await (name === 'validator' ? import('../../validator.text.js') : import('../../template.text.js')),
      )
    }
  },
})

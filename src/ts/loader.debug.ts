/** The loader of `instructor-wasm/debug` in browsers: the core in one file, with names and DWARF. */
import { addresses } from './addresses.js'
import { build } from './core_bg.js'
import { describeClient } from './registry/client.js'
import { codeAtOnce } from './schema/code.js'
import type { Loader } from './wasm/loader.js'
import { fetchModule } from './wasm/loaders/files.js'

export const loader: Loader = {
  core: () => fetchModule(new URL('./core-debug.wasm', import.meta.url), build),
  describe: describeClient,
  code: codeAtOnce,
  lazy: (name) => fetchModule(addresses[name]()),
  fetches: true,
}

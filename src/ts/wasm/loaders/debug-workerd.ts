/** The loader of `instructor-wasm/debug` in Cloudflare Workers: the core in one file, with names and DWARF. */
import core from '../../core-debug.wasm'
import { codeAtOnce } from '../../schema/code.js'
import type { Loader } from '../loader.js'

export const loader: Loader = {
  core: () => core,
  code: codeAtOnce,
  lazy: async (name) =>
    (await (name === 'validator' ? import('../../validator.wasm') : import('../../template.wasm'))).default,
}

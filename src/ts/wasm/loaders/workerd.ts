/** Cloudflare Workers: a wasm file is imported as a compiled module; bytes can't be compiled at run time there. */
import core from '../../core.wasm'
import type { Loader } from '../loader.js'

export const loader: Loader = {
  core: () => core,
  lazy: async (name) =>
    (await (name === 'validator' ? import('../../validator.wasm') : import('../../template.wasm'))).default,
}

/** Vercel's and Next.js' edge runtime: `?module` imports a wasm file as a compiled module. */
import core from '../../core.wasm?module'
import type { Loader } from '../loader.js'

export const loader: Loader = {
  core: () => core,
  lazy: async (name) =>
    (
      await (name === 'validator'
        ? import('../../validator.wasm?module')
        : import('../../template.wasm?module'))
    ).default,
}

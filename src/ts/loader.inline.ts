/** The loader of `instructor-wasm/inline`. */
import { addresses } from './addresses.js'
import { inlineLoader } from './wasm/loaders/inline.js'

export const loader = /* @__PURE__ */ inlineLoader(addresses)

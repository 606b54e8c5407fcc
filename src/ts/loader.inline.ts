/** The loader of `instructor-wasm/inline`. */
import { addresses } from './addresses.js'
import { inlineLoader } from './wasm/loaders/inline.js'
import { unpack } from './wasm/loaders/unpack.js'

export const loader = /* @__PURE__ */ inlineLoader(addresses, unpack)

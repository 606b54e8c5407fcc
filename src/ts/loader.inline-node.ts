/** The loader of `instructor-wasm/inline` in Node, Bun and Deno. */
import { addresses } from './addresses.js'
import { inlineLoader } from './wasm/loaders/inline.js'
import { unpack } from './wasm/loaders/unpack.node.js'

export const loader = /* @__PURE__ */ inlineLoader(addresses, unpack)

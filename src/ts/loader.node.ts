/** The loader of Node. */
import { addresses } from './addresses.js'
import { nodeLoader } from './wasm/loaders/node.js'

export const loader = /* @__PURE__ */ nodeLoader(addresses)

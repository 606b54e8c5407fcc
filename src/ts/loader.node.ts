/** The loader of Node. */
import { files } from './files.node.js'
import { nodeLoader } from './wasm/loaders/node.js'

export const loader = /* @__PURE__ */ nodeLoader(files)

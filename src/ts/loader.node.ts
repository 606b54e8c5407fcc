/** The loader of Node. */
import { files } from './package-files.js'
import { nodeLoader } from './wasm/loaders/node.js'

export const loader = /* @__PURE__ */ nodeLoader(files)

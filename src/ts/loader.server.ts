/** The loader of bundlers for Node, and of Bun and Deno: without the files it uses the carried modules. */
import * as core from './core-whole.text.js'
import { files } from './package-files.js'
import { nodeLoader } from './wasm/loaders/node.js'
import { unpack } from './wasm/loaders/unpack.node.js'

const texts = {
  validator: () => import('./validator.text.js'),
  template: () => import('./template.text.js'),
}

export const loader = /* @__PURE__ */ nodeLoader(files, {
  core: () => unpack(core),
  lazy: async (name) => unpack(await texts[name]()),
})

/** The loader of browsers and unknown runtimes. */
import { addresses } from './addresses.js'
import { browserLoader } from './wasm/loaders/browser.js'

export const loader = /* @__PURE__ */ browserLoader(addresses)

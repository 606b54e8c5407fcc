/** The loader of `instructor-wasm/inline`. Nothing that runs is loaded with `import()`, which service workers refuse. */
import { addresses } from './addresses.js'
import { inlineLoader } from './wasm/loaders/inline.js'
import { unpack } from './wasm/loaders/unpack.js'
import * as template from './wasm/template.js'
import * as validator from './wasm/validator.js'

export const loader = /* @__PURE__ */ inlineLoader(addresses, unpack, { validator, template })

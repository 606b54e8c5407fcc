/** `instructor-wasm/inline`: the whole core is embedded in JavaScript, and everything that needs only the core is synchronous. */
import core from '../../core-whole.inline.js'
import type { Loader } from '../loader.js'
import { loader as browser } from './browser.js'

export const loader: Loader = { core: () => core(), lazy: (name) => browser.lazy(name) }

/** The loader of `instructor-wasm/debug` in Node, Bun and Deno: the core in one file, with names and DWARF. */
import { readFileSync } from 'node:fs'
import { files } from './package-files.js'
import { nodeLoader } from './wasm/loaders/node.js'

const core = () => readFileSync(new URL('./core-debug.wasm', import.meta.url))

export const loader = /* @__PURE__ */ nodeLoader({ ...files, core })

/** Node, Bun and Deno: the modules lie beside this file. */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Loader } from '../core.js'

const at = {
  core: new URL('../core.wasm', import.meta.url),
  validator: new URL('../validator.wasm', import.meta.url),
  template: new URL('../template.wasm', import.meta.url),
}

export const loader: Loader = {
  core: () => readFileSync(at.core),
  lazy: (name) => readFile(at[name]),
}

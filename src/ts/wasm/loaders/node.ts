/**
 * Node, Bun and Deno: the modules are next to this file. A bundler for servers moves the code without the files; then
 * the forms embedded in JavaScript are used.
 */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import core from '../../core.inline.js'
import type { Loader } from '../loader.js'

export const loader: Loader = {
  core() {
    try {
      return readFileSync(new URL('../../core.wasm', import.meta.url))
    } catch {
      return core()
    }
  },
  async lazy(name) {
    try {
      return await readFile(
        name === 'validator'
          ? new URL('../../validator.wasm', import.meta.url)
          : new URL('../../template.wasm', import.meta.url),
      )
    } catch {
      const inline = await (name === 'validator'
        ? import('../../validator.inline.js')
        : import('../../template.inline.js'))
      return inline.default()
    }
  },
}

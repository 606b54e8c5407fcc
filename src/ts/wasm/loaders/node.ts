/**
 * Node, Bun and Deno: the modules are next to this file. A bundler for servers moves the code without the files; then
 * the forms embedded in JavaScript are used, the core's whole at once.
 */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import core from '../../core-whole.inline.js'
import type { Loader } from '../loader.js'

const files = {
  core: new URL('../../core.wasm', import.meta.url),
  'core-answer': new URL('../../core-answer.wasm', import.meta.url),
  'core-schema': new URL('../../core-schema.wasm', import.meta.url),
  'core-notation': new URL('../../core-notation.wasm', import.meta.url),
  'core-repair': new URL('../../core-repair.wasm', import.meta.url),
  'core-correct': new URL('../../core-correct.wasm', import.meta.url),
  'core-anthropic': new URL('../../core-anthropic.wasm', import.meta.url),
  'core-gemini': new URL('../../core-gemini.wasm', import.meta.url),
  'core-bedrock': new URL('../../core-bedrock.wasm', import.meta.url),
  'core-responses': new URL('../../core-responses.wasm', import.meta.url),
  'core-cohere': new URL('../../core-cohere.wasm', import.meta.url),
  'core-ollama': new URL('../../core-ollama.wasm', import.meta.url),
  validator: new URL('../../validator.wasm', import.meta.url),
  template: new URL('../../template.wasm', import.meta.url),
}

export const loader: Loader = {
  core() {
    try {
      return readFileSync(files.core)
    } catch {
      return core()
    }
  },
  part: (name) => readFileSync(files[`core-${name}`]),
  async lazy(name) {
    try {
      return await readFile(files[name])
    } catch {
      const inline = await (name === 'validator'
        ? import('../../validator.inline.js')
        : import('../../template.inline.js'))
      return inline.default()
    }
  },
}

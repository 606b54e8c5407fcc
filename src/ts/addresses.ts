/** The files of the package are next to this module; a bundle that is made of it has them next to itself. */
import type { Addresses } from './wasm/loaders/files.js'

/** Bundlers find the files by these expressions, so each is written out. */
export const addresses: Addresses = {
  core: () => new URL('./core.wasm', import.meta.url),
  'core-answer': () => new URL('./core-answer.wasm', import.meta.url),
  'core-schema': () => new URL('./core-schema.wasm', import.meta.url),
  'core-schema-answer': () => new URL('./core-schema-answer.wasm', import.meta.url),
  'core-notation': () => new URL('./core-notation.wasm', import.meta.url),
  'core-repair': () => new URL('./core-repair.wasm', import.meta.url),
  'core-correct': () => new URL('./core-correct.wasm', import.meta.url),
  'core-tools': () => new URL('./core-tools.wasm', import.meta.url),
  'core-plain': () => new URL('./core-plain.wasm', import.meta.url),
  'core-anthropic': () => new URL('./core-anthropic.wasm', import.meta.url),
  'core-anthropic-answer': () => new URL('./core-anthropic-answer.wasm', import.meta.url),
  'core-gemini': () => new URL('./core-gemini.wasm', import.meta.url),
  'core-gemini-answer': () => new URL('./core-gemini-answer.wasm', import.meta.url),
  'core-bedrock': () => new URL('./core-bedrock.wasm', import.meta.url),
  'core-responses': () => new URL('./core-responses.wasm', import.meta.url),
  'core-cohere': () => new URL('./core-cohere.wasm', import.meta.url),
  'core-ollama': () => new URL('./core-ollama.wasm', import.meta.url),
  validator: () => new URL('./validator.wasm', import.meta.url),
  template: () => new URL('./template.wasm', import.meta.url),
}

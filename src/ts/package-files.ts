/**
 * The files of the package in Node, next to this module. Tools that copy what a server needs, such as `@vercel/nft` for Vercel and Nitro,
 * find a file by the call that reads it, so each is written out.
 */
import { readFileSync } from 'node:fs'
import type { File } from './wasm/loaders/files.js'

export const files: Readonly<Record<File, () => Uint8Array>> = {
  core: () => readFileSync(new URL('./core.wasm', import.meta.url)),
  'core-answer': () => readFileSync(new URL('./core-answer.wasm', import.meta.url)),
  'core-schema': () => readFileSync(new URL('./core-schema.wasm', import.meta.url)),
  'core-schema-answer': () => readFileSync(new URL('./core-schema-answer.wasm', import.meta.url)),
  'core-notation': () => readFileSync(new URL('./core-notation.wasm', import.meta.url)),
  'core-repair': () => readFileSync(new URL('./core-repair.wasm', import.meta.url)),
  'core-correct': () => readFileSync(new URL('./core-correct.wasm', import.meta.url)),
  'core-tools': () => readFileSync(new URL('./core-tools.wasm', import.meta.url)),
  'core-plain': () => readFileSync(new URL('./core-plain.wasm', import.meta.url)),
  'core-anthropic': () => readFileSync(new URL('./core-anthropic.wasm', import.meta.url)),
  'core-anthropic-answer': () => readFileSync(new URL('./core-anthropic-answer.wasm', import.meta.url)),
  'core-gemini': () => readFileSync(new URL('./core-gemini.wasm', import.meta.url)),
  'core-gemini-answer': () => readFileSync(new URL('./core-gemini-answer.wasm', import.meta.url)),
  'core-bedrock': () => readFileSync(new URL('./core-bedrock.wasm', import.meta.url)),
  'core-responses': () => readFileSync(new URL('./core-responses.wasm', import.meta.url)),
  'core-cohere': () => readFileSync(new URL('./core-cohere.wasm', import.meta.url)),
  'core-ollama': () => readFileSync(new URL('./core-ollama.wasm', import.meta.url)),
  validator: () => readFileSync(new URL('./validator.wasm', import.meta.url)),
  template: () => readFileSync(new URL('./template.wasm', import.meta.url)),
}

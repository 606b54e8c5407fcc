/** Cloudflare Workers: a wasm file is imported as a compiled module; bytes can't be compiled at run time there. */
import core from '../../core.wasm'
import answer from '../../core-answer.wasm'
import anthropic from '../../core-anthropic.wasm'
import bedrock from '../../core-bedrock.wasm'
import cohere from '../../core-cohere.wasm'
import correct from '../../core-correct.wasm'
import gemini from '../../core-gemini.wasm'
import notation from '../../core-notation.wasm'
import ollama from '../../core-ollama.wasm'
import plain from '../../core-plain.wasm'
import repair from '../../core-repair.wasm'
import responses from '../../core-responses.wasm'
import schema from '../../core-schema.wasm'
import tools from '../../core-tools.wasm'
import { codeAtOnce } from '../../schema/code.js'
import type { Loader } from '../loader.js'

const parts = {
  answer,
  schema,
  notation,
  repair,
  correct,
  tools,
  plain,
  anthropic,
  gemini,
  bedrock,
  responses,
  cohere,
  ollama,
}

export const loader: Loader = {
  core: () => core,
  part: (name) => parts[name],
  code: codeAtOnce,
  lazy: async (name) =>
    (await (name === 'validator' ? import('../../validator.wasm') : import('../../template.wasm'))).default,
}

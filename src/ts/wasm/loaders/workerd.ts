/** Cloudflare Workers: a wasm file is imported as a compiled module; bytes can't be compiled at run time there. */
import core from '../../core.wasm'
import answer from '../../core-answer.wasm'
import anthropic from '../../core-anthropic.wasm'
import anthropicAnswer from '../../core-anthropic-answer.wasm'
import bedrock from '../../core-bedrock.wasm'
import cohere from '../../core-cohere.wasm'
import correct from '../../core-correct.wasm'
import gemini from '../../core-gemini.wasm'
import geminiAnswer from '../../core-gemini-answer.wasm'
import notation from '../../core-notation.wasm'
import ollama from '../../core-ollama.wasm'
import plain from '../../core-plain.wasm'
import repair from '../../core-repair.wasm'
import responses from '../../core-responses.wasm'
import schema from '../../core-schema.wasm'
import schemaAnswer from '../../core-schema-answer.wasm'
import tools from '../../core-tools.wasm'
import { codeAtOnce } from '../../schema/code.js'
import type { Loader } from '../loader.js'

const parts = {
  answer,
  schema,
  'schema-answer': schemaAnswer,
  notation,
  repair,
  correct,
  tools,
  plain,
  anthropic,
  'anthropic-answer': anthropicAnswer,
  gemini,
  'gemini-answer': geminiAnswer,
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

/** Vercel's and Next.js' edge runtime: `?module` imports a wasm file as a compiled module. */
import core from '../../core.wasm?module'
import answer from '../../core-answer.wasm?module'
import anthropic from '../../core-anthropic.wasm?module'
import anthropicAnswer from '../../core-anthropic-answer.wasm?module'
import bedrock from '../../core-bedrock.wasm?module'
import cohere from '../../core-cohere.wasm?module'
import correct from '../../core-correct.wasm?module'
import gemini from '../../core-gemini.wasm?module'
import geminiAnswer from '../../core-gemini-answer.wasm?module'
import notation from '../../core-notation.wasm?module'
import ollama from '../../core-ollama.wasm?module'
import plain from '../../core-plain.wasm?module'
import repair from '../../core-repair.wasm?module'
import responses from '../../core-responses.wasm?module'
import schema from '../../core-schema.wasm?module'
import schemaAnswer from '../../core-schema-answer.wasm?module'
import tools from '../../core-tools.wasm?module'
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
    (
      await (name === 'validator'
        ? import('../../validator.wasm?module')
        : import('../../template.wasm?module'))
    ).default,
}

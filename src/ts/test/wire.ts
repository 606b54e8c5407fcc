/**
 * How each wire API writes an answer, whole and streamed: the scripted fetch of `instructor-wasm/test` speaks them
 * all. Written from the vendors' documentation, apart from the decoders, so that a mistake there is not repeated here.
 */
import { bedrock } from './bedrock.js'
import { openaiChat, openaiResponses } from './openai.js'
import type { Wire } from './said.js'
import { anthropic, cohere, gemini, ollama } from './vendors.js'
import { workersAi } from './workers-ai.js'

export type { Body, Said, Wire } from './said.js'

/** By the request's address; the more telling ones first. */
export const WIRES: readonly Wire[] = [
  cohere,
  ollama,
  bedrock,
  gemini,
  openaiResponses,
  workersAi,
  anthropic,
  openaiChat,
]

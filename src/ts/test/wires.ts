/**
 * The answers of each wire API, unstreamed and streamed, for the scripted fetch of `instructor-wasm/test`. Written
 * from the vendors' documentation, independently of the decoders, so that a mistake in them is not repeated here.
 */
import { bedrock } from './bedrock.js'
import { openaiChat, openaiResponses } from './openai.js'
import { anthropic, cohere, gemini, ollama } from './vendors.js'
import type { Wire } from './wire-format.js'
import { workersAi } from './workers-ai.js'

export type { Answer, Body, Wire } from './wire-format.js'

/** By the request's URL; the more specific ones first. */
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

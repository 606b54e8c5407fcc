/** instructor-wasm in Vercel's edge runtime: the core is imported as a module. */
import { bind } from './create-api.js'
import { loader } from './wasm/loaders/edge.js'

export * from './api.js'
export const {
  fromProvider,
  fromClient,
  patch,
  fromOpenAI,
  fromAnthropic,
  fromGoogle,
  fromVertexAI,
  fromMistral,
  fromCohere,
  fromGroq,
  fromCerebras,
  fromFireworks,
  fromWriter,
  fromLiteLLM,
  fromBedrock,
  lint,
} = /* @__PURE__ */ bind(loader)

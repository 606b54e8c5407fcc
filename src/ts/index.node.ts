/** instructor-wasm in Node, Bun and Deno: the core is read from its file. */
import { bind } from './create-api.js'
import { loader } from './wasm/loaders/node.js'

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

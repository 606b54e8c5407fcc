/** instructor-wasm in browsers and everywhere else: the core is carried in JavaScript. */
import { bind } from './create-api.js'
import { loader } from './wasm/loaders/inline.js'

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

/** instructor-wasm in browsers and everywhere else: the core is carried in JavaScript. */
import { bind } from './bind.js'
import { loader } from './loaders/inline.js'

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

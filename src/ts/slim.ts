/** instructor-wasm/slim: the app hands over the core with init(module). */
import { bind } from './create-api.js'
import { loader } from './wasm/loaders/given.js'

export * from './api.js'
export { type GivenModules, init } from './wasm/loaders/given.js'
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

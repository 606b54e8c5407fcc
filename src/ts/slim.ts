/** instructor-wasm/slim: the app hands over the core with init(module). */
import { bind } from './bind.js'
import { loader } from './loaders/given.js'

export * from './api.js'
export { type GivenModules, init } from './loaders/given.js'
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

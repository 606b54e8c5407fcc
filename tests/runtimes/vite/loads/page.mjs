/** A page whose calls the test makes, with answers that need no network. */
import { fromProvider } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import * as z from 'zod/mini'

const User = z.object({ name: z.string(), age: z.int() })
/** The core does not read the last keyword, so the validator module is loaded. */
const Schema = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  unevaluatedProperties: true,
}
const messages = [{ role: 'user', content: 'Extract: {{ who }}' }]

globalThis.client = (model, options = {}) => {
  const { fetch, requests } = scripted(Array(9).fill({ value: { name: 'Jason', age: 25 } }))
  return Object.assign(fromProvider(model, { apiKey: 'k', allowBrowser: true, fetch, ...options }), {
    requests,
  })
}

/** The value of a call, or its error as text. */
globalThis.outcome = (client, { plain = false, ...more } = {}) =>
  client.create({ responseModel: plain ? Schema : User, messages, ...more }).then(
    ({ name, age }) => `${name} ${age}`,
    (error) => `${error.name}: ${error.message}`,
  )

/** The error of a synchronous function as text. */
globalThis.failure = (run) => {
  try {
    run()
    return 'no error'
  } catch (error) {
    return `${error.name}: ${error.message}`
  }
}
globalThis.params = { responseModel: User, messages }

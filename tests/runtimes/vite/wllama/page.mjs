/** A page with a model in it: SmolLM2-135M in wllama. The test reads the results from `globalThis`. */
import { Wllama } from '@wllama/wllama'
import { fromProvider } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'

const User = {
  title: 'User',
  type: 'object',
  properties: {
    name: { type: 'string', maxLength: 20 },
    age: { type: 'integer', minimum: 0, maximum: 150 },
    role: { enum: ['admin', 'guest', null] },
  },
  required: ['name', 'age', 'role'],
  additionalProperties: false,
}
const call = {
  responseModel: User,
  messages: [{ role: 'user', content: 'Extract the user: Jason is 25 years old, an admin.' }],
  maxTokens: 80,
  temperature: 0,
}

async function run() {
  const { wasm, model } = Object.fromEntries(new URLSearchParams(location.search))
  const results = {}
  let created = 0
  const engine = async () => {
    created++
    const wllama = new Wllama({ default: wasm }, { suppressNativeLog: true })
    const weights = await (await fetch(model)).blob()
    await wllama.loadModel([weights], { n_ctx: 1024, n_threads: 1, n_gpu_layers: 0 })
    return wllama
  }
  const client = fromProvider('wllama/smollm2', { engine, httpRetries: 0 })
  const [value, completion] = await client.createWithCompletion(call)
  results.create = {
    value,
    usage: completion.usage,
    facts: [completion.provider, completion.model, completion.mode],
  }

  const stream = client.createPartial(call)
  results.snapshots = []
  for await (const snapshot of stream) results.snapshots.push(snapshot)
  results.final = await stream.final()
  results.streamUsage = await stream.usage()

  // An abort in the middle; the next call shows that the engine is free again.
  const abort = new AbortController()
  const long = client.createPartial({ ...call, signal: abort.signal })
  try {
    for await (const _ of long) abort.abort(new Error('enough'))
  } catch (error) {
    results.aborted = String(error)
  }

  // The model in the page cannot finish in three tokens; the remote one answers with the same schema.
  const remote = scripted([{ value: { name: 'Jason', age: 25, role: 'admin' } }])
  const cascade = client.with({
    fallback: [
      fromProvider('openai/gpt-4o-mini', { apiKey: 'test', allowBrowser: true, fetch: remote.fetch }),
    ],
  })
  const [answer, { attempts, provider }] = await cascade.createWithCompletion({ ...call, maxTokens: 3 })
  results.cascade = {
    answer,
    provider,
    attempts: attempts.map((one) => [one.provider, one.error?.name]),
    required: remote.requests[0].body.tools[0].function.parameters.required,
  }
  results.created = created

  const broken = fromProvider('wllama/none', { engine: async () => Promise.reject(new Error('no memory')) })
  results.broken = await broken.create(call).catch((error) => [error.name, error.code, error.message])
  return results
}

run().then(
  (outcome) => (globalThis.outcome = outcome),
  (error) => (globalThis.outcome = { failed: String(error?.stack ?? error) }),
)

// Ours, through the public client: fetch → createPartial → the last snapshot, validated.
import { fromProvider } from '../../../pkg/index.node.js'

export const name = 'instructor-wasm createPartial'

/** A model that accepts everything: the peers don't validate either. */
const model = (schema) => ({
  '~standard': {
    version: 1,
    vendor: 'bench',
    validate: (value) => ({ value }),
    jsonSchema: { input: () => schema, output: () => schema },
  },
})

/** An app makes its client once. */
let answer
const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'key', fetch: async () => answer() })

export async function run({ respond, show, schema }) {
  answer = respond
  const stream = client.createPartial({
    responseModel: model(schema),
    messages: [{ role: 'user', content: 'Extract.' }],
    mode: 'json_schema_mode',
  })
  for await (const partial of stream) show(partial)
  return stream.final()
}

// Ours, through the public client: fetch → createPartial → the last snapshot, validated.
import { fromProvider, jsonSchema } from '../../../pkg/index.node.js'

export const name = 'instructor-wasm createPartial'

export async function run({ respond, show, schema }) {
  const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'key', fetch: async () => respond() })
  const stream = client.createPartial({
    responseModel: jsonSchema ? jsonSchema(schema) : schema,
    messages: [{ role: 'user', content: 'Extract.' }],
    mode: 'json_schema_mode',
  })
  for await (const partial of stream) show(partial)
  return stream.final()
}

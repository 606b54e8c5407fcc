// Anthropic's SDK: messages.stream with a tool, its input parsed as it arrives (its own wire format).
import Anthropic from '@anthropic-ai/sdk'

export const name = '@anthropic-ai/sdk messages.stream'
export const wire = 'anthropic'

export async function run({ respond, show, schema }) {
  const client = new Anthropic({ apiKey: 'key', fetch: async () => respond(), maxRetries: 0 })
  const stream = client.messages.stream({
    model: 'claude',
    max_tokens: 1,
    messages: [{ role: 'user', content: 'Extract.' }],
    tools: [{ name: 'Document', input_schema: schema }],
  })
  // `snapshot` is a getter's worth of work in some versions, so it is read.
  stream.on('inputJson', (_delta, snapshot) => show(snapshot))
  stream.on('error', () => {})
  return (await stream.finalMessage()).content[0].input
}

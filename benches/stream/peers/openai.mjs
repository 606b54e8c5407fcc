// OpenAI's SDK: chat.completions.stream with a JSON schema it parses as it arrives.
import OpenAI from 'openai'
import { makeParseableResponseFormat } from 'openai/lib/parser'

export const name = 'openai SDK chat.completions.stream'

export async function run({ respond, show, schema }) {
  const client = new OpenAI({ apiKey: 'key', fetch: async () => respond(), maxRetries: 0 })
  const format = makeParseableResponseFormat(
    { type: 'json_schema', json_schema: { name: 'Document', strict: true, schema } },
    (content) => JSON.parse(content),
  )
  const stream = client.chat.completions.stream({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Extract.' }],
    response_format: format,
  })
  stream.on('content.delta', ({ parsed }) => show(parsed))
  stream.on('error', () => {})
  return (await stream.finalChatCompletion()).choices[0].message.parsed
}

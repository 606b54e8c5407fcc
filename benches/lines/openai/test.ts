import OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import * as z from 'zod'

const message = { role: 'assistant', content: '{"name":"Jason"}', refusal: null }
const choices = [{ index: 0, message, finish_reason: 'stop', logprobs: null }]
const answer = { id: 'c', object: 'chat.completion', created: 1, model: 'gpt-4o-mini', choices }
const client = new OpenAI({ apiKey: 'test', fetch: async () => Response.json(answer) })
const completion = await client.chat.completions.parse({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'Who is it?' }],
  response_format: zodResponseFormat(z.object({ name: z.string() }), 'person'),
})
console.log(completion.choices[0]?.message.parsed?.name)

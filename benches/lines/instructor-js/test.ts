import Instructor from '@instructor-ai/instructor'
import OpenAI from 'openai'
import * as z from 'zod'

const call = { name: 'Person', arguments: '{"name":"Jason"}' }
const message = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 't', type: 'function', function: call }],
}
const choices = [{ index: 0, message, finish_reason: 'tool_calls' }]
const answer = { id: 'c', object: 'chat.completion', created: 1, model: 'gpt-4o-mini', choices }
const openai = new OpenAI({ apiKey: 'test', fetch: async () => Response.json(answer) })
const person = await Instructor({ client: openai, mode: 'TOOLS' }).chat.completions.create({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'Who is it?' }],
  response_model: { schema: z.object({ name: z.string() }), name: 'Person' },
})
console.log(person.name)

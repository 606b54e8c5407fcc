import OpenAI from 'openai'
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod'
import * as z from 'zod'

const orders = zodFunction({
  name: 'orders',
  description: 'The orders of a customer.',
  parameters: z.object({ email: z.string() }),
  function: ({ email }) => [`A chair for ${email}`],
})
const Answer = z.object({ summary: z.string() })
const runner = new OpenAI().chat.completions.runTools({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'What did jo@example.com order?' }],
  response_format: zodResponseFormat(Answer, 'answer'),
  tools: [orders],
})
const answer = Answer.parse(JSON.parse((await runner.finalContent()) ?? ''))
console.log(answer.summary)

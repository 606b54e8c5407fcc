import { defineTool, fromProvider } from 'instructor-wasm'
import * as z from 'zod'

const orders = defineTool({
  name: 'orders',
  description: 'The orders of a customer.',
  parameters: z.object({ email: z.string() }),
  run: ({ email }) => [`A chair for ${email}`],
})
const answer = await fromProvider('openai/gpt-4o-mini').create({
  responseModel: z.object({ summary: z.string() }),
  tools: [orders],
  prompt: 'What did jo@example.com order?',
})
console.log(answer.summary)

import { openai } from '@ai-sdk/openai'
import { generateText, isStepCount, Output, tool } from 'ai'
import * as z from 'zod'

const orders = tool({
  description: 'The orders of a customer.',
  inputSchema: z.object({ email: z.string() }),
  execute: ({ email }) => [`A chair for ${email}`],
})
const { output } = await generateText({
  model: openai('gpt-4o-mini'),
  output: Output.object({ schema: z.object({ summary: z.string() }) }),
  tools: { orders },
  stopWhen: isStepCount(8),
  prompt: 'What did jo@example.com order?',
})
console.log(output.summary)

import { openai } from '@ai-sdk/openai'
import { generateText, Output } from 'ai'
import * as z from 'zod'

const Person = z.object({ name: z.string(), age: z.number().int() })
const { output } = await generateText({
  model: openai('gpt-4o-mini'),
  output: Output.object({ schema: Person }),
  prompt: 'Jason is 25 years old.',
})
console.log(output.name, output.age)

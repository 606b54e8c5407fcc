import { openai } from '@ai-sdk/openai'
import { Output, streamText } from 'ai'
import * as z from 'zod'

const Person = z.object({ name: z.string(), age: z.number().int() })
const { elementStream } = streamText({
  model: openai('gpt-4o-mini'),
  output: Output.array({ element: Person }),
  prompt: 'Jason is 25, Ada is 36.',
})
for await (const person of elementStream) console.log(person.name, person.age)

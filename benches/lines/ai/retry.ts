import { openai } from '@ai-sdk/openai'
import { generateText, type ModelMessage, NoObjectGeneratedError, Output } from 'ai'
import * as z from 'zod'

const Person = z.object({ name: z.string(), age: z.number().int() })
const messages: ModelMessage[] = [{ role: 'user', content: 'Jason is 25 years old.' }]
let tokens = 0
for (let attempt = 1; ; attempt++) {
  try {
    const { output, usage } = await generateText({
      model: openai('gpt-4o-mini'),
      output: Output.object({ schema: Person }),
      messages,
    })
    console.log(output.name, output.age, tokens + (usage.totalTokens ?? 0))
    break
  } catch (error) {
    if (!NoObjectGeneratedError.isInstance(error) || attempt > 3) throw error
    tokens += error.usage?.totalTokens ?? 0
    messages.push(
      { role: 'assistant', content: error.text ?? '' },
      { role: 'user', content: `The answer is invalid. Correct it: ${error.cause}` },
    )
  }
}

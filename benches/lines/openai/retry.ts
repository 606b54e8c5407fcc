import OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import * as z from 'zod'

const Person = z.object({ name: z.string(), age: z.number().int() })
const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Jason is 25 years old.' }]
let tokens = 0
for (let attempt = 1; ; attempt++) {
  const { choices, usage } = await new OpenAI().chat.completions.create({
    model: 'gpt-4o-mini',
    messages,
    response_format: zodResponseFormat(Person, 'person'),
  })
  tokens += usage?.total_tokens ?? 0
  const content = choices[0]?.message.content ?? ''
  const { data: person, error } = Person.safeParse(JSON.parse(content))
  if (person) {
    console.log(person.name, person.age, tokens)
    break
  }
  if (attempt > 3) throw error
  messages.push(
    { role: 'assistant', content },
    { role: 'user', content: `The answer is invalid. Correct it: ${error.message}` },
  )
}

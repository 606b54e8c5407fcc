import OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import * as z from 'zod'

const Person = z.object({ name: z.string(), age: z.number().int() })
const completion = await new OpenAI().chat.completions.parse({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'Jason is 25 years old.' }],
  response_format: zodResponseFormat(Person, 'person'),
})
const person = completion.choices[0]?.message.parsed
if (person) console.log(person.name, person.age)

import Instructor from '@instructor-ai/instructor'
import OpenAI from 'openai'
import * as z from 'zod'

const Person = z.object({ name: z.string(), age: z.number().int() })
const client = Instructor({ client: new OpenAI(), mode: 'TOOLS' })
const person = await client.chat.completions.create({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'Jason is 25 years old.' }],
  response_model: { schema: Person, name: 'Person' },
})
console.log(person.name, person.age)

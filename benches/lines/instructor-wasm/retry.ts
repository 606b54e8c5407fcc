import { fromProvider } from 'instructor-wasm'
import * as z from 'zod'

const Person = z.object({ name: z.string(), age: z.number().int() })
const [person, { usage }] = await fromProvider('openai/gpt-4o-mini').createWithCompletion({
  responseModel: Person,
  prompt: 'Jason is 25 years old.',
})
console.log(person.name, person.age, usage.totalTokens)

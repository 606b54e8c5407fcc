import { fromProvider } from 'instructor-wasm'
import * as z from 'zod'

const Person = z.object({ name: z.string(), age: z.number().int() })
const client = fromProvider('openai/gpt-4o-mini')
const person = await client.create({ responseModel: Person, prompt: 'Jason is 25 years old.' })
console.log(person.name, person.age)

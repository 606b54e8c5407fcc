import { fromProvider } from 'instructor-wasm'
import * as z from 'zod'

const Person = z.object({ name: z.string(), age: z.number().int() })
const client = fromProvider('openai/gpt-4o-mini')
const people = client.createIterable({ responseModel: Person, prompt: 'Jason is 25, Ada is 36.' })
for await (const person of people) console.log(person.name, person.age)

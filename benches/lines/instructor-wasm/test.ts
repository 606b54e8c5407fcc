import { fromProvider } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import * as z from 'zod'

const { fetch } = scripted([{ value: { name: 'Jason' } }])
const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'test', fetch })
const person = await client.create({ responseModel: z.object({ name: z.string() }), prompt: 'Who is it?' })
console.log(person.name)

// Extracts a typed object from a text. Needs OPENAI_API_KEY, or another model:
//   INSTRUCTOR_MODEL=ollama/llama3.1 node examples/node/extract.mjs
import { fromProvider } from 'instructor-wasm'
import * as z from 'zod'

const User = z.object({
  name: z.string(),
  age: z.number().int().describe('Age in years'),
  skills: z.array(z.string()),
})

const client = fromProvider(process.env.INSTRUCTOR_MODEL ?? 'openai/gpt-4o-mini')

const [user, completion] = await client.createWithCompletion({
  responseModel: User,
  messages: [{ role: 'user', content: 'Jason, 25, writes Rust and likes to sail.' }],
})

console.log(user)
console.log(
  `${completion.usage.totalTokens} tokens in ${completion.attempts.length} attempt(s), mode ${completion.mode}`,
)

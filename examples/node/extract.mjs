// Prints the people that a text mentions, one line of JSON for each:
//   echo "Jason, 25, writes Rust and sails with Ann." | npm start --silent
//   npm start --silent -- notes.txt
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { fromProvider, InstructorError } from 'instructor-wasm'
import { findPeople } from './people.mjs'

const [file] = process.argv.slice(2)
const source = file ? await readFile(file, 'utf8') : await text(process.stdin)

try {
  // The key comes from the environment, for example OPENAI_API_KEY.
  const client = fromProvider(process.env.MODEL ?? 'openai/gpt-4o-mini', { timeout: 60_000 })
  const people = findPeople(client, source)
  for await (const person of people) console.log(JSON.stringify(person))
  const { totalTokens } = await people.usage()
  console.error(`${totalTokens} tokens`)
} catch (error) {
  if (!(error instanceof InstructorError)) throw error
  console.error(`${error.name}: ${error.message}`)
  process.exitCode = 1
}

// The time of the first call in a new Node process, from the import of the library to the value, with answers that are there at
// once. The schema library is the app's, so it is imported before.
import { spawnSync } from 'node:child_process'
import { VALUE } from './scenarios.mjs'

const text = JSON.stringify(VALUE)
const canned = `const canned = async (_, { body }) => {
  const name = JSON.parse(body).tools?.[0]?.function.name
  const call = { id: 'c', type: 'function', function: { name, arguments: '${text}' } }
  const message = name ? { role: 'assistant', content: null, tool_calls: [call] } : { role: 'assistant', content: '${text}' }
  const choices = [{ index: 0, message, finish_reason: name ? 'tool_calls' : 'stop' }]
  return Response.json({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } })
}
const messages = [{ role: 'user', content: 'Extract: Jason is 25 years old.' }]`

const program = (imports, body) => `import * as z from 'zod/mini'
const User = z.object({ name: z.string(), age: z.int() })
${canned}
// The first Response loads Node's fetch, which every library needs.
await Response.json({}).json()
const began = performance.now()
${imports}
const value = await (async () => {
${body}
})()
console.log(JSON.stringify({ ms: performance.now() - began, value }))`

/** Programs of the package and of the peers: name → code. */
export const NODE = {
  own: {
    'instructor-wasm': program(
      `const { fromProvider } = await import('instructor-wasm')`,
      `return fromProvider('openai/gpt-4o-mini', { apiKey: 'k', fetch: canned }).create({ responseModel: User, messages })`,
    ),
  },
  peers: {
    openai: program(
      `const { default: OpenAI } = await import('openai')\nconst { zodResponseFormat } = await import('openai/helpers/zod')`,
      `const client = new OpenAI({ apiKey: 'k', fetch: canned })
const request = { model: 'gpt-4o-mini', messages, response_format: zodResponseFormat(User, 'User') }
return (await client.chat.completions.parse(request)).choices[0].message.parsed`,
    ),
    'AI SDK': program(
      `const { generateObject } = await import('ai')\nconst { createOpenAI } = await import('@ai-sdk/openai')`,
      `const model = createOpenAI({ apiKey: 'k', fetch: canned }).chat('gpt-4o-mini')
return (await generateObject({ model, schema: User, messages })).object`,
    ),
    xsai: program(
      `const { generateObject } = await import('@xsai/generate-object')`,
      `const { object } = await generateObject({ apiKey: 'k', baseURL: 'https://api.openai.com/v1/', model: 'gpt-4o-mini', schema: User, messages, fetch: canned })
return object`,
    ),
  },
}

/** Milliseconds of one run of a program in a new process, in the folder in which its library is installed. */
export function once(code, folder) {
  const run = spawnSync(process.execPath, ['--input-type=module', '--no-warnings', '-e', code], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new Error(run.stderr)
  const { ms, value } = JSON.parse(run.stdout.trim().split('\n').at(-1))
  if (JSON.stringify(value) !== text) throw new Error(`the call returned ${JSON.stringify(value)}`)
  return ms
}

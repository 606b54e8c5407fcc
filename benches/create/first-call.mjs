// The time from the import of a library to the first value, in this process: node first-call.mjs (ours | openai).
// The fetch is canned, and Zod is imported before. Prints milliseconds: import, client, call.
import * as z from 'zod'

const [library] = process.argv.slice(2)
const User = z.object({ name: z.string(), age: z.number().int() })
const messages = [{ role: 'user', content: 'Extract: Jason is 25 years old.' }]
const model = 'gpt-4o-mini'
const content = '{"name":"Jason","age":25}'

/** OpenAI's answer to a request, as a tool call or as text. */
const fetch = async (_url, { body }) => {
  const name = JSON.parse(body).tools?.[0]?.function?.name
  const call = { id: 'call_1', type: 'function', function: { name, arguments: content } }
  const message = name ? { content: null, tool_calls: [call] } : { content, refusal: null }
  return Response.json({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model,
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 60, completion_tokens: 12, total_tokens: 72 },
  })
}
// Node loads its own fetch classes with their first use, which is not part of any library.
await Response.json({}).json()

const libraries = {
  async ours() {
    const { fromProvider } = await import('../../pkg/index.node.js')
    times.push(performance.now())
    const client = fromProvider(`openai/${model}`, { apiKey: 'k', fetch })
    times.push(performance.now())
    return client.create({ responseModel: User, messages })
  },
  async openai() {
    const [{ default: OpenAI }, { zodResponseFormat }] = await Promise.all([
      import('openai'),
      import('openai/helpers/zod'),
    ])
    times.push(performance.now())
    const client = new OpenAI({ apiKey: 'k', fetch, maxRetries: 0 })
    times.push(performance.now())
    const done = await client.chat.completions.parse({
      model,
      messages,
      response_format: zodResponseFormat(User, 'User'),
    })
    return done.choices[0].message.parsed
  },
}

const times = [performance.now()]
const value = await libraries[library]()
times.push(performance.now())
if (JSON.stringify(value) !== content) throw new Error(`another value: ${JSON.stringify(value)}`)
console.log(JSON.stringify(times.slice(1).map((time, i) => time - times[i])))

/** Shared by the runtime tests: the built package, a model, a client with a scripted fetch. */
import { fromProvider } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import * as z from 'zod'

export const User = z.object({ name: z.string(), age: z.number().int() }).meta({ title: 'User' })
export const jason = { name: 'Jason', age: 25 }
export const messages = [{ role: 'user', content: 'Extract: Jason is 25 years old.' }]

/** A client whose provider replies from the script. */
export function clientOf(script, options = {}, model = 'openai/gpt-4o-mini') {
  const server = scripted(script)
  const client = fromProvider(model, { apiKey: 'sk-secret', fetch: server.fetch, env: {}, ...options })
  return { client, server, requests: server.requests }
}

/** A function that renders a template with these variables, and returns the text that is sent. */
export function renderer(context) {
  let sent
  const client = fromProvider('openai/gpt-4o-mini', {
    apiKey: 'k',
    env: {},
    fetch: async (_, { body }) => {
      sent = JSON.parse(body).messages[0].content
      return Response.json({ choices: [{ message: { content: 'ok' }, finish_reason: 'stop' }] })
    },
  })
  return async (content) => {
    await client.create({ responseModel: null, messages: [{ role: 'user', content }], context })
    return sent
  }
}

/** The error of a call or a function. */
export async function failure(run) {
  try {
    await run()
  } catch (error) {
    return error
  }
  throw new Error('no error was thrown')
}

/** Collects the items of an async iterable. */
export async function all(iterable) {
  const out = []
  for await (const item of iterable) out.push(item)
  return out
}

/** Console warnings during `run`. */
export async function warnings(run) {
  const said = []
  const own = console.warn
  console.warn = (...args) => said.push(args.map(String).join(' '))
  try {
    await run()
  } finally {
    console.warn = own
  }
  return said
}

// Calls through `instructor-wasm/instructor-js`: with OpenAI's SDK, or with an object that has `chat.completions.create`.
import Instructor from 'instructor-wasm/instructor-js'
import OpenAI from 'openai'

const withoutMeta = ({ _meta, ...value }) => value

/** Fills `seen` as the other calls do; `meta` is that of the value, `logged` what a logger gets. */
export async function instructorJs(server, seen, row) {
  const sdk = new OpenAI({ apiKey: 'test', fetch: server.fetch, maxRetries: 0, ...row.sdk })
  seen.logged = []
  const client = Instructor({
    client: row.client === 'object' ? { chat: { completions: { create: ownCreate(sdk) } } } : sdk,
    mode: row.mode,
    logger: (...said) => seen.logged.push(said),
  })
  const params = { model: 'gpt-4o', messages: [{ role: 'user', content: 'prompt' }], ...row.params }
  if (row.stream) params.stream = true
  if (row.model) params.response_model = { schema: row.model, name: row.named ?? 'User' }
  const found = await client.chat.completions.create(params, row.requestOptions)
  if (!row.model) return passed(found, seen, row)
  if (!row.stream) {
    seen.value = withoutMeta(found)
    seen.meta = found._meta
    return
  }
  seen.snapshots = []
  for await (const snapshot of found) {
    seen.snapshots.push(withoutMeta(snapshot))
    seen.meta = snapshot._meta
  }
  if (seen.meta?._isValid) seen.value = seen.snapshots.at(-1)
}

/** The text of a call without a response model, whose result is the SDK's own. */
async function passed(found, seen, { stream }) {
  if (!stream) {
    seen.passed = found.choices[0].message.content
    return
  }
  seen.passed = ''
  for await (const chunk of found) seen.passed += chunk.choices[0]?.delta.content ?? ''
}

/** A client without an address and a key, whose function makes the request. */
const ownCreate = (sdk) => (params, options) => sdk.chat.completions.create(params, options)

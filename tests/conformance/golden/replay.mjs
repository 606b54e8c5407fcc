// Replays one golden case through the built package: the same call and scripted answers; everything is recorded.
import { createHash } from 'node:crypto'
import { scripted as answering } from 'instructor-wasm/test'
import { walk } from './compare.mjs'
import { entry } from './entry.mjs'
import { messagesOf, modelOf } from './model.mjs'
import { shared } from './reading.mjs'

/** The options of each provider in addition to its key; the Python SDK had the same ones during the recording. */
const setups = {
  azure_openai: { azureEndpoint: 'https://golden.openai.azure.com', apiVersion: '2024-02-01' },
  databricks: { env: { DATABRICKS_HOST: 'https://golden.cloud.databricks.com' } },
  litellm: { baseURL: 'https://litellm.example/v1' },
  bedrock: { region: 'us-east-1', accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', apiKey: undefined },
  google_vertexai_true: {
    vertexai: true,
    project: 'proj',
    location: 'us-central1',
    accessToken: 'token',
    apiKey: undefined,
  },
  vertexai: { project: 'proj', location: 'us-central1', accessToken: 'token', apiKey: undefined },
}

export function clientFor(golden, fetch, more = {}) {
  const model = golden.model_string.replace(/ \(.*\)$/, '')
  const options = {
    apiKey: 'golden-key',
    env: {},
    fetch,
    httpRetries: 0,
    mode: golden.mode,
    ...shared,
    ...setups[golden.provider],
    ...more,
  }
  // `strict: false` without `parse` is Python's own option.
  if (golden.call?.kwargs.strict === false) delete options.parse
  return entry().fromProvider(model, options)
}

/** A fetch that returns the scripted responses in order and records every request. */
export function scripted(responses, seed = '') {
  const requests = []
  let turn = 0
  const fetch = async (url, init) => {
    const { method, headers, body } = init
    requests.push({
      url: String(url),
      method,
      headers: Object.fromEntries(new Headers(headers)),
      body: decode(body),
    })
    entry().sent()
    const script = responses[turn]
    turn += 1
    if (!script) throw new TypeError(`the case scripts ${responses.length} answers, this is request ${turn}`)
    // Where Python received no answer, one in the provider's format is generated.
    if (script.reply) return answering([script.reply]).fetch(url, init)
    const type = script.stream === undefined ? {} : { 'content-type': 'text/event-stream' }
    const payload = script.stream === undefined ? text(script.body) : chunks(script.stream, `${seed}${turn}`)
    return new Response(payload, { status: script.status, headers: { ...type, ...script.headers } })
  }
  return { fetch, requests, used: () => turn }
}

const decode = (body) => {
  const json = typeof body === 'string' ? body : new TextDecoder().decode(body)
  try {
    return JSON.parse(json)
  } catch {
    return json
  }
}

const text = (body) => (typeof body === 'string' ? body : JSON.stringify(body))

/** The streamed body, one event at a time as the recording server sent it. */
function chunks(stream) {
  const bytes = new TextEncoder()
  const events = stream.split(/(?<=\n\n)/)
  return new ReadableStream({
    pull(controller) {
      const event = events.shift()
      if (event === undefined) controller.close()
      else controller.enqueue(bytes.encode(event))
    },
  })
}

/** camelCase for half of the cases, Python's spelling for the others: both are documented. */
function spelled(params, golden) {
  const python = createHash('sha256').update(golden.file).digest()[0] % 2 === 0
  const snake = (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  const camel = (key) => key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) => [python ? snake(key) : camel(key), value]),
  )
}

/**
 * Runs the case in a new instance of the core without any part, so that a part which the call does not name as needed
 * (src/call/setup/needs.rs) fails it. Returns our `{requests, outcome: {value} | {error}, partials?, parts}`; `parts` are those
 * that were loaded.
 */
export async function replay(golden) {
  entry().restart()
  const { fetch, requests } = scripted(golden.scripted_responses, golden.file)
  const partials = []
  let outcome
  try {
    const client = clientFor(golden, fetch)
    const messages = messagesOf(golden)
    const params = spelled({ responseModel: modelOf(golden), messages, ...golden.call.kwargs }, golden)
    const method = golden.call.method.replace(' (async client)', '')
    if (method === 'create') outcome = { value: await client.create(params) }
    else if (method === 'create_with_completion') {
      const [value, completion] = await client.createWithCompletion(params)
      outcome = completion.raw && completion.attempts.length > 0 ? { value } : { completion }
    } else {
      const stream =
        method === 'create_partial'
          ? client.createPartial({ ...params, every: 'delta' })
          : client.createIterable(params)
      for await (const item of stream) partials.push(structuredClone(item))
      outcome = method === 'create_partial' ? { value: await stream.final() } : { value: partials }
    }
  } catch (error) {
    outcome = { error: described(error) }
  }
  return { requests: requests.map(seen), outcome, partials, parts: entry().restart() }
}

export function described(error) {
  const kind = error?.name ?? typeof error
  const message = String(error?.message ?? error)
  if (kind !== 'InstructorRetryError') return { class: kind, message }
  const { cause } = error
  return {
    class: kind,
    attempts: error.attempts?.length,
    last: { class: cause?.name, message: String(cause?.message) },
  }
}

/** A request in the shape of the golden files. */
function seen({ url, method, headers, body }) {
  const address = new URL(url)
  return {
    method,
    path: address.pathname,
    query: Object.fromEntries(address.searchParams),
    headers: auth(headers),
    body: normal(body),
  }
}

/** A body in which JSON texts are parsed, so that key order does not matter in them either; `required` is a set. */
export function normal(body) {
  walk(body, (value, parent, key) => {
    if (key === 'required' && Array.isArray(value)) value.sort()
    if (key === 'schema' && typeof value === 'string') parent[key] = JSON.parse(value)
  })
  return body
}

/** The headers that identify the caller and the API version; secrets keep only their scheme. */
export function auth(headers) {
  const kept = {}
  for (const [name, value] of Object.entries(headers)) {
    const key = name.toLowerCase()
    if (key === 'authorization') kept[key] = value.split(' ')[0]
    else if (['api-key', 'x-api-key', 'x-goog-api-key'].includes(key)) kept[key] = 'key'
    else if (['anthropic-version', 'anthropic-beta'].includes(key)) kept[key] = value
    else if (key === 'content-type') kept[key] = value.split(';')[0]
  }
  return kept
}

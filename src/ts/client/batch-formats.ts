/**
 * The batch APIs of the providers: the lines of requests, how a batch is submitted, the request for its state, and where its
 * answers are. Sources are in docs/internals/wire-formats.md#batches.
 */
import { ConfigurationError, ProviderError } from '../common/errors.js'
import { isRecord } from '../common/plain.js'
import type { BatchStatus } from './batch-client.js'
import type { BuiltRequest } from './call-options.js'

type Json = Readonly<Record<string, unknown>>

/** One request with its id. */
export interface Line {
  readonly id: string
  readonly request: BuiltRequest
}

/** Sends a request to a URL of the batch API and returns the parsed answer. */
export type Ask = (method: 'GET' | 'POST', url: string, body?: string | FormData) => Promise<Json>

/** The answer of one request: a response of the API, or why there is none. */
export interface Answered {
  readonly id: string | undefined
  readonly response?: { readonly status: number; readonly body: unknown }
  readonly error?: Error
}

/** Where answers are: lines of JSON at a URL, or values that are there already. */
export type Place = { readonly url: string } | { readonly lines: readonly unknown[] }

export interface Format {
  /** One request as a line of JSON, without the line break. */
  line(line: Line): string
  submit(lines: readonly Line[], ask: Ask): Promise<Json>
  /** The URL of a batch's state; with `/cancel` or `:cancel` that of its end. */
  url(first: BuiltRequest, id: string): string
  readonly cancel: string
  status(raw: Json): BatchStatus
  places(first: BuiltRequest, raw: Json): Place[]
  answered(line: unknown): Answered
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const count = (value: unknown): number => (Number.isFinite(Number(value)) ? Number(value) : 0)
const record = (value: unknown): Json => (isRecord(value) ? value : {})

/** The URL with another path: everything from `cut` on is replaced. The query stays (Azure's `api-version`). */
function replaced({ url }: BuiltRequest, cut: RegExp, path: string): string {
  const address = new URL(url)
  address.pathname = address.pathname.replace(cut, '') + path
  return address.href
}

function noAnswer(why: string, facts: Json = {}): ProviderError {
  return new ProviderError(`The batch has no answer to this request: ${why}.`, facts)
}

// -- OpenAI, and the APIs that have its files and batches --------------------------------------------------------------

const CHAT = /\/(chat\/completions|responses)$/

/** The path of the API in a line, whatever path the server has before it. */
const endpointOf = (request: BuiltRequest): string =>
  `/v1${CHAT.exec(new URL(request.url).pathname)?.[0] ?? ''}`

/** Uploads the lines as a file and returns its id. */
async function upload(format: Format, lines: readonly Line[], ask: Ask): Promise<string> {
  const form = new FormData()
  form.set('purpose', 'batch')
  const parts = lines.flatMap((line) => [format.line(line), '\n'])
  form.set('file', new Blob(parts, { type: 'application/jsonl' }), 'batch.jsonl')
  const file = await ask('POST', replaced((lines[0] as Line).request, CHAT, '/files'), form)
  const id = text(file.id)
  if (!id) throw new ProviderError('The provider returned no id for the file of the batch.', { body: file })
  return id
}

/** The answers in lines `{custom_id, response: {status_code, body}, error}`. */
function fileLine(line: unknown): Answered {
  const { custom_id, response, error } = record(line)
  const id = text(custom_id)
  if (isRecord(response)) {
    const { status_code, body } = response
    return { id, response: { status: count(status_code) || 200, body } }
  }
  const { code, message } = record(error)
  return {
    id,
    error: noAnswer(text(message) ?? text(code) ?? text(error) ?? 'no reason is given', record(error)),
  }
}

/** The state of a batch that has its answers in files. */
function fileState(
  raw: Json,
  ended: readonly string[],
  counts: readonly [total: unknown, succeeded: unknown, failed: unknown],
  errors: unknown,
): BatchStatus {
  const status = text(raw.status) ?? ''
  const reasons = (Array.isArray(errors) ? errors : []).map((one) => text(record(one).message) ?? '')
  const [total, succeeded, failed] = counts
  return {
    id: text(raw.id) ?? '',
    status,
    ended: ended.includes(status),
    ...(reasons.length ? { error: reasons.join(' ') } : {}),
    total: count(total),
    succeeded: count(succeeded),
    failed: count(failed),
    raw,
  }
}

/** The addresses of the contents of files. */
const contents = (first: BuiltRequest, files: readonly unknown[]): Place[] =>
  files.flatMap((file) =>
    typeof file === 'string' && file
      ? [{ url: replaced(first, CHAT, `/files/${encodeURIComponent(file)}/content`) }]
      : [],
  )

const OPENAI_ENDED = ['completed', 'failed', 'expired', 'cancelled']

const openai: Format = {
  line: ({ id, request }) =>
    `{"custom_id":${JSON.stringify(id)},"method":"POST","url":"${endpointOf(request)}","body":${request.body}}`,
  async submit(lines, ask) {
    const { request } = lines[0] as Line
    const input_file_id = await upload(this, lines, ask)
    const batch = { input_file_id, endpoint: endpointOf(request), completion_window: '24h' }
    return ask('POST', replaced(request, CHAT, '/batches'), JSON.stringify(batch))
  },
  url: (first, id) => replaced(first, CHAT, `/batches/${encodeURIComponent(id)}`),
  cancel: '/cancel',
  status(raw) {
    const { total, completed, failed } = record(raw.request_counts)
    return fileState(raw, OPENAI_ENDED, [total, completed, failed], record(raw.errors).data)
  },
  places: (first, { output_file_id, error_file_id }) => contents(first, [output_file_id, error_file_id]),
  answered: fileLine,
}

const MISTRAL_ENDED = ['SUCCESS', 'FAILED', 'TIMEOUT_EXCEEDED', 'CANCELLED']

const mistral: Format = {
  line: ({ id, request }) => `{"custom_id":${JSON.stringify(id)},"body":${request.body}}`,
  async submit(lines, ask) {
    const { request } = lines[0] as Line
    const models = new Set(lines.map((line) => String(record(JSON.parse(line.request.body)).model)))
    if (models.size > 1)
      throw new ConfigurationError(
        `A batch of this provider has one model; these requests have ${[...models].join(', ')}.`,
        {
          parameter: 'model',
        },
      )
    const file = await upload(this, lines, ask)
    const job = { input_files: [file], endpoint: endpointOf(request), model: [...models][0] }
    return ask('POST', replaced(request, CHAT, '/batch/jobs'), JSON.stringify(job))
  },
  url: (first, id) => replaced(first, CHAT, `/batch/jobs/${encodeURIComponent(id)}`),
  cancel: '/cancel',
  status(raw) {
    const { total_requests, succeeded_requests, failed_requests, errors } = raw
    return fileState(raw, MISTRAL_ENDED, [total_requests, succeeded_requests, failed_requests], errors)
  },
  places: (first, { output_file, error_file }) => contents(first, [output_file, error_file]),
  answered: fileLine,
}

// -- Anthropic -----------------------------------------------------------------------------------------------------------

const MESSAGES = /\/messages$/
const ANTHROPIC_ID = /^[\w-]{1,64}$/

const anthropic: Format = {
  line({ id, request }) {
    if (!ANTHROPIC_ID.test(id))
      throw new ConfigurationError(
        `The id ${JSON.stringify(id)} must have 1 to 64 letters, digits, '_' or '-' for this provider.`,
        { parameter: 'id' },
      )
    return `{"custom_id":${JSON.stringify(id)},"params":${request.body}}`
  },
  submit(lines, ask) {
    const requests = lines.map((line) => this.line(line)).join(',')
    const url = replaced((lines[0] as Line).request, MESSAGES, '/messages/batches')
    return ask('POST', url, `{"requests":[${requests}]}`)
  },
  url: (first, id) => replaced(first, MESSAGES, `/messages/batches/${encodeURIComponent(id)}`),
  cancel: '/cancel',
  status(raw) {
    const { id, processing_status, request_counts } = raw
    const { processing, succeeded, errored, canceled, expired } = record(request_counts)
    const failed = count(errored) + count(canceled) + count(expired)
    return {
      id: text(id) ?? '',
      status: text(processing_status) ?? '',
      ended: processing_status === 'ended',
      total: count(processing) + count(succeeded) + failed,
      succeeded: count(succeeded),
      failed,
      raw,
    }
  },
  places(first, { id, results_url }) {
    const own = `${this.url(first, text(id) ?? '')}/results`
    const told = text(results_url)
    // The key is sent with it, so it stays at the client's server.
    return [
      { url: told && new URL(told, own).origin === new URL(own).origin ? new URL(told, own).href : own },
    ]
  },
  answered(line) {
    const { custom_id, result } = record(line)
    const { type, message, error } = record(result)
    const id = text(custom_id)
    if (type === 'succeeded') return { id, response: { status: 200, body: message } }
    const inner = record(record(error).error ?? error)
    const code = text(inner.type) ?? text(type) ?? 'unknown'
    return { id, error: noAnswer(text(inner.message) ?? code, { code, body: error }) }
  },
}

// -- Gemini --------------------------------------------------------------------------------------------------------------

const GENERATE = /:generateContent$/
const MODELS = /\/models\/[^/]+:generateContent$/
const GEMINI_ENDED = /(SUCCEEDED|FAILED|CANCELLED|EXPIRED)$/

const gemini: Format = {
  line: ({ id, request }) => `{"key":${JSON.stringify(id)},"request":${request.body}}`,
  submit(lines, ask) {
    const [{ request }] = lines as readonly [Line]
    const items = lines.map(
      (line) => `{"request":${line.request.body},"metadata":{"key":${JSON.stringify(line.id)}}}`,
    )
    const url = replaced(request, GENERATE, ':batchGenerateContent')
    const name = `"display_name":"instructor-${lines.length}"`
    return ask(
      'POST',
      url,
      `{"batch":{${name},"input_config":{"requests":{"requests":[${items.join(',')}]}}}}`,
    )
  },
  // The id is a path: batches/123.
  url: (first, id) => replaced(first, MODELS, `/${id.split('/').map(encodeURIComponent).join('/')}`),
  cancel: ':cancel',
  status(raw) {
    const { name, metadata, done, error } = raw
    const { state, batchStats } = record(metadata)
    const { requestCount, successfulRequestCount, failedRequestCount } = record(batchStats)
    const reason = text(record(error).message)
    return {
      id: text(name) ?? '',
      status: text(state) ?? (done === true ? 'DONE' : ''),
      ended: done === true || GEMINI_ENDED.test(text(state) ?? ''),
      ...(reason ? { error: reason } : {}),
      total: count(requestCount),
      succeeded: count(successfulRequestCount),
      failed: count(failedRequestCount),
      raw,
    }
  },
  places(first, raw) {
    const { response, metadata } = raw
    const output = record(response ?? record(metadata).output)
    const file = text(output.responsesFile)
    if (file) {
      const address = new URL(replaced(first, MODELS, `/${file}:download`))
      address.pathname = `/download${address.pathname}`
      address.searchParams.set('alt', 'media')
      return [{ url: address.href }]
    }
    const { inlinedResponses } = record(output.inlinedResponses)
    return [{ lines: Array.isArray(inlinedResponses) ? inlinedResponses : [] }]
  },
  answered(line) {
    const { key, metadata, response, error } = record(line)
    const id = text(record(metadata).key) ?? text(key)
    if (isRecord(response)) return { id, response: { status: 200, body: response } }
    const { code, message } = record(error)
    return { id, error: noAnswer(text(message) ?? 'no reason is given', { code: String(code), body: error }) }
  },
}

/** Formats of single providers. Mistral has OpenAI's path and other batches; others than Google have Gemini's path without batches. */
const OWN: Readonly<Record<string, readonly [path: RegExp, format: Format]>> = {
  mistral: [CHAT, mistral],
  google: [MODELS, gemini],
}

/** The format for a request: the provider's own, or by its path. */
export function formatOf(provider: string, { url }: BuiltRequest): Format {
  const { pathname } = new URL(url)
  const [path, own] = (Object.hasOwn(OWN, provider) && OWN[provider]) || []
  if (own && path?.test(pathname)) return own
  if (CHAT.test(pathname)) return openai
  if (MESSAGES.test(pathname)) return anthropic
  throw new ConfigurationError(
    `${provider} has no batches here. They exist for OpenAI and servers with its files and batches, Anthropic, Gemini and Mistral.`,
    { parameter: 'batch' },
  )
}

/** What a relay says of a call: its failure, its completion, and why there is no stream. Nothing of it is trusted. */
import type { Coercion, Completion } from '../common/completion.js'
import {
  type InstructorError,
  type Issue,
  NetworkError,
  ResponseParsingError,
  revive,
} from '../common/errors.js'
import type { Json } from '../common/json.js'
import { isRecord } from '../common/plain.js'
import type { Usage } from '../common/usage.js'

export function record(data: unknown): Json {
  if (isRecord(data)) return data
  throw new ResponseParsingError(
    'The relayed stream holds an event whose data is not the object that it should be.',
  )
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

/** The error of an `error` event: a class of ours with the facts that `toResponse()` sends. */
export function readFailure(data: unknown): InstructorError {
  const given = record(data)
  const name = textOf(given.class)
  const message = textOf(given.message)
  if (name === undefined || message === undefined)
    throw new ResponseParsingError('The relayed stream holds an error without a class or a message.')
  const facts: Json = { class: name, message }
  const status = numberOf(given.status)
  const retryAfter = numberOf(given.retryAfter)
  const code = textOf(given.code)
  const issues = issuesOf(given.issues)
  if (status !== undefined) facts.status = status
  if (retryAfter !== undefined) facts.retryAfter = retryAfter
  if (code !== undefined) facts.code = code
  if (issues) facts.issues = issues
  return revive(facts) as InstructorError
}

function issuesOf(given: unknown): Issue[] | undefined {
  if (!Array.isArray(given)) return undefined
  const issues: Issue[] = []
  for (const one of given) {
    if (!isRecord(one) || typeof one.message !== 'string') continue
    const path = (Array.isArray(one.path) ? one.path : []).filter(
      (step) => typeof step === 'string' || typeof step === 'number',
    )
    issues.push({ path, message: one.message })
  }
  return issues
}

/** What is known of the call; what did not travel, or is not what it should be, is empty. */
export function readCompletion(given: unknown): Completion {
  const { usage, cached, mode, model, provider, finishReason, coercions } = isRecord(given) ? given : {}
  return {
    raw: null,
    text: null,
    attempts: [],
    usage: readUsage(usage),
    mode: textOf(mode) ?? '',
    model: textOf(model) ?? '',
    provider: textOf(provider) ?? '',
    finishReason: textOf(finishReason) ?? null,
    coercions: Array.isArray(coercions) ? (coercions.filter(isRecord) as Coercion[]) : [],
    cached: cached === true,
  }
}

export function readUsage(given: unknown): Usage {
  const { raw, ...counts } = isRecord(given) ? given : {}
  const numbers = Object.fromEntries(Object.entries(counts).filter(([, count]) => typeof count === 'number'))
  return { inputTokens: 0, outputTokens: 0, totalTokens: 0, ...numbers, raw: isRecord(raw) ? raw : {} }
}

/** Most bytes that are read of a body that explains a failure. */
const EXPLAINED = 16 << 10
/** Milliseconds after which an explanation is not waited for. */
const PATIENCE = 2000
const SHOWN = 300

/** A response that is no stream: its status, and what its body says of the reason. */
export async function refusal(response: Response): Promise<NetworkError> {
  const { status } = response
  const text = response.body ? await beginning(response.body) : ''
  let body: unknown = text
  try {
    body = JSON.parse(text)
  } catch {
    // Kept as text.
  }
  const said = words(body)
  const why = !response.body ? ' and no body' : said ? `: ${said}` : ''
  return new NetworkError(`The relay answered with status ${status}${why}${/[.!?]$/.test(why) ? '' : '.'}`, {
    status,
    ...(text ? { body } : {}),
  })
}

/** The words of an error's body: `message`, `error.message`, `error`, `detail`, or short text that is no page. */
function words(body: unknown): string {
  if (isRecord(body)) {
    const { error, message, detail } = body
    return words(message) || words(isRecord(error) ? error.message : error) || words(detail)
  }
  if (typeof body !== 'string' || /^\s*</.test(body)) return ''
  const line = body.replace(/\s+/g, ' ').trim()
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line
}

/** The beginning of a body as text; less of it when it does not come in time or breaks off. */
async function beginning(body: ReadableStream<Uint8Array>): Promise<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), PATIENCE)
  try {
    while (text.length < EXPLAINED) {
      const { done, value } = await reader.read()
      if (done) break
      text += decoder.decode(value, { stream: true })
    }
  } catch {
    // What has come has to do.
  }
  clearTimeout(timer)
  reader.cancel().catch(() => {})
  return text.slice(0, EXPLAINED)
}

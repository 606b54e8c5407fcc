/**
 * A relay's data about a call: its failure, its completion, and the reason for a missing stream. None of it is
 * trusted.
 */
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
    'The relayed stream contains an event whose data is not the expected object.',
  )
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

/** The error of an `error` event: one of our classes with the properties that `toResponse()` sends. */
export function readFailure(data: unknown): InstructorError {
  const given = record(data)
  const name = textOf(given.class)
  const message = textOf(given.message)
  if (name === undefined || message === undefined)
    throw new ResponseParsingError('The relayed stream contains an error without a class or a message.')
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

/** The completion of the call; missing or malformed fields are empty. */
export function readCompletion(given: unknown): Completion {
  const facts = isRecord(given) ? given : {}
  const { usage, cached, mode, model, provider, finishReason, coercions, stopped } = facts
  const cost = numberOf(facts.cost)
  return {
    raw: null,
    text: null,
    attempts: [],
    usage: readUsage(usage),
    ...(cost === undefined ? {} : { cost }),
    mode: textOf(mode) ?? '',
    model: textOf(model) ?? '',
    provider: textOf(provider) ?? '',
    finishReason: textOf(finishReason) ?? null,
    coercions: Array.isArray(coercions) ? (coercions.filter(isRecord) as Coercion[]) : [],
    cached: cached === true,
    ...(stopped === 'loop' || stopped === 'complete' ? { stopped } : {}),
  }
}

export function readUsage(given: unknown): Usage {
  const { raw, ...counts } = isRecord(given) ? given : {}
  const numbers = Object.fromEntries(Object.entries(counts).filter(([, count]) => typeof count === 'number'))
  return { inputTokens: 0, outputTokens: 0, totalTokens: 0, ...numbers, raw: isRecord(raw) ? raw : {} }
}

/** Most bytes that are read of a body that explains a failure. */
const EXPLAINED = 16 << 10
/** Milliseconds to wait for an explanation. */
const PATIENCE = 2000
const SHOWN = 300

/** The error for a response that is not a stream: its status and the reason from its body. */
export async function refusal(response: Response): Promise<NetworkError> {
  const { status } = response
  const text = response.body ? await beginning(response.body) : ''
  let body: unknown = text
  try {
    body = JSON.parse(text)
  } catch {
    // Kept as text.
  }
  const reason = messageOf(body)
  // A date, or no header, is not a number of seconds; 0 is one.
  const seconds = Number(response.headers.get('retry-after')?.trim() || undefined)
  const why = !response.body ? ' and no body' : reason ? `: ${reason}` : ''
  return new NetworkError(`The relay returned status ${status}${why}${/[.!?]$/.test(why) ? '' : '.'}`, {
    status,
    ...(text ? { body } : {}),
    ...(seconds >= 0 ? { retryAfter: seconds * 1000 } : {}),
  })
}

/** The message in an error's body: `message`, `error.message`, `error`, `detail`, or a short text that is not a page. */
function messageOf(body: unknown): string {
  if (isRecord(body)) {
    const { error, message, detail } = body
    return messageOf(message) || messageOf(isRecord(error) ? error.message : error) || messageOf(detail)
  }
  if (typeof body !== 'string' || /^\s*</.test(body)) return ''
  const line = body.replace(/\s+/g, ' ').trim()
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line
}

/** The beginning of a body as text; shorter if it is slow or interrupted. */
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
    // The text so far is used.
  }
  clearTimeout(timer)
  reader.cancel().catch(() => {})
  return text.slice(0, EXPLAINED)
}

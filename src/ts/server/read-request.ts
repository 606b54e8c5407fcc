/** The body of a request to `serve`: JSON of bounded size, depth and time, with known members only. */
import { deeperThan, isRecord } from '../common/plain.js'

/** A request that is refused: its status, and what the page gets. */
export class Refused extends Error {
  readonly status: number
  readonly code: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: string,
    message: string,
    more: {
      readonly facts?: Readonly<Record<string, unknown>>
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.facts = more.facts ?? {}
    this.headers = more.headers ?? {}
  }

  response(): Response {
    const headers = { 'cache-control': 'no-store', ...this.headers }
    return Response.json(
      { error: { code: this.code, message: this.message, ...this.facts } },
      { status: this.status, headers },
    )
  }
}

/** What a page sends. */
export interface PageRequest {
  readonly model?: string
  readonly input?: unknown
  /** Continues a stream. */
  readonly resume?: { readonly id: string; readonly position: string }
  /** Cancels a stream that is kept for continuation. */
  readonly cancel?: { readonly id: string }
}

const MAX_DEPTH = 64
/** Milliseconds for the whole body. */
const BODY_MS = 15_000
const MEMBERS = ['model', 'input', 'resume', 'cancel']

const invalid = (message: string) => new Refused(400, 'invalid_request', message)

export async function readRequest(request: Request, most: number): Promise<PageRequest> {
  const type = request.headers.get('content-type') ?? ''
  // Browsers send it to other origins only after a preflight request.
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new Refused(
      415,
      'unsupported_media_type',
      'The content-type of the request must be application/json.',
    )
  let data: unknown
  try {
    data = JSON.parse(await textOf(request, most))
  } catch (error) {
    if (error instanceof Refused) throw error
    throw invalid('The body of the request must be JSON.')
  }
  if (deeperThan(data, MAX_DEPTH)) throw invalid(`The body is nested more than ${MAX_DEPTH} levels deep.`)
  if (!isRecord(data)) throw invalid('The body of the request must be an object: { model, input }.')
  const unknown = Object.keys(data).find((name) => !MEMBERS.includes(name))
  if (unknown !== undefined)
    throw invalid(`The body has an unknown member. It may have: ${MEMBERS.join(', ')}.`)
  const { model, input, resume, cancel } = data
  if (model !== undefined && typeof model !== 'string') throw invalid('model must be the name of a model.')
  if (resume !== undefined && !(isRecord(resume) && isText(resume.id) && isText(resume.position)))
    throw invalid('resume must have an id and a position.')
  if (cancel !== undefined && !(isRecord(cancel) && isText(cancel.id)))
    throw invalid('cancel must have an id.')
  return { model, input, resume, cancel } as PageRequest
}

const isText = (given: unknown): given is string => typeof given === 'string'

async function textOf(request: Request, most: number): Promise<string> {
  const tooLarge = () =>
    new Refused(413, 'too_large', `The body of the request is larger than ${most} bytes.`)
  if (Number(request.headers.get('content-length')) > most) throw tooLarge()
  const reader = request.body?.getReader()
  if (!reader) return ''
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let size = 0
  let late = false
  const timer = setTimeout(() => {
    late = true
    reader.cancel().catch(() => {})
  }, BODY_MS)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (late) throw new Refused(408, 'timeout', 'The body of the request did not arrive in time.')
      if (done) return text + decoder.decode()
      size += value.byteLength
      if (size > most) throw tooLarge()
      text += decoder.decode(value, { stream: true })
    }
  } finally {
    clearTimeout(timer)
    reader.cancel().catch(() => {})
  }
}

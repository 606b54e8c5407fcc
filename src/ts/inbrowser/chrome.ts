/**
 * Chrome's built-in model (the Prompt API's `LanguageModel`). One session per call: all turns except the last one are
 * its initial prompts, the schema constrains its output, and it is destroyed after the answer.
 */
import { ConfigurationError, ProviderError } from '../common/errors.js'
import type { Json } from '../common/json.js'
import { bodyOf, type ChatBody, type ChatMessage, eventStream, failure } from './answers.js'
import type { DownloadProgress, LanguageModelSession, LanguageModelStatic } from './options.js'

/** The parameters of a session in addition to its messages; it has no others. */
const SESSION = ['temperature', 'topK', 'samplingMode', 'expectedInputs', 'expectedOutputs', 'tools']
const PROMPT = ['omitResponseConstraintInput']
const KNOWN = new Set([
  'model',
  'messages',
  'stream',
  'response_format',
  'top_k',
  'languages',
  ...SESSION,
  ...PROMPT,
])

export async function answer(
  init: RequestInit,
  api: LanguageModelStatic,
  onProgress?: (progress: DownloadProgress) => void,
): Promise<Response> {
  const body = bodyOf(init)
  const { signal } = init
  const { settings, input, prompt } = read(body)
  let session: LanguageModelSession
  try {
    if ((await api.availability(settings)) === 'unavailable')
      throw new ConfigurationError(
        "Chrome's built-in model is not available here for this request: the device may be too small (disk, memory), or the languages or kinds of input are not supported. Fall back to another provider.",
        { code: 'unavailable' },
      )
    session = await api.create({
      ...settings,
      signal,
      monitor: (monitor: EventTarget) =>
        monitor.addEventListener('downloadprogress', (event) => {
          const { loaded, total } = event as ProgressEvent
          onProgress?.({ loaded, total: total || 1 })
        }),
    })
  } catch (error) {
    return errorResponse(error)
  }
  const options = { ...prompt, signal }
  if (body.stream) return streamed(session, input, options)
  try {
    const content = await session.prompt(input, options)
    const message = { role: 'assistant', content }
    return Response.json({ choices: [{ index: 0, message, finish_reason: 'stop' }], ...usage(session) })
  } catch (error) {
    return errorResponse(error)
  } finally {
    session.destroy()
  }
}

function streamed(session: LanguageModelSession, input: unknown, options: object): Response {
  let reader: ReadableStreamDefaultReader<string> | undefined
  async function* chunks() {
    try {
      reader = session.promptStreaming(input, options).getReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) break
        yield { choices: [{ index: 0, delta: { content: value } }] }
      }
      yield { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], ...usage(session) }
    } finally {
      session.destroy()
    }
  }
  const cancel = () => {
    // The result of a cancelled read is ignored.
    reader?.cancel().catch(() => {})
    session.destroy()
  }
  const onError = (error: unknown) => ({ message: messageOf(error), code: status(error) ?? 400 })
  return eventStream(chunks(), cancel, onError)
}

/** All tokens of the session; the browser reports no other count. */
function usage(session: LanguageModelSession): Json {
  const total = session.contextUsage ?? session.inputUsage
  return typeof total === 'number' ? { usage: { total_tokens: total } } : {}
}

function read(body: ChatBody) {
  for (const key of Object.keys(body))
    if (!KNOWN.has(key))
      throw new ConfigurationError(
        `Chrome's built-in model does not support \`${key}\`: leave it out. (It supports temperature and topK together, samplingMode, languages, expectedInputs, expectedOutputs, omitResponseConstraintInput.)`,
        { parameter: key },
      )
  // There is one system prompt, and it comes first.
  const isSystem = ({ role }: ChatMessage) => role === 'system' || role === 'developer'
  const system = body.messages.filter(isSystem).map(text).filter(Boolean).join('\n\n')
  const kinds = new Set(['text'])
  const rest = body.messages.filter((m) => !isSystem(m)).map((m) => turn(m, kinds))
  const last = rest.pop()
  const languages = body.languages ? { languages: body.languages } : {}
  const initialPrompts = [...(system ? [{ role: 'system', content: system }] : []), ...rest]
  const settings: Json = {
    expectedInputs: [...kinds].map((type) => ({ type, ...languages })),
    expectedOutputs: [{ type: 'text', ...languages }],
    ...(initialPrompts.length ? { initialPrompts } : {}),
    ...(body.top_k === undefined ? {} : { topK: body.top_k }),
    ...picked(body, SESSION),
  }
  const format = body.response_format as { json_schema?: { schema?: unknown } } | undefined
  const schema = format?.json_schema?.schema
  const prompt = { ...picked(body, PROMPT), ...(schema ? { responseConstraint: schema } : {}) }
  return { settings, prompt, input: last ? [last] : '' }
}

const picked = (body: Json, keys: readonly string[]): Json =>
  Object.fromEntries(keys.filter((key) => body[key] !== undefined).map((key) => [key, body[key]]))

function text({ content }: ChatMessage): string {
  if (typeof content === 'string') return content
  return Array.isArray(content) ? content.map((part) => part?.text ?? '').join('\n') : ''
}

/** A turn with its parts in the browser's form. */
function turn(message: ChatMessage, kinds: Set<string>): Json {
  const { role, content } = message
  if (role !== 'user' && role !== 'assistant')
    throw new ConfigurationError(`Chrome's built-in model does not support turns of role '${role}'.`)
  const { prefix } = message as { prefix?: boolean }
  const rest = prefix ? { prefix } : {}
  if (!Array.isArray(content)) return { role, content: content ?? '', ...rest }
  const parts = content.map((part: Json) => {
    if (part.type === 'text') return { type: 'text', value: part.text }
    const picture = part.type === 'image_url' && (part.image_url as { url?: string } | undefined)?.url
    const sound = part.type === 'input_audio' && (part.input_audio as { data?: string } | undefined)?.data
    const type = picture ? 'image' : sound ? 'audio' : undefined
    if (!type)
      throw new ConfigurationError(
        `chrome does not accept this ${part.type} part: it supports text, image and audio.`,
      )
    kinds.add(type)
    const [head = '', data = sound] = picture ? picture.split(',', 2) : []
    const bytes = Uint8Array.from(atob(data as string), (char) => char.charCodeAt(0))
    return { type, value: picture ? new Blob([bytes], { type: head.slice(5).split(';')[0] }) : bytes.buffer }
  })
  return { role, content: parts, ...rest }
}

const nameOf = (error: unknown) => (error as { name?: string } | undefined)?.name

/** The status, which decides about a retry; an error that only the app can fix has none and is thrown. */
function status(error: unknown): number | undefined {
  switch (nameOf(error)) {
    case 'NotAllowedError':
    case 'NotSupportedError':
    case 'TypeError':
    case 'AbortError':
      return undefined
    case 'QuotaExceededError':
      return 413
    default:
      return 500
  }
}

function messageOf(error: unknown): string {
  const message = (error as Error)?.message || String(error)
  switch (nameOf(error)) {
    case 'NotAllowedError':
      return `The browser does not allow its model to be used or downloaded here: call from a click the first time; a cross-origin frame needs allow="language-model". (${message})`
    case 'NotSupportedError':
      return `Chrome's built-in model does not support a part of the schema, the language or the kind of input. (${message})`
    case 'SyntaxError':
      return `The model found no answer that matches the schema. (${message})`
    case 'QuotaExceededError':
      return `The messages and the schema exceed the model's context. (${message})`
    default:
      return message
  }
}

function errorResponse(error: unknown): Response {
  if (error instanceof ConfigurationError) throw error
  const number = status(error)
  if (number) return failure(number, { name: nameOf(error), message: messageOf(error) })
  if (nameOf(error) === 'AbortError') throw error
  throw new ProviderError(messageOf(error), { provider: 'chrome', code: nameOf(error), cause: error })
}

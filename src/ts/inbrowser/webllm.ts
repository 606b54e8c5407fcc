/** WebLLM: the app's engine takes OpenAI's request and gives OpenAI's answers, without HTTP. */
import { ConfigurationError } from '../errors.js'
import { bodyOf, eventStream, failure } from './answers.js'
import type { InBrowserOptions } from './index.js'

/** The part of `MLCEngine` (also of its worker kinds) that is used. */
export interface Engine {
  readonly chat: {
    readonly completions: { create(request: never): Promise<unknown> }
  }
  interruptGenerate?(): unknown
}

/** What the engine is at fault for itself, by the names of its errors: another try would end alike. */
const FINAL =
  /Unsupported|NotLoaded|NotFound|Invalid|Custom|WebGPUNotAvailable|ContextWindow|Type|Role|Schema/

export async function answer(init: RequestInit, given: InBrowserOptions['engine']): Promise<Response> {
  const engine = await (typeof given === 'function' ? given() : given)
  if (typeof engine?.chat?.completions?.create !== 'function')
    throw new ConfigurationError(
      'engine must be a WebLLM engine (it has chat.completions.create), a promise of one, or a function that makes one.',
      { parameter: 'engine' },
    )
  const stop = () => {
    // Whatever it answers: the call is over.
    Promise.resolve(engine.interruptGenerate?.()).catch(() => {})
  }
  init.signal?.addEventListener('abort', stop, { once: true })
  const body = bodyOf(init)
  try {
    const result = await engine.chat.completions.create(body as never)
    if (!body.stream) return Response.json(result)
    const chunks = (result as AsyncIterable<unknown>)[Symbol.asyncIterator]()
    return eventStream(watched(chunks, init.signal, stop), stop)
  } catch (error) {
    const name = (error as Error)?.name ?? ''
    return failure(FINAL.test(name) ? 400 : 500, error)
  } finally {
    if (!body.stream) init.signal?.removeEventListener('abort', stop)
  }
}

/** The chunks; with the last one the call's signal is let go. */
async function* watched(
  chunks: AsyncIterator<unknown>,
  signal: AbortSignal | null | undefined,
  stop: () => void,
) {
  try {
    for (;;) {
      const { done, value } = await chunks.next()
      if (done) return
      yield value
    }
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

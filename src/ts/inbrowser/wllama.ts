/**
 * wllama: llama.cpp in WebAssembly. The app's engine accepts OpenAI's requests, makes a grammar of the schema and the prompt by the
 * model's own template, and returns OpenAI's answers.
 */
import { ConfigurationError } from '../common/errors.js'
import type { ChatBody } from './answers.js'
import { engineOf, run } from './one-at-a-time.js'
import type { InBrowserOptions, WllamaEngine } from './options.js'

/** Types of its errors after which the engine has no answers here at all. */
const UNAVAILABLE = /^(model_not_loaded|download_error|load_error|version_mismatch)$/

export async function answer(init: RequestInit, given: InBrowserOptions['engine']): Promise<Response> {
  const engine = (await engineOf(given)) as Partial<WllamaEngine> | undefined
  if (typeof engine?.createChatCompletion !== 'function')
    throw new ConfigurationError(
      'engine must be an instance of Wllama with a loaded model (it has createChatCompletion), a promise of one, or a function that creates one.',
      { parameter: 'engine' },
    )
  const stop = new AbortController()
  return run(init, engine, {
    start: (body) => started(engine as WllamaEngine, body, stop.signal),
    stop: () => stop.abort(),
    isFinal: () => false,
  })
}

async function started(engine: WllamaEngine, { model, ...body }: ChatBody, abortSignal: AbortSignal) {
  try {
    const result = (await engine.createChatCompletion({ ...body, abortSignal } as never)) as object
    return body.stream ? named(result as AsyncIterable<object>, model) : { ...result, model }
  } catch (error) {
    throw meant(error)
  }
}

/** The chunks with the name of the model, which the engine leaves empty. */
async function* named(chunks: AsyncIterable<object>, model: unknown) {
  try {
    for await (const chunk of chunks) yield { ...chunk, model }
  } catch (error) {
    throw meant(error)
  }
}

function meant(error: unknown): unknown {
  const { type, message } = (error ?? {}) as { type?: unknown; message?: string }
  if (typeof type !== 'string' || !UNAVAILABLE.test(type)) return error
  return new ConfigurationError(`wllama is not available: ${message}`, {
    code: 'unavailable',
    parameter: 'engine',
    cause: error,
  })
}

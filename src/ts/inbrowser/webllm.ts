/** WebLLM: the app's engine accepts OpenAI's requests and returns OpenAI's answers, without HTTP. */
import { ConfigurationError } from '../common/errors.js'
import { engineOf, run } from './one-at-a-time.js'
import type { Engine, InBrowserOptions } from './options.js'

/** Errors of the engine's configuration, by name: a retry would fail in the same way. */
const FINAL =
  /Unsupported|NotLoaded|NotFound|Invalid|Custom|WebGPUNotAvailable|ContextWindow|Type|Role|Schema/

export async function answer(init: RequestInit, given: InBrowserOptions['engine']): Promise<Response> {
  const engine = (await engineOf(given)) as Partial<Engine> | undefined
  const chat = engine?.chat
  if (typeof chat?.completions?.create !== 'function')
    throw new ConfigurationError(
      'engine must be a WebLLM engine (it has chat.completions.create), a promise of one, or a function that creates one.',
      { parameter: 'engine' },
    )
  return run(init, engine as Engine, {
    start: (body) => chat.completions.create(body as never),
    stop: () => engine?.interruptGenerate?.(),
    isFinal: (error) => FINAL.test((error as Error)?.name ?? ''),
  })
}

/**
 * WebLLM: the app's engine accepts OpenAI's requests and returns OpenAI's answers, without HTTP.
 *
 * An engine handles one call at a time, and an interrupt stops the running one. So calls run one after the other: one
 * that is aborted while it waits is dropped, one that is aborted while it runs is interrupted and read to its end,
 * because only then is the engine free for the next.
 */
import { ConfigurationError } from '../common/errors.js'
import { bodyOf, eventStream, failure } from './answers.js'
import type { Engine, InBrowserOptions } from './options.js'

/** Errors of the engine's configuration, by name: a retry would fail in the same way. */
const FINAL =
  /Unsupported|NotLoaded|NotFound|Invalid|Custom|WebGPUNotAvailable|ContextWindow|Type|Role|Schema/

/** The end of the last admitted call, by engine. */
const ends = new WeakMap<Engine, Promise<void>>()

/** Waits until the earlier calls have ended; returns a function that ends this one. */
async function turn(engine: Engine): Promise<() => void> {
  let done = () => {}
  const before = ends.get(engine)
  ends.set(engine, new Promise((resolve) => (done = resolve)))
  await before
  return done
}

export async function answer(init: RequestInit, given: InBrowserOptions['engine']): Promise<Response> {
  const engine = await (typeof given === 'function' ? given() : given)
  if (typeof engine?.chat?.completions?.create !== 'function')
    throw new ConfigurationError(
      'engine must be a WebLLM engine (it has chat.completions.create), a promise of one, or a function that creates one.',
      { parameter: 'engine' },
    )
  const { signal } = init
  const release = await turn(engine)
  let stopped = false
  const stop = () => {
    if (stopped) return
    stopped = true
    // The call is over, whatever the result.
    Promise.resolve(engine.interruptGenerate?.()).catch(() => {})
  }
  const ended = () => {
    signal?.removeEventListener('abort', stop)
    release()
  }
  const body = bodyOf(init)
  let streaming = false
  try {
    signal?.throwIfAborted()
    signal?.addEventListener('abort', stop, { once: true })
    const result = await engine.chat.completions.create(body as never)
    if (!body.stream) return Response.json(result)
    streaming = true
    const chunks = (result as AsyncIterable<unknown>)[Symbol.asyncIterator]()
    const leave = () => {
      stop()
      drain(chunks).finally(ended)
    }
    return eventStream(watched(chunks, ended), leave)
  } catch (error) {
    if (signal?.aborted) throw error
    return failure(FINAL.test((error as Error)?.name ?? '') ? 400 : 500, error)
  } finally {
    if (!streaming) ended()
  }
}

/** The chunks; after the last one the engine is free. */
async function* watched(chunks: AsyncIterator<unknown>, ended: () => void) {
  let over = false
  try {
    while (!over) {
      const { done, value } = await chunks.next()
      over = done === true
      if (!over) yield value
    }
  } catch (error) {
    over = true
    throw error
  } finally {
    if (over) ended()
  }
}

/** Reads an abandoned stream to its end. */
async function drain(chunks: AsyncIterator<unknown>): Promise<void> {
  try {
    while (!(await chunks.next()).done);
  } catch {
    // It has ended, too.
  }
}

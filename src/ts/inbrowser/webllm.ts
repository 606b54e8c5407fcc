/**
 * WebLLM: the app's engine takes OpenAI's request and gives OpenAI's answers, without HTTP.
 *
 * An engine answers one call at a time, and an interrupt stops whichever is running. So calls take turns here: one that
 * is aborted while it waits goes away silently, one that is aborted while it runs is interrupted and read to its end,
 * because the engine is free for the next only then.
 */
import { ConfigurationError } from '../common/errors.js'
import { bodyOf, eventStream, failure } from './answers.js'
import type { Engine, InBrowserOptions } from './options.js'

/** What the engine is at fault for itself, by the names of its errors: another try would end alike. */
const FINAL =
  /Unsupported|NotLoaded|NotFound|Invalid|Custom|WebGPUNotAvailable|ContextWindow|Type|Role|Schema/

/** The end of the last call that was let in, by engine. */
const ends = new WeakMap<Engine, Promise<void>>()

/** Waits until the calls before have ended; answers how to say that this one has. */
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
      'engine must be a WebLLM engine (it has chat.completions.create), a promise of one, or a function that makes one.',
      { parameter: 'engine' },
    )
  const { signal } = init
  const release = await turn(engine)
  let stopped = false
  const stop = () => {
    if (stopped) return
    stopped = true
    // Whatever it answers: the call is over.
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

/** The chunks; behind the last one the engine is free. */
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

/** Reads to the end what nobody wants any more. */
async function drain(chunks: AsyncIterator<unknown>): Promise<void> {
  try {
    while (!(await chunks.next()).done);
  } catch {
    // It has ended too.
  }
}

/**
 * Engines in the page handle one call at a time, and an interrupt stops the running one. So calls run one after the other: one
 * that is aborted while it waits is dropped, one that is aborted while it runs is interrupted and read to its end, because only
 * then is the engine free for the next.
 */
import { ConfigurationError, InstructorError } from '../common/errors.js'
import { bodyOf, type ChatBody, eventStream, failure } from './answers.js'

/** The end of the last admitted call, by engine. */
const ends = new WeakMap<object, Promise<void>>()

/** Waits until the earlier calls have ended; returns a function that ends this one. */
async function turn(engine: object): Promise<() => void> {
  let done = () => {}
  const before = ends.get(engine)
  ends.set(engine, new Promise((resolve) => (done = resolve)))
  await before
  return done
}

/** Engines that functions of the app have created. */
const created = new WeakMap<object, Promise<unknown>>()

/** The engine: given, promised, or created by the first call. */
export async function engineOf<E>(given: E | Promise<E> | (() => E | Promise<E>)): Promise<E> {
  try {
    if (typeof given !== 'function') return await given
    const create = given as () => E | Promise<E>
    let made = created.get(create) as Promise<E> | undefined
    if (!made) {
      made = (async () => create())()
      created.set(create, made)
      // The next call tries again.
      made.catch(() => created.delete(create))
    }
    return await made
  } catch (cause) {
    if (cause instanceof InstructorError) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigurationError(`The engine could not be created: ${why}`, {
      code: 'unavailable',
      parameter: 'engine',
      cause,
    })
  }
}

/** How an engine answers one request. */
export interface Running {
  /** An answer in OpenAI's form, or its chunks. */
  start(body: ChatBody): Promise<unknown>
  /** Stops the running answer. */
  stop(): unknown
  /** Whether the request would fail in the same way again. */
  isFinal(error: unknown): boolean
}

export async function run(init: RequestInit, engine: object, running: Running): Promise<Response> {
  const { signal } = init
  const release = await turn(engine)
  let stopped = false
  const stop = () => {
    if (stopped) return
    stopped = true
    // The call is over, whatever the result.
    Promise.resolve(running.stop()).catch(() => {})
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
    const result = await running.start(body)
    if (!body.stream) return Response.json(result)
    streaming = true
    const chunks = (result as AsyncIterable<unknown>)[Symbol.asyncIterator]()
    const leave = () => {
      stop()
      drain(chunks).finally(ended)
    }
    return eventStream(watched(chunks, ended), leave)
  } catch (error) {
    if (signal?.aborted || error instanceof InstructorError) throw error
    return failure(running.isFinal(error) ? 400 : 500, error)
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

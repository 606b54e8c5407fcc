/** Opens the stream of an input, from whatever the options refer to: a URL, a response or a client. */
import { ConfigurationError } from '../common/errors.js'
import { warnOnce } from '../common/warn.js'
import { iterable } from '../schema/streamed.js'
import type { ObjectStream } from '../stream/object-stream.js'
import { readPartial } from '../stream/read-partial.js'
import type { AnyOptions } from './options.js'

export type AnyStream = ObjectStream<unknown, unknown>
export type Kind = 'object' | 'items'

/** A stream, and what cancels it on a server that keeps it. */
export interface Opened {
  readonly stream: AnyStream
  readonly cancel?: () => void
}

/** Opens a stream. Throws a `ConfigurationError` if the options are wrong. */
export function open(kind: Kind, options: AnyOptions, input: unknown, signal: AbortSignal): Opened {
  const { client, response, url } = options
  if ([client, response, url].filter((given) => given !== undefined && given !== null).length !== 1)
    throw wrong('Exactly one of url, response and client is needed.', 'url')
  if (client) return { stream: called(kind, options, input, signal) }
  if (url !== undefined) return posted(options, { model: options.model, input }, signal)
  const given =
    typeof response === 'function'
      ? (response as (input: unknown, about: object) => Response | Promise<Response>)(input, { signal })
      : (response as Response | Promise<Response>)
  return { stream: readPartial(given) }
}

const wrong = (message: string, parameter: string) => new ConfigurationError(message, { parameter })

/** Whether a response is given itself: it is read once, without an input. */
export const isGiven = ({ response }: AnyOptions): boolean =>
  response !== undefined && typeof response !== 'function'

function called(kind: Kind, options: AnyOptions, input: unknown, signal: AbortSignal): AnyStream {
  const { client, prompt, params, responseModel, schema } = options
  const model = responseModel ?? schema
  if (model === undefined) throw wrong('A client needs the responseModel.', 'responseModel')
  const made: unknown = prompt ? prompt(input as never) : input
  if (typeof made !== 'string' && !Array.isArray(made))
    throw wrong('The input must be text or messages, or prompt must return them.', 'prompt')
  return client?.create({
    ...params,
    ...(typeof made === 'string' ? { prompt: made } : { messages: made }),
    responseModel: kind === 'items' && !isList(model) ? iterable(model) : model,
    signal,
    stream: true,
  }) as AnyStream
}

const isList = (model: object): boolean => (model as { streams?: unknown }).streams === 'list'

function posted(options: AnyOptions, body: object, signal: AbortSignal): Opened {
  const { url, headers, credentials, fetch = globalThis.fetch, resume } = options
  const post = async (body: object, more: RequestInit = {}) => {
    const given = new Headers(typeof headers === 'function' ? await headers() : headers)
    given.set('content-type', 'application/json')
    return fetch(url as string | URL, {
      method: 'POST',
      headers: given,
      body: JSON.stringify(body),
      ...(credentials && { credentials }),
      ...more,
    })
  }
  let id: string | undefined
  const kept = typeof resume === 'string' ? resume : undefined
  const stream = readPartial<unknown, unknown>(post(body, { signal }), undefined, {
    ...(resume && {
      resume: (at) => post({ resume: at }, { signal }),
      onStream(given) {
        id = given
        if (kept) keep(kept, given)
      },
    }),
  })
  if (kept)
    stream.final().then(
      () => keep(kept, undefined),
      () => {
        // Of a page that is left, the next one continues the stream.
        if (!signal.aborted) keep(kept, undefined)
      },
    )
  const cancel = () => {
    if (kept) keep(kept, undefined)
    if (id !== undefined) post({ cancel: { id } }, { keepalive: true }).catch(() => {})
  }
  return resume ? { stream, cancel } : { stream }
}

/** The stream that an earlier page has left, if there is one. */
export function reopen(options: AnyOptions, signal: AbortSignal): Opened | undefined {
  const { url, resume } = options
  if (url === undefined || typeof resume !== 'string') return undefined
  const id = kept(resume)
  return id === null ? undefined : posted(options, { resume: { id, position: '' } }, signal)
}

const PREFIX = 'instructor-stream:'

/** A page may not have a session storage, or may not be allowed to use it. */
function kept(name: string): string | null {
  try {
    return globalThis.sessionStorage.getItem(PREFIX + name)
  } catch {
    return null
  }
}

function keep(name: string, id: string | undefined): void {
  try {
    if (id === undefined) globalThis.sessionStorage.removeItem(PREFIX + name)
    else globalThis.sessionStorage.setItem(PREFIX + name, id)
  } catch {
    warnOnce('This page has no session storage: its streams do not continue after a reload.')
  }
}

/** The continuation of a relayed stream after a broken connection, by the id and the position that the relay sends. */
import {
  ConfigurationError,
  IncompleteOutputError,
  NetworkError,
  ResponseParsingError,
} from '../common/errors.js'
import { isRecord } from '../common/plain.js'

/** How far a relayed stream was read. Both are sent to the server as they are. */
export interface RelayPosition {
  /** The id of the stream on the server. */
  readonly id: string
  /** The last event that was read; the empty text before the first one. */
  readonly position: string
}

/** Options of `readPartial` for streams that the server keeps (`resumable`, or `resume` of `serve`). */
export interface ResumeOptions {
  /** Requests the rest of the stream after a broken connection. It is called up to five times without progress. */
  readonly resume?: (at: RelayPosition) => Response | Promise<Response>
  /** Is called with the id of the stream, with which another page can read it. */
  readonly onStream?: (id: string) => void
}

/** Connections in a row that bring no event. */
const MOST_TRIES = 5
const FIRST_WAIT_MS = 250
const ID = /^[\w-]{1,128}$/
const POSITION = /^[\w.-]{1,64}$/

export class RelayResume {
  readonly #options: ResumeOptions
  #id: string | undefined
  #position = ''
  #tries = 0
  #stopped = false
  #wake: (() => void) | undefined

  constructor(options: ResumeOptions = {}) {
    for (const name of ['resume', 'onStream'] as const)
      if (options[name] !== undefined && typeof options[name] !== 'function')
        throw new ConfigurationError(`${name} of readPartial must be a function.`, { parameter: name })
    this.#options = options
  }

  /** The event `stream`: the id of the stream, which never changes. */
  started(data: unknown): void {
    const id = isRecord(data) ? data.id : undefined
    if (typeof id !== 'string' || !ID.test(id))
      throw new ResponseParsingError('The relayed stream contains an id that is not valid.')
    if (this.#id === id) return
    if (this.#id !== undefined)
      throw new ResponseParsingError('The response that should continue the stream is another stream.')
    this.#id = id
    this.#options.onStream?.(id)
  }

  /** An event with this position was read. */
  read(position: string | undefined): void {
    if (position === undefined || !POSITION.test(position)) return
    this.#position = position
    this.#tries = 0
  }

  /** Whether a failed connection is continued: not if the server refuses it. */
  continues(error: unknown): boolean {
    if (this.#stopped || !this.#options.resume || this.#id === undefined || this.#tries >= MOST_TRIES)
      return false
    const { status } = error as { status?: unknown }
    return !(error instanceof NetworkError) || typeof status !== 'number' || status === 429 || status >= 500
  }

  /** The error of a connection: a stream that had begun is incomplete. */
  failed(error: unknown): unknown {
    if (this.#id === undefined || !(error instanceof NetworkError)) return error
    return new IncompleteOutputError('The relayed stream broke off and could not be continued. Try again.', {
      cause: error,
    })
  }

  /** The response with the rest, after a wait that grows with every try. */
  async next(): Promise<Response> {
    const wait = this.#tries === 0 ? 0 : FIRST_WAIT_MS * 2 ** this.#tries
    this.#tries++
    if (wait)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, wait)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    if (this.#stopped) throw new DOMException('The stream was aborted.', 'AbortError')
    return (this.#options.resume as NonNullable<ResumeOptions['resume']>)({
      id: this.#id as string,
      position: this.#position,
    })
  }

  /** The stream is aborted: a wait ends, and nothing is requested any more. */
  stop(): void {
    this.#stopped = true
    this.#wake?.()
  }
}

/** The body of a relayed response, read as text. */
import { ConfigurationError, IncompleteOutputError, NetworkError } from '../common/errors.js'
import { PAUSE, Pauses } from './idle.js'
import { refusal } from './relay-facts.js'

/** Milliseconds for the server to close the connection after its last event. */
const CLOSING_MS = 1000

interface RelayedText {
  readonly text: string
  /** The body has ended. */
  readonly done: boolean
}

export class RelayBody {
  readonly #response: Response | Promise<Response>
  readonly #decoder = new TextDecoder()
  readonly #pauses = new Pauses()
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  /** A read that is still pending after a pause. */
  #pending: Promise<{ done: boolean; value?: Uint8Array | undefined }> | undefined
  #aborted: { readonly reason: unknown } | undefined

  constructor(response: Response | Promise<Response>) {
    this.#response = response
  }

  get aborted(): boolean {
    return this.#aborted !== undefined
  }

  /**
   * The next text. With `untilPause`, `undefined` if no text arrives in time; the next call continues to wait. Throws
   * an `IncompleteOutputError` if the connection breaks.
   */
  async read(untilPause: boolean): Promise<RelayedText | undefined> {
    this.#reader ??= await this.#open()
    const pending = this.#pending ?? this.#reader.read()
    this.#pending = undefined
    let read: Awaited<typeof pending> | typeof PAUSE
    try {
      read = untilPause ? await this.#pauses.until(pending) : await pending
    } catch (cause) {
      throw new IncompleteOutputError('The relayed stream broke off. Try again.', {
        cause: new NetworkError('The connection to the relay broke in the middle of the stream.', { cause }),
      })
    }
    if (read === PAUSE) {
      this.#pending = pending
      return undefined
    }
    const { done, value } = read
    return { done, text: value ? this.#decoder.decode(value, { stream: true }) : '' }
  }

  abort(reason: unknown): void {
    this.#aborted = { reason }
    this.cancel(reason)
  }

  /** Stops reading. */
  cancel(reason?: unknown): void {
    this.#pauses.stop()
    this.#reader?.cancel(reason).catch(() => {})
  }

  /** Waits for the server to close the connection after the last event, and cancels if it sends more or stays open. */
  close(): void {
    this.#pauses.stop()
    const reader = this.#reader
    if (!reader) return
    const timer = setTimeout(() => this.cancel(), CLOSING_MS)
    ;(timer as { unref?: () => void }).unref?.()
    const closed = ({ done }: { done: boolean }) => {
      clearTimeout(timer)
      if (!done) this.cancel()
    }
    reader.read().then(closed, () => clearTimeout(timer))
  }

  async #open(): Promise<ReadableStreamDefaultReader<Uint8Array>> {
    let response: Response
    try {
      response = await this.#response
    } catch (cause) {
      if (isAbort(cause)) throw cause
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new NetworkError(`The relay did not respond (${why}). Check its URL, and that it is running.`, {
        cause,
      })
    }
    if (typeof response?.status !== 'number' || typeof response.headers?.get !== 'function')
      throw new ConfigurationError(
        'readPartial accepts a Response, or a promise of one: readPartial(await fetch(…)).',
        {
          parameter: 'response',
        },
      )
    if (response.bodyUsed || response.body?.locked)
      throw new ConfigurationError(
        'The body of the response was read already, or is locked by another reader. Pass a response without other readers to readPartial, or response.clone().',
        { parameter: 'response' },
      )
    if (!response.ok || !response.body) throw await refusal(response)
    const reader = response.body.getReader()
    if (this.#aborted) reader.cancel(this.#aborted.reason).catch(() => {})
    return reader
  }
}

export const isAbort = (thrown: unknown): boolean =>
  thrown instanceof DOMException && thrown.name === 'AbortError'

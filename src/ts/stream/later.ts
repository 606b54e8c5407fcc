/**
 * A stream that begins when the code that its call needs is loaded (converters of schemas, files in messages). It passes everything
 * on to the {@link ObjectStream}; what begins before begins in the same order afterwards.
 */
import type { Completion } from '../common/completion.js'
import type { Usage } from '../common/usage.js'
import type { ObjectStream } from './object-stream.js'
import type { Patch } from './patch.js'
import type { RelayOptions } from './relay.js'
import { relayHeaders } from './relay-headers.js'

/** The methods of {@link ObjectStream}. */
type Like<Item, Final> = Pick<ObjectStream<Item, Final>, keyof ObjectStream<Item, Final>>

/** Creates a stream with a function that returns the real one. */
export const streamLater = <Item, Final>(
  load: () => Promise<ObjectStream<Item, Final>>,
): ObjectStream<Item, Final> =>
  new LaterStream(load) satisfies Like<Item, Final> as unknown as ObjectStream<Item, Final>

class LaterStream<Item, Final> {
  readonly #load: () => Promise<ObjectStream<Item, Final>>
  #loading: Promise<ObjectStream<Item, Final>> | undefined
  #stream: ObjectStream<Item, Final> | undefined
  /** Aborted before the real stream was there. */
  #aborted: { readonly reason: unknown } | undefined
  #fail: ((reason: unknown) => void) | undefined

  constructor(load: () => Promise<ObjectStream<Item, Final>>) {
    this.#load = load
  }

  get restarts(): number {
    return this.#stream?.restarts ?? 0
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Item> {
    return this.#iterate((stream) => stream[Symbol.asyncIterator]())
  }

  patches(): AsyncIterableIterator<Patch> {
    return this.#iterate((stream) => stream.patches())
  }

  final(): Promise<Final> {
    return this.#use((stream) => stream.final())
  }

  completion(): Promise<Completion> {
    return this.#use((stream) => stream.completion())
  }

  usage(): Promise<Usage> {
    return this.#use((stream) => stream.usage())
  }

  abort(reason: unknown = new DOMException('The stream was aborted.', 'AbortError')): void {
    if (this.#stream) this.#stream.abort(reason)
    else {
      this.#aborted ??= { reason }
      this.#fail?.(this.#aborted.reason)
    }
  }

  toReadableStream(): ReadableStream<Item> {
    return readLater(this.#use((stream) => stream.toReadableStream().getReader()))
  }

  toResponse(options: RelayOptions = {}): Response {
    const { onError: _, ...init } = options
    const body = readLater(
      this.#use((stream) => (stream.toResponse(options).body as ReadableStream<Uint8Array>).getReader()),
    )
    return new Response(body, { ...init, headers: relayHeaders(init.headers) })
  }

  /** The real stream. */
  #get(): Promise<ObjectStream<Item, Final>> {
    this.#loading ??= new Promise((resolve, reject) => {
      this.#fail = reject
      if (this.#aborted) return reject(this.#aborted.reason)
      this.#load().then((stream) => {
        if (this.#aborted) return stream.abort(this.#aborted.reason)
        this.#stream = stream
        resolve(stream)
      }, reject)
    })
    return this.#loading
  }

  /** A rejection never counts as unhandled, because each consumer is optional. */
  #use<T>(run: (stream: ObjectStream<Item, Final>) => T | Promise<T>): Promise<T> {
    const promise = this.#get().then(run)
    promise.catch(() => {})
    return promise
  }

  #iterate<T>(
    begin: (stream: ObjectStream<Item, Final>) => AsyncIterableIterator<T>,
  ): AsyncIterableIterator<T> {
    let real: AsyncIterableIterator<T> | undefined
    let over = false
    const begun = this.#use((stream) => {
      real = begin(stream)
      return real
    })
    const end: IteratorResult<T> = { done: true, value: undefined }
    return {
      next: () =>
        real?.next() ??
        begun.then(
          (iterator) => iterator.next(),
          (reason: unknown) => {
            // An iterator that has thrown has ended.
            if (over) return end
            over = true
            throw reason
          },
        ),
      return: async () => {
        over = true
        await begun.then(
          (iterator) => iterator.return?.(),
          () => {},
        )
        return end
      },
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }
}

/** A stream that is read when its reader is there. */
function readLater<T>(reading: Promise<ReadableStreamDefaultReader<T>>): ReadableStream<T> {
  return new ReadableStream<T>(
    {
      async pull(controller) {
        const { done, value } = await (await reading).read()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: async (reason) => (await reading).cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

/**
 * What `createPartial`, `createIterable` and `readPartial` return: one object that is an async iterable and has promises.
 *
 * A {@link StreamSource} takes one step on demand (at most a network chunk), so backpressure reaches the provider.
 * Its events go to all consumers: iterators, `patches()`, relays. A consumer may start at any time: it receives the
 * value so far first, then the changes. Promises (`final()` …) take steps themselves until the end, so they settle
 * without a loop; their rejections never count as unhandled, because they are optional.
 *
 * The request is cancelled when the last consumer leaves. A pending promise counts as a consumer: it needs the whole
 * value. Loops do not outlast the reader of a response: when the last connection closes, they end unless a promise is
 * pending. A promise without any reader keeps the request while the answer grows; an answer that pauses for {@link
 * UNREAD_PAUSE_MS} after its start is cancelled, so that a server notices a closed page with a stalled stream. A
 * stream without references is cancelled when it is collected.
 */
import type { Completion } from '../common/completion.js'
import type { Usage } from '../common/usage.js'
import type { Patch } from './patch.js'
import { type RelayOptions, relay } from './relay.js'
import type { Ended, Event, Out, StreamSource } from './source.js'

/** How long an answer may pause after its last connection has closed, in milliseconds. */
const UNREAD_PAUSE_MS = 2500

interface Consumer<Item> {
  queue: Event<Item>[]
  /** A relay receives restarts, and either snapshots or elements. */
  readonly wants: 'items' | 'patches' | 'relay'
  left: boolean
}

/**
 * A streamed value: an async iterable of snapshots or elements, with promises of the whole.
 *
 * @example
 * ```ts
 * const stream = client.createPartial({ responseModel: Report, prompt })
 * for await (const snapshot of stream) render(snapshot)
 * const report = await stream.final()
 * ```
 */
export class ObjectStream<Item, Final> implements AsyncIterable<Item> {
  readonly #source: StreamSource<Item, Final>
  readonly #consumers = new Set<Consumer<Item>>()
  /** The number of pending promises. */
  #waiting = 0
  /** The elements so far, or the last snapshot, for consumers that start late. */
  #seen: Item[] = []
  #stepping: Promise<void> | undefined
  /** Ends the wait for the running step. */
  #wake: (() => void) | undefined
  #ended: Ended<Final> | undefined
  #failed: { readonly reason: unknown } | undefined
  #restarts = 0
  /** Whether the last connection has closed and only promises are left. */
  #unread = false
  #pause: ReturnType<typeof setTimeout> | undefined

  /** @internal */
  constructor(source: StreamSource<Item, Final>) {
    this.#source = source
    whenForgotten(this, source)
  }

  /** The number of restarts and reasks; each makes earlier snapshots void. */
  get restarts(): number {
    return this.#restarts
  }

  /** Snapshots or elements: those so far, then the following ones. Leaving the loop removes this consumer. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Item> {
    const consumer = this.#consumer('items')
    consumer.queue = this.#seen.map((item) => ({ type: 'item', item }))
    return this.#iterate(consumer, (event) => (event as { item: Item }).item)
  }

  /**
   * Single changes: `{ path, op, value | text, done }`. A late start yields first the changes that build the value so
   * far, in which complete parts are one change.
   */
  patches(): AsyncIterableIterator<Patch> {
    const consumer = this.#consumer('patches')
    consumer.queue = this.#state()
    return this.#iterate(consumer, (event) => (event as { patch: Patch }).patch)
  }

  /** The validated value. */
  final(): Promise<Final> {
    return this.#settled((ended) => ended.value)
  }

  /** The completion of the call: raw answer, usage, attempts. */
  completion(): Promise<Completion> {
    return this.#settled((ended) => ended.completion)
  }

  /** The tokens of the answer; for a cached answer, those of the original call. */
  usage(): Promise<Usage> {
    return this.#settled((ended) => ended.usage ?? ended.completion.usage)
  }

  /** Cancels the request. Pending iterators and promises reject with `reason`. */
  abort(reason: unknown = new DOMException('The stream was aborted.', 'AbortError')): void {
    if (this.#ended || this.#failed) return
    this.#failed = { reason }
    this.#over()
    this.#source.abort(reason)
    // The step may still be pending, but its result is not needed.
    this.#wake?.()
  }

  /** Snapshots, or elements, as a stream of objects; cancelling it cancels the request. */
  toReadableStream(): ReadableStream<Item> {
    const iterator = this[Symbol.asyncIterator]()
    return new ReadableStream<Item>(
      {
        async pull(controller) {
          const { done, value } = await iterator.next()
          if (done) controller.close()
          else controller.enqueue(value)
        },
        cancel: async () => {
          await iterator.return?.()
        },
      },
      { highWaterMark: 0 },
    )
  }

  /**
   * The stream as a `Response` of server-sent events, for `readPartial` at the other end. It carries changes, the
   * value and the usage; but neither key nor prompt. An error is sent with its class, status and a message without
   * text from the provider or the app's functions; `onError` can change this.
   */
  toResponse(options: RelayOptions = {}): Response {
    const { onError, ...init } = options
    const consumer = this.#consumer('relay')
    for (let i = 0; i < this.#restarts; i++) consumer.queue.push({ type: 'restart' })
    if (this.#source.yields === 'snapshots') consumer.queue.push(...this.#state())
    else for (const item of this.#seen) consumer.queue.push({ type: 'item', item })
    const headers = new Headers(init.headers)
    for (const [name, value] of RELAY_HEADERS) if (!headers.has(name)) headers.set(name, value)
    const body = relay({
      yields: () => this.#source.yields,
      schema: () => this.#source.schema,
      next: () => this.#batch(consumer),
      end: () => this.#settled((ended) => ended),
      cancel: () => this.#leave(consumer),
      onError,
    })
    return new Response(body, { ...init, headers })
  }

  #state(): Event<Item>[] {
    return this.#source.state().map((patch) => ({ type: 'patch', patch }))
  }

  #consumer(wants: Consumer<Item>['wants']): Consumer<Item> {
    const consumer: Consumer<Item> = { queue: [], wants, left: false }
    this.#consumers.add(consumer)
    this.#unread = false
    clearTimeout(this.#pause)
    return consumer
  }

  #leave(consumer: Consumer<Item>): void {
    consumer.left = true
    consumer.queue = []
    if (!this.#consumers.delete(consumer)) return
    if (this.#waiting > 0) {
      this.#unread = consumer.wants === 'relay' && this.#consumers.size === 0
      this.#watchPause()
      return
    }
    // The response has no reader left: loops end with it.
    const remaining = [...this.#consumers].filter(
      ({ wants }) => consumer.wants !== 'relay' || wants === 'relay',
    )
    if (remaining.length === 0) this.#abandon()
  }

  #abandon(): void {
    this.abort(new DOMException('The stream has no readers left.', 'AbortError'))
  }

  /** A model may think for a long time before the answer begins, which is not a pause. */
  #watchPause(): void {
    clearTimeout(this.#pause)
    if (this.#unread && this.#seen.length > 0 && !this.#ended && !this.#failed)
      this.#pause = setTimeout(() => this.#abandon(), UNREAD_PAUSE_MS)
  }

  /** The events for this consumer so far, `undefined` if there are none yet, `null` at the end. Throws the failure. */
  #take(consumer: Consumer<Item>): Event<Item>[] | null | undefined {
    if (consumer.queue.length) {
      const events = consumer.queue
      consumer.queue = []
      return events
    }
    if (this.#failed || this.#ended) this.#consumers.delete(consumer)
    if (this.#failed) throw this.#failed.reason
    return this.#ended || consumer.left ? null : undefined
  }

  /** The next events for this consumer; `undefined` at the end. */
  async #batch(consumer: Consumer<Item>): Promise<Event<Item>[] | undefined> {
    for (;;) {
      const events = this.#take(consumer)
      if (events !== undefined) return events ?? undefined
      await this.#step()
    }
  }

  #iterate<T>(consumer: Consumer<Item>, take: (event: Event<Item>) => T): AsyncIterableIterator<T> {
    let batch: Event<Item>[] = []
    let at = 0
    let over = false
    // Concurrent calls run one after the other.
    let queue: Promise<unknown> | undefined
    let waiting = 0
    const next = async (): Promise<IteratorResult<T>> => {
      try {
        // Like `#batch`, without its promise.
        while (!over && at >= batch.length) {
          const more = this.#take(consumer)
          if (more === undefined) await this.#step()
          else {
            over = more === null
            batch = more ?? []
            at = 0
          }
        }
        const event = batch[at++]
        return over || !event ? { done: true, value: undefined } : { done: false, value: take(event) }
      } catch (reason) {
        // An iterator that has thrown has ended.
        if (over) return { done: true, value: undefined }
        over = true
        throw reason
      } finally {
        if (--waiting === 0) queue = undefined
      }
    }
    return {
      next: () => {
        waiting++
        const result = queue ? queue.then(next, next) : next()
        if (waiting) queue = result
        return result
      },
      return: async () => {
        over = true
        this.#leave(consumer)
        return { done: true, value: undefined }
      },
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }

  #settled<T>(pick: (ended: Ended<Final>) => T): Promise<T> {
    const run = async () => {
      this.#waiting++
      try {
        while (!this.#ended && !this.#failed) await this.#step()
        if (this.#ended) return pick(this.#ended)
        throw this.#failed?.reason
      } finally {
        this.#waiting--
      }
    }
    const promise = run()
    promise.catch(() => {})
    return promise
  }

  /** Runs one step at a time, for all consumers. Never rejects: the failure is stored. */
  #step(): Promise<void> {
    if (!this.#stepping) {
      this.#stepping = new Promise((resolve) => {
        this.#wake = resolve
      })
      this.#source.step(this.#out).then(this.#stepped, this.#threw)
    }
    return this.#stepping
  }

  /** The parameter's type is `unknown`, because a property with `Final` in a parameter makes the class invariant. */
  readonly #stepped = (ended: unknown): void => {
    if (ended && !this.#failed) this.#ended = ended as Ended<Final>
    this.#rest()
  }

  readonly #threw = (reason: unknown): void => {
    this.#failed ??= { reason }
    this.#rest()
  }

  /** The step is over. */
  #rest(): void {
    if (this.#ended || this.#failed) this.#over()
    this.#stepping = undefined
    this.#wake?.()
  }

  #over(): void {
    clearTimeout(this.#pause)
    registry?.unregister(this)
  }

  readonly #out: Out<Item> = this.#listener()

  #listener(): Out<Item> {
    const consumers = this.#consumers
    const relayed = () => this.#source.yields === 'snapshots'
    const tell = (event: Event<Item>) => {
      for (const consumer of consumers) {
        const { wants } = consumer
        if (event.type === 'item') {
          if (wants === 'patches' || (wants === 'relay' && relayed())) continue
          if (wants === 'items' && this.#source.skips && consumer.queue.length) consumer.queue.length = 0
        } else if (wants === 'items') continue
        else if (event.type === 'restart' ? wants === 'patches' : wants === 'relay' && !relayed()) continue
        consumer.queue.push(event)
      }
    }
    return {
      get wantsPatches() {
        for (const { wants } of consumers)
          if (wants === 'patches' || (wants === 'relay' && relayed())) return true
        return false
      },
      item: (item) => {
        if (this.#source.yields === 'snapshots') this.#seen = [item]
        else this.#seen.push(item)
        if (this.#unread) this.#watchPause()
        tell({ type: 'item', item })
      },
      patch: (patch) => tell({ type: 'patch', patch }),
      restart: () => {
        this.#restarts++
        tell({ type: 'restart' })
      },
    }
  }
}

/** Disables buffering and compression in proxies; the caller's headers are kept. */
const RELAY_HEADERS = [
  ['content-type', 'text/event-stream; charset=utf-8'],
  ['cache-control', 'no-cache, no-transform'],
  ['x-accel-buffering', 'no'],
] as const

let registry: FinalizationRegistry<{ abort(reason: unknown): void }> | undefined

/**
 * Ends an abandoned stream when its object is collected, so that its listeners are removed from signals. A stream that is over
 * is unregistered: the registry keeps the source, which keeps the reason of an abort, whose stack keeps the stream.
 */
function whenForgotten(stream: object, source: { abort(reason: unknown): void }): void {
  // Not every runtime provides it.
  if (typeof FinalizationRegistry === 'undefined') return
  registry ??= new FinalizationRegistry((held) =>
    held.abort(new DOMException('The stream is no longer read.', 'AbortError')),
  )
  registry.register(stream, source, stream)
}

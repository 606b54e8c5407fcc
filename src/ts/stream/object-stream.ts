/**
 * What `createPartial`, `createIterable` and `readPartial` return: one object that is an async iterable and has promises.
 *
 * A {@link StreamSource} takes one step when somebody wants more (a network chunk, at most), so backpressure reaches the
 * provider. Its events go to every consumer there is: iterators, `patches()`, relays. A consumer may begin at any time:
 * it gets the value so far first, then what follows. Promises (`final()` …) take steps themselves until the end, so each
 * of them settles without a loop beside it; their rejections never count as unhandled, because whoever wants them asks.
 *
 * The request is cancelled when the last consumer leaves. A promise that is pending counts as one: it asks for the whole
 * value. Loops beside a response do not outlast its reader: when the last connection closes, they end with it unless a
 * promise is pending. A promise without any reader keeps the request while the answer grows; an answer that has begun and
 * then pauses for {@link UNREAD_PAUSE_MS} is cancelled, so that a server learns of a page that has left a stalled stream.
 * A stream that nobody holds any more is cancelled when it is collected.
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
  /** A relay takes restarts, and whichever of the two the source gives. */
  readonly wants: 'items' | 'patches' | 'relay'
  left: boolean
}

export class ObjectStream<Item, Final> implements AsyncIterable<Item> {
  readonly #source: StreamSource<Item, Final>
  readonly #consumers = new Set<Consumer<Item>>()
  /** Promises that are pending. */
  #waiting = 0
  /** Elements so far, for consumers that begin late; of snapshots the last. */
  #seen: Item[] = []
  #stepping: Promise<void> | undefined
  /** Ends the wait for the step under way. */
  #wake: (() => void) | undefined
  #ended: Ended<Final> | undefined
  #failed: { readonly reason: unknown } | undefined
  #restarts = 0
  /** The last connection has closed and only promises are left. */
  #unread = false
  #pause: ReturnType<typeof setTimeout> | undefined

  /** @internal */
  constructor(source: StreamSource<Item, Final>) {
    this.#source = source
    whenForgotten(this, source)
  }

  /** How often the model had to be asked again; what was shown before is void each time. */
  get restarts(): number {
    return this.#restarts
  }

  /** Snapshots, or elements: what there is so far, then what follows. Leaving the loop leaves the stream. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Item> {
    const consumer = this.#consumer('items')
    consumer.queue = this.#seen.map((item) => ({ type: 'item', item }))
    return this.#iterate(consumer, (event) => (event as { item: Item }).item)
  }

  /**
   * What changes, one by one: `{ path, op, value | text, done }`. Begun late, it gives first the changes that lead to the
   * value so far, in which what is complete comes whole.
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

  /** What is known of the call: raw answer, usage, attempts. */
  completion(): Promise<Completion> {
    return this.#settled((ended) => ended.completion)
  }

  /** The tokens that the answer took; of one from a cache, those of the call that made it. */
  usage(): Promise<Usage> {
    return this.#settled((ended) => ended.usage ?? ended.completion.usage)
  }

  /** Cancels the request. What waits for the stream rejects with `reason`. */
  abort(reason: unknown = new DOMException('The stream was aborted.', 'AbortError')): void {
    if (this.#ended || this.#failed) return
    this.#failed = { reason }
    clearTimeout(this.#pause)
    this.#source.abort(reason)
    // Whatever the step still waits for, nobody waits for it.
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
   * value and the usage; neither key nor prompt, so the key stays where this runs. Of a failure it carries the class, the
   * status and a message without the words of the provider or of the app's functions; `onError` decides otherwise.
   */
  toResponse(options: RelayOptions = {}): Response {
    const { onError, ...init } = options
    const consumer = this.#consumer('relay')
    for (let i = 0; i < this.#restarts; i++) consumer.queue.push({ type: 'restart' })
    if (this.#source.gives === 'snapshots') consumer.queue.push(...this.#state())
    else for (const item of this.#seen) consumer.queue.push({ type: 'item', item })
    const headers = new Headers(init.headers)
    for (const [name, value] of RELAY_HEADERS) if (!headers.has(name)) headers.set(name, value)
    const body = relay({
      gives: () => this.#source.gives,
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
    // Whoever asked for the answer has gone: loops beside a response end with it.
    const remaining = [...this.#consumers].filter(
      ({ wants }) => consumer.wants !== 'relay' || wants === 'relay',
    )
    if (remaining.length === 0) this.#abandon()
  }

  #abandon(): void {
    this.abort(new DOMException('Every reader has left the stream.', 'AbortError'))
  }

  /** Before the answer has begun a model may think for long; that is waited for. */
  #watchPause(): void {
    clearTimeout(this.#pause)
    if (this.#unread && this.#seen.length > 0 && !this.#ended && !this.#failed)
      this.#pause = setTimeout(() => this.#abandon(), UNREAD_PAUSE_MS)
  }

  /** What has happened for this consumer since it last asked; `undefined` at the end. */
  async #batch(consumer: Consumer<Item>): Promise<Event<Item>[] | undefined> {
    for (;;) {
      if (consumer.queue.length) {
        const events = consumer.queue
        consumer.queue = []
        return events
      }
      if (this.#failed || this.#ended) this.#consumers.delete(consumer)
      if (this.#failed) throw this.#failed.reason
      if (this.#ended || consumer.left) return undefined
      await this.#step()
    }
  }

  #iterate<T>(consumer: Consumer<Item>, take: (event: Event<Item>) => T): AsyncIterableIterator<T> {
    let batch: Event<Item>[] = []
    let at = 0
    let over = false
    // Calls at the same time take turns.
    let queue: Promise<unknown> | undefined
    let waiting = 0
    const next = async (): Promise<IteratorResult<T>> => {
      try {
        if (!over && at >= batch.length) {
          batch = []
          at = 0
          const more = await this.#batch(consumer)
          if (more) batch = more
          else over = true
        }
        const event = batch[at++]
        return over || !event ? { done: true, value: undefined } : { done: false, value: take(event) }
      } catch (reason) {
        // An iterator that has thrown is at its end.
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

  /** One step at a time, whoever asks. Never rejects: the failure is kept. */
  #step(): Promise<void> {
    this.#stepping ??= new Promise((resolve) => {
      this.#wake = resolve
      void this.#advance()
    })
    return this.#stepping
  }

  async #advance(): Promise<void> {
    try {
      const ended = await this.#source.step(this.#out)
      if (ended && !this.#failed) this.#ended = ended
    } catch (reason) {
      this.#failed ??= { reason }
    }
    if (this.#ended || this.#failed) clearTimeout(this.#pause)
    this.#stepping = undefined
    this.#wake?.()
  }

  readonly #out: Out<Item> = this.#listener()

  #listener(): Out<Item> {
    const consumers = this.#consumers
    const relayed = () => this.#source.gives === 'snapshots'
    const tell = (event: Event<Item>) => {
      for (const consumer of consumers) {
        const { wants } = consumer
        if (event.type === 'item') {
          if (wants === 'patches' || (wants === 'relay' && relayed())) continue
          if (wants === 'items' && this.#source.skips) consumer.queue.length = 0
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
        if (this.#source.gives === 'snapshots') this.#seen = [item]
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

/** Proxies and compression that hold events back are told not to; the caller's own headers stay. */
const RELAY_HEADERS = [
  ['content-type', 'text/event-stream; charset=utf-8'],
  ['cache-control', 'no-cache, no-transform'],
  ['x-accel-buffering', 'no'],
] as const

let registry: FinalizationRegistry<{ abort(reason: unknown): void }> | undefined

/** A stream that was begun and forgotten ends with its object, so that nothing of it stays attached to a signal. */
function whenForgotten(stream: object, source: { abort(reason: unknown): void }): void {
  // Not every runtime has it.
  if (typeof FinalizationRegistry === 'undefined') return
  registry ??= new FinalizationRegistry((held) =>
    held.abort(new DOMException('The stream was not read any more.', 'AbortError')),
  )
  registry.register(stream, source)
}

/**
 * What `createPartial`, `createIterable` and `readPartial` give: one object that is an async iterable and has promises.
 *
 * A {@link Source} takes one step when somebody wants more (a network chunk, at most), so backpressure reaches the
 * provider. Its events go to every consumer there is: iterators, `patches()`, relays. Promises (`final()` …) take steps
 * themselves until the end, so each of them settles without a loop beside it; their rejections never count as
 * unhandled, because whoever wants them asks.
 */
import { InstructorError } from './errors.js'
import type { Patch } from './patch.js'
import { relay } from './relay.js'
import type { Json } from './schema.js'
import type { Completion, Usage } from './types.js'

/** Takes what a step found. */
export interface Out<Item> {
  /** The next snapshot (a later one makes it stale), or the next element (none may be lost). */
  item(item: Item): void
  patch(patch: Patch): void
  /** A new attempt begins: what was shown is void. */
  restart(): void
}

export interface Ended<Final> {
  readonly value: Final
  readonly completion: Completion
}

export interface Source<Item, Final> {
  /** One step. Answers the end, when there is one; throws what the call failed with. */
  step(out: Out<Item>, wantsPatches: boolean): Promise<Ended<Final> | undefined>
  abort(reason: unknown): void
  /** Snapshots replace each other; elements are all wanted. */
  readonly gives: 'snapshots' | 'elements'
  /** The value's schema, when it has defaults that snapshots show: a relay hands it on. */
  readonly schema?: Json | undefined
  /** A snapshot that nobody has taken yet may be skipped for a newer one. */
  readonly skips: boolean
}

/** Something that happened, as a consumer sees it. */
export type Event<Item> =
  | { readonly type: 'item'; readonly item: Item }
  | { readonly type: 'patch'; readonly patch: Patch }
  | { readonly type: 'restart' }

interface Consumer<Item> {
  queue: Event<Item>[]
  readonly wants: ReadonlySet<Event<Item>['type']>
}

export class ObjectStream<Item, Final> implements AsyncIterable<Item> {
  readonly #source: Source<Item, Final>
  readonly #consumers = new Set<Consumer<Item>>()
  /** Elements so far, for iterators that begin late; of snapshots the last. */
  #seen: Item[] = []
  #begun = false
  #stepping: Promise<void> | undefined
  /** Ends the wait for the step under way. */
  #wake: (() => void) | undefined
  #ended: Ended<Final> | undefined
  #failed: { readonly reason: unknown } | undefined
  #restarts = 0

  /** @internal */
  constructor(source: Source<Item, Final>) {
    this.#source = source
  }

  /** How often the model had to be asked again; what was shown before is void each time. */
  get restarts(): number {
    return this.#restarts
  }

  /** Snapshots, or elements, as they come. Leaving the loop cancels the request. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Item> {
    const consumer = this.#consumer('item')
    consumer.queue = this.#seen.map((item) => ({ type: 'item', item }))
    return this.#iterate(consumer, (event) => (event as { item: Item }).item)
  }

  /** What changes, one by one: `{ path, op, value | text, done }`. To be called before anything is read. */
  patches(): AsyncIterableIterator<Patch> {
    if (this.#begun)
      throw new InstructorError('Call patches() before reading from the stream: earlier changes are gone.')
    return this.#iterate(this.#consumer('patch'), (event) => (event as { patch: Patch }).patch)
  }

  /** The validated value. */
  final(): Promise<Final> {
    return this.#settled((ended) => ended.value)
  }

  /** What is known of the call: raw answer, usage, attempts. */
  completion(): Promise<Completion> {
    return this.#settled((ended) => ended.completion)
  }

  usage(): Promise<Usage> {
    return this.#settled((ended) => ended.completion.usage)
  }

  /** Cancels the request. What waits for the stream rejects with `reason`. */
  abort(reason: unknown = new DOMException('The stream was aborted.', 'AbortError')): void {
    if (this.#ended || this.#failed) return
    this.#failed = { reason }
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
   * value and the usage; neither key nor prompt, so the key stays where this runs.
   */
  toResponse(init: ResponseInit = {}): Response {
    const consumer =
      this.#source.gives === 'snapshots'
        ? this.#consumer('patch', 'restart')
        : this.#consumer('item', 'restart')
    const headers = new Headers(init.headers)
    if (!headers.has('content-type')) headers.set('content-type', 'text/event-stream; charset=utf-8')
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-cache')
    const body = relay({
      gives: this.#source.gives,
      schema: this.#source.schema,
      next: () => this.#batch(consumer),
      end: () => this.#settled((ended) => ended),
      cancel: () => this.#leave(consumer),
    })
    return new Response(body, { ...init, headers })
  }

  #consumer(...wants: Event<Item>['type'][]): Consumer<Item> {
    const consumer = { queue: [], wants: new Set(wants) }
    this.#consumers.add(consumer)
    return consumer
  }

  #leave(consumer: Consumer<Item>): void {
    this.#consumers.delete(consumer)
    this.abort(new DOMException('The loop over the stream was left.', 'AbortError'))
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
      if (this.#ended) return undefined
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
      while (!this.#ended && !this.#failed) await this.#step()
      if (this.#ended) return pick(this.#ended)
      throw this.#failed?.reason
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
    this.#begun = true
    const wantsPatches = [...this.#consumers].some(({ wants }) => wants.has('patch'))
    try {
      const ended = await this.#source.step(this.#out, wantsPatches)
      if (ended && !this.#failed) this.#ended = ended
    } catch (reason) {
      this.#failed ??= { reason }
    }
    this.#stepping = undefined
    this.#wake?.()
  }

  readonly #out: Out<Item> = {
    item: (item) => {
      if (this.#source.gives === 'snapshots') this.#seen = [item]
      else this.#seen.push(item)
      this.#tell({ type: 'item', item })
    },
    patch: (patch) => this.#tell({ type: 'patch', patch }),
    restart: () => {
      this.#restarts++
      this.#tell({ type: 'restart' })
    },
  }

  #tell(event: Event<Item>): void {
    for (const consumer of this.#consumers) {
      if (!consumer.wants.has(event.type)) continue
      if (event.type === 'item' && this.#source.skips) consumer.queue.length = 0
      consumer.queue.push(event)
    }
  }
}

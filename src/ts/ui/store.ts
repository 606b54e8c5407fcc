/**
 * The state of a stream for views of any framework: `subscribe` and `getSnapshot`, as React's `useSyncExternalStore` and the
 * stores of Svelte need them. A state is immutable; parts of the value that did not change are the same objects.
 *
 * The store does nothing before `submit` or `start`. When the last subscriber has left, the stream is cancelled; not at once,
 * because React's StrictMode leaves and comes back.
 */
import type { Completion } from '../common/completion.js'
import { type AnyStream, isGiven, type Kind, type Opened, open, reopen } from './open.js'
import type { AnyOptions, StreamStatus } from './options.js'
import { share } from './share.js'

export interface StoreState {
  readonly status: StreamStatus
  readonly object?: unknown
  readonly items?: readonly unknown[]
  readonly attempts: number
  readonly error: Error | undefined
  readonly completion: Completion | undefined
}

const THROTTLE_MS = 50
const NO_ITEMS: readonly unknown[] = []

/** One stream of a store. */
interface Run {
  readonly controller: AbortController
  opened?: Opened
  over: boolean
}

export class StreamStore {
  readonly #kind: Kind
  #options: AnyOptions
  readonly #initial: StoreState
  #state: StoreState
  readonly #listeners = new Set<() => void>()
  #run: Run | undefined
  /** The response that `start` has read. */
  #started: unknown
  #leaving: ReturnType<typeof setTimeout> | undefined
  /** What is not shown yet. */
  #next: StoreState | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Resolves when something is shown. */
  #shown: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined

  constructor(kind: Kind, options: AnyOptions) {
    this.#kind = kind
    this.#options = options
    this.#initial = this.#empty('idle', 0)
    this.#state = this.#initial
  }

  readonly getSnapshot = (): StoreState => this.#state
  /** The state while a server renders. */
  readonly getServerSnapshot = (): StoreState => this.#initial

  readonly subscribe = (listener: () => void): (() => void) => {
    clearTimeout(this.#leaving)
    // The same function may subscribe twice.
    const own = () => listener()
    this.#listeners.add(own)
    return () => {
      this.#listeners.delete(own)
      if (this.#listeners.size === 0) this.#leaving = setTimeout(() => this.#abort('The view is gone.'), 0)
    }
  }

  /** The options of the next `submit`. */
  configure(options: AnyOptions): void {
    this.#options = options
  }

  /** Reads a given response, or continues the stream of the page before; each of them once. */
  start(): void {
    const { response, resume, url } = this.#options
    const target = isGiven(this.#options)
      ? response
      : url !== undefined && typeof resume === 'string'
        ? resume
        : undefined
    if (target === undefined || target === this.#started) return
    this.#started = target
    if (isGiven(this.#options))
      void this.#begin((signal) => open(this.#kind, this.#options, undefined, signal))
    else if (!this.#run) void this.#begin((signal) => reopen(this.#options, signal), true)
  }

  /** Resolves when the status is no longer `submitted`. */
  settled(): Promise<void> {
    if (this.#state.status !== 'submitted') return Promise.resolve()
    if (!this.#shown) {
      let resolve = () => {}
      const promise = new Promise<void>((done) => {
        resolve = done
      })
      this.#shown = { promise, resolve }
    }
    return this.#shown.promise
  }

  readonly submit = (input?: unknown): Promise<unknown> =>
    this.#begin((signal) => open(this.#kind, this.#options, input, signal))

  readonly stop = (): void => {
    const run = this.#run
    if (!run) return
    this.#abort('The stream was stopped.')
    run.opened?.cancel?.()
  }

  #abort(message: string): void {
    const run = this.#run
    if (!run) return
    const shown = this.#next ?? this.#state
    this.#cancel(run, message)
    this.#show({ ...shown, status: 'stopped' })
  }

  #cancel(run: Run, message: string): void {
    run.over = true
    this.#run = undefined
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#next = undefined
    const reason = new DOMException(message, 'AbortError')
    run.controller.abort(reason)
    run.opened?.stream.abort(reason)
  }

  /** Runs a stream to its end. Never rejects. One of the page before may have expired. */
  async #begin(opening: (signal: AbortSignal) => Opened | undefined, mayBeGone = false): Promise<unknown> {
    const before = this.#run
    if (before) {
      this.#cancel(before, 'Another stream was started.')
      before.opened?.cancel?.()
    }
    const run: Run = { controller: new AbortController(), over: false }
    let opened: Opened | undefined
    try {
      opened = opening(run.controller.signal)
      if (!opened) return undefined
      run.opened = opened
      this.#run = run
      this.#show(this.#empty('submitted', 1))
      return await this.#read(run, opened.stream)
    } catch (thrown) {
      if (run.over) return undefined
      if (mayBeGone && (thrown as { status?: unknown }).status === 404) {
        this.#end(this.#initial)
        return undefined
      }
      if (!opened) this.#show(this.#empty('submitted', 1))
      const error = thrown instanceof Error ? thrown : new Error(String(thrown))
      this.#end({ ...(this.#next ?? this.#state), status: 'error', error })
      this.#call(() => this.#options.onError?.(error))
      return undefined
    }
  }

  async #read(run: Run, stream: AnyStream): Promise<unknown> {
    for await (const item of stream) {
      if (run.over) return undefined
      const value = this.#kind === 'items' ? { items: this.#with(item) } : { object: item }
      this.#later({
        ...this.#state,
        ...value,
        status: 'streaming',
        attempts: stream.restarts + 1,
      })
    }
    const final = await stream.final()
    const completion = await stream.completion()
    if (run.over) return undefined
    const { object, items = NO_ITEMS } = this.#next ?? this.#state
    // A relay of snapshots has no elements.
    const result =
      this.#kind === 'object'
        ? share(final, object)
        : Array.isArray(final)
          ? share<readonly unknown[]>(final, items)
          : items
    const attempts = stream.restarts + 1
    this.#end({ ...this.#state, [this.#kind]: result, status: 'done', attempts, completion })
    this.#call(() => this.#options.onFinish?.(result as never, completion))
    return result
  }

  /** The elements with another one. A list that was not shown yet is continued in place. */
  #with(item: unknown): readonly unknown[] {
    const waiting = this.#next?.items as unknown[] | undefined
    if (!waiting) return [...(this.#state.items ?? NO_ITEMS), item]
    waiting.push(item)
    return waiting
  }

  /** A function of the app does not disturb the stream. */
  #call(run: () => void): void {
    try {
      run()
    } catch (error) {
      console.error(error)
    }
  }

  #end(state: StoreState): void {
    this.#run = undefined
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#next = undefined
    this.#show(state)
  }

  #empty(status: StreamStatus, attempts: number): StoreState {
    const value = this.#kind === 'items' ? { items: NO_ITEMS } : { object: undefined }
    return { ...value, status, attempts, error: undefined, completion: undefined }
  }

  /** Shows a state now, or with the next update. */
  #later(state: StoreState): void {
    if (this.#timer !== undefined) {
      this.#next = state
      return
    }
    this.#show(state)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      const next = this.#next
      this.#next = undefined
      if (next) this.#later(next)
    }, this.#options.throttle ?? THROTTLE_MS)
  }

  #show(state: StoreState): void {
    this.#state = state
    if (state.status !== 'submitted') {
      this.#shown?.resolve()
      this.#shown = undefined
    }
    for (const listener of [...this.#listeners]) listener()
  }
}

/**
 * The types of the boundary between TypeScript and the core. The types that wasm-bindgen generates are imprecise
 * (`any`) and require more of a user's `lib`, so public declarations do not refer to them.
 */

/** The host functions of a call for the core (src/wasm/host.rs). */
export interface CoreHost {
  fetch(url: string, init: unknown, attempt: number): Promise<Response>
  /** Validates JSON; returns `undefined` if it is valid, else JSON of `[{path, message}]`. */
  validate(json: string): string | undefined | Promise<string | undefined>
  /** `about`: JSON of the attempt's number, provider, model and mode. */
  emit(name: string, payload: string, about: string): string | undefined
  runTools(calls: string): Promise<string>
  decide(error: string, attempt: number, usual: boolean, possible: boolean): string | Promise<string>
  authorize(question: string): string | Promise<string>
  /** A promise while parts of the core that read the answer are being loaded. */
  loading(): Promise<void> | undefined
  readonly aborted: Promise<never>
  readonly signal: AbortSignal
  readonly timedOut: boolean
  reading(reader: unknown): void
  /** The value that fetch or a body's reader threw. */
  failed(thrown: unknown): void
}

/** One streamed call in the core (src/wasm/stream.rs). */
export interface CoreStream {
  next(): Promise<number>
  /** Ends the attempt because of an error in what has arrived. `found` is JSON: `{issues, value, open, cut}`. */
  reject(found: string): void
  /** The elements of a list that no op has closed, or the corrected parts `[{path, value}]`, as JSON text. */
  elements(): string
  /** An element has closed (JSON text). Returns whether it is to be validated; it is skipped otherwise. */
  element(json: string): boolean
  /** That element was validated (JSON of its issues, or nothing). Returns an `ElementOutcome` (src/call/list.rs). */
  validated(issues?: string): number
  readOutside(): void
  input(length: number): number
  push(length: number): boolean
  end(): void
  cut(reason: unknown): void
  unwrapKey(): string | undefined
  packed(): number
  completion(): string
  free(): void
}

/** What `CoreStream.next` resolves with (`Pulled` in src/wasm/stream.rs). */
export const PULLED = { ops: 0, restart: 1, done: 2, read: 3, elements: 4, corrected: 5 } as const

/** What `CoreStream.validated` returns (`ElementOutcome` in src/call/list.rs). */
export const ELEMENT_OUTCOME = { yield: 0, hold: 1, skip: 2, reask: 3 } as const

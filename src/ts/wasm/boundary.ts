/**
 * What crosses between TypeScript and the core, as types of our own: those that wasm-bindgen writes know too little
 * (`any`) and ask too much of a user's `lib`, so no public declaration may lead to them.
 */

/** What a call lends to the core (src/wasm/host.rs). */
export interface CoreHost {
  fetch(url: string, init: unknown): Promise<Response>
  /** JSON in; `undefined` when it fits, else JSON of `[{path, message}]`. */
  validate(json: string): string | undefined | Promise<string | undefined>
  emit(name: string, payload: string): string | undefined
  decide(error: string, attempt: number, retry: boolean): string | Promise<string>
  authorize(question: string): string | Promise<string>
  readonly aborted: Promise<never>
  readonly signal: AbortSignal
  readonly timedOut: boolean
  reading(reader: unknown): void
  /** What fetch or a body's reader threw. */
  failed(thrown: unknown): void
}

/** One streamed call in the core (src/wasm/stream.rs). */
export interface CoreStream {
  next(): Promise<number>
  /** `elements` that were accepted of this answer and the `wrong` one, as JSON text. */
  reject(issues: string, accepted?: number, elements?: string, wrong?: string): boolean
  readOutside(): void
  push(bytes: Uint8Array): boolean
  end(): void
  cut(reason: unknown): void
  unwrapKey(): string | undefined
  opsPtr(): number
  opsLen(): number
  textPtr(): number
  textLen(): number
  completion(): string
  usage(): string
  free(): void
}

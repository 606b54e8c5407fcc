/** What wasm-bindgen makes beside each module (pkg/<name>_bg.js); written down so that sources check before a build. */
declare module '*/core_bg.js' {
  export interface Host {
    fetch(url: string, init: unknown): Promise<Response>
    validate(json: string): string | undefined | Promise<string | undefined>
    emit(name: string, payload: string): string | undefined
    decide(error: string, attempt: number, retry: boolean): string | Promise<string>
    authorize(request: string): string | Promise<string>
    readonly aborted: Promise<never>
    readonly signal: AbortSignal
    readonly timedOut: boolean
    reading(reader: unknown): void
  }
  export class CoreClient {
    constructor(model: string, options: string)
    info(): string
    create(call: string, host: Host): Promise<string>
    stream(call: string, host: Host): CoreStream
    buildRequest(call: string): string
    parseResponse(call: string, status: number, headers: string, body: Uint8Array): string
    decode(status: number, headers: string, body: Uint8Array, stream: boolean): string
    free(): void
  }
  export class CoreStream {
    next(): Promise<number>
    reject(issues: string, accepted?: number): boolean
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
  export function initSync(module: { module: BufferSource | WebAssembly.Module }): unknown
}

declare module '*/validator_bg.js' {
  export class Validator {
    constructor(schema: string)
    validate(value: string): string
  }
  export function initSync(module: { module: BufferSource | WebAssembly.Module }): unknown
}

declare module '*/template_bg.js' {
  export function renderMessages(messages: string, context: string): string
  export function initSync(module: { module: BufferSource | WebAssembly.Module }): unknown
}

declare module '*.inline.js' {
  const bytes: () => Uint8Array<ArrayBuffer>
  export default bytes
}

declare module '*.wasm' {
  const module: WebAssembly.Module
  export default module
}

declare module '*.wasm?module' {
  const module: WebAssembly.Module
  export default module
}

/** What wasm-bindgen makes beside each module (pkg/<name>_bg.js); written down so that sources check before a build. */
declare module '*/core_bg.js' {
  type Host = import('./boundary.js').CoreHost
  type CoreStream = import('./boundary.js').CoreStream
  export class CoreClient {
    constructor(model: string, options: string)
    info(): string
    warning(mode: string): string | undefined
    create(call: string, host: Host): Promise<string>
    stream(call: string, host: Host): CoreStream
    buildRequest(call: string): string
    parseResponse(call: string, status: number, headers: string, body: Uint8Array): string
    decode(status: number, headers: string, body: Uint8Array, stream: boolean): string
    free(): void
  }
  export function lint(schema: string, target: string): string
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

/** The build's output for each module (pkg/<name>_bg.js); declared here so that the sources compile before a build. */
declare module '*/core_bg.js' {
  type Host = import('./wasm/boundary.js').CoreHost
  type CoreStream = import('./wasm/boundary.js').CoreStream
  export interface CoreClient {
    info(): string
    warning(mode: string): string | undefined
    needs(call: string): string
    promptSchema(call: string): string | undefined
    create(call: string, host: Host): Promise<string>
    stream(call: string, host: Host): CoreStream
    buildRequest(call: string): string
    cacheKey(call: string, more: string, shared: boolean): string
    parseResponse(call: string, status: number, headers: string, body: Uint8Array): string
    decode(status: number, headers: string, body: Uint8Array, stream: boolean): string
    free(): void
  }
  export interface PlainValidator {
    validate(value: string): string | undefined
    free(): void
  }
  export interface CoreApi {
    readonly PlainValidator: { read(schema: string): PlainValidator | undefined }
    readonly CoreClient: new (model: string, options: string) => CoreClient
    lint(schema: string, target: string): string
  }
  export const instantiate: import('./wasm/instance.js').Instantiate<CoreApi>
  /** The name by which the files of the core recognise each other; empty for a core in one file. */
  export const build: string
}

declare module '*/validator_bg.js' {
  export interface Validator {
    validate(value: string): string
    free(): void
  }
  export interface ValidatorApi {
    readonly Validator: new (schema: string, options?: string) => Validator
  }
  export const instantiate: import('./wasm/instance.js').Instantiate<ValidatorApi>
}

declare module '*/template_bg.js' {
  export interface TemplateApi {
    renderMessages(messages: string, context: string): string
  }
  export const instantiate: import('./wasm/instance.js').Instantiate<TemplateApi>
}

declare module '*.text.js' {
  export const text: string
  export const size: number
}

declare module '*.wasm' {
  const module: object
  export default module
}

declare module '*.wasm?module' {
  const module: object
  export default module
}

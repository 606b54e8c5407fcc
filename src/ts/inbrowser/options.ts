/** Options of models in the page or the Worker, and the parts of their APIs that are used. */

/** A model that is being downloaded: `loaded` runs from 0 to 1. */
export interface DownloadProgress {
  /** From 0 to 1. */
  readonly loaded: number
  readonly total: number
}

/** Options of models inside the page or the Worker. */
export interface InBrowserOptions {
  /** `chrome/…`: called during the download of the browser's model. */
  readonly onDownloadProgress?: (progress: DownloadProgress) => void
  /** `chrome/…`: in place of the browser's own `LanguageModel`. */
  readonly languageModel?: LanguageModelStatic
  /** `webllm/…` and `wllama/…`: the engine, a promise of it, or a function that creates it on demand. */
  readonly engine?: AnyEngine | Promise<AnyEngine> | (() => AnyEngine | Promise<AnyEngine>)
  /** `workers_ai/…`: the Worker's binding, e.g. `env.AI`. */
  readonly binding?: Binding
  /** `workers_ai/…` with a binding: the AI gateway to go through. */
  readonly gateway?: Readonly<Record<string, unknown>>
}

/** The part of the Prompt API that is used. */
export interface LanguageModelStatic {
  availability(options?: object): Promise<'unavailable' | 'downloadable' | 'downloading' | 'available'>
  create(options?: object): Promise<LanguageModelSession>
}

export interface LanguageModelSession {
  prompt(input: unknown, options?: object): Promise<string>
  promptStreaming(input: unknown, options?: object): ReadableStream<string>
  destroy(): void
  readonly contextUsage?: number
  /** The older name. */
  readonly inputUsage?: number
}

/** The part of `MLCEngine` (also of its worker kinds) that is used. */
export interface Engine {
  readonly chat: {
    readonly completions: { create(request: never): Promise<unknown> }
  }
  interruptGenerate?(): unknown
}

/** The part of `Wllama` that is used. */
export interface WllamaEngine {
  createChatCompletion(request: never): Promise<unknown>
}

export type AnyEngine = Engine | WllamaEngine

/** The part of the `Ai` binding that is used. */
export interface Binding {
  run(model: never, inputs: never, options?: never): Promise<unknown>
}

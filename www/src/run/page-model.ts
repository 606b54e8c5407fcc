/**
 * A model in this page: wllama, llama.cpp in WebAssembly, with a GGUF file. The engine is downloaded with the first model.
 * Each field of a form has its own, so two models can run side by side.
 */
import type { Wllama } from '@wllama/wllama'
import { FormError } from './problems.js'

/** Where a GGUF file comes from. `size`: bytes, unless the server does not state it. */
export type Weights =
  | { readonly name: string; readonly file: File }
  | { readonly name: string; readonly url: string; readonly size: number | undefined }

/** Bytes of a download. */
export interface Progress {
  readonly loaded: number
  readonly total: number
}

/** Tokens of the prompt and the answer. */
const CONTEXT = 4096

/** The first bytes of a file. */
const GGUF = 0x47475546
const GGUF_VERSIONS = [2, 3]

type Request = { readonly stream?: boolean; readonly abortSignal?: AbortSignal }

export class PageModel {
  #engine: Wllama | undefined
  #weights: Weights | undefined
  #loading: Promise<void> | undefined
  /** Gets each chunk of an answer, as text. */
  tap: (chunk: string) => void = () => {}

  /** Loads a file, unless it is loaded. @throws FormError */
  async load(weights: Weights, progress: (done: Progress) => void, signal: AbortSignal): Promise<void> {
    // An aborted load has to end before the next one begins.
    await this.#loading?.catch(() => {})
    signal.throwIfAborted()
    if (this.#engine && same(weights, this.#weights)) return
    this.#loading = this.#load(weights, progress, signal)
    await this.#loading
  }

  async #load(weights: Weights, progress: (done: Progress) => void, signal: AbortSignal): Promise<void> {
    await this.#engine?.exit()
    this.#engine = undefined
    const { Wllama, LoggerWithoutDebug } = await import('@wllama/wllama')
    signal.throwIfAborted()
    const engine = new Wllama(
      { default: new URL('wllama.wasm', document.baseURI).href },
      { suppressNativeLog: true, logger: LoggerWithoutDebug },
    )
    try {
      const files =
        'file' in weights ? [weights.file] : await downloaded(engine, weights.url, progress, signal)
      signal.throwIfAborted()
      await checkHeader(files[0])
      await engine.loadModel(files, { n_ctx: CONTEXT })
    } catch (error) {
      await engine.exit().catch(() => {})
      signal.throwIfAborted()
      const reason = error instanceof Error ? error.message : String(error)
      throw new FormError('weights', `The model could not be loaded: ${reason}`)
    }
    this.#engine = engine
    this.#weights = weights
  }

  /** An engine for `fromProvider` that reports the chunks. It stays the same object, because calls of one engine wait for each other. */
  readonly engine = {
    createChatCompletion: async (request: never): Promise<unknown> => {
      const engine = this.#engine
      if (!engine) throw new FormError('weights', 'No model is loaded. Run again.')
      const { tap } = this
      try {
        const result: unknown = await engine.createChatCompletion(request)
        if ((request as Request).stream) return this.#reported(result as AsyncIterable<unknown>, tap)
        tap(JSON.stringify(result))
        return result
      } catch (error) {
        this.#forget(error)
        throw error
      }
    },
  }

  async *#reported(chunks: AsyncIterable<unknown>, tap: (chunk: string) => void) {
    try {
      for await (const chunk of chunks) {
        tap(JSON.stringify(chunk))
        yield chunk
      }
    } catch (error) {
      this.#forget(error)
      throw error
    }
  }

  /** The next run loads the model again, because an engine that has crashed stays so. */
  #forget(error: unknown): void {
    if ((error as Error | undefined)?.name === 'AbortError') return
    void this.#engine?.exit().catch(() => {})
    this.#engine = undefined
  }
}

/** wllama does not report every file that has no model. */
async function checkHeader(file: Blob | undefined): Promise<void> {
  const header = new DataView((await file?.slice(0, 8).arrayBuffer()) ?? new ArrayBuffer(0))
  const isGguf =
    header.byteLength === 8 &&
    header.getUint32(0) === GGUF &&
    GGUF_VERSIONS.includes(header.getUint32(4, true))
  if (!isGguf) throw new Error('it is not a GGUF file of version 2 or 3.')
}

/** The file out of the browser's storage, where it stays for the next visit. */
async function downloaded(
  { modelManager }: Wllama,
  url: string,
  progressCallback: (done: Progress) => void,
  signal: AbortSignal,
): Promise<Blob[]> {
  const model = await modelManager.getModelOrDownload({ url }, { progressCallback, signal })
  return model.open()
}

const same = (one: Weights, other: Weights | undefined): boolean =>
  other !== undefined &&
  ('file' in one ? 'file' in other && one.file === other.file : 'url' in other && one.url === other.url)

/** The bytes of a file on a server, before it is downloaded; `undefined` if the server does not state them. @throws FormError */
export async function sizeOf(url: string): Promise<number | undefined> {
  let response: Response
  try {
    response = await fetch(url, { method: 'HEAD' })
  } catch {
    throw new FormError(
      'weights',
      'The browser got no response from this address: it is wrong, or its server does not allow requests from pages. Download the file and choose it here.',
    )
  }
  if (!response.ok) throw new FormError('weights', `This address has no file (${response.status}).`)
  return Number(response.headers.get('content-length')) || undefined
}

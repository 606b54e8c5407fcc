/** Fetching the files of the package. */
import { warnOnce } from '../../common/warn.js'
import type { CompiledModule } from '../instance.js'
import type { Part } from '../loader.js'

export type File = 'core' | `core-${Part}` | 'validator' | 'template'

/** The address of each file, if it has one. In a classic script `import.meta.url` is undefined, and the functions throw. */
export type Addresses = Readonly<Record<File, () => URL>>

/** Fetches and compiles a module, off the main thread where the server states its media type. */
export async function fetchModule(url: URL): Promise<CompiledModule> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} has the status ${response.status}`)
  const type = response.headers.get('content-type') ?? ''
  if (/^application\/wasm\b/.test(type) && WebAssembly.compileStreaming)
    return WebAssembly.compileStreaming(response)
  const bytes = new Uint8Array(await response.arrayBuffer())
  // A development server returns a page with status 200 for a missing file.
  if (bytes[0] !== 0 || bytes[1] !== 0x61) throw new Error(`${url} is not a wasm module`)
  return WebAssembly.compile(bytes)
}

/** Whether this page may not compile WebAssembly at all, because of its Content-Security-Policy. */
export async function isForbidden(): Promise<boolean> {
  try {
    await WebAssembly.compile(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]))
    return false
  } catch {
    return true
  }
}

export const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

export function warnOfText(file: File, cause: unknown): void {
  warnOnce(
    `instructor-wasm: ${file}.wasm was not delivered (${reason(cause)}), so its larger JavaScript form is used. Put the file into the bundle's folder.`,
  )
}

/** Fetching the files of the package. */
import { warnOnce } from '../../common/warn.js'
import type { CompiledModule } from '../instance.js'
import type { Part } from '../loader.js'

export type File = 'core' | `core-${Part}` | 'validator' | 'template'

/** The address of each file, if it has one. In a classic script `import.meta.url` is undefined, and the functions throw. */
export type Addresses = Readonly<Record<File, () => URL>>

/**
 * Fetches and compiles a module. One that does not have the name of `build` is an older or newer file out of a cache, and is
 * fetched again past the cache.
 */
export async function fetchModule(url: URL, build?: string): Promise<CompiledModule> {
  const module = await compile(url)
  if (!build || isOf(module, build)) return module
  const again = await compile(url, { cache: 'reload' })
  if (isOf(again, build)) return again
  throw new Error(`${url} is from another build than the JavaScript`)
}

/** The core exports the name of its build, and the parts import it. */
const isOf = (module: WebAssembly.Module, build: string): boolean =>
  [...WebAssembly.Module.imports(module), ...WebAssembly.Module.exports(module)].some(
    ({ name }) => name === build,
  )

/** Compiles off the main thread where the server states the media type. */
async function compile(url: URL, init?: RequestInit): Promise<WebAssembly.Module> {
  const response = await fetch(url, init)
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

/**
 * Browsers and other runtimes: the core is embedded in JavaScript, so that clients are created synchronously. The
 * other two modules are fetched on demand; if the bundler or the server does not deliver the files, their JavaScript
 * form, which is a third larger, is imported instead, with one warning.
 */
import { warnOnce } from '../../common/warn.js'
import core from '../../core.inline.js'
import type { LazyModule, Loader } from '../loader.js'

async function fetched(url: URL): Promise<WebAssembly.Module> {
  const response = await fetch(url)
  const bytes = new Uint8Array(await response.arrayBuffer())
  // A development server returns a page with status 200 for a missing file.
  if (!response.ok || bytes[0] !== 0 || bytes[1] !== 0x61) throw new Error(`${url} is not a wasm module`)
  return WebAssembly.compile(bytes)
}

async function carried(name: LazyModule): Promise<Uint8Array> {
  const { default: bytes } = await (name === 'validator'
    ? import('../../validator.inline.js')
    : import('../../template.inline.js'))
  return bytes()
}

export const loader: Loader = {
  core: () => core(),
  async lazy(name) {
    try {
      return await (name === 'validator'
        ? fetched(new URL('../../validator.wasm', import.meta.url))
        : fetched(new URL('../../template.wasm', import.meta.url)))
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      try {
        const bytes = await carried(name)
        warnOnce(
          `instructor-wasm: ${name}.wasm was not delivered (${why}), so its larger JavaScript form is used. Put the file next to the bundle.`,
        )
        return bytes
      } catch {
        // import() fails in service workers, for example: the missing file is the actual problem.
        throw cause
      }
    }
  },
}

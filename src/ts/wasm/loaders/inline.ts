/**
 * Browsers and everything else: the core is carried in JavaScript, so that a client is made without waiting. The
 * other two modules are fetched when needed; where the bundler or the server does not deliver the files, their
 * JavaScript form is imported instead, which is a third larger, and a warning says so once.
 */
import { warnOnce } from '../../common/warn.js'
import core from '../../core.inline.js'
import type { LazyModule, Loader } from '../loader.js'

async function fetched(url: URL): Promise<WebAssembly.Module> {
  const response = await fetch(url)
  const bytes = new Uint8Array(await response.arrayBuffer())
  // A development server's answer for a missing file is a page, with status 200.
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
          `instructor-wasm: ${name}.wasm was not delivered (${why}), so its larger JavaScript form is used. Put the file beside the bundle.`,
        )
        return bytes
      } catch {
        // import() is refused in service workers, for one: what is missing is the file.
        throw cause
      }
    }
  },
}

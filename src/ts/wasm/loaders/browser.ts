/**
 * Browsers and everything else: the core is carried in JavaScript, so that a client is made without waiting. Parts of the
 * core and the other two modules are fetched when needed; where the bundler or the server does not deliver the files,
 * their JavaScript form is imported instead, which is a third larger, and a warning is printed once.
 */
import { warnOnce } from '../../common/warn.js'
import core from '../../core.inline.js'
import type { LazyModule, Loader, Part } from '../loader.js'

type File = `core-${Part}` | LazyModule

/** Where each file lies. Bundlers find the files by these expressions, so each is written out. */
const addresses: Readonly<Record<File, () => URL>> = {
  'core-answer': () => new URL('../../core-answer.wasm', import.meta.url),
  'core-schema': () => new URL('../../core-schema.wasm', import.meta.url),
  'core-notation': () => new URL('../../core-notation.wasm', import.meta.url),
  'core-repair': () => new URL('../../core-repair.wasm', import.meta.url),
  'core-correct': () => new URL('../../core-correct.wasm', import.meta.url),
  'core-anthropic': () => new URL('../../core-anthropic.wasm', import.meta.url),
  'core-gemini': () => new URL('../../core-gemini.wasm', import.meta.url),
  'core-bedrock': () => new URL('../../core-bedrock.wasm', import.meta.url),
  'core-responses': () => new URL('../../core-responses.wasm', import.meta.url),
  'core-cohere': () => new URL('../../core-cohere.wasm', import.meta.url),
  'core-ollama': () => new URL('../../core-ollama.wasm', import.meta.url),
  validator: () => new URL('../../validator.wasm', import.meta.url),
  template: () => new URL('../../template.wasm', import.meta.url),
}

const carried: Readonly<Record<File, () => Promise<{ readonly default: () => Uint8Array }>>> = {
  'core-answer': () => import('../../core-answer.inline.js'),
  'core-schema': () => import('../../core-schema.inline.js'),
  'core-notation': () => import('../../core-notation.inline.js'),
  'core-repair': () => import('../../core-repair.inline.js'),
  'core-correct': () => import('../../core-correct.inline.js'),
  'core-anthropic': () => import('../../core-anthropic.inline.js'),
  'core-gemini': () => import('../../core-gemini.inline.js'),
  'core-bedrock': () => import('../../core-bedrock.inline.js'),
  'core-responses': () => import('../../core-responses.inline.js'),
  'core-cohere': () => import('../../core-cohere.inline.js'),
  'core-ollama': () => import('../../core-ollama.inline.js'),
  validator: () => import('../../validator.inline.js'),
  template: () => import('../../template.inline.js'),
}

async function fetched(url: URL): Promise<WebAssembly.Module> {
  const response = await fetch(url)
  const bytes = new Uint8Array(await response.arrayBuffer())
  // A development server returns a page with status 200 for a missing file.
  if (!response.ok || bytes[0] !== 0 || bytes[1] !== 0x61) throw new Error(`${url} is not a wasm module`)
  return WebAssembly.compile(bytes)
}

async function find(file: File): Promise<WebAssembly.Module | Uint8Array> {
  try {
    return await fetched(addresses[file]())
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    try {
      const { default: bytes } = await carried[file]()
      const found = bytes()
      warnOnce(
        `instructor-wasm: ${file}.wasm was not delivered (${why}), so its larger JavaScript form is used. Put the file into the bundle's folder.`,
      )
      return found
    } catch {
      // import() is refused in service workers, for one: what is missing is the file.
      throw cause
    }
  }
}

export const loader: Loader = {
  core: () => core(),
  part: (name) => find(`core-${name}`),
  lazy: find,
}

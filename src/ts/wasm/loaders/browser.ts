/**
 * Browsers and unknown runtimes: the core and its parts are fetched as files, asynchronously, and a client's options are
 * checked by the registry's rows in the meantime. Where the files are not delivered (a bundle in one file, a bundler that
 * leaves them out), the files of an OpenAI call are imported as text instead. The others are not carried, because a bundle in
 * one file would contain all of them.
 */
import { ConfigurationError } from '../../common/errors.js'
import { build } from '../../core_bg.js'
import { describeClient } from '../../registry/client.js'
import type { CompiledModule } from '../instance.js'
import type { Loader } from '../loader.js'
import type { CarriedModule } from './carried.js'
import { type Addresses, type File, fetchModule, isForbidden, reason, warnOfText } from './files.js'
import { codeLater } from './later.js'

/** What a call of an OpenAI-compatible provider runs, unless its mode or its schema needs another part. */
const carried: Partial<Readonly<Record<File, () => Promise<CarriedModule>>>> = {
  core: () => import('../../core.text.js'),
  'core-answer': () => import('../../core-answer.text.js'),
}

/** The module in a text. The decoder is loaded with it. */
const decoded = async (text: () => Promise<CarriedModule>): Promise<CompiledModule> =>
  (await import('./carried.js')).decompress(await text())

export function browserLoader(addresses: Addresses): Loader {
  /** Whether the core was found as a file; the other files are then, too. */
  let delivered = true

  async function find(file: File): Promise<CompiledModule> {
    const text = carried[file]
    if (!delivered && text) return decoded(text)
    try {
      return await fetchModule(addresses[file](), file.startsWith('core') ? build : '')
    } catch (cause) {
      if (await isForbidden()) throw cause
      if (!text) throw missing(file, cause)
      let module: CompiledModule
      try {
        module = await decoded(text)
      } catch {
        // import() is refused in service workers, for one: what is missing is the file.
        throw cause
      }
      if (file === 'core') delivered = false
      warnOfText(file, cause)
      return module
    }
  }
  return {
    core: () => find('core'),
    describe: describeClient,
    part: (name) => find(`core-${name}`),
    code: codeLater,
    lazy: find,
    fetches: true,
  }
}

function missing(file: File, cause: unknown): ConfigurationError {
  return new ConfigurationError(
    `The call needs the file '${file}.wasm' of instructor-wasm, which is not in the bundle's folder (${reason(cause)}). Deliver it there, ` +
      "or import from 'instructor-wasm/inline', which has everything in JavaScript.",
    { cause },
  )
}

/** `instructor-wasm/inline`: everything is embedded in JavaScript, and what needs only the core is synchronous. */
import core from '../../core-whole.inline.js'
import type { Loader } from '../loader.js'
import { type Addresses, fetchModule, isForbidden, warnOfText } from './files.js'

const carried = {
  validator: () => import('../../validator.inline.js'),
  template: () => import('../../template.inline.js'),
}

export const inlineLoader = (addresses: Addresses): Loader => ({
  core: () => core(),
  async lazy(name) {
    try {
      return await fetchModule(addresses[name]())
    } catch (cause) {
      if (await isForbidden()) throw cause
      try {
        const { default: bytes } = await carried[name]()
        const found = bytes()
        warnOfText(name, cause)
        return found
      } catch {
        // import() is refused in service workers, for one: what is missing is the file.
        throw cause
      }
    }
  },
})

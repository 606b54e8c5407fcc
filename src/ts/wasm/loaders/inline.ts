/** `instructor-wasm/inline`: everything is embedded in JavaScript, and what needs only the core is synchronous. */
import * as core from '../../core-whole.text.js'
import { codeAtOnce } from '../../schema/code.js'
import type { Loader, ModuleCode } from '../loader.js'
import type { CarriedModule } from './carried.js'
import { type Addresses, fetchModule, isForbidden, warnOfText } from './files.js'

const carried = {
  validator: () => import('../../validator.text.js'),
  template: () => import('../../template.text.js'),
}

export const inlineLoader = (
  addresses: Addresses,
  unpack: (carried: CarriedModule) => Uint8Array,
  modules?: ModuleCode,
): Loader => ({
  core: () => unpack(core),
  code: codeAtOnce,
  modules,
  async lazy(name) {
    try {
      return await fetchModule(addresses[name]())
    } catch (cause) {
      if (await isForbidden()) throw cause
      try {
        const found = unpack(await carried[name]())
        warnOfText(name, cause)
        return found
      } catch {
        // import() is refused in service workers, for one: what is missing is the file.
        throw cause
      }
    }
  },
})

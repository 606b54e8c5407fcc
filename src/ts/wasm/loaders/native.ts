/** React Native, whose engine has no WebAssembly: relayed streams can be read there, calls cannot be made. */
import { ConfigurationError } from '../../common/errors.js'
import { codeAtOnce } from '../../schema/code.js'
import type { Loader } from '../loader.js'

export const loader: Loader = {
  core() {
    throw new ConfigurationError(
      'React Native has no WebAssembly, which a call needs. Make the call on a server, return `stream.toResponse()` there, and ' +
        'read it here with `readPartial(response)` (docs/streaming.md).',
    )
  },
  code: codeAtOnce,
  async lazy() {
    return this.core()
  },
}

/** `instructor-wasm/slim`: the app passes the modules itself, so that none is embedded or fetched. */
import { ConfigurationError } from '../../common/errors.js'
import { codeAtOnce } from '../../schema/code.js'
import type { Loader, WasmSource } from '../loader.js'

/** The modules for {@link init}. */
export interface GivenModules {
  /** The module of `instructor-wasm/core.wasm`. */
  readonly core: WasmSource
  /** Needed for plain JSON Schema; a function is called on demand. */
  readonly validator?: WasmSource | (() => WasmSource | Promise<WasmSource>)
  /** Needed for `context`. */
  readonly template?: WasmSource | (() => WasmSource | Promise<WasmSource>)
}

let given: GivenModules | undefined

const isModules = (value: GivenModules | WasmSource): value is GivenModules => 'core' in value

/** Sets the core (`instructor-wasm/core.wasm`, compiled or as bytes), and the other modules if they are used. */
export function init(modules: GivenModules | WasmSource): void {
  given = isModules(modules) ? modules : { core: modules }
}

export const loader: Loader = {
  core() {
    if (given) return given.core
    throw new ConfigurationError(
      "Call init(module) of 'instructor-wasm/slim' first, with the module of 'instructor-wasm/core.wasm'.",
    )
  },
  code: codeAtOnce,
  async lazy(name) {
    const source = given?.[name]
    if (source) return typeof source === 'function' ? source() : source
    const why = name === 'validator' ? 'plain JSON Schema' : '`context`'
    throw new ConfigurationError(
      `${why} needs the ${name} module: init({ core, ${name} }) with 'instructor-wasm/${name}.wasm'.`,
    )
  },
}

/**
 * What validates plain JSON Schema, and the optional modules: the core's part `plain`, **validator** for schemas and values that
 * it hands over, **template** for a call with `context`. Their code and their files are loaded side by side by the first call
 * that needs them; after a failure, the next call tries again.
 */
import { ConfigurationError, InstructorError } from '../common/errors.js'
import { imported } from '../common/imported.js'
import type { Json } from '../common/json.js'
import type { StandardResult } from '../schema/standard.js'
import { isCompiled } from './instance.js'
import type { LazyModule, Loader, ModuleCode, Part } from './loader.js'
import { hasPart, loadParts, policyHint, reason } from './parts.js'
import { check, reads } from './plain.js'

const CODE = {
  validator: () => imported('wasm/validator', import('./validator.js')),
  template: () => imported('wasm/template', import('./template.js')),
}

/** What validates plain schemas: the part, and functions of the core that it shares with answers. */
const PLAIN: readonly Part[] = ['plain', 'answer']

const ready: { -readonly [K in LazyModule]?: ModuleCode[K] } = {}
const loading = /* @__PURE__ */ new Map<LazyModule, Promise<void>>()

/** The code of a module that is loaded, compiled and started once. */
async function load<K extends LazyModule>(loader: Loader, name: K): Promise<ModuleCode[K]> {
  let under = loading.get(name)
  if (!under) {
    under = start(loader, name)
    loading.set(name, under)
    under.catch(() => loading.delete(name))
  }
  await under
  return ready[name] as ModuleCode[K]
}

async function start<K extends LazyModule>(loader: Loader, name: K): Promise<void> {
  // The file is requested at the same time as the code.
  const source = loader.lazy(name)
  source.catch(() => {})
  const code = (loader.modules?.[name] ?? (await CODE[name]())) as ModuleCode[K]
  try {
    const found = await source
    code.start(isCompiled(found) ? found : await WebAssembly.compile(found as BufferSource))
  } catch (cause) {
    if (cause instanceof InstructorError) throw cause
    const why = name === 'validator' ? 'Plain JSON Schema' : '`context`'
    throw new ConfigurationError(
      `${why} needs the WebAssembly module 'instructor-wasm/${name}.wasm', which can't be loaded: ${reason(cause)}.${policyHint(cause)} ` +
        "Deliver the file next to the bundle, or pass it to init() of 'instructor-wasm/slim'.",
      { cause },
    )
  }
  ready[name] = code
}

/** Compiles the schemas if what reads them is there already, so that an invalid schema fails before the request. */
export function compileSchemas(schemas: readonly Json[]): void {
  if (!PLAIN.every(hasPart)) return
  ready.validator?.compileSchemas(schemas.filter((schema) => !reads(schema)))
}

/** Loads what validates by these schemas, if there are any, and compiles them. */
export async function prepareValidator(loader: Loader, schemas: readonly Json[]): Promise<void> {
  if (!schemas.length) return
  await loadParts(loader, PLAIN)
  const others = schemas.filter((schema) => !reads(schema))
  if (others.length) (await load(loader, 'validator')).compileSchemas(others)
}

/** Validates a value by JSON Schema. */
export async function checkBySchema(
  loader: Loader,
  schema: Json,
  value: unknown,
): Promise<StandardResult<unknown>> {
  await loadParts(loader, PLAIN)
  const found = check(schema, value)
  return found ?? (await load(loader, 'validator')).check(schema, value)
}

/** Renders templates in messages with the variables of `context`. */
export async function renderMessages(loader: Loader, messages: string, context: string): Promise<string> {
  return (await load(loader, 'template')).render(messages, context)
}

/**
 * The wasm modules as TypeScript sees them, and when each is made: **core** with the first client (synchronously),
 * **validator** when plain JSON Schema has to be checked, **template** when a call has a `context`.
 *
 * How the bytes are found is the loader's business (`loaders/`), one per runtime.
 */
import { initSync } from './core_bg.js'
import { errorFrom, InstructorError } from './errors.js'
import type { Json } from './schema.js'
import type { StandardIssue, StandardResult } from './standard.js'

export type WasmSource = WebAssembly.Module | BufferSource
export type LazyModule = 'validator' | 'template'

export interface Loader {
  /** The core's bytes or module, at once. */
  core(): WasmSource
  lazy(name: LazyModule): Promise<WasmSource>
}

let memory: WebAssembly.Memory | undefined

/** Makes the core ready; the second call costs nothing. */
export function ready(loader: Loader): void {
  if (memory) return
  try {
    memory = (initSync({ module: loader.core() }) as { memory: WebAssembly.Memory }).memory
  } catch (cause) {
    if (cause instanceof InstructorError) throw cause
    throw new InstructorError(
      `The WebAssembly core can't be started: ${cause instanceof Error ? cause.message : String(cause)}. ` +
        "If a Content-Security-Policy is in force here, it must allow 'wasm-unsafe-eval'.",
      { cause },
    )
  }
}

/** The core's memory; its buffer changes when it grows, so it is asked for anew each time. */
export function coreMemory(): ArrayBuffer {
  if (!memory) throw new InstructorError('The core is not loaded.')
  return memory.buffer as ArrayBuffer
}

interface Validators {
  new (schema: string): { validate(value: string): string }
}

let validatorClass: Promise<Validators> | undefined
const validators = new WeakMap<Json, { validate(value: string): string }>()
const patterned = new WeakMap<Json, boolean>()

function validatorModule(loader: Loader): Promise<Validators> {
  validatorClass ??= retryable(
    async () => {
      const [glue, module] = await Promise.all([import('./validator_bg.js'), loader.lazy('validator')])
      glue.initSync({ module })
      return glue.Validator as Validators
    },
    () => (validatorClass = undefined),
  )
  return validatorClass
}

/**
 * Begins to load the validator module, so that it comes while the request is under way. Only for a schema with patterns
 * is it waited for: whether they can be read is known by compiling them, and has to be told before anything is sent.
 */
export async function prepareValidator(loader: Loader, schemas: readonly Json[]): Promise<void> {
  const loading = validatorModule(loader)
  // A failure is told when a value is checked.
  loading.catch(() => {})
  for (const schema of schemas) if (hasPatterns(schema)) compiled(await loading, schema)
}

function hasPatterns(schema: Json): boolean {
  let known = patterned.get(schema)
  if (known === undefined) {
    known = /"pattern(Properties)?":/.test(JSON.stringify(schema))
    patterned.set(schema, known)
  }
  return known
}

function compiled(Validator: Validators, schema: Json) {
  let validator = validators.get(schema)
  if (!validator) {
    try {
      validator = new Validator(JSON.stringify(schema))
    } catch (thrown) {
      throw errorFrom(thrown)
    }
    validators.set(schema, validator)
  }
  return validator
}

/** Checks a value by JSON Schema in the validator module. */
export async function checkBySchema(
  loader: Loader,
  schema: Json,
  value: unknown,
): Promise<StandardResult<unknown>> {
  const validator = compiled(await validatorModule(loader), schema)
  // Nothing is said when nothing is wrong.
  const found = validator.validate(JSON.stringify(value))
  const issues = found ? (JSON.parse(found) as StandardIssue[]) : []
  return issues.length ? { issues } : { value }
}

let template: Promise<(messages: string, context: string) => string> | undefined

/** Renders templates in messages with the variables of `context`. */
export async function renderMessages(loader: Loader, messages: string, context: string): Promise<string> {
  template ??= retryable(
    async () => {
      const [glue, module] = await Promise.all([import('./template_bg.js'), loader.lazy('template')])
      glue.initSync({ module })
      return glue.renderMessages as (messages: string, context: string) => string
    },
    () => (template = undefined),
  )
  return (await template)(messages, context)
}

/** A module that failed to load once may load the next time. */
function retryable<T>(load: () => Promise<T>, forget: () => void): Promise<T> {
  return load().catch((cause: unknown) => {
    forget()
    if (cause instanceof InstructorError) throw cause
    throw new InstructorError(
      `A WebAssembly module of instructor-wasm can't be loaded: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    )
  })
}

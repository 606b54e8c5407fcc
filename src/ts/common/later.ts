/**
 * Code that few calls need: converters of schema libraries without their own JSON Schema, the request fields of all APIs, files
 * in messages. A loader has it at once, or loads each file with the first call that needs it: then {@link later} throws
 * {@link NotLoaded}, and asynchronous functions begin again when it is there.
 */
import type { ConfigurationError } from './errors.js'
import type { Json } from './json.js'
import type { Converter } from './walk.js'

/** What is loaded, by name. */
export interface LaterCode {
  readonly zod: { convertZod4: Converter }
  readonly zod3: { convertZod3: Converter }
  readonly zodRefusals: { zodRefusal(kind: string, keys: readonly string[]): ConfigurationError }
  readonly valibot: { convertValibot: Converter }
  readonly arktype: {
    readonly arktypeOptions: { readonly target: string; readonly libraryOptions: Json }
    refuseMarked(schema: Json): Json
  }
  readonly fields: { readonly REQUEST_FIELDS: ReadonlySet<string> }
  readonly media: { withData(messages: unknown): unknown }
}
export type LaterName = keyof LaterCode

/** Finds code: at once where the runtime can. */
export type FindCode = <K extends LaterName>(name: K) => LaterCode[K] | Promise<LaterCode[K]>

const loaded: { -readonly [K in LaterName]?: LaterCode[K] } = {}
let find: FindCode | undefined

/** Sets where code comes from. */
export function provideCode(given: FindCode): void {
  find = given
}

/** Thrown where code is being loaded. */
export class NotLoaded extends Error {
  readonly loading: Promise<unknown>

  constructor(loading: Promise<unknown>) {
    super()
    this.loading = loading
    loading.catch(() => {})
  }
}

/** The code with this name. Throws {@link NotLoaded} while it is being loaded. */
export function later<K extends LaterName>(name: K): LaterCode[K] {
  const known: LaterCode[K] | undefined = loaded[name]
  if (known) return known
  const keep = (code: LaterCode[K]) => {
    ;(loaded as { [N in K]?: LaterCode[K] })[name] = code
    return code
  }
  const found = find!(name)
  if (found instanceof Promise) throw new NotLoaded(found.then(keep))
  return keep(found)
}

/** Runs a function again after the code that it needs is loaded. */
export async function whenLoaded<T>(run: () => T | Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await run()
    } catch (thrown) {
      if (!(thrown instanceof NotLoaded)) throw thrown
      await thrown.loading
    }
  }
}

/** Loads everything, for functions that cannot wait. */
export async function loadAllCode(): Promise<void> {
  const names = ['zod', 'zod3', 'zodRefusals', 'valibot', 'arktype', 'fields', 'media'] as const
  await Promise.all(names.map((name) => whenLoaded(() => later(name))))
}

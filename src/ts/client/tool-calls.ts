/** `tools` of a call or a client: the app's own tools, and the provider's, which are part of the request body. */
import type { Json } from '../common/json.js'
import type { Validating } from '../common/validating.js'
import type { SchemaValidator } from '../schema/model.js'

/** The method of the tools that `defineTool` makes, so that apps without them do not contain their code. */
export const OWN_TOOL: unique symbol = /* @__PURE__ */ Symbol('own tool')

/** A call while its tools run. */
export interface ToolHost {
  readonly validating: Validating
  readonly context: Readonly<Record<string, unknown>>
}

/** The own tools of a call. */
export interface OwnTools {
  /** The core's part: name, description and schema of each. */
  readonly wire: readonly Json[]
  /** Schemas for the validator module. */
  readonly schemas: readonly Json[]
  /** Runs calls, given as JSON text; returns their results as JSON text. */
  run(calls: string, host: ToolHost): Promise<string>
}

/** Anything that may be in `tools`. */
interface MaybeOwn {
  readonly [OWN_TOOL]?: (tools: readonly unknown[], bySchema: SchemaValidator) => OwnTools
}

const isOwn = (tool: unknown): boolean => typeof (tool as MaybeOwn | null)?.[OWN_TOOL] === 'function'

/** Separates own tools from those of the provider. */
export function splitTools(given: unknown): { readonly own: readonly unknown[]; readonly provider: unknown } {
  if (!Array.isArray(given) || !given.some(isOwn)) return { own: [], provider: given }
  const provider = given.filter((tool) => !isOwn(tool))
  // Null takes precedence over the tools of the client.
  return { own: given.filter(isOwn), provider: provider.length ? provider : null }
}

/** The own tools of a call; `undefined` without any. */
export function readTools(own: readonly unknown[], bySchema: SchemaValidator): OwnTools | undefined {
  return (own[0] as MaybeOwn | undefined)?.[OWN_TOOL]?.(own, bySchema)
}

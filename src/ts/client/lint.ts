/**
 * `lint(model, target)`: reports how a schema is rendered for a provider, before anything is sent. The core renders
 * the schema like a call and lists every change.
 */
import { describe } from '../common/describe.js'
import { ConfigurationError, errorFrom } from '../common/errors.js'
import { toJson } from '../common/json.js'
import { NotLoaded, provideCode } from '../common/later.js'
import type { SingleModel } from '../schema/infer.js'
import { toModel } from '../schema/read-model.js'
import type { Loader } from '../wasm/loader.js'
import { lintReport } from '../wasm/modules.js'
import { notLoadedYet } from '../wasm/parts.js'

/** One change of a schema. */
export interface LintFinding {
  /** The place, as a JSON Pointer into the schema. */
  readonly pointer: string
  /**
   * `rewritten`: sent in another form, and the answer is restored. `described`: stated in the description and
   * validated locally. `validated`: not sent, only validated locally. `impossible`: not supported by this provider.
   */
  readonly level: 'rewritten' | 'described' | 'validated' | 'impossible'
  /** What happens to the part of the schema, in one sentence. */
  readonly what: string
}

/** The result of `lint`. */
export interface LintReport {
  /** The dialect of the target. */
  readonly dialect: string
  /** Whether the schema can be sent. */
  readonly possible: boolean
  /** In the order of the document; unlisted parts are sent unchanged. */
  readonly findings: readonly LintFinding[]
  /** The rendered schema; null if it is impossible. */
  readonly schema: Readonly<Record<string, unknown>> | null
}

/** The core's report of a model's schema for a target. */
export function lintModel(loader: Loader, model: SingleModel, target: string): LintReport {
  if (typeof target !== 'string')
    throw new ConfigurationError(
      `The target must be a string such as "openai/gpt-4o-mini" or "openai_strict"; got ${describe(target)}.`,
    )
  provideCode(loader.code)
  try {
    const { schema } = toModel(model, 'The model').wire
    return JSON.parse(lintReport(loader, toJson(schema, 'The schema'), target)) as LintReport
  } catch (thrown) {
    if (thrown instanceof NotLoaded) throw notLoadedYet('Code for this call')
    throw errorFrom(thrown)
  }
}

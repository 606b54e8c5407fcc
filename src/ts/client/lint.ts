/**
 * `lint(model, target)`: what becomes of a schema at a provider, told before anything is sent. The core renders the
 * schema as a call would and lists each thing it had to do.
 */
import { describe } from '../common/describe.js'
import { ConfigurationError, errorFrom } from '../common/errors.js'
import { toJson } from '../common/json.js'
import type { SingleModel } from '../schema/infer.js'
import { toModel } from '../schema/read-model.js'
import type { Loader } from '../wasm/loader.js'
import { lintReport } from '../wasm/modules.js'

/** One thing that is done to a schema. */
export interface LintFinding {
  /** Where, as a JSON Pointer into the schema. */
  readonly pointer: string
  /**
   * `rewritten`: sent in another form, and the answer turned back. `described`: said in the description and checked by
   * us. `validated`: not sent at all, only checked by us. `impossible`: this provider cannot be asked for it.
   */
  readonly level: 'rewritten' | 'described' | 'validated' | 'impossible'
  readonly what: string
}

export interface LintReport {
  /** The dialect that the target stands for. */
  readonly dialect: string
  /** Whether the schema can be sent. */
  readonly possible: boolean
  /** In the order of the document; what is not listed is sent as it is. */
  readonly findings: readonly LintFinding[]
  /** What is sent; null when nothing can be. */
  readonly schema: Readonly<Record<string, unknown>> | null
}

/** The report of a model's schema at a target, made by the core. */
export function lintModel(loader: Loader, model: SingleModel, target: string): LintReport {
  if (typeof target !== 'string')
    throw new ConfigurationError(
      `The target must be a string such as "openai/gpt-4o-mini" or "openai_strict"; got ${describe(target)}.`,
    )
  const { schema } = toModel(model, 'The model').wire
  try {
    return JSON.parse(lintReport(loader, toJson(schema, 'The schema'), target)) as LintReport
  } catch (thrown) {
    throw errorFrom(thrown)
  }
}

/** The data of a finished call in addition to its value. */
import { attemptFrom } from './errors.js'
import type { Attempt, Usage } from './usage.js'

/** A change between the answer and the value. */
export interface Coercion {
  /** The place in the value. */
  readonly path?: readonly (string | number)[]
  readonly [detail: string]: unknown
}

/** The data of a finished call in addition to its value. */
export interface Completion {
  /** The provider's last response body, parsed. */
  readonly raw: unknown
  /** The text of the answer. */
  readonly text: string | null
  /** The reasoning text, if the provider returns it. */
  readonly reasoning?: string | null
  /** The tokens used by all attempts. */
  readonly usage: Usage
  /** The cost of all attempts in US dollars, the same as `usage.cost`; 0 from a cache. */
  readonly cost?: number
  /** All attempts, in order. */
  readonly attempts: readonly Attempt[]
  /** The mode that was used. */
  readonly mode: string
  /** The model that replied, as the provider names it. */
  readonly model: string
  /** The id of the provider: `openai`. */
  readonly provider: string
  /** Why the model stopped, in the provider's words. */
  readonly finishReason: string | null
  /** Whether it comes from a cache: `usage` is zero then. */
  readonly cached: boolean
  /** The changes made to the answer: by its structure, by `strict: false` or by `parse: 'lenient'`. */
  readonly coercions: readonly Coercion[]
  /** Why the stream was stopped before its end: the answer repeated itself (`stopLoops`), or had all keys (`stopWhenComplete`). */
  readonly stopped?: 'loop' | 'complete'
  /**
   * The calls of the answer, where there were several or the tools are parallel. With parallel tools they are in the
   * value's order. A further call of the only tool is not in the value; it has `used: false` and its own `value`.
   */
  readonly calls?: readonly { readonly name: string; readonly used: boolean; readonly value?: unknown }[]
}

const NOTHING: Usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0, raw: {} }

/** `cached`: it comes from a cache, so it has no cost. */
export function completionFrom(parsed: Record<string, unknown>, cached = false): Completion {
  const { value: _, attempts, ...rest } = parsed
  const { cost } = (parsed.usage ?? {}) as { cost?: number }
  return {
    ...rest,
    ...(cached ? { usage: NOTHING } : {}),
    ...(cost === undefined ? {} : { cost: cached ? 0 : cost }),
    cached,
    attempts: ((attempts ?? []) as unknown[]).map(attemptFrom),
  } as unknown as Completion
}

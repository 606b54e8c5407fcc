/** What is known of a finished call beside its value. */
import { attemptFrom } from './errors.js'
import type { Attempt, Usage } from './usage.js'

/** Something that was changed on the way from the answer to the value. */
export interface Coercion {
  readonly path?: readonly (string | number)[]
  readonly [detail: string]: unknown
}

/** What is known of a finished call beside its value. */
export interface Completion {
  readonly raw: unknown
  readonly text: string | null
  readonly reasoning?: string | null
  readonly usage: Usage
  readonly attempts: readonly Attempt[]
  readonly mode: string
  readonly model: string
  readonly provider: string
  readonly finishReason: string | null
  /** It came out of a cache: `usage` is zero. */
  readonly cached: boolean
  readonly coercions: readonly Coercion[]
  /**
   * The calls of the answer, where there were several or the tools are parallel. With parallel tools they are in the
   * value's order. `used: false` with its `value`: a further call of the one tool, which is not in the value.
   */
  readonly calls?: readonly { readonly name: string; readonly used: boolean; readonly value?: unknown }[]
}

const NOTHING: Usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0, raw: {} }

/** `cached`: it was taken out of a cache, so it cost nothing now. */
export function completionFrom(parsed: Record<string, unknown>, cached = false): Completion {
  const { value: _, attempts, ...rest } = parsed
  return {
    ...rest,
    ...(cached ? { usage: NOTHING } : {}),
    cached,
    attempts: ((attempts ?? []) as unknown[]).map(attemptFrom),
  } as unknown as Completion
}

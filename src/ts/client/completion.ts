/** The completion as the core tells it, with real errors in its attempts. */
import { attemptFrom } from '../common/errors.js'
import type { Completion, Usage } from './types.js'

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

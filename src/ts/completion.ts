/** The completion as the core tells it, with real errors in its attempts. */
import { attemptFrom } from './errors.js'
import type { Completion } from './types.js'

export function completionFrom(parsed: Record<string, unknown>): Completion {
  const { value: _, attempts, ...rest } = parsed
  return { ...rest, attempts: ((attempts ?? []) as unknown[]).map(attemptFrom) } as unknown as Completion
}

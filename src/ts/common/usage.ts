/** The data of attempts: tokens used, and each request with its answer. */

/** Tokens used, summed over attempts. */
export interface Usage {
  /** Tokens of the request, those read from a cache included. */
  readonly inputTokens: number
  /** Tokens of the answer, reasoning included. */
  readonly outputTokens: number
  /** The sum of both. */
  readonly totalTokens: number
  /** The part of the input that the provider read from its cache, if it reports it. */
  readonly cachedInputTokens?: number
  /** The part of the input that the provider wrote to its cache, if it reports it. */
  readonly cacheWriteTokens?: number
  /** The part of the output that is reasoning, if the provider reports it. */
  readonly reasoningTokens?: number
  /** US dollars, by `prices` or as the provider reports it. */
  readonly cost?: number
  /** The provider's own usage object, with its numbers summed, too. */
  readonly raw: Readonly<Record<string, unknown>>
}

/** One attempt of a call. */
export interface Attempt {
  /** What was sent, without keys. */
  readonly request: { readonly url?: string; readonly body: Readonly<Record<string, unknown>> }
  /** The provider's body, parsed, or null. */
  readonly raw: unknown
  /** Why the answer was not accepted. */
  readonly error?: Error
  /** With `fallback`: whose attempt it is. */
  readonly provider?: string
  /** With `fallback`: the requested model. */
  readonly model?: string
}

/** Sums the numbers of two usages. `raw` is the first one's. */
export function addUsage(sum: Usage, more: Usage): Usage {
  const out: Record<string, unknown> = { ...sum }
  for (const [name, n] of Object.entries(more))
    if (typeof n === 'number') out[name] = n + (typeof out[name] === 'number' ? out[name] : 0)
  return out as unknown as Usage
}

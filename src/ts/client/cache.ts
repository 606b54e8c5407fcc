/**
 * The cache of answers: a call that was answered before gives the same value without a request. Its key is a digest of
 * the request, of how its answer is read, and of the credentials (`CoreClient.cacheKey`), so that no client is given what
 * another one's key has paid for. What is kept is the completion as JSON; it is validated again when it is taken out, so
 * that a changed schema or a damaged store never gives a value that does not fit.
 */
import { completionFrom } from '../common/completion.js'
import { ConfigurationError } from '../common/errors.js'
import type { StandardResult } from '../schema/standard.js'
import type { Recalled } from '../stream/core-source.js'

/** A store for answers: a `Map`, or anything with these two methods (they may be asynchronous). */
export interface Cache {
  get(key: string): string | undefined | null | Promise<string | undefined | null>
  set(key: string, value: string): unknown
}

export interface CacheOptions {
  /** A store of answers, `true` for one in memory. A stream out of it comes at once. */
  readonly cache?: Cache | boolean
  /** Milliseconds for which an answer counts. Default: without end. */
  readonly cacheTtl?: number
  /** Clients that name the same one share their answers; without it only those with the same credentials do. */
  readonly cacheNamespace?: string
  readonly cache_ttl?: number
  readonly cache_namespace?: string
}

const KEPT = 1000

/** `cache: true`: in memory, the oldest forgotten first. */
export class MemoryCache implements Cache {
  readonly #map = new Map<string, string>()

  get(key: string): string | undefined {
    return this.#map.get(key)
  }

  set(key: string, value: string): void {
    this.#map.delete(key)
    this.#map.set(key, value)
    if (this.#map.size > KEPT) this.#map.delete(this.#map.keys().next().value as string)
  }
}

export function readCache(given: unknown): Cache | undefined {
  if (given === undefined || given === null || given === false) return undefined
  if (given === true) return new MemoryCache()
  const cache = given as Partial<Cache>
  if (typeof cache.get === 'function' && typeof cache.set === 'function') return cache as Cache
  throw new ConfigurationError('cache must be true, or an object with get(key) and set(key, value).', {
    parameter: 'cache',
  })
}

/** How long an answer is kept, in milliseconds. */
export function checkTtl(ttl: unknown): number | undefined {
  if (ttl === undefined || ttl === null || ttl === Number.POSITIVE_INFINITY) return undefined
  if (typeof ttl === 'number' && ttl > 0) return ttl
  throw new ConfigurationError('cacheTtl must be milliseconds, more than 0.', { parameter: 'cacheTtl' })
}

export function checkNamespace(given: unknown): string | undefined {
  if (given === undefined || given === null) return undefined
  if (typeof given === 'string' && given) return given
  throw new ConfigurationError('cacheNamespace must be a string that is not empty.', {
    parameter: 'cacheNamespace',
  })
}

/** Where one call's answer is kept. */
export interface Place {
  readonly cache: Cache
  readonly key: string
  /** Milliseconds until it is out of date. */
  readonly ttl: number | undefined
}

/** What is kept: the completion's JSON, with the time from which on it counts for nothing. */
interface Kept extends Record<string, unknown> {
  readonly value?: unknown
  readonly expires?: unknown
}

/** What was kept, if it is whole, in time, and fits the model. A store that fails is as good as an empty one. */
export async function recall(
  { cache, key }: Place,
  check: (value: unknown) => Promise<StandardResult<unknown>>,
): Promise<Recalled | undefined> {
  try {
    const text = await cache.get(key)
    if (!text) return undefined
    const { expires, ...completion } = JSON.parse(text) as Kept
    if (typeof expires === 'number' && expires <= Date.now()) return undefined
    const result = await check(completion.value)
    return result.issues ? undefined : [result.value, completionFrom(completion, true), completion]
  } catch (error) {
    console.warn('The cache gave nothing that can be read:', error)
    return undefined
  }
}

export async function keep({ cache, key, ttl }: Place, text: string): Promise<void> {
  try {
    await cache.set(key, ttl === undefined ? text : `{"expires":${Date.now() + ttl},${text.slice(1)}`)
  } catch (error) {
    console.warn('The cache did not keep an answer:', error)
  }
}

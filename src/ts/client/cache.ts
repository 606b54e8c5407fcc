/**
 * The cache of answers: an equal call returns the same value without a request. Its key is a digest of the request,
 * the options for reading the answer and the credentials (`CoreClient.cacheKey`), so that clients with different keys
 * share no answers. An entry is the completion as JSON; it is validated again when it is read, so that a changed
 * schema or a damaged store never results in an invalid value.
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
  /** A store of answers, or `true` for one in memory. A cached stream arrives at once. */
  readonly cache?: Cache | boolean
  /** Milliseconds for which an answer is valid. Default: unlimited. */
  readonly cacheTtl?: number
  /** Clients with the same namespace share their answers. Default: only clients with the same credentials do. */
  readonly cacheNamespace?: string
  /** Alias of `cacheTtl`. */
  readonly cache_ttl?: number
  /** Alias of `cacheNamespace`. */
  readonly cache_namespace?: string
}

const MAX_ENTRIES = 1000

/** The store of `cache: true`: in memory, the oldest entries are removed first. */
export class MemoryCache implements Cache {
  readonly #map = new Map<string, string>()

  get(key: string): string | undefined {
    return this.#map.get(key)
  }

  set(key: string, value: string): void {
    this.#map.delete(key)
    this.#map.set(key, value)
    if (this.#map.size > MAX_ENTRIES) this.#map.delete(this.#map.keys().next().value as string)
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
  throw new ConfigurationError('cacheNamespace must be a non-empty string.', {
    parameter: 'cacheNamespace',
  })
}

/** The cache entry of one call. */
export interface CacheEntry {
  readonly cache: Cache
  readonly key: string
  /** Milliseconds until it expires. */
  readonly ttl: number | undefined
}

/** An entry: the completion's JSON and the time at which it expires. */
interface StoredCompletion extends Record<string, unknown> {
  readonly value?: unknown
  readonly expires?: unknown
}

/** The entry, if it is complete, not expired, and matches the model. A failing store counts as empty. */
export async function recall(
  { cache, key }: CacheEntry,
  check: (value: unknown) => Promise<StandardResult<unknown>>,
): Promise<Recalled | undefined> {
  try {
    const text = await cache.get(key)
    if (!text) return undefined
    const { expires, ...completion } = JSON.parse(text) as StoredCompletion
    if (typeof expires === 'number' && expires <= Date.now()) return undefined
    const result = await check(completion.value)
    return result.issues ? undefined : [result.value, completionFrom(completion, true), completion]
  } catch (error) {
    console.warn('The cache entry cannot be read:', error)
    return undefined
  }
}

export async function store({ cache, key, ttl }: CacheEntry, text: string): Promise<void> {
  try {
    await cache.set(key, ttl === undefined ? text : `{"expires":${Date.now() + ttl},${text.slice(1)}`)
  } catch (error) {
    console.warn('The cache did not store an answer:', error)
  }
}

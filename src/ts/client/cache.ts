/** The option `cache`: its values and their checks, and the store in memory. `answer-cache.ts` reads and keeps the answers. */
import { ConfigurationError } from '../common/errors.js'

/**
 * A store of answers: a `Map`, or anything with `get` and `set`, which may be asynchronous. `get` may return the parsed
 * JSON instead of the text.
 */
export interface Cache {
  /** The text that was stored, or nothing; a promise of it is accepted. */
  get(key: string): unknown
  /** Stores an answer; may be asynchronous. */
  set(key: string, value: string): unknown
  /** Stores an answer with its time to live in milliseconds. Without this method, `set` is called. */
  setFor?(key: string, value: string, ttl: number): unknown
}

/** The cache of a client or of a call. */
export interface CacheOptions {
  /**
   * A store of answers, or `true` for one in memory. A cached stream arrives at once.
   * @default no cache
   * @example `kvCache(env.KV)`
   */
  readonly cache?: Cache | boolean
  /**
   * Milliseconds for which an answer is valid.
   * @default unlimited
   */
  readonly cacheTtl?: number
  /**
   * Clients with the same namespace share their answers.
   * @default only clients with the same credentials do
   */
  readonly cacheNamespace?: string
  /** @deprecated Python's name of `cacheTtl`. */
  readonly cache_ttl?: number
  /** @deprecated Python's name of `cacheNamespace`. */
  readonly cache_namespace?: string
}

/** The store of `cache: true`: in memory, the entries that were not used for the longest time are removed first. */
export class AutoCache implements Cache {
  readonly #entries = new Map<string, readonly [value: string, expires: number]>()
  readonly #maxSize: number
  readonly #ttl: number | undefined

  /**
   * @param options - `maxSize`: the largest number of entries, by default 1000. `ttl`: the milliseconds for which an entry is
   * valid, by default unlimited; `cacheTtl` of a client or a call takes precedence.
   */
  constructor({ maxSize = 1000, ttl }: { readonly maxSize?: number; readonly ttl?: number } = {}) {
    if (!(Number.isInteger(maxSize) && maxSize > 0))
      throw new ConfigurationError('maxSize must be a whole number of entries, at least 1.', {
        parameter: 'maxSize',
      })
    this.#maxSize = maxSize
    this.#ttl = checkTtl(ttl, 'ttl')
  }

  /** The number of entries, expired ones included. */
  get size(): number {
    return this.#entries.size
  }

  /** The answer, if it is present and still valid. */
  get(key: string): string | undefined {
    const entry = this.#entries.get(key)
    this.#entries.delete(key)
    if (!entry || entry[1] <= Date.now()) return undefined
    this.#entries.set(key, entry)
    return entry[0]
  }

  /** Stores an answer for the `ttl` of the store. */
  set(key: string, value: string): void {
    this.setFor(key, value, this.#ttl)
  }

  /** Stores an answer for `ttl` milliseconds. */
  setFor(key: string, value: string, ttl: number = Number.POSITIVE_INFINITY): void {
    this.#entries.delete(key)
    this.#entries.set(key, [value, Date.now() + ttl])
    if (this.#entries.size > this.#maxSize) this.#entries.delete(this.#entries.keys().next().value as string)
  }

  /** Removes all entries. */
  clear(): void {
    this.#entries.clear()
  }
}

export function readCache(given: unknown): Cache | undefined {
  if (given === undefined || given === null || given === false) return undefined
  if (given === true) return new AutoCache()
  const cache = given as Partial<Cache> & { readonly put?: unknown }
  if (typeof cache.get === 'function' && typeof cache.set === 'function') return cache as Cache
  throw new ConfigurationError(
    `cache must be true, or an object with get(key) and set(key, value)${
      typeof cache.put === 'function' ? ', such as kvCache(env.KV) or webCache(caches)' : ''
    }.`,
    { parameter: 'cache' },
  )
}

/** How long an answer is kept, in milliseconds. */
export function checkTtl(ttl: unknown, parameter = 'cacheTtl'): number | undefined {
  if (ttl === undefined || ttl === null || ttl === Number.POSITIVE_INFINITY) return undefined
  if (typeof ttl === 'number' && ttl > 0) return ttl
  throw new ConfigurationError(`${parameter} must be milliseconds, more than 0.`, { parameter })
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

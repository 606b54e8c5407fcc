/**
 * The cache of answers: a call whose request (address, body, schema) was answered before gives the same value without
 * a request. What is kept is the completion as JSON; it is validated again when it is taken out, so that a changed
 * schema or a damaged store never gives a value that does not fit.
 */
import { ConfigurationError } from './errors.js'
import type { Cache } from './types.js'

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

/** A short key where WebCrypto is at hand (stores limit their keys), the text itself where it is not. */
export async function cacheKey(text: string): Promise<string> {
  const subtle = globalThis.crypto?.subtle
  if (!subtle) return `instructor:${text}`
  const digest = new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return `instructor:${[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

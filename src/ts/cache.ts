/**
 * The cache of answers: a call whose request (address, body, schema) was answered before gives the same value without
 * a request. What is kept is the completion as JSON; it is validated again when it is taken out, so that a changed
 * schema or a damaged store never gives a value that does not fit.
 */
import { type Call, checked } from './call.js'
import { completionFrom } from './completion.js'
import { ConfigurationError } from './errors.js'
import type { BuiltRequest, Cache, Completion } from './types.js'

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

/**
 * The key of a request: its address and body, which holds the model's schema. Not its headers: they hold the API key,
 * and signatures that are different each time. Short where WebCrypto is at hand, since stores limit their keys.
 */
export async function cacheKey(request: string): Promise<string> {
  const { url, body } = JSON.parse(request) as BuiltRequest
  const text = `${url}\n${body}`
  const subtle = globalThis.crypto?.subtle
  if (!subtle) return `instructor:${text}`
  const digest = new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return `instructor:${[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

/** What was kept under a key, if it is whole and fits the model. A store that fails is as good as an empty one. */
export async function recall(
  cache: Cache,
  key: string,
  call: Call,
): Promise<[value: unknown, completion: Completion] | undefined> {
  try {
    const kept = await cache.get(key)
    if (!kept) return undefined
    const completion = JSON.parse(kept) as Record<string, unknown>
    const result = await checked(call, completion.value)
    return result.issues ? undefined : [result.value, completionFrom(completion)]
  } catch (error) {
    console.warn('The cache gave nothing that can be read:', error)
    return undefined
  }
}

export async function keep(cache: Cache, key: string, text: string): Promise<void> {
  try {
    await cache.set(key, text)
  } catch (error) {
    console.warn('The cache did not keep an answer:', error)
  }
}

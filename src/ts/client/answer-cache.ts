/**
 * The cache of answers: an equal call returns the same value without a request. Its key is a digest of the request,
 * the options for reading the answer and the credentials (`CoreClient.cacheKey`), so that clients with different keys
 * share no answers. An entry is the completion as JSON; it is validated again when it is read, so that a changed
 * schema or a damaged store never results in an invalid value.
 */
import { completionFrom } from '../common/completion.js'
import type { StandardResult } from '../schema/standard.js'
import type { Recalled } from '../stream/core-source.js'
import type { Cache, CacheEntry } from './cache.js'

/** An entry: the completion's JSON and the time at which it expires. */
interface StoredCompletion extends Record<string, unknown> {
  readonly value?: unknown
  readonly expires?: unknown
}

/** The calls under way by store and key; each resolves with the answer's text, or without one if the call fails. */
const flights = new WeakMap<Cache, Map<string, Promise<string | undefined>>>()

/** A call with a cache. Of equal calls at the same time, the first makes the request and the others wait for its answer. */
export class CachedCall {
  readonly #place: CacheEntry
  /** The answer of an equal call that is under way. */
  readonly #joined: Promise<string | undefined> | undefined
  #land: ((text?: string) => void) | undefined

  /** `leads`: others may wait for this call. A stream's reader may stop reading, so nothing waits for streams. */
  constructor(place: CacheEntry, leads: boolean) {
    const { cache, key } = place
    this.#place = place
    const all = flights.get(cache) ?? new Map<string, Promise<string | undefined>>()
    flights.set(cache, all)
    this.#joined = all.get(key)
    if (!leads || this.#joined) return
    const landed = new Promise<string | undefined>((resolve) => {
      this.#land = (text) => {
        all.delete(key)
        resolve(text)
      }
    })
    all.set(key, landed)
  }

  /**
   * The answer of an equal call, or the entry if it is complete and not expired; if it matches the model. A failing store
   * counts as empty.
   */
  async recall(check: (value: unknown) => Promise<StandardResult<unknown>>): Promise<Recalled | undefined> {
    const { cache, key } = this.#place
    try {
      const kept = this.#joined ? await this.#joined : await cache.get(key)
      if (!kept) return undefined
      const { expires, ...completion } = (
        typeof kept === 'string' ? JSON.parse(kept) : kept
      ) as StoredCompletion
      if (typeof expires === 'number' && expires <= Date.now()) return undefined
      const result = await check(completion.value)
      return result.issues ? undefined : [result.value, completionFrom(completion, true), completion]
    } catch (error) {
      console.warn('The cache entry cannot be read:', error)
      return undefined
    }
  }

  /** Gives the answer to the calls that wait for it, and stores it. */
  async keep(text: string): Promise<void> {
    this.end(text)
    const { cache, key, ttl } = this.#place
    try {
      if (ttl === undefined) await cache.set(key, text)
      else {
        const entry = `{"expires":${Date.now() + ttl},${text.slice(1)}`
        await (cache.setFor ? cache.setFor(key, entry, ttl) : cache.set(key, entry))
      }
    } catch (error) {
      console.warn('The cache did not store an answer:', error)
    }
  }

  /** The call ended; without an answer, the calls that wait for it make their own requests. */
  end(text?: string): void {
    this.#land?.(text)
    this.#land = undefined
  }
}

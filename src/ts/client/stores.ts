/** Stores of answers over the key-value stores of platforms: Workers KV, the Cache API, Redis, IndexedDB. */
import { ConfigurationError } from '../common/errors.js'
import type { Cache } from './cache.js'

/** The methods of a Workers KV namespace that are used. */
export interface KvNamespace {
  get(key: string): Promise<string | null>
  put(key: string, value: string, options?: { readonly expirationTtl?: number }): Promise<void>
}

/** KV accepts no shorter time to live, in seconds. */
const KV_SHORTEST = 60

/**
 * A store in a namespace of Cloudflare Workers KV. KV keeps entries for at least a minute; a shorter `cacheTtl` is applied when
 * an entry is read.
 *
 * @example
 * ```ts
 * const client = fromProvider('openai/gpt-4o-mini', { env, cache: kvCache(env.KV), cacheTtl: 86_400_000 })
 * ```
 */
export function kvCache(namespace: KvNamespace): Cache {
  need(namespace, ['get', 'put'], 'kvCache takes a KV namespace, e.g. env.KV')
  return {
    get: (key) => namespace.get(key),
    set: (key, value) => namespace.put(key, value),
    setFor: (key, value, ttl) =>
      namespace.put(key, value, { expirationTtl: Math.max(KV_SHORTEST, Math.ceil(ttl / 1000)) }),
  }
}

/** The methods of the Cache API that are used. */
export interface WebCache {
  match(url: string): Promise<Response | undefined>
  put(url: string, response: Response): Promise<void>
}

/** The object `caches` of the platform. */
export interface WebCaches {
  /** In Workers: the cache of the data center. */
  readonly default?: WebCache
  open(name: string): Promise<WebCache>
}

/** Entries have URLs of a host that does not exist. */
const WEB_HOST = 'https://instructor-wasm.invalid/'
/** Seconds; without `max-age` some platforms keep nothing. */
const WEB_LONGEST = 31_536_000

/**
 * A store in the Cache API: `webCache(caches)` or `webCache(await caches.open('answers'))`. In Workers, `caches` means
 * `caches.default`.
 */
export function webCache(caches: WebCache | WebCaches): Cache {
  const several = typeof (caches as Partial<WebCaches> | undefined)?.open === 'function'
  if (!several) need(caches, ['match', 'put'], 'webCache takes `caches` or one of its caches')
  let opened: Promise<WebCache> | undefined
  const open = () => {
    if (!several) return Promise.resolve(caches as WebCache)
    const all = caches as WebCaches
    if (all.default) return Promise.resolve(all.default)
    opened ??= all.open('instructor-wasm').catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
  const url = (key: string) => WEB_HOST + encodeURIComponent(key)
  const put = async (key: string, value: string, seconds: number) => {
    const headers = { 'content-type': 'application/json', 'cache-control': `max-age=${seconds}` }
    await (await open()).put(url(key), new Response(value, { headers }))
  }
  return {
    get: async (key) => (await (await open()).match(url(key)))?.text(),
    set: (key, value) => put(key, value, WEB_LONGEST),
    setFor: (key, value, ttl) => put(key, value, Math.min(WEB_LONGEST, Math.ceil(ttl / 1000))),
  }
}

/** The methods of a Redis client that are used: `redis`, `ioredis` and `@upstash/redis` have them. */
export interface RedisClient {
  get(key: string): Promise<unknown>
  set(key: string, value: string): Promise<unknown>
  psetex?(key: string, ttl: number, value: string): Promise<unknown>
  pSetEx?(key: string, ttl: number, value: string): Promise<unknown>
}

/** A store in Redis, for the clients `redis`, `ioredis` and `@upstash/redis`. Redis removes expired entries itself. */
export function redisCache(client: RedisClient): Cache {
  need(client, ['get', 'set'], 'redisCache takes a client of redis, ioredis or @upstash/redis')
  return {
    get: (key) => client.get(key),
    set: (key, value) => client.set(key, value),
    setFor: (key, value, ttl) => {
      const whole = Math.ceil(ttl)
      if (client.psetex) return client.psetex(key, whole, value)
      if (client.pSetEx) return client.pSetEx(key, whole, value)
      return client.set(key, value)
    },
  }
}

const STORE = 'answers'
const BY_TIME = 'at'

/**
 * A store in the browser's IndexedDB, which outlives the page.
 *
 * @param name - The name of the database.
 * @param options - `maxSize`: the largest number of entries, by default 1000; the oldest are removed first.
 */
export function idbCache(
  name = 'instructor-wasm',
  { maxSize = 1000 }: { readonly maxSize?: number } = {},
): Cache {
  let opened: Promise<IDBDatabase> | undefined
  const open = () => {
    opened ??= openDatabase(name, () => {
      opened = undefined
    })
    return opened
  }
  return {
    get: async (key) => {
      const store = (await open()).transaction(STORE, 'readonly').objectStore(STORE)
      return ((await done(store.get(key))) as { readonly text?: string } | undefined)?.text
    },
    set: async (key, text) => {
      const transaction = (await open()).transaction(STORE, 'readwrite')
      const store = transaction.objectStore(STORE)
      store.put({ text, [BY_TIME]: Date.now() }, key)
      const count = store.count()
      count.onsuccess = () => removeOldest(store, count.result - maxSize)
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve()
        transaction.onabort = () => reject(transaction.error)
      })
    },
  }
}

function removeOldest(store: IDBObjectStore, excess: number): void {
  if (excess <= 0) return
  let left = excess
  const cursor = store.index(BY_TIME).openKeyCursor()
  cursor.onsuccess = () => {
    const at = cursor.result
    if (!at || left-- <= 0) return
    store.delete(at.primaryKey)
    at.continue()
  }
}

/** `closed` is called when the database has to be opened again. */
function openDatabase(name: string, closed: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE).createIndex(BY_TIME, BY_TIME)
    }
    request.onerror = () => {
      closed()
      reject(request.error)
    }
    request.onsuccess = () => {
      const database = request.result
      database.onclose = closed
      // Another page deletes or upgrades the database.
      database.onversionchange = () => {
        database.close()
        closed()
      }
      resolve(database)
    }
  })
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

function need(given: unknown, methods: readonly string[], what: string): void {
  const has = (method: string) =>
    typeof (given as Readonly<Record<string, unknown>> | null | undefined)?.[method] === 'function'
  if (!methods.every(has)) throw new ConfigurationError(`${what}.`, { parameter: 'cache' })
}

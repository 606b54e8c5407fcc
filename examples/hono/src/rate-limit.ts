/** Limits the calls of each token. The counts are in memory: several processes need a shared store, such as Redis. */
import type { MiddlewareHandler } from 'hono'

export function rateLimit({ calls, seconds }: { calls: number; seconds: number }): MiddlewareHandler {
  let counts = new Map<string, number>()
  let end = 0
  return async (c, next) => {
    const now = Date.now()
    if (now >= end) {
      counts = new Map()
      end = now + seconds * 1000
    }
    const token = c.req.header('authorization') ?? ''
    const count = (counts.get(token) ?? 0) + 1
    counts.set(token, count)
    if (count <= calls) return next()
    c.header('retry-after', `${Math.ceil((end - now) / 1000)}`)
    return c.json({ error: { code: 'rate_limited', message: 'Too many requests.' } }, 429)
  }
}

/** Converts headers to a plain object. The core checks names and values. */
import { ConfigurationError } from './errors.js'

/** Characters that no header value can contain. `fetch` trims whitespace around a value. */
const IMPOSSIBLE = /[^\t\x20-\x7e\xa0-\xff]/

export const isHeaderValue = (value: string): boolean => !IMPOSSIBLE.test(value.trim())

/** Accepts an object, a Headers or a Map. A header with the value null is not sent. */
export function plainHeaders(headers: unknown, parameter: string): unknown {
  if (headers === undefined || headers === null) return undefined
  const listed = (typeof Headers !== 'undefined' && headers instanceof Headers) || headers instanceof Map
  if (typeof headers !== 'object' || (!listed && Symbol.iterator in headers))
    throw new ConfigurationError(`${parameter} must be an object of strings, or a Headers.`, { parameter })
  const out: Record<string, unknown> = Object.create(null)
  for (const [name, value] of listed ? (headers as Map<string, unknown>) : Object.entries(headers)) {
    if (value !== undefined) out[name] = value
  }
  return out
}

/** Values in messages. */

/** What a value is. Strings are not quoted: a key in the wrong place is one. */
export function describe(value: unknown): string {
  if (value === undefined) return 'undefined'
  if (value === null) return 'null'
  if (value === '') return 'an empty string'
  if (typeof value === 'string') return `a string of ${value.length} characters`
  if (typeof value === 'function') return `a function${value.name ? ` (${value.name})` : ''}`
  if (Array.isArray(value)) return value.length ? 'an array' : 'an empty array'
  if (typeof value === 'object') {
    const keys = Object.keys(value)
    return keys.length ? `an object with the keys ${keys.slice(0, 5).join(', ')}` : 'an empty object'
  }
  return `${typeof value} ${String(value)}`
}

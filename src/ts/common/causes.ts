/**
 * Causes of our errors: values that fetch or a function of the app threw. Errors of HTTP clients often carry the request
 * with its headers, so a cause that contains a secret is replaced by a copy without it.
 */
import type { Redact } from './secrets.js'

/** A value with more members or more levels is copied without a further search. */
const MOST_VALUES = 2000
const DEEPEST = 12

/** Returns the thrown value when a complete search finds no secret in it, otherwise a redacted copy. */
export function withoutSecrets(thrown: unknown, redact: Redact): unknown {
  const search = new Search(redact)
  return search.isClean(thrown, 0) ? thrown : copy(thrown, redact, new Set(), 0)
}

class Search {
  readonly #redact: Redact
  readonly #seen = new Set<object>()

  constructor(redact: Redact) {
    this.#redact = redact
  }

  isClean(value: unknown, depth: number): boolean {
    if (typeof value === 'string') return this.#redact(value) === value
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return true
    if (this.#seen.has(value)) return true
    this.#seen.add(value)
    if (this.#seen.size > MOST_VALUES || depth > DEEPEST) return false
    try {
      return this.#membersAreClean(value, depth)
    } catch {
      // For example a proxy whose traps throw.
      return false
    }
  }

  #membersAreClean(value: object, depth: number): boolean {
    const inner = (one: unknown) => this.isClean(one, depth + 1)
    if (isError(value)) {
      if (!inner(value.name) || !inner(value.message) || !inner(value.stack)) return false
    } else if (value instanceof Map || value instanceof Headers || value instanceof URLSearchParams) {
      if (![...value].every(inner)) return false
    } else if (value instanceof Set) {
      if (![...value].every(inner)) return false
    } else if (value instanceof URL) {
      if (!inner(value.href)) return false
    } else if (typeof value === 'function' || !isPlain(value)) {
      // A Request or a socket has private state, which is printed with it.
      if (!HARMLESS.some((Class) => value instanceof Class)) return false
    }
    for (const key of Reflect.ownKeys(value)) {
      if (key === 'stack' && isError(value)) continue
      const member = Reflect.getOwnPropertyDescriptor(value, key)
      if (member && !('value' in member)) return false
      if (!inner(key) || !inner(member?.value)) return false
    }
    return true
  }
}

const HARMLESS = [Date, RegExp, Promise, ArrayBuffer] as const

/** Also true for errors of another realm: test runners use one. */
function isError(value: object): value is Error {
  return (
    value instanceof Error || /^\[object (Error|DOMException)\]$/.test(Object.prototype.toString.call(value))
  )
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Array.isArray(value) || !Object.getPrototypeOf(prototype)
}

/** A redacted copy. Errors keep name, message, stack, primitive members, cause and `errors`; plain data keeps plain members. */
function copy(value: unknown, redact: Redact, seen: Set<object>, depth: number): unknown {
  if (typeof value === 'string') return redact(value)
  if (typeof value === 'function') return undefined
  if (typeof value !== 'object' || value === null) return value
  if (seen.has(value) || depth > DEEPEST || seen.size > MOST_VALUES) return undefined
  seen.add(value)
  try {
    if (isError(value)) return copiedError(value, redact, seen, depth)
    if (Array.isArray(value)) return value.map((item) => copy(item, redact, seen, depth + 1))
    if (!isPlain(value)) return undefined
    return Object.fromEntries(members(value, redact, seen, depth))
  } catch {
    return undefined
  }
}

function copiedError(error: Error, redact: Redact, seen: Set<object>, depth: number): Error {
  const out = new Error(redact(String(error.message)))
  const hide = (key: string, value: unknown) =>
    Object.defineProperty(out, key, { value, configurable: true, writable: true })
  hide('name', redact(String(error.name)))
  hide('stack', typeof error.stack === 'string' ? redact(error.stack) : undefined)
  for (const key of ['cause', 'errors'] as const) {
    const inner = copy(Reflect.getOwnPropertyDescriptor(error, key)?.value, redact, seen, depth + 1)
    if (inner !== undefined) hide(key, inner)
  }
  // Members that are objects (a request, a configuration) are left out.
  for (const [key, value] of members(error, redact, seen, depth))
    if (typeof value !== 'object' && !(key in out)) Object.assign(out, { [key]: value })
  return out
}

function members(value: object, redact: Redact, seen: Set<object>, depth: number): [string, unknown][] {
  const out: [string, unknown][] = []
  for (const [key, member] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    if (!member.enumerable || !('value' in member) || key === '__proto__') continue
    const copied = copy(member.value, redact, seen, depth + 1)
    if (copied !== undefined) out.push([redact(key), copied])
  }
  return out
}

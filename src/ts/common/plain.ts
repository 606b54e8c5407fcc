/** Plain data: members, copies, depth. */

export type Container = Record<string, unknown> | unknown[]

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Sets a member; `__proto__` is a name like any other. */
export function set(target: Container, key: string | number, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
  } else {
    ;(target as Record<string | number, unknown>)[key] = value
  }
}

export function copyOf(container: Container): Container {
  return Array.isArray(container) ? container.slice() : { ...container }
}

export function isEmpty(container: Container): boolean {
  return Array.isArray(container) ? container.length === 0 : Object.keys(container).length === 0
}

/** Whether two containers have the same members in the same order; for the member `open`, only that both have it. */
export function sameMembers(one: Container, two: Container, open?: string | number): boolean {
  if (Array.isArray(one)) {
    if (!Array.isArray(two) || one.length !== two.length) return false
    for (let i = 0; i < one.length; i++) if (one[i] !== two[i] && i !== open) return false
    return true
  }
  const names = Object.keys(one)
  const others = Object.keys(two)
  if (names.length !== others.length) return false
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string
    if (name !== others[i]) return false
    if (one[name] !== (two as Record<string, unknown>)[name] && name !== open) return false
  }
  return true
}

/** Freezes a value whose depth is bounded; frozen values are skipped. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const member of Object.values(value)) deepFreeze(member)
  return Object.freeze(value)
}

/** Whether JSON data is nested deeper than `most` levels. */
export function deeperThan(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (most === 0) return true
  for (const member of Array.isArray(value) ? value : Object.values(value))
    if (deeperThan(member, most - 1)) return true
  return false
}

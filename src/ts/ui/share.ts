/** The final value with the parts of the last snapshot that it equals, so that a view does not render them again. */
import { isRecord } from '../common/plain.js'

/** Levels that are compared. */
const MOST_DEPTH = 140

const isPlain = (value: unknown): value is Record<string, unknown> => {
  if (!isRecord(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** `shown` if the values are equal; else `value`, as a copy if parts of it are those of `shown`. */
export function share<T>(value: T, shown: unknown, depth = 0): T {
  if (Object.is(value, shown)) return value
  if (depth > MOST_DEPTH) return value
  if (Array.isArray(value) && Array.isArray(shown)) {
    const items = value.map((item, i) => share(item, shown[i], depth + 1))
    if (items.length === shown.length && items.every((item, i) => Object.is(item, shown[i])))
      return shown as T
    return (items.some((item, i) => item !== value[i]) ? items : value) as T
  }
  if (!isPlain(value) || !isPlain(shown)) return value
  const names = Object.keys(value)
  const members = names.map((name) => share(value[name], shown[name], depth + 1))
  const same = (name: string, i: number) => Object.hasOwn(shown, name) && Object.is(members[i], shown[name])
  if (names.length === Object.keys(shown).length && names.every(same)) return shown as T
  if (!members.some((member, i) => member !== value[names[i] as string])) return value
  return Object.fromEntries(names.map((name, i) => [name, members[i]])) as T
}

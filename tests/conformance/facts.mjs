// Facts of rows: whether what was seen has what a row states, and the check that a wrong statement would be noticed.
import { isDeepStrictEqual } from 'node:util'
import { isObject } from './golden/compare.mjs'

/** Whether the value has everything of `part`; `undefined` there means that it is absent. */
export function contains(value, part) {
  if (Array.isArray(part))
    return (
      Array.isArray(value) &&
      value.length === part.length &&
      part.every((item, at) => contains(value[at], item))
    )
  if (isObject(part))
    return isObject(value) && Object.keys(part).every((key) => contains(value[key], part[key]))
  return Object.is(value, part)
}

/** As JSON, so that frozen objects and keys such as `__proto__` make no difference. */
const plain = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value) ?? 'null'))
export const same = (a, b) => isDeepStrictEqual(plain(a), plain(b))

export const short = (value) => {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value))
  return text.length > 500 ? `${text.slice(0, 500)}…` : text
}

/** Another value than the given one: its first leaf is changed. */
export function altered(value) {
  if (typeof value === 'string') return `${value}~`
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  if (value === undefined || value === null) return '~'
  if (Array.isArray(value)) return [...value, '~']
  const [[key, inner] = ['~']] = Object.entries(value)
  return { ...value, [key]: altered(inner) }
}

/** Counts of rows by result, and their line. */
export const tally = () => ({ run: 0, equal: 0, 'by rule': 0, different: 0 })
export const summary = ({ run, equal, 'by rule': rule, different }) =>
  `run ${run}, equal ${equal}, by rule ${rule}, different ${different}`

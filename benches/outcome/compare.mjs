// Whether an answer is right: compared as a person would, who ignores case, white space, a final full stop and the order
// of a list.

const alternatives = Symbol('alternatives')

/** One of several right values. */
export const either = (...values) => ({ [alternatives]: values })

/** A list in which the order matters. */
export const ordered = (...values) => Object.assign(values, { ordered: true })

export function isRight(right, value) {
  if (right?.[alternatives]) return right[alternatives].some((one) => isRight(one, value))
  if (typeof right === 'string') return typeof value === 'string' && plain(right) === plain(value)
  if (typeof right === 'number')
    return typeof value === 'number' && Math.abs(right - value) <= 1e-6 * Math.max(1, Math.abs(right))
  if (right === null) return value === null || value === undefined
  if (Array.isArray(right)) return Array.isArray(value) && sameList(right, value)
  if (typeof right === 'object')
    return isObject(value) && keysOf(right, value).every((key) => isRight(right[key] ?? null, value[key]))
  return right === value
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const keysOf = (right, value) => [...new Set([...Object.keys(right), ...Object.keys(value)])]

function sameList(right, value) {
  if (right.length !== value.length) return false
  if (right.ordered) return right.every((one, at) => isRight(one, value[at]))
  const left = [...value]
  return right.every((one) => {
    const at = left.findIndex((other) => isRight(one, other))
    if (at < 0) return false
    left.splice(at, 1)
    return true
  })
}

const plain = (text) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[.!]$/, '')

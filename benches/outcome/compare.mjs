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

/** Values that are right: each alternative is in one of them. */
export function rightValues(right) {
  const count = alternativesOf(right)
  return Array.from({ length: count }, (_, at) => rightValue(right, at))
}

function alternativesOf(right) {
  if (right?.[alternatives]) return right[alternatives].reduce((total, one) => total + alternativesOf(one), 0)
  if (typeof right !== 'object' || right === null) return 1
  return Math.max(1, ...Object.values(right).map(alternativesOf))
}

function rightValue(right, at) {
  if (right?.[alternatives]) {
    let left = at % alternativesOf(right)
    for (const one of right[alternatives]) {
      if (left < alternativesOf(one)) return rightValue(one, left)
      left -= alternativesOf(one)
    }
  }
  if (Array.isArray(right)) return right.map((one) => rightValue(one, at))
  if (typeof right !== 'object' || right === null) return right
  return Object.fromEntries(Object.entries(right).map(([key, one]) => [key, rightValue(one, at)]))
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

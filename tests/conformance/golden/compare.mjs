// Deep comparison: key order never matters, array order always does.

/** The first few places where two JSON values differ, as `path: theirs ≠ ours` lines. */
export function differences(theirs, ours, path = '', found = [], limit = 8) {
  if (found.length >= limit || Object.is(theirs, ours)) return found
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    const longest = Math.max(theirs.length, ours.length)
    for (let index = 0; index < longest; index += 1) {
      differences(theirs[index], ours[index], `${path}[${index}]`, found, limit)
    }
    return found
  }
  if (isObject(theirs) && isObject(ours)) {
    for (const key of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
      differences(theirs[key], ours[key], path ? `${path}.${key}` : key, found, limit)
    }
    return found
  }
  found.push(`${path || '(whole)'}: ${short(theirs)} ≠ ${short(ours)}`)
  return found
}

export function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Calls `visit(value, parent, key)` for every value of a JSON tree, parents first. */
export function walk(value, visit, parent, key) {
  visit(value, parent, key)
  if (Array.isArray(value)) for (const [index, item] of value.entries()) walk(item, visit, value, index)
  else if (isObject(value)) for (const name of Object.keys(value)) walk(value[name], visit, value, name)
}

/** Calls `visit(theirString, ourString)` for strings at the same path of two trees; the returned pair replaces both. */
export function pairStrings(theirs, ours, visit) {
  if (Array.isArray(theirs) ? !Array.isArray(ours) : !(isObject(theirs) && isObject(ours))) return
  for (const key of Object.keys(theirs)) {
    const [a, b] = [theirs[key], ours[key]]
    if (typeof a === 'string' && typeof b === 'string') {
      const both = visit(a, b)
      if (both !== undefined) [theirs[key], ours[key]] = [both, both]
    } else if (a !== null && b !== null) pairStrings(a, b, visit)
  }
}

function short(value) {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 700 ? `${text.slice(0, 700)}…` : text
}

// The result of a comparison: equal, equal by rule, or different.
import { differences } from './compare.mjs'
import { rules } from './rules.mjs'

/**
 * Where two observations of a case differ after these rules are applied; `changed` is called with each rule that had
 * an effect.
 */
function under(chosen, [given, python, ours], changed) {
  // A rule may replace the case by another one (LiteLLM's streams); each round begins with the original case.
  const golden = { ...given }
  const pair = structuredClone({ theirs: python, ours })
  for (const rule of chosen) {
    const before = changed && JSON.stringify(pair)
    rule.apply?.(pair, golden)
    if (changed && JSON.stringify(pair) !== before) changed(rule)
  }
  return differences(pair.theirs, pair.ours)
}

/** Whether the two are the same, with or without rules. */
export function agree(...sides) {
  try {
    return under(rules, sides).length === 0
  } catch {
    return false
  }
}

/** `{kind: 'equal' | 'by rule' | 'different', rules, found}`. */
export function compare(...sides) {
  if (under([], sides).length === 0) return { kind: 'equal', rules: [], found: [] }
  const used = []
  const found = under(rules, sides, (rule) => used.push(rule))
  if (found.length > 0) return { kind: 'different', rules: [], found }
  // A rule counts if the case differs without it.
  const needed = used.filter((rule) => !without(rule, sides))
  return { kind: 'by rule', rules: (needed.length > 0 ? needed : used).map((rule) => rule.id), found: [] }
}

function without(rule, sides) {
  const others = rules.filter((other) => other !== rule)
  try {
    return under(others, sides).length === 0
  } catch {
    // The rules after it can no longer be applied.
    return false
  }
}

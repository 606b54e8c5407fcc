/** Issues of validators in the core's form. */
import type { StandardIssue } from './standard.js'

export function plainIssue(issue: StandardIssue): { path: (string | number)[]; message: string } {
  const path = (issue.path ?? []).map((step) => {
    const key = typeof step === 'object' ? step.key : step
    return typeof key === 'symbol' ? String(key) : key
  })
  return { path, message: issue.message }
}

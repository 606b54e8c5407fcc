/** The budget of the calls of a fallback: each call gets what the calls before have left. */
import type { BudgetExceededError } from '../common/errors.js'

/** The limits of `budget`, by name. */
export type Limits = { readonly [K in Name]?: number }
/** What was used; `usd` if prices are known. */
export type Spent = NonNullable<BudgetExceededError['spent']>

type Name = (typeof NAMES)[number]
const NAMES = ['tokens', 'usd', 'ms', 'attempts'] as const

/** Reads the option. The core refuses wrong ones with the first call. */
export function limitsOf(budget: unknown): Limits {
  if (typeof budget === 'number') return { tokens: budget }
  if (typeof budget !== 'object' || budget === null) return {}
  return Object.fromEntries(
    Object.entries(budget).filter(
      ([name, limit]) => NAMES.some((one) => one === name) && typeof limit === 'number',
    ),
  )
}

/** The parameter for the next call; nothing without limits. */
export function left(limits: Limits, spent: Spent): { readonly budget?: Limits } {
  const rest = Object.entries(limits).map(([name, limit]) => [name, limit - (spent[name as Name] ?? 0)])
  return rest.length ? { budget: Object.fromEntries(rest) } : {}
}

/** The message and the facts of the error for the first limit that is reached. `known`: the providers report their tokens. */
export function exceeded(limits: Limits, spent: Spent, known: boolean) {
  const unknown = ({ tokens, usd }: Limits) => !known && (tokens !== undefined || usd !== undefined)
  const limit = NAMES.find((name) => {
    const most = limits[name]
    return most !== undefined && ((spent[name] ?? 0) >= most || (unknown(limits) && /tokens|usd/.test(name)))
  })
  if (!limit) return undefined
  const budget = limits[limit] as number
  const used = spent[limit] ?? 0
  const tries = spent.attempts === 1 ? '1 attempt' : `${spent.attempts} attempts`
  const message = (
    unknown(limits) && used < budget
      ? ["The provider reports no token usage, so a budget can't be kept. Remove `budget`."]
      : [
          `The budget of ${budget} ${UNITS[limit]} is used up after ${tries}${limit === 'attempts' ? '' : ` (used: ${used})`}, so no other model of the fallback is called.`,
          'Raise `budget`, or ask for less.',
        ]
  ).join(' ')
  return { message, facts: { limit, budget, used, spent } }
}

const UNITS: Readonly<Record<Name, string>> = {
  tokens: 'tokens',
  usd: 'US dollars',
  ms: 'milliseconds',
  attempts: 'attempts',
}

/** Runs checks: all at the same time, each once per answer. Loaded by the calls that have checks. */
import { describe } from '../common/describe.js'
import { ConfigurationError } from '../common/errors.js'
import { type Container, copyOf, set } from '../common/plain.js'
import { type CheckContext, Replacement, type Validating } from '../common/validating.js'
import type { StandardIssue, StandardResult } from '../schema/standard.js'
import type { Check, CheckResult, Checks } from './check-types.js'

type Path = readonly (string | number)[]

interface Place {
  readonly path: Path
  readonly value: unknown
}

interface Found extends Place {
  readonly result: CheckResult
}

/** The problems that the checks found, or the value, in which checks may have replaced parts. */
export async function runChecks(
  checks: readonly Checks<unknown>[],
  value: unknown,
  about: Validating,
  context: unknown,
): Promise<StandardResult<unknown>> {
  const runs: Promise<Found>[] = []
  for (const check of checks)
    for (const [path, run] of typeof check === 'function' ? [['', check] as const] : Object.entries(check))
      for (const place of placesOf(value, path ? path.split('.') : []))
        runs.push(
          judged(run, place, { ...about, context: context as CheckContext['context'], path: place.path }),
        )
  const issues: StandardIssue[] = []
  let checked = value
  for (const { result, path } of await Promise.all(runs)) {
    if (result instanceof Replacement) checked = replaced(checked, path, result.value)
    else issues.push(...issuesOf(result, path))
  }
  return issues.length ? { issues } : { value: checked }
}

async function judged(run: Check<unknown>, place: Place, about: CheckContext): Promise<Found> {
  return { ...place, result: await run(place.value, about) }
}

/** The values at a path, of which there may be several or none. */
function placesOf(value: unknown, names: readonly string[], path: Path = []): Place[] {
  const [name, ...rest] = names
  if (name === undefined) return value === undefined ? [] : [{ path, value }]
  if (Array.isArray(value) && !/^\d+$/.test(name))
    return value.flatMap((item, i) => placesOf(item, name === '*' ? rest : names, [...path, i]))
  if (typeof value !== 'object' || value === null) return []
  if (name === '*')
    return Object.entries(value).flatMap(([key, item]) => placesOf(item, rest, [...path, key]))
  if (!Object.hasOwn(value, name)) return []
  const key = Array.isArray(value) ? Number(name) : name
  return placesOf((value as Record<string | number, unknown>)[key], rest, [...path, key])
}

function issuesOf(result: CheckResult, path: Path): StandardIssue[] {
  if (result === undefined || result === null || result === '') return []
  const list = typeof result === 'string' ? [{ message: result }] : result
  if (!Array.isArray(list) || !list.every((one) => typeof one?.message === 'string'))
    throw new ConfigurationError(
      `check must return a string, a list of issues { message, path? }, or nothing; it returned ${describe(result)}.`,
      { parameter: 'check' },
    )
  return list.map((issue) => ({ message: issue.message, path: [...path, ...(issue.path ?? [])] }))
}

/** The value with another one at the path. Objects of the app's classes are changed in place. */
function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by
  const inner = replaced((value as Record<string | number, unknown>)[key], rest, by)
  const copy = isPlain(value as object) ? copyOf(value as Container) : (value as Container)
  set(copy, key, inner)
  return copy
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}

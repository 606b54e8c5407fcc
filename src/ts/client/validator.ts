/**
 * Validators that send requests, in every place where a value is validated: as `check`, in Zod's
 * `superRefine`, in Valibot's `checkAsync` and `rawCheckAsync`.
 *
 * Inside a schema, a library runs them while other parts of the answer may be invalid. So a schema is validated without them
 * first; if they were reached and everything else is valid, once more with them. Other asynchronous refinements of this schema
 * run twice then.
 */
import { type CheckContext, Replacement, setGuard, type Validating } from '../common/validating.js'
import type { CheckResult } from './check-types.js'

/** The judgement of a value: nothing if it is valid, else the reason, and perhaps a valid value. */
export type Verdict = { readonly reason: string; readonly fixed?: { readonly value: unknown } } | undefined

/** The context of Zod's `superRefine` and `transform`, 3 and 4. */
interface Refinement {
  addIssue(issue: { code: 'custom'; message: string }): void
}

/** The context of Valibot's `rawCheckAsync`. */
interface RawCheck {
  readonly dataset: { readonly typed: boolean; readonly value?: unknown }
  addIssue(issue: { message: string }): void
}

/** A validator for `check`, `superRefine`, `checkAsync` and `rawCheckAsync`. */
export interface Validator {
  /** As `check`. */
  (value: unknown, about: CheckContext): Promise<CheckResult>
  /** In Zod's `superRefine`. */
  (value: unknown, context: Refinement): Promise<void>
  /** In Valibot's `rawCheckAsync`. */
  (context: RawCheck): Promise<void>
  /** In Valibot's `checkAsync` and Zod's `refine`: whether the value is valid. */
  <T>(value: T): Promise<boolean>
  /** For Valibot's `checkAsync`: the reason why the value is not valid. */
  readonly message: (issue: { readonly input: unknown }) => string
  /** For Zod's `transform`: the value, or the valid one that the validator suggests. */
  readonly fix: <T>(value: T, context: Refinement) => Promise<T>
}

/** One validation of a schema. */
interface Scope extends Validating {
  /** Validators are only counted. */
  readonly dry: boolean
  reached: number
}

interface Storage {
  run<T>(scope: Scope, run: () => T): T
  getStore(): Scope | undefined
}

let storage: Storage | undefined
/** Without a storage: the scope while a library's code runs synchronously, and all that are under way. */
let current: Scope | undefined
const running = new Set<Scope>()

const scopeNow = (): Scope | undefined =>
  storage ? storage.getStore() : (current ?? (running.size === 1 ? [...running][0] : undefined))

async function within<T>(scope: Scope, validate: () => T | Promise<T>): Promise<T> {
  if (storage) return storage.run(scope, validate)
  running.add(scope)
  try {
    current = scope
    const result = validate()
    current = undefined
    return await result
  } finally {
    current = undefined
    running.delete(scope)
  }
}

let ready = false

function prepare(): void {
  if (ready) return
  ready = true
  const { process } = globalThis as {
    process?: { getBuiltinModule?(name: string): { AsyncLocalStorage?: new () => Storage } | undefined }
  }
  const Class = process?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage
  storage = Class && new Class()
  setGuard(async (about, validate) => {
    const dry: Scope = { ...about, dry: true, reached: 0 }
    const result = await within(dry, validate)
    if (result.issues || !dry.reached) return result
    return within({ ...about, dry: false, reached: 0 }, validate)
  })
}

/** The most reasons that are remembered for Valibot's messages. */
const MOST_REASONS = 100

/** Makes a validator from a function that judges a value. `otherwise` is the message without a reason. */
export function validatorOf(
  judge: (value: unknown, about: Validating | undefined) => Promise<Verdict>,
  otherwise: string,
): Validator {
  prepare()
  const reasons = new Map<unknown, string>()
  /** Inside a schema: nothing is judged until the rest is valid. */
  const judged = async (value: unknown): Promise<Verdict> => {
    const scope = scopeNow()
    if (scope) scope.reached += 1
    return scope?.dry ? undefined : judge(value, scope)
  }
  const validator = async (given: unknown, about?: Partial<CheckContext & Refinement>): Promise<unknown> => {
    if (typeof about?.addUsage === 'function') {
      const verdict = await judge(given, about as CheckContext)
      return verdict && (verdict.fixed ? new Replacement(verdict.fixed.value) : verdict.reason)
    }
    if (isRawCheck(given) && about?.addIssue === undefined) {
      const verdict = given.dataset.typed ? await judged(given.dataset.value) : undefined
      if (verdict) given.addIssue({ message: verdict.reason })
      return undefined
    }
    const verdict = await judged(given)
    if (about?.addIssue) {
      if (verdict) about.addIssue({ code: 'custom', message: verdict.reason })
      return undefined
    }
    if (!verdict) return true
    if (reasons.size >= MOST_REASONS) reasons.clear()
    reasons.set(given, verdict.reason)
    return false
  }
  return Object.assign(validator, {
    message: ({ input }: { readonly input: unknown }) => reasons.get(input) ?? otherwise,
    fix: async (value: unknown, context: Refinement) => {
      const verdict = await judged(value)
      if (!verdict) return value
      if (verdict.fixed) return verdict.fixed.value
      context.addIssue({ code: 'custom', message: verdict.reason })
      return value
    },
  }) as unknown as Validator
}

function isRawCheck(given: unknown): given is RawCheck {
  const { dataset, addIssue } = (given ?? {}) as Partial<RawCheck>
  return typeof addIssue === 'function' && typeof dataset === 'object' && dataset !== null
}

/** The hooks of one call of a fallback: its events get the facts of all calls, and its attempts and tokens are noted, because an interrupted call does not report them. */
import { type Attempt, addUsage, type Usage } from '../common/usage.js'
import { type CallFacts, type Handler, Hooks } from './hooks.js'

/** What the calls before this one have used, and the facts of all calls. */
export interface Before {
  readonly callId: string
  /** The start of the first call, in milliseconds since 1970. */
  readonly startedAt: number
  /** The same on the clock of `performance.now()`. */
  readonly start: number
  /** How many attempts were made. */
  readonly attempts: number
  readonly usage: Usage | undefined
}

export class TurnHooks extends Hooks {
  readonly #before: Before
  readonly #shared: readonly Hooks[]
  readonly #own: Hooks
  /** The facts at the end of the call. */
  facts: CallFacts | undefined
  /** The tokens of the call's attempts so far. */
  usage: Usage | undefined
  readonly attempts: { request: Attempt['request']; raw: unknown; error?: Error }[] = []

  /** `shared` get the events of all calls, and the end of all; `own` those of this call, and its end. */
  constructor(before: Before, shared: readonly Hooks[], own: Hooks) {
    super()
    this.#before = before
    this.#shared = shared
    this.#own = own
  }

  override get empty(): boolean {
    return false
  }

  override handlers(name: string): readonly Handler[] {
    const shared = this.#shared.flatMap((hooks) => hooks.handlers(name))
    // A client and its copy by `with` have the same handlers.
    const own = this.#own.handlers(name).filter((handler) => !shared.includes(handler))
    return name === 'completion:end' ? own : [...shared, ...own]
  }

  override run(name: string, [first, given]: readonly unknown[]): void {
    const { attempts, usage, callId, startedAt, start } = this.#before
    const own = given as CallFacts & { readonly maxAttempts?: number | null }
    const facts = {
      ...own,
      callId,
      startedAt,
      durationMs: performance.now() - start,
      attemptNumber: own.attemptNumber + attempts,
      ...(typeof own.maxAttempts === 'number' ? { maxAttempts: own.maxAttempts + attempts } : {}),
    }
    this.#note(name, first, facts)
    super.run(name, [name === 'completion:usage' && usage ? addUsage(first as Usage, usage) : first, facts])
  }

  #note(name: string, first: unknown, facts: CallFacts): void {
    const last = this.attempts.at(-1)
    if (name === 'completion:kwargs')
      this.attempts.push({ request: { body: first as object as never }, raw: null })
    else if (name === 'completion:usage') this.usage = first as Usage
    else if (name === 'completion:end') this.facts = facts
    else if (name === 'completion:response' && last) last.raw = first
    else if (/^(parse|completion):error$/.test(name) && last) last.error = first as Error
  }
}

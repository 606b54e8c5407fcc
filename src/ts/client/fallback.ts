/**
 * The calls of `fallback`: one client after the other, until one has an answer. They share the limits of the call (signals,
 * timeout, budget), its events and its sums; `fallback-source.ts` makes a stream of them. Loaded with the first such call.
 */
import type { Completion } from '../common/completion.js'
import {
  attemptFrom,
  BudgetExceededError,
  ConfigurationError,
  type Failure,
  InstructorError,
  InstructorRetryError,
  TimeoutError,
} from '../common/errors.js'
import type { Json } from '../common/json.js'
import { whenAborted } from '../common/signals.js'
import { type Attempt, addUsage, type Usage } from '../common/usage.js'
import type { StreamSource } from '../stream/source.js'
import type { Call } from './call.js'
import { exceeded, type Limits, left, limitsOf, type Spent } from './fallback-budget.js'
import { goesOn, readAfter, readOn } from './fallback-errors.js'
import type { Member } from './fallback-member.js'
import { type Calls, FallbackSource } from './fallback-source.js'
import { TurnHooks } from './fallback-turn.js'
import type { FallbackOn } from './fallback-types.js'
import { type CallFacts, type Hooks, newCallId } from './hooks.js'
import { CARRIED_NAMES } from './names.js'
import type { Shape } from './response-models.js'
import { splitTools } from './tool-calls.js'

/** Parameters for every client. */
const PARAMETERS = [...CARRIED_NAMES, 'responseModel', 'messages', 'prompt', 'context', 'validate', 'check']
const MAX_DELAY = 0x7fffffff

export class Fallback implements Calls {
  readonly #members: readonly Member[]
  readonly #first: Call
  /** The parameters of the call, without aliases. */
  readonly #params: Json
  readonly #hooks: readonly Hooks[]
  readonly #on: FallbackOn | undefined
  readonly #after: number | undefined
  readonly #timeout: number | undefined
  readonly #prices: Json
  readonly #limits: Limits
  readonly #controller = new AbortController()
  readonly #release: (() => void)[] = []
  readonly #callId = newCallId()
  readonly #failures: Failure[] = []
  readonly #attempts: Attempt[] = []
  /** The number of attempts, those of calls without a list of them included. */
  #made = 0
  #usage: Usage | undefined
  /** The index of the client whose turn it is. */
  #at = 0
  #startedAt = 0
  #start = 0
  #turn: TurnHooks | undefined
  /** Ends the turn of the current client. */
  #leave = () => {}

  /** `members`: the client with the fallback, whose call is `first`, and those after it. */
  constructor(members: readonly Member[], first: Call, params: Json) {
    const { hooks, timeout, plain, fallback } = members[0]!.settings
    this.#members = members
    this.#first = first
    this.#params = params
    this.#hooks = [hooks, first.hooks]
    this.#on = readOn(params.fallbackOn ?? fallback.fallbackOn)
    this.#after = readAfter(params.fallbackAfter ?? fallback.fallbackAfter)
    this.#timeout = first.timeout ?? timeout
    this.#prices = { ...(plain.prices as object), ...(first.wire.prices as object) }
    this.#limits = limitsOf(first.wire.budget ?? plain.budget)
    if (this.#limits.usd !== undefined) for (const i of members.keys()) this.#checkPrice(this.#nameOf(i))
  }

  #checkPrice({ provider, model }: { readonly provider: string; readonly model: string }): void {
    const name = `${provider}/${model}`
    if (Object.hasOwn(this.#prices, name)) return
    throw new ConfigurationError(
      `budget.usd needs the prices of all models of the fallback: prices: { '${name}': { input, output } }, in US dollars per million tokens.`,
      { parameter: 'prices' },
    )
  }

  #nameOf(i: number): { readonly provider: string; readonly model: string } {
    const { provider, model } = this.#members[i] as Member
    return { provider, model: i === 0 ? String(this.#first.wire.model ?? model) : model }
  }

  /** The value and the completion of the first client that has an answer. */
  async answer(): Promise<[unknown, Completion]> {
    try {
      for (;;) {
        try {
          const call = await this.#begin('value')
          const [value, completion] = await this.#member.answer(call)
          const result: [unknown, Completion] = [value, this.completed(completion)]
          this.end()
          return result
        } catch (thrown) {
          await this.failed(thrown)
        }
      }
    } catch (thrown) {
      this.end(thrown)
      throw thrown
    }
  }

  /** The calls as one stream. */
  source(shape: Shape): StreamSource<unknown, unknown> {
    return new FallbackSource(this, shape, async (delivered) => {
      const call = await this.#begin(shape)
      return this.#member.source(call, shape, delivered)
    })
  }

  get #member(): Member {
    return this.#members[this.#at] as Member
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason)
  }

  /** The call of the client whose turn it is. */
  async #begin(shape: Shape): Promise<Call> {
    if (this.#start === 0) this.#open()
    const { settings } = this.#member
    const first = this.#at === 0
    const signal = this.#turnSignal()
    const before = {
      callId: this.#callId,
      startedAt: this.#startedAt,
      start: this.#start,
      attempts: this.#made,
      usage: this.#usage,
    }
    this.#turn = new TurnHooks(before, this.#hooks, settings.hooks)
    const call = first
      ? this.#first
      : await this.#member.read(this.#shared(), shape, this.#members[0]?.settings.check)
    const limits = [first ? undefined : settings.timeout, this.#left()].filter((ms) => ms !== undefined)
    const timeout = limits.length ? Math.max(1, Math.min(...limits)) : undefined
    return {
      ...call,
      allHooks: [this.#turn],
      signal,
      // The timeout of the first client is that of all calls.
      timeout: first ? MAX_DELAY : undefined,
      wire: { ...call.wire, timeout, ...(first ? {} : left(this.#limits, this.#spent())) },
    }
  }

  /** The parameters for the clients after the first. */
  #shared(): Json {
    const given = PARAMETERS.filter((name) => this.#params[name] !== undefined)
    const params = Object.fromEntries(given.map((name) => [name, this.#params[name]]))
    // Own tools are for every client; those of a provider are not.
    const { tools } = this.#params
    const own = tools === undefined ? this.#members[0]!.settings.ownTools : splitTools(tools).own
    if (own.length) params.tools = own
    return Object.keys(this.#prices).length ? { ...params, prices: this.#prices } : params
  }

  #turnSignal(): AbortSignal {
    const turn = new AbortController()
    const after = this.#at + 1 < this.#members.length ? this.#after : undefined
    const timer = after && setTimeout(() => turn.abort(tooSlow(after)), Math.min(after, MAX_DELAY))
    const release = whenAborted(this.#controller.signal, (reason) => turn.abort(reason))
    this.#leave = () => {
      release()
      clearTimeout(timer)
    }
    return turn.signal
  }

  #open(): void {
    this.#startedAt = Date.now()
    this.#start = performance.now()
    for (const signal of [this.#members[0]?.settings.signal, this.#first.signal])
      if (signal) this.#release.push(whenAborted(signal, (reason) => this.abort(reason)))
    const timeout = this.#timeout
    if (timeout === undefined) return
    const timer = setTimeout(() => this.abort(tooLong(timeout)), Math.min(timeout, MAX_DELAY))
    this.#release.push(() => clearTimeout(timer))
  }

  /** Milliseconds until the deadline of all calls. */
  #left(): number | undefined {
    return this.#timeout === undefined ? undefined : this.#timeout - (performance.now() - this.#start)
  }

  #spent(): Spent {
    const { totalTokens = 0, cost } = this.#usage ?? {}
    const ms = Math.round(performance.now() - this.#start)
    return { tokens: totalTokens, ...(cost === undefined ? {} : { usd: cost }), ms, attempts: this.#made }
  }

  async failed(thrown: unknown): Promise<void> {
    this.#leave()
    this.#note(thrown)
    const remaining = this.#left()
    const { signal } = this.#controller
    if (signal.aborted) throw signal.reason
    if (remaining !== undefined && remaining <= 0) throw tooLong(this.#timeout as number)
    if (!(thrown instanceof InstructorError)) throw thrown
    if (thrown instanceof BudgetExceededError) throw this.#overBudget(thrown)
    const next = await goesOn(thrown, this.#on)
    if (next === undefined) throw thrown
    if (signal.aborted) throw signal.reason
    if (!next || this.#at + 1 >= this.#members.length)
      throw this.#failures.length > 1 ? this.#exhausted() : thrown
    const over = exceeded(this.#limits, this.#spent(), this.#known())
    if (over)
      throw new BudgetExceededError(over.message, { ...over.facts, ...this.#sums(), cause: inner(thrown) })
    this.#at++
  }

  /** Adds the attempts and the tokens of the failed call. */
  #note(error: unknown): void {
    const who = this.#nameOf(this.#at)
    const turn = this.#turn
    const { attempts, totalUsage } = (error ?? {}) as { attempts?: unknown; totalUsage?: Usage }
    const noted = turn?.attempts ?? []
    const last = noted.at(-1)
    if (last && error instanceof Error) last.error ??= error
    const made = Array.isArray(attempts) ? attempts.map(attemptFrom) : noted
    this.#attempts.push(...made.map((attempt) => ({ ...attempt, ...who })))
    this.#made += Math.max(made.length, noted.length)
    const used = totalUsage ?? turn?.usage
    if (used) this.#usage = this.#usage ? addUsage(used, this.#usage) : used
    if (error instanceof Error) this.#failures.push({ ...who, error })
  }

  /** Whether the providers report their tokens. */
  #known(): boolean {
    return this.#attempts.every(({ raw }) => raw === null) || Boolean(this.#usage?.totalTokens)
  }

  #sums(): Json {
    return {
      attempts: this.#attempts,
      nAttempts: this.#made,
      failures: this.#failures,
      lastCompletion: this.#attempts.at(-1)?.raw,
      totalUsage: this.#usage,
    }
  }

  /** The error for a budget that a later call used up: its limits are those of all calls. */
  #overBudget(error: BudgetExceededError): BudgetExceededError {
    if (this.#failures.length < 2) return error
    const { message, facts } = exceeded(this.#limits, this.#spent(), true) ?? {
      message: error.message,
      facts: {},
    }
    return new BudgetExceededError(message, { ...error, ...facts, ...this.#sums(), cause: error.cause })
  }

  #exhausted(): InstructorRetryError {
    const lines = this.#failures.map(
      ({ provider, model, error }) => `${provider}/${model}: ${firstLine(error.message)}`,
    )
    const message = `None of the ${lines.length} models of the fallback gave a valid answer.\n${lines.join('\n')}`
    const last = this.#failures.at(-1)?.error
    return new InstructorRetryError(message, { ...this.#sums(), cause: last && inner(last) })
  }

  completed(completion: Completion): Completion {
    const who = this.#nameOf(this.#at)
    const own = completion.attempts.map((attempt) => ({ ...attempt, ...who }))
    const usage = this.#usage ? addUsage(completion.usage, this.#usage) : completion.usage
    return {
      ...completion,
      usage,
      ...(usage.cost === undefined ? {} : { cost: usage.cost }),
      attempts: [...this.#attempts, ...own],
    }
  }

  end(error?: unknown): void {
    this.#leave()
    for (const release of this.#release.splice(0)) release()
    const facts: CallFacts | undefined = this.#turn?.facts
    this.#turn = undefined
    if (!facts) return
    const about = { ...facts, durationMs: performance.now() - this.#start }
    for (const each of this.#hooks) each.run('completion:end', [{ error }, about])
  }
}

/** The last failure itself. */
const inner = (error: Error): unknown =>
  error instanceof InstructorRetryError ? (error.cause ?? error) : error

const tooLong = (timeout: number): TimeoutError =>
  new TimeoutError(`The call took longer than its timeout of ${timeout} ms. Raise \`timeout\`.`, { timeout })

const tooSlow = (after: number): TimeoutError =>
  new TimeoutError(`There was no answer within the ${after} ms of \`fallbackAfter\`.`, { timeout: after })

function firstLine(message: string): string {
  const [line = ''] = message.split('\n', 1)
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}

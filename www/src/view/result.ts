/** The result of one model: the object, the events it is made from, and the attempts. */
import { type CallRecord, Timeline } from 'instructor-wasm/devtools'
import { copy, dollars, duration, h, makeScrollable, megabytes, part } from '../dom.js'
import type { Progress } from '../run/page-model.js'
import { type Problem, reported } from '../run/problems.js'
import type { Observer, Result } from '../run/run.js'
import { Frames } from './frames.js'
import { Tree } from './tree.js'

export type State = 'idle' | 'running' | 'done' | 'failed' | 'stopped'

type Facts = readonly (readonly [name: string, value: string | number | undefined | null])[]

/** The end of a run, which can be shown again. */
export interface Outcome {
  readonly title: string
  readonly state: State
  readonly ms: number
  readonly value: unknown
  readonly call: CallRecord | undefined
  readonly facts: Facts
  readonly failure: string
  readonly attempts: number
  /** Input and output of all attempts. */
  readonly tokens: number | undefined
  readonly cost: number | undefined
}

export class ResultView implements Observer {
  readonly root = copy('result')
  readonly #tree = new Tree(part(this.root, 'object'))
  readonly #frames = new Frames(part(this.root, 'frames'))
  readonly #patches = new Frames(part(this.root, 'patches'))
  readonly #timeline: Timeline
  #ticker: ReturnType<typeof setInterval> | undefined
  #began = 0
  #snapshots = 0
  #call: CallRecord | undefined
  #value: unknown
  #outcome: Outcome | undefined
  state: State = 'idle'

  /** `redact`: removes keys from texts of the provider, which may repeat them. */
  constructor(private readonly redact: (text: string) => string) {
    makeScrollable(this.root)
    // Providers repeat keys in their errors.
    this.#timeline = new Timeline({ describe: (error) => redact(reported(error)) })
    part(this.root, 'timeline').append(this.#timeline.element)
    for (const button of this.root.querySelectorAll<HTMLButtonElement>('[data-view]'))
      button.addEventListener('click', () => this.#show(button.dataset.view ?? ''))
  }

  /** Which of the two lists is visible. */
  #show(name: string): void {
    for (const button of this.root.querySelectorAll<HTMLButtonElement>('[data-view]')) {
      const selected = button.dataset.view === name
      button.ariaPressed = String(selected)
      part(this.root, button.dataset.view ?? '').hidden = !selected
    }
  }

  /** The last run, once it has ended. */
  get outcome(): Outcome | undefined {
    return this.#outcome
  }

  title(text: string): void {
    part(this.root, 'title').textContent = text
    this.root.setAttribute('aria-label', text)
  }

  #set(state: State, text: string): void {
    this.state = state
    const line = part(this.root, 'state')
    line.dataset.state = state
    line.textContent = text
  }

  #badge(text: string, kind: 'good' | 'bad' | 'plain' = 'plain'): void {
    const badge = part(this.root, 'badge')
    badge.hidden = text === ''
    badge.textContent = text
    badge.dataset.kind = kind
  }

  get #elapsed(): number {
    return performance.now() - this.#began
  }

  #tick(): void {
    const count = this.#snapshots ? ` · ${this.#snapshots} snapshot${this.#snapshots === 1 ? '' : 's'}` : ''
    this.#set('running', `Running … ${duration(this.#elapsed)}${count}`)
  }

  /** The download of a model; then its loading, which has no measure. */
  loading(progress: Progress | undefined): void {
    const bar = part<HTMLProgressElement>(this.root, 'bar')
    part(this.root, 'loading').hidden = progress === undefined
    if (!progress) return
    const { loaded, total } = progress
    const downloading = loaded < total
    if (downloading) bar.value = loaded / total
    else bar.removeAttribute('value')
    part(this.root, 'loaded').textContent = downloading
      ? `Downloading the model: ${megabytes(loaded)} of ${megabytes(total)}`
      : 'Loading the model …'
  }

  start(): void {
    clearInterval(this.#ticker)
    this.#began = performance.now()
    this.#snapshots = 0
    this.#tree.clear('Waiting for the first words …')
    this.#frames.clear()
    this.#patches.clear()
    this.#timeline.clear()
    part(this.root, 'failure').textContent = ''
    part(this.root, 'count').textContent = ''
    this.#call = this.#value = this.#outcome = undefined
    this.#facts([])
    this.#badge('')
    this.#ticker = setInterval(() => this.#tick(), 200)
    this.#tick()
  }

  snapshot(value: unknown, restarts: number): void {
    this.#snapshots++
    this.#value = value
    this.#tree.show(value, true)
    this.#badge(restarts ? `attempt ${restarts + 1} fills in` : 'fills in')
  }

  patch(at: number, text: string): void {
    this.#patches.add(at, this.redact(text))
  }

  frame(at: number, text: string, kind = ''): void {
    this.#frames.add(at, this.redact(text), kind)
  }

  attempts(call: CallRecord): void {
    this.#call = call
    this.#timeline.show(call)
    part(this.root, 'count').textContent = call.attempts.length > 1 ? `${call.attempts.length}` : ''
    const failed = call.attempts.at(-1)
    if (failed?.error) this.#badge(failed.issues.length ? 'invalid' : 'failed', 'bad')
  }

  done({ value, completion }: Result): void {
    const elapsed = this.#elapsed
    const output = completion.usage.outputTokens
    this.#tree.show(value, false)
    this.#badge('✓ validated', 'good')
    this.#value = value
    const facts: Facts = [
      ['Attempts', completion.attempts.length],
      ['Mode', completion.mode],
      ['Input tokens', completion.usage.inputTokens],
      ['Output tokens', output],
      ['Tokens/s', this.#speed(output)],
      ['Cost', completion.cost === undefined ? undefined : dollars(completion.cost)],
      ['Repairs', completion.coercions.length || undefined],
      ['Finish', completion.finishReason],
    ]
    this.#facts(facts)
    this.#end('done', `Done in ${duration(elapsed)}`, { facts, cost: completion.cost })
  }

  /** Tokens of a second, from the first bytes of each answer to its end. */
  #speed(tokens: number | undefined): number | undefined {
    const ms = (this.#call?.attempts ?? []).reduce(
      (sum, { started, first = started, ended = first }) => sum + ended - first,
      0,
    )
    return tokens && ms > 0 ? Math.round(tokens / (ms / 1000)) : undefined
  }

  failed({ text }: Problem): void {
    if (this.#tree.empty) this.#tree.clear('No object.')
    this.#badge('not valid', 'bad')
    const failure = this.redact(text)
    part(this.root, 'failure').textContent = failure
    this.#end('failed', `Failed after ${duration(this.#elapsed)}`, { failure })
  }

  stopped(): void {
    if (this.#tree.empty) this.#tree.clear('Stopped.')
    this.#badge('stopped')
    this.#end('stopped', `Stopped after ${duration(this.#elapsed)}`)
  }

  #end(state: State, text: string, more: Partial<Outcome> = {}): void {
    const attempts = this.#call?.attempts ?? []
    const tokens = attempts.reduce((sum, { usage }) => sum + (usage ? usage.input + usage.output : 0), 0)
    this.#outcome = {
      title: part(this.root, 'title').textContent ?? '',
      state,
      ms: this.#elapsed,
      value: this.#value,
      call: this.#call,
      facts: [],
      failure: '',
      attempts: attempts.length,
      tokens: tokens || undefined,
      cost: undefined,
      ...more,
    }
    this.#frames.flush()
    this.#patches.flush()
    clearInterval(this.#ticker)
    this.loading(undefined)
    this.#set(state, text)
  }

  /** Shows an earlier run: its object and attempts, without the events. */
  replay(outcome: Outcome): void {
    const { title, state, ms, value, call, facts, failure } = outcome
    this.start()
    this.title(title)
    if (value === undefined) this.#tree.clear('No object.')
    else this.#tree.show(value, false)
    if (call) this.attempts(call)
    this.#facts(facts)
    part(this.root, 'failure').textContent = failure
    this.#badge(
      state === 'done' ? '✓ validated' : state,
      state === 'done' ? 'good' : state === 'failed' ? 'bad' : 'plain',
    )
    this.#end(state, `${state === 'done' ? 'Done in' : 'Ended after'} ${duration(ms)}`, outcome)
  }

  #facts(pairs: Facts): void {
    part(this.root, 'facts').replaceChildren(
      ...pairs
        .filter(([, value]) => value !== undefined && value !== null && value !== '')
        .map(([name, value]) => h('div', '', h('dt', '', name), h('dd', '', String(value)))),
    )
  }
}

/** The result of one model: the object, the events it is made from, and the attempts. */
import { type CallRecord, Timeline } from 'instructor-wasm/devtools'
import { copy, duration, h, makeScrollable, part } from '../dom.js'
import { type Problem, reported } from '../run/problems.js'
import type { Observer, Result } from '../run/run.js'
import { Frames } from './frames.js'
import { Tree } from './tree.js'

export type State = 'idle' | 'running' | 'done' | 'failed' | 'stopped'

export class ResultView implements Observer {
  readonly root = copy('result')
  readonly #tree = new Tree(part(this.root, 'object'))
  readonly #frames = new Frames(part(this.root, 'frames'))
  readonly #patches = new Frames(part(this.root, 'patches'))
  readonly #timeline: Timeline
  #ticker: ReturnType<typeof setInterval> | undefined
  #began = 0
  #snapshots = 0
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
    this.#facts([])
    this.#badge('')
    this.#ticker = setInterval(() => this.#tick(), 200)
    this.#tick()
  }

  snapshot(value: unknown, restarts: number): void {
    this.#snapshots++
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
    this.#facts([
      ['Attempts', completion.attempts.length],
      ['Mode', completion.mode],
      ['Input tokens', completion.usage.inputTokens],
      ['Output tokens', output],
      ['Tokens/s', output ? Math.round(output / (elapsed / 1000)) : undefined],
      ['Cost', completion.cost === undefined ? undefined : `$${completion.cost}`],
      ['Repairs', completion.coercions.length || undefined],
      ['Finish', completion.finishReason],
    ])
    this.#end('done', `Done in ${duration(elapsed)}`)
  }

  failed({ text }: Problem): void {
    if (this.#tree.empty) this.#tree.clear('No object.')
    this.#badge('not valid', 'bad')
    part(this.root, 'failure').textContent = this.redact(text)
    this.#end('failed', `Failed after ${duration(this.#elapsed)}`)
  }

  stopped(): void {
    if (this.#tree.empty) this.#tree.clear('Stopped.')
    this.#badge('stopped')
    this.#end('stopped', `Stopped after ${duration(this.#elapsed)}`)
  }

  #end(state: State, text: string): void {
    this.#frames.flush()
    this.#patches.flush()
    clearInterval(this.#ticker)
    this.#set(state, text)
  }

  #facts(pairs: [string, string | number | undefined | null][]): void {
    part(this.root, 'facts').replaceChildren(
      ...pairs
        .filter(([, value]) => value !== undefined && value !== null && value !== '')
        .map(([name, value]) => h('div', '', h('dt', '', name), h('dd', '', String(value)))),
    )
  }
}

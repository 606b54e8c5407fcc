/** The runs since the page was opened. They are in this page only; keys are not among them. */
import { $, dollars, duration, h } from '../dom.js'
import type { Link } from '../share.js'
import type { Outcome } from './result.js'

export interface PastRun {
  readonly at: Date
  /** The form of the run. */
  readonly link: Link
  /** The example or the first words of the prompt. */
  readonly what: string
  /** One for each model. */
  readonly outcomes: readonly Outcome[]
}

const KEPT = 30

const MARKS = { idle: '', running: '', done: '✓ valid', failed: '✗ failed', stopped: 'stopped' } as const

const line = ({ title, state, attempts, tokens, cost, ms }: Outcome): string =>
  [
    title,
    MARKS[state],
    attempts > 1 && `${attempts} attempts`,
    tokens && `${tokens} tokens`,
    cost !== undefined && dollars(cost),
    duration(ms),
  ]
    .filter(Boolean)
    .join(' · ')

export class History {
  readonly #list = $('history')
  #runs: PastRun[] = []

  /** `show`: puts a run back into the page. */
  constructor(private readonly show: (run: PastRun) => void) {}

  add(run: PastRun): void {
    this.#runs = [run, ...this.#runs].slice(0, KEPT)
    const { length } = this.#runs
    $('history-line').textContent = `${length} run${length === 1 ? '' : 's'}`
    this.#list.prepend(this.#item(run))
    while (this.#list.childElementCount > KEPT) this.#list.lastElementChild?.remove()
  }

  #item(run: PastRun): HTMLLIElement {
    const { at, what, outcomes } = run
    const button = h(
      'button',
      '',
      h('strong', '', `${at.toLocaleTimeString()} ${what}`),
      ...outcomes.map((outcome) => h('span', '', line(outcome))),
    )
    button.type = 'button'
    button.addEventListener('click', () => this.show(run))
    return h('li', '', button)
  }
}

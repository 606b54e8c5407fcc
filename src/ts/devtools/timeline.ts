/** The attempts of a call as a timeline: the answer with its problems, and what was sent back. */
import { annotated } from './annotated.js'
import { answerOf, sentBack } from './answer.js'
import { dollars, duration, h, host, type PageElement, shortened } from './dom.js'
import type { AttemptRecord, CallRecord } from './record.js'

type State = 'running' | 'valid' | 'invalid' | 'failed'

function stateOf(call: CallRecord, attempt: AttemptRecord): State {
  if (attempt.issues.length || attempt.error?.name === 'ResponseParsingError') return 'invalid'
  if (attempt.error) return 'failed'
  if (!call.ended) return 'running'
  return call.ended.error === undefined ? 'valid' : 'failed'
}

function label(state: State, { issues, error }: AttemptRecord): string {
  if (state === 'valid') return '✓ valid'
  if (state === 'running') return '… running'
  if (state === 'failed') {
    const status = (error as { status?: number } | undefined)?.status
    return `✗ ${status ? `HTTP ${status}` : 'no answer'}`
  }
  return issues.length ? `✗ ${issues.length} problem${issues.length === 1 ? '' : 's'}` : '✗ not readable'
}

function facts(attempt: AttemptRecord): string {
  const { started, first, ended, usage, mode } = attempt
  return [
    ended !== undefined && duration(ended - started),
    first !== undefined && `first byte ${duration(first - started)}`,
    usage && `${usage.input} → ${usage.output} tokens`,
    usage?.cost !== undefined && dollars(usage.cost),
    mode,
  ]
    .filter(Boolean)
    .join(' · ')
}

function card(call: CallRecord, attempt: AttemptRecord, describe: (error: Error) => string): HTMLLIElement {
  const state = stateOf(call, attempt)
  const item = h(
    'li',
    'attempt',
    h(
      'div',
      'attempt-head',
      h('strong', '', `Attempt ${attempt.number}`),
      h('span', 'badge', label(state, attempt)),
      h('span', 'meta', facts(attempt)),
    ),
  )
  item.dataset.state = state
  for (const { error, delay } of attempt.retries)
    item.append(h('p', 'retry', `Sent again after ${duration(delay)}: ${describe(error)}`))
  const answer = answerOf(attempt.raw)
  if (answer !== undefined) item.append(annotated(answer, attempt.issues))
  if (attempt.error && !attempt.issues.length)
    item.append(h('p', 'problem', shortened(describe(attempt.error))))
  const next = call.attempts.find(({ number }) => number === attempt.number + 1)
  if (next) {
    const texts = sentBack(attempt.request, next.request)
    item.append(
      h(
        'div',
        'sent',
        h('strong', '', 'Sent back to the model'),
        ...texts.map((text) => h('pre', '', shortened(text))),
      ),
    )
  }
  return item
}

/** What a {@link Timeline} shows differently. */
export interface TimelineOptions {
  /** The text for an error that is not about the content of an answer. By default its message. */
  readonly describe?: (error: Error) => string
}

/** A list of the attempts of one call, in a shadow root, so that the styles of the page do not change it. */
export class Timeline {
  /** To be put into the page. */
  readonly element: PageElement
  readonly #list = h('ol', 'timeline')
  #call: CallRecord | undefined
  #cards: { item: HTMLLIElement; key: string }[] = []

  readonly #describe: (error: Error) => string

  constructor({ describe = (error) => error.message }: TimelineOptions = {}) {
    this.#describe = describe
    this.element = host('instructor-timeline', this.#list)
  }

  /** Removes what is shown. */
  clear(): void {
    this.#call = undefined
    this.#cards = []
    this.#list.replaceChildren()
  }

  /** Shows a call, or what has changed of it since; cards without a change are kept. */
  show(call: CallRecord): void {
    if (this.#call !== call) this.clear()
    this.#call = call
    for (const [i, attempt] of call.attempts.entries()) {
      const { first, ended, raw, error, usage, retries } = attempt
      const key = JSON.stringify([
        stateOf(call, attempt),
        first,
        ended,
        raw !== undefined,
        error?.name,
        usage,
        retries.length,
        i < call.attempts.length - 1,
      ])
      const old = this.#cards[i]
      if (old?.key === key) continue
      const item = card(call, attempt, this.#describe)
      if (old) old.item.replaceWith(item)
      else this.#list.append(item)
      this.#cards[i] = { item, key }
    }
  }
}

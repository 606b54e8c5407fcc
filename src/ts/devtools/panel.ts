/** The panel: the calls of an app, the newest first, each with its attempts. */
import type { HookHandlers } from '../client/hooks.js'
import { ConfigurationError } from '../common/errors.js'
import { duration, h, host, type PageElement } from './dom.js'
import { type CallRecord, record } from './record.js'
import { Timeline } from './timeline.js'

/** Options of {@link devtools}. */
export interface DevtoolsOptions {
  /** How many calls are kept, the newest. Default 50. */
  readonly keep?: number
}

/** The panel, its hooks, and what it recorded. */
export interface Devtools {
  /** For the option `hooks` of clients and calls. */
  readonly hooks: HookHandlers
  /** What the panel shows, the oldest first. */
  readonly calls: readonly CallRecord[]
  /** The panel, to be put into the page. */
  readonly element: PageElement
}

interface Row {
  readonly call: CallRecord
  readonly item: HTMLLIElement
  readonly badge: HTMLElement
  readonly meta: HTMLElement
  readonly timeline: Timeline
  readonly details: HTMLDetailsElement
}

/**
 * A panel for the calls of any client in the page: its hooks record what happens, and `element` shows it. Nothing leaves the
 * page, and requests are shown without keys.
 *
 * @throws ConfigurationError outside of pages.
 * @example
 * ```ts
 * const panel = devtools()
 * document.body.append(panel.element)
 * const client = fromProvider('openai/gpt-4o-mini', { hooks: panel.hooks })
 * ```
 */
export function devtools({ keep }: DevtoolsOptions = {}): Devtools {
  if (typeof document === 'undefined')
    throw new ConfigurationError('devtools needs a document: it runs in pages. record works everywhere.')
  const list = h('ol', 'calls')
  const clear = h('button', '', 'Clear')
  clear.type = 'button'
  const panel = h('section', 'panel', h('div', 'panel-head', 'Calls', clear), list)
  panel.setAttribute('aria-label', 'Calls of instructor-wasm')
  const rows = new Map<string, Row>()
  const { hooks, calls } = record({
    ...(keep === undefined ? {} : { keep }),
    onChange: (call) => {
      let row = rows.get(call.callId)
      if (!row) {
        row = rowOf(call)
        rows.set(call.callId, row)
        list.prepend(row.item)
      }
      update(row)
      for (const [id, { item }] of rows)
        if (!calls.some(({ callId }) => callId === id)) {
          item.remove()
          rows.delete(id)
        }
    },
  })
  clear.addEventListener('click', () => {
    // Calls that are still running appear again with their next event.
    ;(calls as CallRecord[]).length = 0
    rows.clear()
    list.replaceChildren()
  })
  return { hooks, calls, element: host('instructor-devtools', panel) }
}

function rowOf(call: CallRecord): Row {
  const timeline = new Timeline()
  const badge = h('span', 'badge')
  const meta = h('span', 'meta')
  const time = new Date(call.startedAt).toLocaleTimeString()
  const title = h('span', '', `${call.provider}/${call.model}`)
  const details = h(
    'details',
    '',
    h('summary', '', h('span', 'meta', time), title, badge, meta),
    timeline.element,
  )
  const row = { call, item: h('li', '', details), badge, meta, timeline, details }
  // Built when it is visible: an app may make many calls.
  details.addEventListener('toggle', () => update(row))
  return row
}

function update({ call, badge, meta, timeline, details }: Row): void {
  const { attempts, ended } = call
  const state = !ended ? 'running' : ended.error === undefined ? 'valid' : 'failed'
  badge.dataset.state = state
  badge.textContent = { running: '… running', valid: '✓ valid', failed: '✗ failed' }[state]
  let input = 0
  let output = 0
  for (const { usage } of attempts) {
    input += usage?.input ?? 0
    output += usage?.output ?? 0
  }
  meta.textContent = [
    ...(attempts.length > 1 ? [`${attempts.length} attempts`] : []),
    ...(ended ? [duration(ended.durationMs)] : []),
    ...(input + output ? [`${input} → ${output} tokens`] : []),
  ].join(' · ')
  if (details.open) timeline.show(call)
}

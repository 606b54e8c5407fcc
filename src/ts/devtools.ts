/**
 * `instructor-wasm/devtools`: a panel in the page that shows each call with its attempts: the answer, its problems, what was
 * sent back to the model, time and tokens. It uses hooks and no framework.
 *
 * ```ts
 * const panel = devtools()
 * document.body.append(panel.element)
 * const client = fromProvider('openai/gpt-4o-mini', { hooks: panel.hooks })
 * ```
 */
export { type Devtools, type DevtoolsOptions, devtools } from './devtools/panel.js'
export {
  type AttemptRecord,
  type CallRecord,
  type Recorder,
  type RecordOptions,
  record,
} from './devtools/record.js'
export { Timeline, type TimelineOptions } from './devtools/timeline.js'

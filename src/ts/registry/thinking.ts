/** A client's parameters for thinking, in the spellings of all APIs (src/provider/thinking.rs). */
import type { Fields, Known } from './row.js'

const NESTED_FIELDS = [
  'extra_body',
  'extraBody',
  'additionalModelRequestFields',
  'additional_model_request_fields',
  'chat_template_kwargs',
  'chatTemplateKwargs',
]
const SWITCHES = [
  'thinking',
  'enable_thinking',
  'enableThinking',
  'think',
  'reasoning_config',
  'reasoningConfig',
]
const EFFORTS = ['reasoning_effort', 'reasoningEffort']

/** The parameters; `undefined` where they leave it to the model. */
export interface RequestedThinking {
  switch?: boolean | undefined
  effort?: string | undefined
  /** There is a `reasoning` object at the top level. */
  reasoning?: boolean
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `extra` replaces fields of the body. */
export function requestedThinking(params: Fields, extra: Fields): RequestedThinking {
  const out: RequestedThinking = {}
  for (const fields of [extra, params]) {
    out.reasoning ||= isObject(fields.reasoning)
    collect(fields, 2, out)
  }
  return out
}

function collect(fields: Fields, levels: number, out: RequestedThinking): void {
  for (const [key, value] of Object.entries(fields)) {
    if (SWITCHES.includes(key)) out.switch ??= readSwitch(value)
    else if (EFFORTS.includes(key)) out.effort ??= typeof value === 'string' ? value : undefined
    else if (key === 'reasoning') out.effort ??= readEffort(value)
    else if (levels > 0 && NESTED_FIELDS.includes(key) && isObject(value)) collect(value, levels - 1, out)
  }
}

/** `{effort}`, `{max_tokens}`, `{enabled}`. */
function readEffort(value: unknown): string | undefined {
  if (!isObject(value)) return undefined
  const { effort, enabled, max_tokens: tokens } = value
  if (typeof effort === 'string') return effort
  if (typeof enabled === 'boolean') return enabled ? 'medium' : 'none'
  return typeof tokens === 'number' && tokens > 0 ? 'medium' : undefined
}

function readSwitch(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') return isOn(value)
  if (!isObject(value)) return undefined
  const { type, enabled, budget_tokens: budget } = value
  if (typeof type === 'string') return isOn(type)
  if (typeof enabled === 'boolean') return enabled
  return typeof budget === 'number' ? budget > 0 : undefined
}

/** `between_tools` switches thinking off for models that always think. */
const isOn = (word: string): boolean => !['disabled', 'none', 'off', 'false', 'between_tools'].includes(word)

/** Whether the model thinks in a way that excludes a forced tool. */
export function thinks({ switch: on, effort }: RequestedThinking, known: Known): boolean {
  if (on !== undefined) return on
  if (effort === 'none') return false
  return Boolean((effort !== undefined && known.effortThinks) || known.thinks)
}

/** The modes of a client: names (src/mode/names.rs), and those that its model accepts (src/mode/choose.rs). */
import { ModeError } from '../common/errors.js'
import { lower, Name, rule } from './name.js'
import { trim } from './refuse.js'
import { type Fields, type Known, modesOf, type Row } from './row.js'
import { MODES } from './rows.js'
import { requestedThinking, thinks } from './thinking.js'

/** Legacy names for OpenAI: name, value, mode. Rows with their own legacy names do not have these. */
const OPENAI_LEGACY = [
  ['FUNCTIONS', 'function_call', 'TOOLS'],
  ['JSON_O1', 'json_o1', 'JSON_SCHEMA'],
  ['RESPONSES_TOOLS_WITH_INBUILT_TOOLS', 'responses_tools_with_inbuilt_tools', 'RESPONSES_TOOLS'],
] as const

/** Suffixes after a vendor's prefix. */
const VENDOR_LEGACY: Readonly<Record<string, string>> = {
  PARALLEL_TOOLS: 'PARALLEL_TOOLS',
  REASONING_TOOLS: 'TOOLS',
  TOOLS: 'TOOLS',
  JSON_SCHEMA: 'JSON_SCHEMA',
  STRUCTURED_OUTPUTS: 'JSON_SCHEMA',
  JSON: 'MD_JSON',
}

export interface ParsedMode {
  readonly mode: string
  /** The deprecation of a legacy name. */
  readonly warning?: string
}

export function parseMode(name: string, row: Row): ParsedMode {
  const wanted = lower(trim(name))
  const is = (known: string) => lower(known) === wanted
  const modes = modesOf(row)
  const found = MODES.find(([known, value]) => is(known) || is(value))?.[0]
  if (found) {
    if (modes.includes(found)) return { mode: found }
    throw invalidMode(found, row)
  }
  const old = row.legacy ? undefined : OPENAI_LEGACY.find(([known, value]) => is(known) || is(value))
  if (old && modes.includes(old[2])) return deprecated(old[0], old[2])
  const mode = vendorMode(name, row)
  if (mode) return deprecated(name, mode)
  throw invalidMode(name, row)
}

function vendorMode(name: string, row: Row): string | undefined {
  const plain = lower(name)
  const prefix = [...(row.legacy ?? []), `${row.id}_`].map(lower).find((one) => plain.startsWith(one))
  if (prefix === undefined) return undefined
  const rest = plain.slice(prefix.length).toUpperCase()
  let mode = Object.hasOwn(VENDOR_LEGACY, rest) ? VENDOR_LEGACY[rest]! : ''
  const modes = modesOf(row)
  if (rest === 'STRUCTURED_OUTPUTS') mode = row.structured ?? mode
  // For vendors without MD_JSON it is their JSON mode.
  else if (mode === 'MD_JSON' && !modes.includes(mode)) mode = 'JSON'
  return modes.includes(mode) ? mode : undefined
}

const deprecated = (old: string, mode: string): ParsedMode => ({
  mode,
  warning: `Mode.${old} is deprecated and will be removed in v3.0. Use Mode.${mode} instead. The provider is determined by the client (fromOpenAI, fromAnthropic, etc.), not by the mode.`,
})

function invalidMode(mode: string, { id: provider, ...row }: Row): ModeError {
  const validModes = modesOf({ id: provider, ...row })
  return new ModeError(
    `Invalid mode '${mode}' for provider '${provider}'. Valid modes: ${validModes.join(', ')}`,
    { mode, provider, validModes },
  )
}

/** A client's model and the parameters of all its calls. */
export interface ModeFacts {
  readonly row: Row
  readonly model: string
  readonly params: Fields
  /** Fields that replace those of the body. */
  readonly extra: Fields
}

/** The mode of calls without one, where the client has none either. */
export function defaultMode(facts: ModeFacts): string {
  const { row, model, params, extra } = facts
  const known = rule(model)
  const thinking = requestedThinking(params, extra)
  const forced = forcing(facts, known)
  const supported = (mode: string) => modesOf(row).includes(mode) && isAllowed(mode, facts, known)
  const [models, other] = row.fallback ?? []
  const mode =
    other !== undefined && !models?.some((part) => lower(model).includes(part))
      ? other
      : (row.mode ?? 'TOOLS')
  if (mode === 'TOOLS') {
    if ((forced === 'responsesOnly' || (row.toolRules && thinking.reasoning)) && supported('RESPONSES_TOOLS'))
      return 'RESPONSES_TOOLS'
    if (forced && supported('JSON_SCHEMA') && !row.noFormat && known.nativeSchema !== false)
      return 'JSON_SCHEMA'
    if (forced === 'responsesOnly') return 'MD_JSON'
  }
  if (isAllowed(mode, facts, known)) return mode
  return ['JSON_SCHEMA', 'JSON'].find(supported) ?? 'MD_JSON'
}

/** The modes that calls without streaming accept. */
export function validModes(facts: ModeFacts): string[] {
  const known = rule(facts.model)
  const elsewhere = forcing(facts, known) === 'responsesOnly'
  return modesOf(facts.row).filter(
    (mode) => !(elsewhere && /^TOOLS/.test(mode)) && isAllowed(mode, facts, known),
  )
}

function isAllowed(mode: string, { row, model, params, extra }: ModeFacts, known: Known): boolean {
  const format = mode === 'JSON_SCHEMA'
  if (known.textOnly && row.toolRules && (format || mode.includes('TOOLS'))) return false
  if (format && row.api === 'Anthropic' && known.nativeSchema === false) return false
  if (format && row.schemaModels && !new Name(model).has(row.schemaModels)) return false
  if ((format || mode === 'TOOLS_STRICT') && known.unconstrained && row.api === 'BedrockConverse')
    return false
  const tools = extra.tools ?? params.tools
  return !(row.formatExcludesTools && (format || mode === 'JSON') && Array.isArray(tools) && tools.length)
}

/** Why a tool cannot be forced, if it cannot. */
function forcing(
  { row, model, params, extra }: ModeFacts,
  known: Known,
): 'responsesOnly' | 'refused' | undefined {
  const thinking = requestedThinking(params, extra)
  const { effort } = thinking
  const responses = {
    yes: false,
    responsesOnly: true,
    effortNone: effort !== 'none',
    withoutEffort: effort !== undefined && effort !== 'none',
  }[known.chatTools ?? 'yes']
  if (responses && row.toolRules) return 'responsesOnly'
  const refuses =
    known.forcedTool === false ||
    thinks(thinking, known) ||
    (row.forceModels && !new Name(model).has(row.forceModels))
  return refuses ? 'refused' : undefined
}

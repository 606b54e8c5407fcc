/**
 * What the core reports about a client (`Client::new` and `Client::info` in src/call/setup.rs), without the core. The
 * errors are the same; `tests/runtimes/rows.test.mjs` compares both for every provider.
 */
import type { ClientInfo } from '../common/client-info.js'
import { resolve } from './endpoint.js'
import { defaultMode, parseMode, validModes } from './modes.js'
import { checkParams, checkPolicy, takeExtra } from './policy.js'
import { invalid } from './refuse.js'
import type { Fields } from './row.js'

/** Two parameters have another name in bodies. */
const ALIASES: Readonly<Record<string, string>> = { topP: 'top_p', maxTokens: 'max_tokens' }

/**
 * Checks the options of a client. `given` is the JSON that the core receives.
 *
 * @throws ConfigurationError, ModeError
 */
export function describeClient(model: string, given: string): ClientInfo {
  const options: Record<string, unknown> = Object.create(null)
  for (const [name, value] of Object.entries(JSON.parse(given) as Fields))
    options[Object.hasOwn(ALIASES, name) ? ALIASES[name]! : name] = value
  const variables = (options.env ?? {}) as Fields
  delete options.env
  const env = (name: string) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined
    return typeof value === 'string' && value ? value : undefined
  }
  const endpoint = resolve(model, options, env)
  const { row } = endpoint
  const extra = takeExtra(options)
  const { mode, ...params } = options
  if (mode !== undefined && mode !== null && typeof mode !== 'string')
    throw invalid('mode', "a mode's name, e.g. Mode.TOOLS")
  const parsed = typeof mode === 'string' ? parseMode(mode, row) : undefined
  checkParams(params)
  checkPolicy(params)
  const facts = { row, model: endpoint.model, params, extra }
  return {
    provider: row.id,
    model: endpoint.model,
    mode: parsed?.mode ?? defaultMode(facts),
    baseURL: endpoint.baseURL,
    modes: validModes(facts),
    warnings: parsed?.warning === undefined ? [] : [parsed.warning],
    parts: row.part ? [row.part] : [],
  }
}

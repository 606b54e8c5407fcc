/** The client's environment: runtime and variables. */
import { ConfigurationError } from './errors.js'

export const inBrowser = () =>
  typeof (globalThis as { document?: unknown }).document !== 'undefined' ||
  // A worker of a page.
  typeof (globalThis as { importScripts?: unknown }).importScripts === 'function'

/** The runtime, for the remedies in errors. */
export function runtime(): string {
  const { Deno, Bun, EdgeRuntime, process, navigator } = globalThis as Record<string, unknown>
  if (inBrowser()) return 'browser'
  if ((navigator as { userAgent?: string } | undefined)?.userAgent === 'Cloudflare-Workers') return 'worker'
  if (typeof EdgeRuntime === 'string') return 'edge'
  if (Deno) return 'deno'
  if (Bun) return 'bun'
  return (process as { versions?: { node?: string } } | undefined)?.versions?.node ? 'node' : 'other'
}

/** Strings only; a Worker's `env` also contains bindings. */
export function environment(given: unknown): Record<string, string> {
  let env = given as Record<string, unknown> | undefined | null
  if (env !== undefined && env !== null && typeof env !== 'object')
    throw new ConfigurationError('env must be an object of variables.', { parameter: 'env' })
  const out: Record<string, string> = {}
  try {
    env ??= (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env ?? {}
    for (const [name, value] of Object.entries(env)) if (typeof value === 'string') out[name] = value
  } catch {
    // Deno without --allow-env throws: then there are no variables.
  }
  return out
}

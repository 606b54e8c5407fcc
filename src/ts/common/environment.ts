/** What the client reads of its surroundings: environment, headers, responses that came by other means. */
import { describe } from '../schema/model.js'
import { ConfigurationError } from './errors.js'

/** Options that are known only after waiting; the client asks for them before its first request. */
export const LATE = Symbol('late')

/** A response as other means than our fetch give it. */
export interface PlainResponse {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** JSON text, bytes, or the parsed body. */
  readonly body: unknown
}

export const inBrowser = () =>
  typeof (globalThis as { document?: unknown }).document !== 'undefined' ||
  // A worker of a page.
  typeof (globalThis as { importScripts?: unknown }).importScripts === 'function'

/** Where this runs, for what errors advise. */
export function runtime(): string {
  const { Deno, Bun, EdgeRuntime, process, navigator } = globalThis as Record<string, unknown>
  if (inBrowser()) return 'browser'
  if ((navigator as { userAgent?: string } | undefined)?.userAgent === 'Cloudflare-Workers') return 'worker'
  if (typeof EdgeRuntime === 'string') return 'edge'
  if (Deno) return 'deno'
  if (Bun) return 'bun'
  return (process as { versions?: { node?: string } } | undefined)?.versions?.node ? 'node' : 'other'
}

/** Strings only; a Worker's `env` holds bindings too. */
export function environment(given: unknown): Record<string, string> {
  let env = given as Record<string, unknown> | undefined | null
  if (env !== undefined && env !== null && typeof env !== 'object')
    throw new ConfigurationError('env must be an object of variables.', { parameter: 'env' })
  const out: Record<string, string> = {}
  try {
    env ??= (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env ?? {}
    for (const [name, value] of Object.entries(env)) if (typeof value === 'string') out[name] = value
  } catch {
    // Deno without --allow-env refuses to tell: then there are none.
  }
  return out
}

/** A response as the core reads it. */
interface ReadResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export async function readResponse(response: Response | PlainResponse): Promise<ReadResponse> {
  if (typeof response !== 'object' || response === null)
    throw new ConfigurationError(
      `The response must be a Response, or an object { status, headers, body }; got ${describe(response)}.`,
      { parameter: 'response' },
    )
  const { status = 200 } = response
  if (typeof (response as Response).arrayBuffer === 'function') {
    const real = response as Response
    return {
      status,
      headers: Object.fromEntries(real.headers),
      body: new Uint8Array(await real.arrayBuffer()),
    }
  }
  const { headers = {}, body } = response as PlainResponse
  if (body instanceof Uint8Array) return { status, headers, body }
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? response)
  return { status, headers, body: new TextEncoder().encode(text) }
}

const warned = new Set<string>()

export function warnOnce(warning: string): void {
  if (warned.has(warning)) return
  warned.add(warning)
  console.warn(warning)
}

/**
 * What a client is given, taken apart: functions, stores and signals stay on this side, the rest crosses to the core as
 * JSON. Wrong types of what stays are told here, by name; the core tells the others.
 */
import { Authorizer, type CredentialsFunction } from './auth.js'
import { readCache } from './cache.js'
import { aliased, checkFunctions, checkSignal, checkTimeout, retryPolicy, wirePolicy } from './call.js'
import { ConfigurationError } from './errors.js'
import { type HookHandlers, Hooks } from './hooks.js'
import { KEY_PLACEHOLDER } from './host.js'
import { inProcess } from './inbrowser/index.js'
import { describe, type Json } from './schema.js'
import { Secrets } from './secrets.js'
import { environment, inBrowser, LATE, plainHeaders } from './surroundings.js'
import type { Cache, Fetch, RetryPolicy, Token } from './types.js'

/** The settings of a client. */
export interface Settings {
  readonly fetch: Fetch
  readonly hooks: Hooks
  readonly signal: AbortSignal | undefined
  readonly timeout: number | undefined
  readonly policy: RetryPolicy | undefined
  readonly token: Exclude<Token, string> | undefined
  readonly cache: Cache | undefined
  readonly secrets: Secrets
  readonly authorizer: Authorizer
  /** What crosses. */
  readonly plain: Json
  /** What is known only after waiting: a region that is a function, what a wrapped SDK tells later. */
  readonly late: (() => Promise<Json>) | undefined
}

const globalFetch: Fetch = (url, init) => globalThis.fetch(url, init)

export function readOptions(model: unknown, options: unknown): Settings {
  if (typeof model !== 'string')
    throw new ConfigurationError(
      `The model must be a string in format "provider/model-name" (e.g. "openai/gpt-4o-mini"); got ${describe(model)}.`,
    )
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new ConfigurationError(`The options must be an object; got ${describe(options)}.`)
  const local = inProcess(model, aliased(options as Json))
  const { fetch, hooks, signal, cache, env, headers, maxRetries, ...named } = local.rest
  const { apiKey, accessToken, credentials, region, ...rest } = named
  if (fetch !== undefined && fetch !== null && typeof fetch !== 'function')
    throw new ConfigurationError(`fetch must be a function; got ${describe(fetch)}.`, { parameter: 'fetch' })
  checkSignal(signal)
  checkFunctions(rest)
  const policy = retryPolicy(maxRetries)
  const asked = (fetch as Fetch | undefined) ?? local.fetch ?? globalFetch
  // AWS keys sign requests in the core; every other credentials function gives a token.
  const signs = typeof credentials === 'function' && model.startsWith('bedrock/')
  const tokens = [apiKey, accessToken, signs ? undefined : credentials]
  const variables = environment(env)
  const secrets = new Secrets(options as Json, variables)
  return {
    fetch: asked,
    hooks: new Hooks(hooks as HookHandlers | undefined),
    signal: (signal as AbortSignal | null) ?? undefined,
    timeout: checkTimeout(rest.timeout),
    policy,
    token: tokens.find((one) => typeof one === 'function') as Exclude<Token, string> | undefined,
    cache: readCache(cache),
    secrets,
    authorizer: new Authorizer(asked, secrets, signs ? (credentials as CredentialsFunction) : undefined),
    plain: {
      ...rest,
      region: typeof region === 'function' ? undefined : region,
      apiKey: typeof apiKey === 'function' ? KEY_PLACEHOLDER : apiKey,
      accessToken:
        typeof accessToken === 'function' || (typeof credentials === 'function' && !signs)
          ? KEY_PLACEHOLDER
          : accessToken,
      credentials: typeof credentials !== 'function' ? credentials : signs ? 'function' : undefined,
      headers: plainHeaders(headers),
      maxRetries: policy ? wirePolicy(policy) : maxRetries,
      env: variables,
      browser: inBrowser(),
    },
    late:
      (options as { [LATE]?: () => Promise<Json> })[LATE] ??
      (typeof region === 'function' ? () => regionOf(region as () => unknown) : undefined),
  }
}

async function regionOf(ask: () => unknown): Promise<Json> {
  let region: unknown
  try {
    region = await ask()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigurationError(`The function that gives the region failed: ${why}`, {
      parameter: 'region',
      cause,
    })
  }
  if (typeof region === 'string' && region) return { region }
  throw new ConfigurationError(
    `The function that gives the region must answer with a string; it gave ${describe(region)}.`,
    { parameter: 'region' },
  )
}

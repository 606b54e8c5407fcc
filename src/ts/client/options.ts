/**
 * Splits the options of a client: functions, stores and signals stay in TypeScript, the rest is passed to the core as
 * JSON. Values of a wrong type that stay are refused here, by name; the core refuses the others.
 */
import { withoutSecrets } from '../common/causes.js'
import { describe } from '../common/describe.js'
import { environment, inBrowser, runtime } from '../common/environment.js'
import { ConfigurationError } from '../common/errors.js'
import type { Fetch, Token } from '../common/fetch.js'
import { plainHeaders } from '../common/headers.js'
import type { Json } from '../common/json.js'
import { type Redact, Secrets } from '../common/secrets.js'
import { warnOnce } from '../common/warn.js'
import { inProcess } from '../inbrowser/index.js'
import { type Cache, checkNamespace, checkTtl, readCache } from './cache.js'
import { readCheck } from './check.js'
import type { Checks } from './check-types.js'
import { checkSignal, checkTimeout } from './checks.js'
import { Authorizer, type CredentialsFunction, KEY_PLACEHOLDER, SIGNING_PROVIDERS } from './credentials.js'
import type { GivenFallback } from './fallback-types.js'
import { type HookHandlers, Hooks } from './hooks.js'
import { aliased, checkNamesNow, checkPassThrough, checkPlain } from './parameters.js'
import { checkRetries, type RetryPolicy, retryPolicy, wirePolicy } from './retry-policy.js'
import { type PromptFunction, plainPrompt, promptFunction } from './schema-prompt.js'
import { splitTools } from './tool-calls.js'

/** Asynchronous options, which the client awaits before its first request. */
export const DEFERRED = Symbol('deferred')

/** The `fetch` of a wrapped SDK or function. Clients of other providers do not get it. */
export const OWN_FETCH = Symbol('fetch')

/** The options that are not named by strings. */
export interface OwnOptions {
  readonly [DEFERRED]?: (() => Promise<Json>) | undefined
  readonly [OWN_FETCH]?: Fetch | undefined
}

/** The settings of a client. */
export interface Settings {
  /** Checks names for which a list is loaded; throws `NotLoaded` until it is there. */
  readonly recheck: (() => void) | undefined
  readonly fetch: Fetch
  readonly hooks: Hooks
  readonly signal: AbortSignal | undefined
  readonly timeout: number | undefined
  readonly policy: RetryPolicy | undefined
  readonly check: Checks<unknown> | undefined
  /** The app's own tools for all calls. */
  readonly ownTools: readonly unknown[]
  readonly token: Exclude<Token, string> | undefined
  readonly cache: Cache | undefined
  readonly cacheTtl: number | undefined
  readonly cacheNamespace: string | undefined
  readonly secrets: Secrets
  readonly authorizer: Authorizer
  /** `schemaPrompt`, if it is a function. */
  readonly writePrompt: PromptFunction | undefined
  /** As given. */
  readonly fallback: GivenFallback
  /** The core's part. */
  readonly plain: Json
  /** Asynchronous options: a region that is a function, values of a wrapped SDK. */
  readonly deferred: (() => Promise<Json>) | undefined
}

const globalFetch: Fetch = (url, init) => globalThis.fetch(url, init)

export function readOptions(model: unknown, options: unknown): Settings {
  if (typeof model !== 'string')
    throw new ConfigurationError(
      `The model must be a string in format "provider/model-name" (e.g. "openai/gpt-4o-mini"); got ${describe(model)}.`,
      { parameter: 'model' },
    )
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new ConfigurationError(`The options must be an object; got ${describe(options)}.`)
  const named = aliased(options as Json)
  const recheck = checkNamesNow(named, 'client')
  const local = inProcess(model, named)
  const [provider = ''] = model.split('/', 1)
  for (const name of IN_PROCESS)
    if (local.rest[name] !== undefined)
      throw new ConfigurationError(`${name} is not an option of ${provider}.`, {
        parameter: name,
      })
  const { fetch, hooks, signal, cache, cacheTtl, cacheNamespace, env, headers, maxRetries, ...more } =
    local.rest
  const {
    check,
    apiKey,
    accessToken,
    credentials,
    region,
    allowBrowser,
    extraHeaders,
    schemaPrompt,
    fallback,
    fallbackOn,
    fallbackAfter,
    tools,
    ...others
  } = more
  const { own: ownTools, provider: ofProvider } = splitTools(tools)
  const rest: Json = { ...others, tools: ofProvider ?? undefined, schemaPrompt: plainPrompt(schemaPrompt) }
  if (fetch !== undefined && fetch !== null && typeof fetch !== 'function')
    throw new ConfigurationError(`fetch must be a function; got ${describe(fetch)}.`, { parameter: 'fetch' })
  checkSignal(signal)
  checkRetries(maxRetries)
  for (const [key, value] of Object.entries(rest)) checkPlain(value, key)
  checkPassThrough(rest)
  for (const name of ['baseURL', 'azureEndpoint']) checkAddress(rest[name], name)
  const policy = retryPolicy(maxRetries)
  const own = options as OwnOptions
  const transport = (fetch as Fetch | undefined) ?? own[OWN_FETCH] ?? local.fetch ?? globalFetch
  const signs = typeof credentials === 'function' && SIGNING_PROVIDERS.includes(provider)
  const tokens = [apiKey, accessToken, signs ? undefined : credentials]
  const variables = environment(env)
  const secrets = new Secrets(named, variables)
  if (inBrowser() && !allowBrowser) warnOfKeys([apiKey, accessToken, named.secretAccessKey], rest.baseURL)
  return {
    fetch: transport,
    recheck,
    hooks: new Hooks(hooks as HookHandlers | Hooks | undefined),
    signal: (signal as AbortSignal | null) ?? undefined,
    timeout: checkTimeout(rest.timeout),
    policy,
    check: readCheck(check),
    ownTools,
    token: tokens.find((one) => typeof one === 'function') as Exclude<Token, string> | undefined,
    cache: readCache(cache),
    cacheTtl: checkTtl(cacheTtl),
    cacheNamespace: checkNamespace(cacheNamespace),
    secrets,
    fallback: { fallback, fallbackOn, fallbackAfter },
    writePrompt: promptFunction(schemaPrompt),
    authorizer: new Authorizer(transport, secrets, signs ? (credentials as CredentialsFunction) : undefined),
    plain: {
      ...rest,
      region: typeof region === 'function' ? undefined : region,
      apiKey: typeof apiKey === 'function' ? KEY_PLACEHOLDER : apiKey,
      accessToken:
        typeof accessToken === 'function' || (typeof credentials === 'function' && !signs)
          ? KEY_PLACEHOLDER
          : accessToken,
      credentials: typeof credentials !== 'function' ? credentials : signs ? 'function' : undefined,
      headers: plainHeaders(headers, 'headers'),
      extraHeaders: plainHeaders(extraHeaders, 'extraHeaders'),
      maxRetries: policy ? wirePolicy(policy) : maxRetries,
      env: variables,
      runtime: runtime(),
      browser: inBrowser(),
    },
    deferred:
      own[DEFERRED] ??
      (typeof region === 'function' ? () => regionOf(region as () => unknown, secrets.redact) : undefined),
  }
}

/** Options of models in the page or the Worker. `inProcess` removes those that apply. */
const IN_PROCESS = ['onDownloadProgress', 'languageModel', 'engine', 'gateway']

/** Refuses URLs without a host, such as `http://`. */
function checkAddress(given: unknown, parameter: string): void {
  if (typeof given !== 'string' || !/^https?:/i.test(given.trim())) return
  const rest = given.trim().replace(/^https?:/i, '')
  try {
    // The URL parser reads `https:///v1` as the host v1.
    if (/^\/\/[^/?#]/.test(rest) && new URL(given)) return
  } catch {
    // Not a URL.
  }
  throw new ConfigurationError(`${parameter} must be a complete URL, e.g. https://llm.example.com/v1.`, {
    parameter,
  })
}

/** Warns about keys that any visitor of the page can read. Local and relative URLs need no real key. */
function warnOfKeys(keys: readonly unknown[], baseURL: unknown): void {
  if (!keys.some((key) => typeof key === 'string' && key)) return
  if (
    typeof baseURL === 'string' &&
    /^(\/|https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$))/.test(baseURL)
  )
    return
  warnOnce(
    'instructor-wasm: an API key is used in a browser page, where every visitor can read it. Send the call through a ' +
      'server (docs/security.md), or silence this with allowBrowser: true where the key is the visitor’s own.',
  )
}

async function regionOf(ask: () => unknown, redact: Redact): Promise<Json> {
  let region: unknown
  try {
    region = await ask()
  } catch (thrown) {
    const cause = withoutSecrets(thrown, redact)
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigurationError(`The region function failed: ${why}`, {
      parameter: 'region',
      cause,
    })
  }
  if (typeof region === 'string' && region) return { region }
  throw new ConfigurationError(`The region function must return a string; it returned ${describe(region)}.`, {
    parameter: 'region',
  })
}

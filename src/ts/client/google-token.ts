/** Google's access token for a service account: its assertion is signed by WebCrypto. Loaded with the first such call. */
import { withoutSecrets } from '../common/causes.js'
import { ConfigurationError, NetworkError, ProviderError } from '../common/errors.js'
import type { Fetch } from '../common/fetch.js'
import type { Secrets } from '../common/secrets.js'
import { whenAborted } from '../common/signals.js'

/** What the core needs to request a token. */
export interface GoogleQuestion {
  readonly assertion: string
  readonly privateKey: string
  readonly tokenUrl: string
}

/** A token is renewed this long before it expires. */
const EARLY_MS = 60_000

/** The token of a client, shared by all its calls, including running ones. */
export class GoogleToken {
  readonly #fetch: Fetch
  readonly #secrets: Secrets
  #token: SharedToken | undefined

  constructor(fetch: Fetch, secrets: Secrets) {
    this.#fetch = fetch
    this.#secrets = secrets
  }

  get(question: GoogleQuestion, signal: AbortSignal): Promise<string> {
    const known = this.#token
    if (known && known.until > Date.now()) return known.wait(signal)
    const shared = new SharedToken((ended) => fetchToken(this.#fetch, this.#secrets, question, ended))
    this.#token = shared
    shared.promise.catch(() => {
      // A failure is not cached.
      if (this.#token === shared) this.#token = undefined
    })
    return shared.wait(signal)
  }
}

interface FetchedToken {
  readonly accessToken: string
  readonly until: number
}

/** One token request shared by several calls. It is aborted when all calls are aborted. */
class SharedToken {
  readonly promise: Promise<string>
  until = Number.POSITIVE_INFINITY
  readonly #controller = new AbortController()
  #waiting = 0
  #settled = false

  constructor(fetching: (signal: AbortSignal) => Promise<FetchedToken>) {
    this.promise = fetching(this.#controller.signal).then(({ accessToken, until }) => {
      this.until = until
      this.#settled = true
      return accessToken
    })
  }

  async wait(signal: AbortSignal): Promise<string> {
    this.#waiting += 1
    const release = whenAborted(signal, (reason) => {
      this.#waiting -= 1
      if (this.#waiting || this.#settled) return
      this.until = 0
      this.#controller.abort(reason)
    })
    try {
      return await this.promise
    } finally {
      release()
    }
  }
}

async function fetchToken(
  fetch: Fetch,
  secrets: Secrets,
  { assertion, privateKey, tokenUrl }: GoogleQuestion,
  signal: AbortSignal,
): Promise<FetchedToken> {
  const signed = `${assertion}.${await signature(assertion, privateKey)}`
  // A signed assertion is enough to get a token.
  secrets.add(signed)
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: signed,
  })
  let response: Response
  let text: string
  try {
    response = await fetch(tokenUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
      redirect: 'manual',
      signal,
    })
    text = await response.text()
  } catch (thrown) {
    if (signal.aborted) throw signal.reason
    const cause = withoutSecrets(thrown, secrets.redact)
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new NetworkError(`No access token from ${new URL(tokenUrl).host} (${why}).`, {
      cause,
      provider: 'vertexai',
    })
  }
  let answer: { access_token?: unknown; expires_in?: unknown; error_description?: unknown } = {}
  try {
    answer = JSON.parse(text) ?? {}
  } catch {
    // Reported below.
  }
  const { access_token: accessToken, expires_in: seconds } = answer
  if (!response.ok || typeof accessToken !== 'string' || !accessToken) {
    const moved = response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)
    const reason = moved ? 'a redirect, which is not followed' : String(answer.error_description ?? text)
    throw new ProviderError(
      `Google returned no access token for the service account (${response.status}): ${secrets.redact(reason).slice(0, 200)}`,
      { status: response.status, provider: 'vertexai' },
    )
  }
  secrets.add(accessToken)
  return { accessToken, until: Date.now() + (typeof seconds === 'number' ? seconds : 3600) * 1000 - EARLY_MS }
}

/** RS256 over the assertion, in base64url. */
async function signature(assertion: string, pem: string): Promise<string> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  let key: CryptoKey
  try {
    const der = atob(pem.replace(/-----[^-]+-----/g, '').replace(/\s+/g, ''))
    const bytes = Uint8Array.from(der, (char) => char.charCodeAt(0))
    key = await crypto.subtle.importKey('pkcs8', bytes, algorithm, false, ['sign'])
  } catch (cause) {
    throw new ConfigurationError(
      'The private key of the service account cannot be read: it must be PKCS #8 in PEM ("BEGIN PRIVATE KEY").',
      { parameter: 'credentials', cause },
    )
  }
  const signed = await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(assertion))
  return btoa(String.fromCharCode(...new Uint8Array(signed)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')
}

/**
 * Credentials that only the host can make. The core asks for them when a request is about to be sent: AWS keys from
 * the app's own function, or a Google access token for a service account, whose assertion is signed by WebCrypto here.
 */
import { ConfigurationError, ProviderError } from './errors.js'
import type { Secrets } from './secrets.js'
import type { Fetch } from './types.js'

/** What an app's credentials function gives: AWS keys, or a token. */
export type CredentialsFunction = () => unknown

interface GoogleQuestion {
  readonly assertion: string
  readonly privateKey: string
  readonly tokenUrl: string
}

type Question = { readonly kind: 'aws' } | ({ readonly kind: 'google' } & GoogleQuestion)

/** A token is asked for anew this long before it runs out. */
const EARLY_MS = 60_000

export class Authorizer {
  readonly #fetch: Fetch
  readonly #secrets: Secrets
  readonly #credentials: CredentialsFunction | undefined
  /** The Google token, shared by all calls of the client, those under way included. */
  #token: { readonly promise: Promise<string>; until: number } | undefined

  constructor(fetch: Fetch, secrets: Secrets, credentials: CredentialsFunction | undefined) {
    this.#fetch = fetch
    this.#secrets = secrets
    this.#credentials = credentials
  }

  /** Answers the core's question, both as JSON. */
  async answer(question: string): Promise<string> {
    const asked = JSON.parse(question) as Question
    if (asked.kind === 'google') {
      const accessToken = await this.#google(asked)
      this.#secrets.add(accessToken)
      return JSON.stringify({ accessToken })
    }
    const keys = await this.#credentials?.()
    this.#secrets.addNamed(keys)
    return JSON.stringify(keys ?? {})
  }

  #google(question: GoogleQuestion): Promise<string> {
    if (this.#token && this.#token.until > Date.now()) return this.#token.promise
    const fetching = fetchToken(this.#fetch, question)
    const entry = {
      promise: fetching.then(({ accessToken }) => accessToken),
      until: Number.POSITIVE_INFINITY,
    }
    this.#token = entry
    fetching.then(
      ({ until }) => {
        entry.until = until
      },
      () => {
        // A failure is not kept.
        if (this.#token === entry) this.#token = undefined
      },
    )
    return entry.promise
  }
}

async function fetchToken(fetch: Fetch, { assertion, privateKey, tokenUrl }: GoogleQuestion) {
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: `${assertion}.${await signature(assertion, privateKey)}`,
  })
  const response = await fetch(tokenUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: body.toString(),
  })
  const text = await response.text()
  let answer: { access_token?: string; expires_in?: number; error_description?: string } = {}
  try {
    answer = JSON.parse(text)
  } catch {
    // Told below.
  }
  if (!response.ok || !answer.access_token)
    throw new ProviderError(
      `Google gave no access token for the service account (${response.status}): ${answer.error_description ?? text.slice(0, 200)}`,
      { status: response.status, provider: 'vertexai' },
    )
  return {
    accessToken: answer.access_token,
    until: Date.now() + (answer.expires_in ?? 3600) * 1000 - EARLY_MS,
  }
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
      'The private key of the service account can\'t be read: it must be PKCS #8 in PEM ("BEGIN PRIVATE KEY").',
      { cause },
    )
  }
  const signed = await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(assertion))
  return btoa(String.fromCharCode(...new Uint8Array(signed)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')
}

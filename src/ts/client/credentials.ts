/**
 * Credentials that only the host can create. The core requests them before it sends a request: AWS keys from the
 * app's function, or a Google access token for a service account, whose assertion is signed by WebCrypto.
 */
import { withoutSecrets } from '../common/causes.js'
import { ConfigurationError } from '../common/errors.js'
import type { Fetch } from '../common/fetch.js'
import { imported } from '../common/imported.js'
import type { Secrets } from '../common/secrets.js'
import type { GoogleQuestion, GoogleToken } from './google-token.js'

/** The placeholder of a key that a function returns when the request is sent. */
export const KEY_PLACEHOLDER = '<key>'

/** Providers for which a `credentials` function returns keys that sign requests; elsewhere it returns a token. */
export const SIGNING_PROVIDERS: readonly string[] = ['bedrock']

/** The result of an app's credentials function: AWS keys, or a token. */
export type CredentialsFunction = () => unknown

type Question = { readonly kind: 'aws' } | ({ readonly kind: 'google' } & GoogleQuestion)

export class Authorizer {
  readonly #fetch: Fetch
  readonly #secrets: Secrets
  readonly #credentials: CredentialsFunction | undefined
  /** Google's access token. */
  #google: Promise<GoogleToken> | undefined

  constructor(fetch: Fetch, secrets: Secrets, credentials: CredentialsFunction | undefined) {
    this.#fetch = fetch
    this.#secrets = secrets
    this.#credentials = credentials
  }

  /** Handles a request of the core; request and result are JSON. */
  async answer(question: string, signal: AbortSignal): Promise<string> {
    const parsed = JSON.parse(question) as Question
    if (parsed.kind === 'google') {
      this.#google ??= imported('client/google-token', import('./google-token.js')).then(
        ({ GoogleToken }) => new GoogleToken(this.#fetch, this.#secrets),
      )
      this.#google.catch(() => {
        this.#google = undefined
      })
      return JSON.stringify({ accessToken: await (await this.#google).get(parsed, signal) })
    }
    return JSON.stringify((await this.#keys()) ?? {})
  }

  /** The id of the AWS keys that the function returns; `undefined` without a function. */
  async keyId(): Promise<unknown> {
    if (!this.#credentials) return undefined
    return ((await this.#keys()) as { accessKeyId?: unknown } | null | undefined)?.accessKeyId
  }

  async #keys(): Promise<unknown> {
    let keys: unknown
    try {
      keys = await this.#credentials?.()
    } catch (thrown) {
      const cause = withoutSecrets(thrown, this.#secrets.redact)
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new ConfigurationError(`The credentials function failed: ${why}`, {
        parameter: 'credentials',
        cause,
      })
    }
    this.#secrets.addNamed(keys)
    return keys
  }
}

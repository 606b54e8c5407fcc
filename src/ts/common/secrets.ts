/**
 * Keys in errors: providers repeat a wrong key in their message. Every secret in the client's options, and every
 * secret that a function of the app returns later, is removed from an error's text before the error is thrown.
 */

const OPTIONS = /^(api_?key|access_?token|secret_?access_?key|session_?token)$/i
/** Names of variables, headers, query parameters and members of credentials. */
const NAMES = /key|token|secret|password|credentials|authorization|cookie/i
/** They identify a secret, but are not secret. */
const IDS = /id$/i
/** Shorter ones would remove words from messages; no provider's key is that short. */
const SHORTEST = 8

/** URLs, which may contain a user and a password. */
const ADDRESSES = /^(base_?url|azure_?endpoint)$|_(URL|URI|BASE|ENDPOINT|HOST)$/i

/** Percent-encoded text as its UTF-8 bytes, one character each; a `%` that does not begin an escape is kept. */
function bytes(text: string): string {
  const escaped = text.replace(/[^\0-\x7f]+/g, encodeURIComponent)
  return escaped.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** The number of later secrets that are kept: rotating tokens would fill the memory. */
const MOST_LATER = 500

export class Secrets {
  readonly #known = new Set<string>()
  readonly #later = new Set<string>()
  /** Whether options and environment are read; secrets added afterwards are later ones. */
  #read = false
  /** `user:password@host` and its replacement. */
  readonly #users = new Map<string, string>()

  /** Collects the secrets in a client's options and environment. */
  constructor(options: Readonly<Record<string, unknown>>, env: Readonly<Record<string, string>>) {
    for (const [name, value] of Object.entries(options)) {
      if (OPTIONS.test(name) && typeof value === 'string') this.add(value)
      else if (name === 'credentials' || /headers$/i.test(name)) this.addNamed(value)
      else if (ADDRESSES.test(name)) this.#address(value)
    }
    for (const [name, value] of Object.entries(env))
      if (ADDRESSES.test(name)) this.#address(value)
      else if (/[A-Z]/.test(name)) this.#named(name, value)
    this.#read = true
  }

  add(secret: unknown): void {
    if (typeof secret !== 'string') return
    // `Bearer …` in a header.
    for (const part of [secret, secret.slice(secret.indexOf(' ') + 1)])
      if (part.length >= SHORTEST) this.#remember(part)
  }

  #remember(secret: string): void {
    if (!this.#read) this.#known.add(secret)
    if (!this.#read || this.#known.has(secret)) return
    // The latest ones are kept.
    this.#later.delete(secret)
    this.#later.add(secret)
    if (this.#later.size > MOST_LATER) this.#later.delete(this.#later.keys().next().value as string)
  }

  /** Members with names of secrets, in headers or credentials (an object, or its JSON). */
  addNamed(given: unknown): void {
    let members = given
    if (typeof given === 'string') {
      this.add(given)
      try {
        members = JSON.parse(given)
      } catch {
        return
      }
    }
    if (typeof members !== 'object' || members === null) return
    const entries = members instanceof Headers ? [...members] : Object.entries(members)
    for (const [name, value] of entries) this.#named(name, value)
  }

  #named(name: string, value: unknown): void {
    if (NAMES.test(name) && !IDS.test(name)) this.add(value)
  }

  #address(given: unknown): void {
    if (typeof given !== 'string') return
    try {
      const { username, password, host, searchParams } = new URL(given)
      this.add(new TextDecoder().decode(Uint8Array.from(bytes(password), (byte) => byte.charCodeAt(0))))
      for (const [name, value] of searchParams) this.#named(name, value)
      if (!username && !password) return
      const parsed = `${username}${password ? `:${password}` : ''}@`
      // Both as given and as the URL parser normalises it.
      const written = /^\w+:\/\/([^/?#]*@)/.exec(given)?.[1] ?? parsed
      for (const user of [written, parsed]) {
        this.#users.set(user + host, `[redacted]@${host}`)
        // The core sends it as this header.
        this.add(`Basic ${btoa(bytes(user.slice(0, -1)))}`)
      }
    } catch {
      // Not a URL: reported elsewhere.
    }
  }

  /** Removes the secrets from a text or JSON text. */
  readonly redact = (text: string): string => {
    let out = text
    for (const [user, plain] of this.#users) if (out.includes(user)) out = out.replaceAll(user, plain)
    for (const secret of [...this.#known, ...this.#later])
      for (const written of [secret, JSON.stringify(secret).slice(1, -1)])
        if (out.includes(written)) out = out.replaceAll(written, '[redacted]')
    return out
  }
}

export type Redact = Secrets['redact']

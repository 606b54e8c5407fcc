/**
 * Keys in errors: providers repeat a wrong key in their message. Whatever the client was given as a secret is taken
 * out of an error's text before anybody sees it.
 */

const OPTIONS = ['apiKey', 'accessToken', 'secretAccessKey', 'sessionToken']
const NAMES = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS/
/** Shorter ones would take words out of messages; no provider's key is so short. */
const SHORTEST = 8

export type Redact = (text: string) => string

/** Knows the secrets among a client's options and environment. */
export function redactor(
  options: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>>,
): Redact {
  const secrets = new Set<string>()
  const add = (value: unknown) => {
    if (typeof value === 'string' && value.length >= SHORTEST) secrets.add(value)
  }
  for (const name of OPTIONS) add(options[name])
  for (const [name, value] of Object.entries(env)) if (NAMES.test(name)) add(value)
  return (text) => {
    let out = text
    for (const secret of secrets) if (out.includes(secret)) out = out.replaceAll(secret, '[redacted]')
    return out
  }
}

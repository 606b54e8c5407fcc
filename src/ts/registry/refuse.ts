/** The errors of the checks, and the checks of values that become part of an address or a header (src/provider/address.rs). */
import { ConfigurationError } from '../common/errors.js'
import { utf8 } from './name.js'
import type { Row } from './row.js'

export function wrong(message: string, facts: Record<string, unknown> = {}): ConfigurationError {
  return new ConfigurationError(message, facts)
}

/** `expected` completes "… must be". */
export const invalid = (parameter: string, expected: string): ConfigurationError =>
  wrong(`${parameter} must be ${expected}.`, { parameter })

/** A label of a host name: a region, a location. */
export function checkLabel(parameter: string, text: string): void {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(text))
    throw refused(parameter, text, 'lower-case letters, digits and hyphens (e.g. us-east-1)')
}

/** A name that is one segment of a path. */
export function checkSegment(parameter: string, text: string): void {
  if (text.includes('/') || !isWhole(text))
    throw refused(parameter, text, 'a name without `/`, `?`, `#`, `\\` and control characters')
}

export function checkModel(row: Row, text: string): void {
  if (row.path?.includes('{model}') && !isWhole(text))
    throw refused(
      'model',
      text,
      "a model's name without `?`, `#`, `\\`, control characters and empty or dotted segments",
    )
}

/** No segment that URL parsers resolve (`..`), and no character that ends a path. */
const isWhole = (text: string): boolean =>
  utf8(text) <= 2048 &&
  !/[?#\\\p{Cc}]/u.test(text) &&
  text.split('/').every((part) => !['', '.', '..'].includes(trim(part)))

/** Without the white space at both ends, as Rust's `trim` (JavaScript's also removes U+FEFF). */
export const trim = (text: string): string => text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, '')

/** A header's value as `fetch` accepts it. The value may be a secret, so only what is wrong with it is shown. */
export function checkHeader(parameter: string, value: string): void {
  const odd = /[^\t -~\u{a0}-\u{ff}]/u.exec(trim(value))?.[0]
  if (odd !== undefined)
    throw wrong(`The value of ${parameter} holds '${escaped(odd)}', which no HTTP header can carry.`, {
      parameter,
    })
}

export function checkHeaderName(name: string): void {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name))
    throw wrong(`\`${escaped(name)}\` is not the name of an HTTP header.`, { parameter: 'headers' })
}

const refused = (parameter: string, text: string, wanted: string): ConfigurationError =>
  wrong(`${parameter} must be ${wanted}: '${escaped([...text].slice(0, 60).join(''))}' is not.`, {
    parameter,
  })

/** As Rust's `escape_default` writes it. */
function escaped(text: string): string {
  const short: Record<string, string> = { '\t': '\\t', '\r': '\\r', '\n': '\\n' }
  return text.replace(/['"\\]|[^ -~]/gu, (char) =>
    /['"\\]/.test(char) ? `\\${char}` : (short[char] ?? `\\u{${char.codePointAt(0)!.toString(16)}}`),
  )
}

/** Errors for a missing setting, with the way to provide it in each runtime (src/provider/endpoint/unset.rs). */
export function unsetKey(row: Row, runtime: unknown, blank: boolean): ConfigurationError {
  const name = row.keyEnv?.[0] ?? 'The API key'
  const remedy =
    runtime === 'browser'
      ? "A page can't keep a key secret: make the call from your server, or pass { apiKey } where the key is the user's own."
      : how(name, '<your-api-key>', 'apiKey', runtime)
  const start = blank ? 'apiKey is an empty string, and ' : ''
  return wrong(`${start}${name} is not set. ${remedy}`, { variable: name, parameter: 'apiKey' })
}

export const unset = (name: string, value: string, option: string, runtime: unknown): ConfigurationError =>
  wrong(`${name} is not set. ${how(name, value, option, runtime)}`, { variable: name, parameter: option })

function how(name: string, value: string, option: string, runtime: unknown): string {
  if (runtime === 'browser') return `Pass { ${option} } to fromProvider.`
  if (runtime === 'worker')
    return `Set it with \`wrangler secret put ${name}\` and pass { env } to fromProvider, or pass { ${option} }.`
  if (runtime === 'edge')
    return `Set ${name} among the deployment's environment variables, or pass { ${option} } to fromProvider.`
  return `Set it with \`export ${name}=${value}\`, or pass { ${option} } to fromProvider.`
}

/** JSON text for the core, whose strings are UTF-8. */
import { ConfigurationError } from './errors.js'

/** A JSON object, such as a JSON Schema. */
export type Json = Record<string, unknown>

/** Half of a surrogate pair as `JSON.stringify` writes it, usually from text that was cut inside an emoji. */
const LONE_SURROGATE = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g

/** JSON text for the core. Halves of surrogate pairs become U+FFFD, as in any other request. */
export function toJson(value: unknown, what: string): string {
  try {
    const text = JSON.stringify(value)
    return text.includes('\\ud') ? text.replace(LONE_SURROGATE, '$1\ufffd') : text
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new ConfigurationError(`${what} cannot be written as JSON: ${why}`, { cause })
  }
}

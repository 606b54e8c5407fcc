/** Code that is loaded with its first use. */
import { ConfigurationError } from './errors.js'

/** A file that cannot be loaded is not a network failure of the call: no request was sent. */
export async function imported<T>(file: string, module: Promise<T>): Promise<T> {
  try {
    return await module
  } catch (cause) {
    throw new ConfigurationError(
      `The file ${file}.js of instructor-wasm can't be loaded: ${cause instanceof Error ? cause.message : String(cause)}. ` +
        'It is imported when it is needed first: serve it with the other files, or bundle the page. ' +
        "Service workers allow no import(): use 'instructor-wasm/inline' there, or bundle without code splitting.",
      { cause },
    )
  }
}

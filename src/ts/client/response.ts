/** Responses that an app has fetched itself, for `parseResponse`. */
import { describe } from '../common/describe.js'
import { ConfigurationError } from '../common/errors.js'

/** A response from another source than this package's fetch. */
export interface PlainResponse {
  /**
   * The HTTP status.
   * @default 200
   */
  readonly status?: number
  /** The headers, by their names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  /** JSON text, bytes, or the parsed body. */
  readonly body: unknown
}

/** A response in the core's form. */
interface ReadResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export async function readResponse(response: Response | PlainResponse): Promise<ReadResponse> {
  if (typeof response !== 'object' || response === null)
    throw new ConfigurationError(
      `The response must be a Response, or an object { status, headers, body }; got ${describe(response)}.`,
      { parameter: 'response' },
    )
  const { status = 200 } = response
  if (typeof (response as Response).arrayBuffer === 'function') {
    const real = response as Response
    return {
      status,
      headers: Object.fromEntries(real.headers),
      body: new Uint8Array(await real.arrayBuffer()),
    }
  }
  const { headers = {}, body } = response as PlainResponse
  if (body instanceof Uint8Array) return { status, headers, body }
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? response)
  return { status, headers, body: new TextEncoder().encode(text) }
}

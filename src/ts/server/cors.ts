/** Cross-origin requests: which pages may send them, and the headers of the responses. */
import { ConfigurationError } from '../common/errors.js'
import type { CorsOptions, ServeOptions } from './options.js'

/** Seconds for which a browser remembers the answer to a preflight request. */
const MAX_AGE = '600'

export class Cors {
  readonly #origins: readonly string[] | '*'
  readonly #credentials: boolean
  readonly #headers: string

  constructor(given: NonNullable<ServeOptions<unknown>['cors']>) {
    const {
      origin,
      credentials,
      headers = [],
    }: CorsOptions = given === true
      ? { origin: '*' }
      : typeof given === 'string' || isList(given)
        ? { origin: given }
        : given
    const origins = typeof origin === 'string' ? [origin] : origin
    if (!Array.isArray(origins) || !origins.every((one) => one === '*' || isOrigin(one)))
      throw new ConfigurationError(
        "cors must be true, or origins without a path, such as 'https://app.example.com'.",
        { parameter: 'cors' },
      )
    this.#origins = origins.includes('*') ? '*' : origins
    this.#credentials = credentials === true
    if (this.#credentials && this.#origins === '*')
      throw new ConfigurationError('cors with credentials needs a list of origins.', { parameter: 'cors' })
    this.#headers = ['content-type', 'authorization', ...headers].join(', ')
  }

  /** The answer to a preflight request. */
  preflight(request: Request): Response {
    if (!this.#allowed(request)) return new Response(null, { status: 403 })
    const headers = {
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': this.#headers,
      'access-control-max-age': MAX_AGE,
    }
    return this.mark(request, new Response(null, { status: 204, headers }))
  }

  /** Allows the page to read the response. */
  mark(request: Request, response: Response): Response {
    const headers = new Headers(response.headers)
    if (this.#origins !== '*') headers.append('vary', 'origin')
    const origin = request.headers.get('origin')
    if (origin !== null && this.#allowed(request)) {
      headers.set('access-control-allow-origin', this.#origins === '*' ? '*' : origin)
      headers.set('access-control-expose-headers', 'retry-after')
      if (this.#credentials) headers.set('access-control-allow-credentials', 'true')
    }
    const { status, statusText } = response
    return new Response(response.body, { status, statusText, headers })
  }

  #allowed(request: Request): boolean {
    const origin = request.headers.get('origin')
    return this.#origins === '*' || (origin !== null && this.#origins.includes(origin))
  }
}

const isList = (given: unknown): given is readonly string[] => Array.isArray(given)

function isOrigin(text: unknown): boolean {
  try {
    return typeof text === 'string' && new URL(text).origin === text
  } catch {
    return false
  }
}

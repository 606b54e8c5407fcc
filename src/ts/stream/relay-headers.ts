/** Disables buffering and compression in proxies; the caller's headers are kept. */
const RELAY_HEADERS = [
  ['content-type', 'text/event-stream; charset=utf-8'],
  ['cache-control', 'no-cache, no-transform'],
  ['x-accel-buffering', 'no'],
] as const

/** The headers of `toResponse()`. */
export function relayHeaders(given: ResponseInit['headers']): Headers {
  const headers = new Headers(given)
  for (const [name, value] of RELAY_HEADERS) if (!headers.has(name)) headers.set(name, value)
  return headers
}

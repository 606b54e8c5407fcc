// A fetch for suites that state the answers of a provider.

/**
 * A fetch that replies with the answers in order, and the requests that it got: `{ url, headers, body }`, the body as a value.
 * `reply(answer, request, init)` makes the response.
 */
export function recorded(answers, reply) {
  const left = [...answers]
  const requests = []
  const fetch = async (url, init) => {
    const request = {
      url: String(url),
      headers: Object.fromEntries(new Headers(init.headers)),
      body: JSON.parse(init.body),
    }
    requests.push(request)
    const answer = left.shift()
    if (answer === undefined) throw new Error(`request ${requests.length} has no answer`)
    return reply(answer, request, init)
  }
  return { fetch, requests }
}

// Shared by several peers: reading a response body, and splitting server-sent events.

/** A response whose body returns the chunks on demand. */
export function respond(chunks, watch) {
  let at = 0
  const body = new ReadableStream(
    {
      pull(controller) {
        if (at < chunks.length && watch(at)) controller.enqueue(chunks[at++])
        else controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

/** The `data` of each event, found by the fastest plain JavaScript. */
export async function* events(response) {
  const decoder = new TextDecoder()
  const reader = response.body.getReader()
  let held = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    held += decoder.decode(value, { stream: true })
    const found = []
    let from = 0
    for (let end = held.indexOf('\n\n'); end >= 0; end = held.indexOf('\n\n', from)) {
      if (held.startsWith('data: ', from) && !held.startsWith('data: [DONE]', from))
        found.push(held.slice(from + 6, end))
      from = end + 2
    }
    held = held.slice(from)
    if (found.length) yield found
  }
}

/** The text deltas of an OpenAI stream, chunk by chunk. */
export async function* texts(response) {
  for await (const found of events(response)) {
    const deltas = []
    for (const data of found) {
      const content = JSON.parse(data).choices[0]?.delta.content
      if (content) deltas.push(content)
    }
    if (deltas.length) yield deltas
  }
}

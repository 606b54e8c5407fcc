/** Workers AI through a Worker's binding: `env.AI.run` with the request of the REST API. */
import { bodyOf, failure } from './answers.js'
import type { Binding } from './options.js'

/** The REST API's status for the numbered errors. */
const STATUS: Readonly<Record<string, number>> = {
  '3006': 413,
  '3007': 408,
  '3008': 408,
  '3036': 429,
  '3040': 429,
  '3023': 403,
  '3041': 403,
  '5016': 403,
  '5018': 403,
}

export async function answer(
  url: string,
  init: RequestInit,
  binding: Binding,
  gateway: Readonly<Record<string, unknown>> | undefined,
): Promise<Response> {
  const model = url.slice(url.indexOf('/run/') + '/run/'.length)
  const { messages, ...body } = bodyOf(init)
  // The binding does not accept null here.
  const inputs = { ...body, messages: messages.map((m) => (m.content === null ? { ...m, content: '' } : m)) }
  const options = { ...(gateway ? { gateway } : {}), signal: init.signal }
  let result: unknown
  try {
    result = await binding.run(model as never, inputs as never, options as never)
  } catch (error) {
    if (init.signal?.aborted) throw error
    const message = (error as Error)?.message ?? String(error)
    const code = message.match(/\b[3-7]\d{3}\b/)?.[0]
    return failure(code ? (STATUS[code] ?? 400) : 500, { message }, code)
  }
  if (result instanceof Response) return result
  if (result instanceof ReadableStream)
    return new Response(result, { headers: { 'content-type': 'text/event-stream' } })
  return Response.json(result ?? null)
}

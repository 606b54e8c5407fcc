/** Shared by the models in the page: reading a request's body, and answers in OpenAI's format. */
import type { Json } from '../common/json.js'

export interface ChatMessage {
  readonly role: string
  readonly content?: unknown
}

export interface ChatBody extends Json {
  readonly messages: readonly ChatMessage[]
  readonly stream?: boolean
}

export const bodyOf = (init: RequestInit): ChatBody => JSON.parse(String(init.body)) as ChatBody

/** An error in a server's format; the status decides whether the request is retried. */
export function failure(status: number, error: unknown, code?: string | number): Response {
  const { name, message } = error as { name?: string; message?: string }
  return Response.json({ error: { message: message || String(error), code: code ?? name } }, { status })
}

/** Each item as an event of a stream, created on demand, followed by `[DONE]`. */
export function eventStream(
  chunks: AsyncIterator<unknown>,
  cancel: () => void,
  onError: (error: unknown) => unknown = (error) => ({ message: (error as Error)?.message ?? String(error) }),
): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const send = (data: string) => controller.enqueue(encoder.encode(`data: ${data}\n\n`))
      try {
        const { done, value } = await chunks.next()
        if (!done) return send(JSON.stringify(value))
        send('[DONE]')
      } catch (error) {
        send(JSON.stringify({ error: onError(error) }))
      }
      controller.close()
    },
    cancel,
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

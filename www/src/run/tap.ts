/** A fetch that shows the bytes of each response while the library reads them. */

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface Tap {
  sent(url: string): void
  /** The head of the response. */
  head(status: number): void
  /** A frame of the body, as text. */
  frame(text: string): void
}

/** Control characters of binary framings. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are replaced here
const printable = (text: string) => text.replace(/[\u0000-\u0009\u000b-\u001f\u007f\ufffd]+/g, '·')

export const tapped =
  (fetch: Fetch, tap: Tap): Fetch =>
  async (url, init) => {
    tap.sent(url)
    const response = await fetch(url, init)
    tap.head(response.status)
    // Redirects that the library follows have no readable body, and other statuses cannot be constructed.
    if (!response.body || response.status < 200) return response
    const decoder = new TextDecoder()
    let rest = ''
    const body = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          rest += decoder.decode(chunk, { stream: true })
          const frames = rest.split(/\r?\n\r?\n/)
          // Bodies that are not server-sent events are shown in the pieces in which they arrive.
          rest =
            frames.length > 1 || rest.startsWith('data:') || rest.startsWith('event:')
              ? (frames.pop() ?? '')
              : ''
          for (const frame of frames) if (frame.trim()) tap.frame(printable(frame))
          controller.enqueue(chunk)
        },
        flush() {
          if (rest.trim()) tap.frame(printable(rest))
        },
      }),
    )
    const { status, statusText, headers } = response
    return new Response(body, { status, statusText, headers })
  }

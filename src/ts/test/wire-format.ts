/** Shared by the wire formats of the scripted fetch. */

/** The scripted answer in a provider-neutral form. */
export interface Answer {
  readonly text: string | undefined
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[]
  readonly refusal: string | undefined
  readonly finish: 'stop' | 'length' | 'filter'
  readonly input: number
  readonly output: number
  readonly model: string
  /** The number of characters per event. */
  readonly piece: number
}

export type Body = Record<string, unknown>

export interface Wire {
  readonly contentType: string
  matches(url: URL): boolean
  /** The name of the requested tool. */
  tool(body: Body): string | undefined
  streams(url: URL, body: Body): boolean
  whole(answer: Answer): unknown
  /** The stream's frames as bytes. */
  frames(answer: Answer): (string | Uint8Array)[]
}

const at = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (inner as Record<string | number, unknown> | undefined | null)?.[key],
    value,
  )
export const nameAt = (value: unknown, ...path: (string | number)[]): string | undefined => {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : undefined
}

export const pieces = (text: string, size: number): string[] => {
  const out: string[] = []
  for (let at = 0; at < text.length; ) {
    let end = at + size
    // Never splits an emoji, as providers do not.
    if (/[\ud800-\udbff]/.test(text.charAt(end - 1))) end += 1
    out.push(text.slice(at, end))
    at = end
  }
  return out
}

export const sse = (data: unknown, event?: string) =>
  `${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(data)}\n\n`
export const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return {}
  }
}

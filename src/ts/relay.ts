/**
 * A stream across HTTP: server-sent events of what changes, and the way back.
 *
 * ```text
 *  event: schema   {…}         first, where the schema has defaults that snapshots show
 *  data: [patch, …]            changes of the value (createPartial)
 *  event: items    [item, …]   elements (createIterable)
 *  event: restart  {}          a new attempt: what was shown is void
 *  event: done     {value, completion}
 *  event: error    {class, message, …}
 * ```
 *
 * Neither the prompt nor the provider's raw answer travels: the key and the prompt stay where the call is made.
 */
import { filler } from './defaults.js'
import {
  IncompleteOutputError,
  InstructorError,
  NetworkError,
  ResponseParsingError,
  revive,
} from './errors.js'
import type { Patch } from './patch.js'
import { paused } from './pause.js'
import type { Json } from './schema.js'
import { SnapshotBuilder } from './snapshot.js'
import { type Ended, type Event, ObjectStream, type Out, type Source } from './stream.js'
import type { Completion } from './types.js'

interface Relayed {
  readonly gives: 'snapshots' | 'elements'
  readonly schema: Json | undefined
  next(): Promise<Event<unknown>[] | undefined>
  end(): Promise<Ended<unknown>>
  cancel(): void
}

const frame = (event: string, data: unknown) =>
  `${event === 'message' ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`

/** The body of `toResponse()`. Each pull relays one step, so backpressure reaches the provider. */
export function relay(stream: Relayed): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  // Elements are told at once to be such: there may be none.
  let first = stream.gives === 'elements' ? frame('items', []) : ''
  if (stream.schema) first += frame('schema', stream.schema)
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let text: string
        let over = true
        try {
          const events = await stream.next()
          text = events ? frames(events) : frame('done', ended(await stream.end()))
          over = !events
        } catch (error) {
          text = frame('error', told(error))
        }
        controller.enqueue(encoder.encode(first + text))
        first = ''
        if (over) controller.close()
      },
      cancel: () => stream.cancel(),
    },
    { highWaterMark: 0 },
  )
}

function frames(events: readonly Event<unknown>[]): string {
  let text = ''
  let batch: unknown[] = []
  let kind: 'message' | 'items' = 'message'
  const flush = () => {
    if (batch.length) text += frame(kind, batch)
    batch = []
  }
  for (const event of events) {
    if (event.type === 'restart') {
      flush()
      text += frame('restart', {})
      continue
    }
    const next = event.type === 'patch' ? 'message' : 'items'
    if (next !== kind) flush()
    kind = next
    batch.push(event.type === 'patch' ? event.patch : event.item)
  }
  flush()
  return text
}

function ended({ value, completion }: Ended<unknown>): unknown {
  const { usage, mode, model, provider, finishReason, coercions } = completion
  return { value, completion: { usage, mode, model, provider, finishReason, coercions } }
}

/** What may be known of a failure at the other end. */
function told(error: unknown): unknown {
  if (!(error instanceof InstructorError))
    return { class: 'InstructorError', message: error instanceof Error ? error.message : String(error) }
  const { name, message } = error
  const { issues, status, code } = error as { issues?: unknown; status?: unknown; code?: unknown }
  return { class: name, message, issues, status, code }
}

/** Rebuilds the stream that a Worker relayed with `toResponse()`. `M` is the value's type. */
export function readPartial<Item, Final = Item>(
  response: Response | Promise<Response>,
): ObjectStream<Item, Final> {
  return new ObjectStream(new RelaySource<Item, Final>(response))
}

class RelaySource<Item, Final> implements Source<Item, Final> {
  readonly #response: Response | Promise<Response>
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  #builder = new SnapshotBuilder()
  readonly #decoder = new TextDecoder()
  /** The event that has not come to its end. */
  #text = ''
  /** A line end that may have a second character. */
  #cr = ''
  /** A read under way while a snapshot is shown for the pause. */
  #reading: Promise<{ done: boolean; value?: Uint8Array | undefined }> | undefined
  #snapshots = true
  /** Something was shown of this attempt. */
  #shown = false
  #fill: (value: unknown) => unknown = (value) => value
  #aborted = false
  /** An event of ours has come. */
  #known = false

  constructor(response: Response | Promise<Response>) {
    this.#response = response
  }

  get gives(): 'snapshots' | 'elements' {
    return this.#snapshots ? 'snapshots' : 'elements'
  }

  get skips(): boolean {
    return this.#snapshots
  }

  async step(out: Out<Item>): Promise<Ended<Final> | undefined> {
    try {
      return await this.#step(out)
    } catch (error) {
      if (error instanceof IncompleteOutputError && this.#snapshots)
        Object.assign(error, { lastSnapshot: this.#fill(this.#builder.snapshot()) })
      throw error
    }
  }

  async #step(out: Out<Item>): Promise<Ended<Final> | undefined> {
    this.#reader ??= await this.#open()
    const reading = this.#reading ?? this.#reader.read()
    this.#reading = undefined
    if (this.#snapshots && this.#builder.changed && (await paused(reading))) {
      // Nothing comes at the moment: what was held back is shown.
      this.#reading = reading
      this.#show(out)
      return undefined
    }
    let done: boolean
    let value: Uint8Array | undefined
    try {
      ;({ done, value } = await reading)
    } catch (cause) {
      if (this.#snapshots) this.#show(out)
      throw new IncompleteOutputError('The relayed stream broke off. Try again.', {
        cause: new NetworkError('The connection to the relay broke in the middle of the stream.', { cause }),
      })
    }
    const end = this.#feed(value ? this.#decoder.decode(value, { stream: true }) : '', done, out)
    if (this.#snapshots && (this.#builder.due || end || done)) this.#show(out)
    if (end) {
      if (this.#snapshots && !this.#shown) out.item(end.value as unknown as Item)
      return end
    }
    if (done && !this.#known)
      throw new ResponseParsingError(
        'The response is no relayed stream: check its address, and that it answers with toResponse().',
      )
    if (done)
      throw new IncompleteOutputError('The relayed stream ended before its value was complete. Try again.')
    return undefined
  }

  #show(out: Out<Item>): void {
    if (!this.#builder.changed) return
    const value = this.#fill(this.#builder.snapshot())
    this.#shown = value !== undefined
    if (this.#shown) out.item(value as Item)
  }

  /** Takes more text; every event that is complete is told. Proxies may have changed the line ends. */
  #feed(more: string, last: boolean, out: Out<Item>): Ended<Final> | undefined {
    let text = this.#cr + more
    this.#cr = text.endsWith('\r') && !last ? '\r' : ''
    if (text.includes('\r')) text = text.slice(0, text.length - this.#cr.length).replace(/\r\n?/g, '\n')
    let from = Math.max(0, this.#text.length - 1)
    this.#text += text
    let end: Ended<Final> | undefined
    let start = 0
    for (;;) {
      const blank = this.#text.indexOf('\n\n', from)
      if (blank < 0) break
      end = this.#event(this.#text.slice(start, blank), out) ?? end
      start = blank + 2
      from = start
    }
    this.#text = this.#text.slice(start)
    return end
  }

  abort(reason: unknown): void {
    this.#aborted = true
    this.#reader?.cancel(reason).catch(() => {})
  }

  async #open(): Promise<ReadableStreamDefaultReader<Uint8Array>> {
    let response: Response
    try {
      response = await this.#response
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new NetworkError(
        `The relay did not answer (${why}). Check its address, and that it is running.`,
        {
          cause,
        },
      )
    }
    if (!response.ok || !response.body)
      throw new NetworkError(
        `The relay answered with status ${response.status}${response.body ? '' : ' and no body'}.`,
      )
    const reader = response.body.getReader()
    if (this.#aborted) reader.cancel().catch(() => {})
    return reader
  }

  #event(part: string, out: Out<Item>): Ended<Final> | undefined {
    let name = 'message'
    let json = ''
    for (const line of part.split('\n')) {
      if (line.startsWith('event: ')) name = line.slice(7)
      else if (line.startsWith('data: ')) json += line.slice(6)
    }
    if (!json) return undefined
    let data: unknown
    try {
      data = JSON.parse(json)
    } catch (cause) {
      throw new ResponseParsingError('The relayed stream holds an event that is not JSON.', { cause })
    }
    this.#known = true
    switch (name) {
      case 'message':
        for (const patch of data as Patch[]) {
          this.#builder.applyPatch(patch)
          out.patch(patch)
        }
        return undefined
      case 'schema':
        this.#fill = filler(data as Json)
        return undefined
      case 'items':
        this.#snapshots = false
        for (const item of data as Item[]) out.item(item)
        return undefined
      case 'restart':
        this.#builder = new SnapshotBuilder()
        this.#shown = false
        out.restart()
        return undefined
      case 'error':
        throw revive(data)
      case 'done': {
        const { value, completion } = data as { value: Final; completion: Partial<Completion> }
        const whole = {
          raw: null,
          text: null,
          attempts: [],
          coercions: [],
          finishReason: null,
          ...completion,
        }
        return { value, completion: whole as unknown as Completion }
      }
      default:
        return undefined
    }
  }
}

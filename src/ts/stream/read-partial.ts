/**
 * The way back from `toResponse()`: the stream is rebuilt from its events. The other end is a server that may be
 * broken or hostile, so each event is checked before it is used: its size, its depth, and that each change continues
 * the value. What does not is a `ResponseParsingError`.
 */
import {
  ConfigurationError,
  IncompleteOutputError,
  InstructorError,
  NetworkError,
  ResponseParsingError,
} from '../common/errors.js'
import type { Json } from '../common/json.js'
import { deeperThan } from '../common/plain.js'
import type { DeepPartial, Infer, InferInput, SingleModel } from '../schema/infer.js'
import { filler } from './defaults.js'
import { EventReader, type SentEvent } from './event-reader.js'
import { paused } from './idle.js'
import { ObjectStream } from './object-stream.js'
import { type Patch, readPatch } from './patch.js'
import { readCompletion, readFailure, readUsage, record, refusal } from './relay-facts.js'
import { SnapshotBuilder } from './snapshot.js'
import type { Ended, Out, StreamSource } from './source.js'

/** As deep as the core reads an answer, and what is around it in an event. */
const MAX_DEPTH = 128 + 8
/** Members that defaults are filled into, over the whole stream. */
const MAX_FILLED = 5_000_000

/** A value after it crossed as JSON: a `Date` and a bigint are strings, a `Map` is an object, a `Set` a list. */
export type Relayed<T> = T extends bigint
  ? string
  : T extends { toJSON(): infer Plain }
    ? Plain
    : T extends ReadonlyMap<unknown, infer Value>
      ? { [key: string]: Relayed<Value> }
      : T extends ReadonlySet<infer Item>
        ? Relayed<Item>[]
        : T extends (...args: never) => unknown
          ? undefined
          : T extends object
            ? { [K in keyof T]: Relayed<T[K]> }
            : T

/** Milliseconds that a server has for closing the connection after its last event. */
const LAST = 1000

/**
 * Rebuilds the stream that a server relayed with `toResponse()`, typed by the schema. The schema is not applied again:
 * the value was validated where the call was made, and has crossed as JSON.
 */
export function readPartial<const M extends SingleModel>(
  response: Response | Promise<Response>,
  model: M,
): ObjectStream<DeepPartial<InferInput<M>>, Relayed<Infer<M>>>
/** Rebuilds the stream that a server relayed with `toResponse()`; the types are those that the caller states. */
export function readPartial<Item, Final = Item>(
  response: Response | Promise<Response>,
): ObjectStream<Item, Final>
export function readPartial(response: Response | Promise<Response>): ObjectStream<unknown, unknown> {
  return new ObjectStream(new RelaySource(response))
}

class RelaySource<Item, Final> implements StreamSource<Item, Final> {
  readonly #response: Response | Promise<Response>
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  #builder = new SnapshotBuilder()
  readonly #decoder = new TextDecoder()
  readonly #events = new EventReader()
  /** A read under way while a snapshot is shown for the pause. */
  #reading: Promise<{ done: boolean; value?: Uint8Array | undefined }> | undefined
  #snapshots = true
  /** Something was shown of this attempt. */
  #shown = false
  #fill: (value: unknown) => unknown = (value) => value
  #filled = 0
  #aborted: { readonly reason: unknown } | undefined
  /** An event of ours has come. */
  #known = false
  schema: Json | undefined

  constructor(response: Response | Promise<Response>) {
    this.#response = response
  }

  get gives(): 'snapshots' | 'elements' {
    return this.#snapshots ? 'snapshots' : 'elements'
  }

  get skips(): boolean {
    return this.#snapshots
  }

  state(): Patch[] {
    return this.#builder.state()
  }

  async step(out: Out<Item>): Promise<Ended<Final> | undefined> {
    try {
      const end = await this.#step(out)
      if (end) this.#close()
      return end
    } catch (thrown) {
      this.#leave()
      const error = this.#meant(thrown)
      if (error instanceof IncompleteOutputError && this.#snapshots)
        Object.assign(error, { lastSnapshot: this.#fill(this.#builder.snapshot()) })
      throw error
    }
  }

  abort(reason: unknown): void {
    this.#aborted = { reason }
    this.#leave(reason)
  }

  /** After the last event the server closes the connection; one that sends more, or stays open, is left. */
  #close(): void {
    const reader = this.#reader
    if (!reader) return
    const timer = setTimeout(() => this.#leave(), LAST)
    ;(timer as { unref?: () => void }).unref?.()
    const closed = ({ done }: { done: boolean }) => {
      clearTimeout(timer)
      if (!done) this.#leave()
    }
    reader.read().then(closed, () => clearTimeout(timer))
  }

  /** Nothing more is read. */
  #leave(reason?: unknown): void {
    this.#reader?.cancel(reason).catch(() => {})
  }

  /** Only documented errors leave; whatever else a broken stream brings about is that the stream is broken. */
  #meant(thrown: unknown): unknown {
    if (this.#aborted || thrown instanceof InstructorError || isAbort(thrown)) return thrown
    return new ResponseParsingError(
      'The relayed stream can not be read: it holds something that is no event of ours.',
      {
        cause: thrown,
      },
    )
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
    let end: Ended<Final> | undefined
    for (const event of this.#events.read(value ? this.#decoder.decode(value, { stream: true }) : '')) {
      end = this.#event(event, out)
      if (end) break
    }
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

  async #open(): Promise<ReadableStreamDefaultReader<Uint8Array>> {
    let response: Response
    try {
      response = await this.#response
    } catch (cause) {
      if (isAbort(cause)) throw cause
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new NetworkError(
        `The relay did not answer (${why}). Check its address, and that it is running.`,
        {
          cause,
        },
      )
    }
    if (typeof response?.status !== 'number' || typeof response.headers?.get !== 'function')
      throw new ConfigurationError(
        'readPartial takes a Response, or a promise of one: readPartial(await fetch(…)).',
        {
          parameter: 'response',
        },
      )
    if (response.bodyUsed || response.body?.locked)
      throw new ConfigurationError(
        'The body of the response was read already, or is locked by another reader. Give readPartial a response that nobody else reads, or response.clone().',
        { parameter: 'response' },
      )
    if (!response.ok || !response.body) throw await refusal(response)
    const reader = response.body.getReader()
    if (this.#aborted) reader.cancel(this.#aborted.reason).catch(() => {})
    return reader
  }

  #event({ name, data: json }: SentEvent, out: Out<Item>): Ended<Final> | undefined {
    let data: unknown
    try {
      data = JSON.parse(json)
    } catch (cause) {
      throw new ResponseParsingError('The relayed stream holds an event that is not JSON.', { cause })
    }
    if (deeperThan(data, MAX_DEPTH))
      throw new ResponseParsingError(
        `The relayed stream holds an event nested more than ${MAX_DEPTH} levels deep.`,
      )
    this.#known = true
    switch (name) {
      case 'message':
        for (const given of list(data)) {
          const patch = readPatch(given)
          if (patch.path.length > MAX_DEPTH)
            throw new ResponseParsingError(`The relayed value is nested more than ${MAX_DEPTH} levels deep.`)
          this.#builder.applyPatch(patch)
          out.patch(patch)
        }
        return undefined
      case 'schema':
        this.schema = record(data)
        this.#fill = filler(this.schema, (members) => this.#work(members))
        return undefined
      case 'items':
        this.#snapshots = false
        for (const item of list(data)) out.item(item as Item)
        return undefined
      case 'restart':
        this.#builder = new SnapshotBuilder()
        this.#shown = false
        out.restart()
        return undefined
      case 'error':
        throw readFailure(data)
      case 'done': {
        const { value, completion, usage } = record(data)
        const made = usage === undefined ? {} : { usage: readUsage(usage) }
        return { value: value as Final, completion: readCompletion(completion), ...made }
      }
      default:
        return undefined
    }
  }

  /** A schema of many defaults and a value of many objects could keep the page busy for hours. */
  #work(members: number): void {
    this.#filled += members
    if (this.#filled > MAX_FILLED)
      throw new ResponseParsingError(
        'The relayed schema has more defaults than its value can be filled with.',
      )
  }
}

const isAbort = (thrown: unknown) => thrown instanceof DOMException && thrown.name === 'AbortError'

function list(data: unknown): unknown[] {
  if (Array.isArray(data)) return data
  throw new ResponseParsingError(
    'The relayed stream holds an event whose data is not the list that it should be.',
  )
}

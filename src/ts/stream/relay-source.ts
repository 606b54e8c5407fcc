/**
 * A relayed stream as a source of steps. The server may be broken or hostile, so each event is checked before it is used:
 * its size, its depth, and that each change continues the value. Anything else is a `ResponseParsingError`.
 */
import { IncompleteOutputError, InstructorError, ResponseParsingError } from '../common/errors.js'
import type { Json } from '../common/json.js'
import { deeperThan } from '../common/plain.js'
import { filler } from './defaults.js'
import { EventReader, type SentEvent } from './event-reader.js'
import { type Patch, readPatch } from './patch.js'
import { isAbort, RelayBody } from './relay-body.js'
import { readCompletion, readFailure, readUsage, record } from './relay-facts.js'
import { RelayResume, type ResumeOptions } from './relay-resume.js'
import { SnapshotBuilder } from './snapshot.js'
import type { Ended, Out, StreamSource } from './source.js'

/** The core's maximum depth of an answer, plus the levels around it in an event. */
const MAX_DEPTH = 128 + 8
/** Maximum number of members that defaults are added to in a whole stream. */
const MAX_FILLED = 5_000_000

export class RelaySource<Item, Final> implements StreamSource<Item, Final> {
  #body: RelayBody
  readonly #resume: RelayResume
  #builder = new SnapshotBuilder()
  readonly #events = new EventReader()
  /** The events carry snapshots, not elements. */
  #snapshots = true
  /** A snapshot of this attempt was shown. */
  #shown = false
  #fill: (value: unknown) => unknown = (value) => value
  #filled = 0
  /** An event of the expected form has arrived. */
  #known = false
  schema: Json | undefined

  constructor(response: Response | Promise<Response>, options?: ResumeOptions) {
    this.#body = new RelayBody(response)
    this.#resume = new RelayResume(options)
  }

  get yields(): 'snapshots' | 'elements' {
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
      if (end) this.#body.close()
      return end
    } catch (thrown) {
      this.#body.cancel()
      const error = this.#meant(thrown)
      if (error instanceof IncompleteOutputError && this.#snapshots)
        Object.assign(error, { lastSnapshot: this.#fill(this.#builder.snapshot()) })
      throw error
    }
  }

  abort(reason: unknown): void {
    this.#body.abort(reason)
    this.#resume.stop()
  }

  /** Errors of other classes, which a broken stream can cause, become a `ResponseParsingError`. */
  #meant(thrown: unknown): unknown {
    if (this.#body.aborted || thrown instanceof InstructorError || isAbort(thrown)) return thrown
    return new ResponseParsingError('The relayed stream cannot be read: it contains an unknown event.', {
      cause: thrown,
    })
  }

  async #step(out: Out<Item>): Promise<Ended<Final> | undefined> {
    let read: Awaited<ReturnType<RelayBody['read']>>
    try {
      read = await this.#read(out)
    } catch (error) {
      if (this.#continued(error)) return undefined
      throw this.#resume.failed(error)
    }
    if (!read) {
      this.#show(out)
      return undefined
    }
    let end: Ended<Final> | undefined
    for (const event of this.#events.read(read.text)) {
      end = this.#event(event, out)
      this.#resume.read(event.id)
      if (end) break
    }
    if (this.#snapshots && (this.#builder.due || end || read.done)) this.#show(out)
    if (end) {
      if (this.#snapshots && !this.#shown) out.item(end.value as unknown as Item)
      return end
    }
    if (read.done && !this.#known)
      throw new ResponseParsingError(
        'The response is not a relayed stream: check its URL, and that it returns toResponse().',
      )
    if (read.done) {
      const error = new IncompleteOutputError(
        'The relayed stream ended before its value was complete. Try again.',
      )
      if (!this.#continued(error)) throw error
    }
    return undefined
  }

  /** Continues a stream whose connection has failed, if the app can request the rest. */
  #continued(error: unknown): boolean {
    if (this.#body.aborted || !this.#resume.continues(error)) return false
    this.#body.cancel()
    const next = this.#resume.next()
    // It is read by the next step; an aborted stream has none.
    next.catch(() => {})
    this.#body = new RelayBody(next)
    this.#events.restart()
    return true
  }

  /** The next text, or `undefined` in a pause of the stream with a pending snapshot. */
  async #read(out: Out<Item>): ReturnType<RelayBody['read']> {
    try {
      return await this.#body.read(this.#snapshots && this.#builder.changed)
    } catch (error) {
      if (error instanceof IncompleteOutputError && this.#snapshots) this.#show(out)
      throw error
    }
  }

  #show(out: Out<Item>): void {
    if (!this.#builder.changed) return
    const value = this.#fill(this.#builder.snapshot())
    this.#shown = value !== undefined
    if (this.#shown) out.item(value as Item)
  }

  #event({ name, data: json }: SentEvent, out: Out<Item>): Ended<Final> | undefined {
    let data: unknown
    try {
      data = JSON.parse(json)
    } catch (cause) {
      throw new ResponseParsingError('The relayed stream contains an event that is not JSON.', { cause })
    }
    if (deeperThan(data, MAX_DEPTH))
      throw new ResponseParsingError(
        `The relayed stream contains an event nested more than ${MAX_DEPTH} levels deep.`,
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
      case 'stream':
        this.#resume.started(data)
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

  /** A schema with many defaults and a value with many objects could block the page for hours. */
  #work(members: number): void {
    this.#filled += members
    if (this.#filled > MAX_FILLED)
      throw new ResponseParsingError('The relayed schema has too many defaults for its value.')
  }
}

function list(data: unknown): unknown[] {
  if (Array.isArray(data)) return data
  throw new ResponseParsingError('The relayed stream contains an event whose data is not the expected list.')
}

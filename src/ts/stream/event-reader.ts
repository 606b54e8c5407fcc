/** Splits the text of a server-sent event stream into events. Each character is read once. */
import { ResponseParsingError } from '../common/errors.js'

/** One event: its name and the lines of its data, joined. */
export interface SentEvent {
  readonly name: string
  readonly data: string
  /** The field `id`: the position in a stream that can be continued. */
  readonly id?: string | undefined
}

/** Most characters of one event. */
const MAX_EVENT = 16 << 20
/** Most characters of a whole stream. */
const MAX_STREAM = 128 << 20

export class EventReader {
  /** The complete lines of the current event, and the pieces of the current line. */
  #lines: string[] = []
  #line: string[] = []
  /** Characters of the current event. */
  #length = 0
  #total = 0
  /** Whether the text ended with a carriage return: a following line feed belongs to it. */
  #afterReturn = false

  /** Another connection continues: the event that was cut off is sent again. */
  restart(): void {
    this.#lines = []
    this.#line = []
    this.#length = 0
    this.#afterReturn = false
  }

  /** Returns the events that this text completes. Proxies may have changed the line ends. */
  read(text: string): SentEvent[] {
    this.#total += text.length
    if (this.#total > MAX_STREAM) throw tooLong('The relayed stream', MAX_STREAM)
    const events: SentEvent[] = []
    let start = 0
    if (this.#afterReturn && text.length > 0) {
      this.#afterReturn = false
      if (text[0] === '\n') start = 1
    }
    let feed = text.indexOf('\n', start)
    let carriage = text.indexOf('\r', start)
    while (feed >= 0 || carriage >= 0) {
      const end = carriage < 0 || (feed >= 0 && feed < carriage) ? feed : carriage
      const event = this.#lineEnds(text.slice(start, end))
      if (event) events.push(event)
      start = end + 1
      if (end === carriage) {
        if (text[start] === '\n') start++
        else if (start === text.length) this.#afterReturn = true
        carriage = text.indexOf('\r', start)
      }
      if (feed >= 0 && feed < start) feed = text.indexOf('\n', start)
    }
    this.#add(text.slice(start))
    return events
  }

  #add(text: string): void {
    if (!text) return
    this.#length += text.length
    if (this.#length > MAX_EVENT) throw tooLong('An event of the relayed stream', MAX_EVENT)
    this.#line.push(text)
  }

  /** A line is complete; an empty one ends the event. */
  #lineEnds(rest: string): SentEvent | undefined {
    this.#add(rest)
    if (this.#line.length) {
      this.#lines.push(this.#line.join(''))
      this.#line = []
      return undefined
    }
    const lines = this.#lines
    this.#lines = []
    this.#length = 0
    let name = 'message'
    let id: string | undefined
    const data: string[] = []
    for (const line of lines) {
      if (line.startsWith('event:')) name = value(line, 6)
      else if (line.startsWith('data:')) data.push(value(line, 5))
      else if (line.startsWith('id:')) id = value(line, 3)
    }
    return data.length ? { name, data: data.join('\n'), id } : undefined
  }
}

/** A field's value; one space after the colon is not part of it. */
const value = (line: string, at: number) => line.slice(line[at] === ' ' ? at + 1 : at)

const tooLong = (what: string, most: number) =>
  new ResponseParsingError(`${what} is longer than ${most >> 20} million characters.`)

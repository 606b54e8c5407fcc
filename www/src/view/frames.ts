/** Lines that arrive one after the other: raw events, or patches. Only the newest are kept. */
import { duration, h } from '../dom.js'

const KEPT = 400
const MAX_TEXT = 2000

export class Frames {
  constructor(private readonly place: HTMLElement) {}

  #last = ''

  #waiting: HTMLElement[] = []
  #drawing = 0

  clear(): void {
    this.#last = ''
    this.#waiting = []
    this.place.replaceChildren()
  }

  /** `at`: milliseconds since the run began. Shown with the next frame of the screen: providers send hundreds a second. */
  add(at: number, text: string, kind = ''): void {
    const shown = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
    const code = kind ? h('code', '', shown) : h('code', '', ...changed(this.#last, shown))
    if (!kind) this.#last = shown
    this.#waiting.push(h('div', `frame ${kind}`, h('span', 'at', duration(at)), code))
    // A page in the background has no frames.
    if (this.#waiting.length > KEPT) this.#waiting.shift()
    this.#drawing ||= requestAnimationFrame(() => this.flush())
  }

  flush(): void {
    cancelAnimationFrame(this.#drawing)
    this.#drawing = 0
    const { place } = this
    // A reader who has scrolled up keeps the position.
    const follows = place.scrollHeight - place.scrollTop - place.clientHeight < 40
    place.append(...this.#waiting)
    this.#waiting = []
    while (place.childElementCount > KEPT) place.firstElementChild?.remove()
    if (follows) place.scrollTop = place.scrollHeight
  }
}

/** The part that differs from the line before: in most APIs the events differ in the model's words only. */
function changed(before: string, text: string): (Node | string)[] {
  const limit = Math.min(before.length, text.length)
  let start = 0
  while (start < limit && before[start] === text[start]) start++
  let end = 0
  while (end < limit - start && before.at(-1 - end) === text.at(-1 - end)) end++
  // Lines of different kinds have only a little in common.
  if (start + end < text.length / 2) return [text]
  return [
    text.slice(0, start),
    h('b', '', text.slice(start, text.length - end)),
    text.slice(text.length - end),
  ]
}

/** A text in a terminal that is drawn again and again in the same place. */

/** The part of a terminal's stream that is used. */
export interface Terminal {
  write(text: string): unknown
  readonly columns?: number | undefined
  readonly rows?: number | undefined
}

/** Draws the last lines that fit; `done` replaces them by the whole text. */
export class Screen {
  readonly #terminal: Terminal
  #drawn = 0

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  draw(text: string): void {
    const columns = this.#terminal.columns ?? 80
    const lines = text.split('\n').map((line) => line.slice(0, columns - 1))
    const shown = lines.slice(-Math.max(1, (this.#terminal.rows ?? 24) - 2))
    this.clear()
    this.#terminal.write(`${shown.join('\n')}\n`)
    this.#drawn = shown.length
  }

  clear(): void {
    if (this.#drawn) this.#terminal.write(`\x1b[${this.#drawn}A\x1b[0J`)
    this.#drawn = 0
  }
}

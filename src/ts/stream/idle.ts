/** Pauses of a stream, in which changes without a snapshot so far are shown. */

/** The minimum duration of a pause; a pause is noticed after at most twice this time. */
const PAUSE_MS = 16

export const PAUSE = Symbol('pause')

/**
 * Awaits promises, each at most until a pause. Most of them settle at once, thousands in a stream, so one timer serves
 * all waits: when it fires, only a wait that was there when it started counts as a pause.
 */
export class Pauses {
  #timer: ReturnType<typeof setTimeout> | undefined
  #waits = 0
  /** Ends the current wait; without effect if it has ended. */
  #pause: ((pause: typeof PAUSE) => void) | undefined

  /** The promise's result, or `PAUSE` if it is still pending after the pause; then its rejection counts as handled. */
  until<T>(promise: Promise<T>): Promise<T | typeof PAUSE> {
    return new Promise<T | typeof PAUSE>((resolve, reject) => {
      this.#waits++
      this.#pause = resolve
      promise.then(resolve, reject)
      if (this.#timer === undefined) this.#start()
    })
  }

  /** Stops the timer. Called after the last wait. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #start(): void {
    const waits = this.#waits
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (waits === this.#waits) this.#pause?.(PAUSE)
      else this.#start()
    }, PAUSE_MS)
  }
}

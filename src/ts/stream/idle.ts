/** Pauses of a stream: the moment to show what was held back because it had not earned its snapshot yet. */

/** How long a change may go unseen. */
const PAUSE_MS = 16

/** Whether a promise is still open after the pause; takes no part in its outcome. */
export function paused(promise: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), PAUSE_MS)
    const settled = () => {
      clearTimeout(timer)
      resolve(false)
    }
    promise.then(settled, settled)
  })
}

/** Pauses of a stream, in which changes without a snapshot so far are shown. */

/** The maximum delay of a change. */
const PAUSE_MS = 16

/** Whether a promise is still pending after the pause; does not handle its result. */
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

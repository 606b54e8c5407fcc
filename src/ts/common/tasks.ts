/** Tasks of the event loop: long work in a page is divided, so that the page responds in between. */

/**
 * Continues in another task. Timers are not used, because tests replace them and hidden pages slow them down. Resolves at once
 * where the runtime has neither `scheduler.yield` nor `MessageChannel`.
 */
export function nextTask(): Promise<void> | undefined {
  const { scheduler } = globalThis as { scheduler?: { yield?(): Promise<void> } }
  if (scheduler?.yield) return scheduler.yield()
  if (typeof MessageChannel === 'undefined') return undefined
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      done()
    }
    port2.postMessage(0)
  })
}

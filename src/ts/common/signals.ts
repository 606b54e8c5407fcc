/**
 * Abort signals that many calls share. A signal has one listener for all of them: Node warns about a leak when an
 * EventTarget has more than ten.
 */

type Listener = (reason: unknown) => void

interface Watch {
  readonly calls: Set<Listener>
  readonly onAbort: () => void
}

const watched = new WeakMap<AbortSignal, Watch>()

/**
 * Calls `listener` with the reason when the signal aborts, or at once if it has aborted. Returns a function that
 * removes it.
 */
export function whenAborted(signal: AbortSignal, listener: Listener): () => void {
  if (signal.aborted) {
    listener(signal.reason)
    return () => {}
  }
  const watch = watched.get(signal) ?? begin(signal)
  // A new function, so that a listener given twice counts twice.
  const entry: Listener = (reason) => listener(reason)
  watch.calls.add(entry)
  return () => {
    watch.calls.delete(entry)
    if (!watch.calls.size) end(signal, watch)
  }
}

function begin(signal: AbortSignal): Watch {
  const calls = new Set<Listener>()
  const onAbort = () => {
    for (const call of [...calls]) call(signal.reason)
  }
  const watch = { calls, onAbort }
  watched.set(signal, watch)
  signal.addEventListener('abort', onAbort, { once: true })
  return watch
}

function end(signal: AbortSignal, watch: Watch): void {
  signal.removeEventListener('abort', watch.onAbort)
  if (watched.get(signal) === watch) watched.delete(signal)
}

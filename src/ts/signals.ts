/**
 * Abort signals that many calls share. Each has one listener of ours however many calls wait for it: Node warns of a
 * leak when an EventTarget has more than ten.
 */

type Told = (reason: unknown) => void

interface Watch {
  readonly calls: Set<Told>
  readonly listener: () => void
}

const watched = new WeakMap<AbortSignal, Watch>()

/** Calls `told` with the reason when the signal aborts, at once where it has. Returns what ends the wait. */
export function whenAborted(signal: AbortSignal, told: Told): () => void {
  if (signal.aborted) {
    told(signal.reason)
    return () => {}
  }
  const watch = watched.get(signal) ?? begin(signal)
  // A wrapper of its own, so that a function given twice counts twice.
  const entry: Told = (reason) => told(reason)
  watch.calls.add(entry)
  return () => {
    watch.calls.delete(entry)
    if (!watch.calls.size) end(signal, watch)
  }
}

function begin(signal: AbortSignal): Watch {
  const calls = new Set<Told>()
  const listener = () => {
    for (const told of [...calls]) told(signal.reason)
  }
  const watch = { calls, listener }
  watched.set(signal, watch)
  signal.addEventListener('abort', listener, { once: true })
  return watch
}

function end(signal: AbortSignal, watch: Watch): void {
  signal.removeEventListener('abort', watch.listener)
  if (watched.get(signal) === watch) watched.delete(signal)
}

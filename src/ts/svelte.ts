/**
 * `instructor-wasm/svelte`: stores for streams, over a relay or a client in the page.
 *
 * ```ts
 * const report = useObject({ url: '/api/report', model: 'report', responseModel: Report })
 * report.submit('bees') // $report.object, $report.status
 * ```
 *
 * They follow the contract of Svelte's stores, so that `$report` works in Svelte 3, 4 and 5. The state is in `ui/store.ts`.
 */
import type { DeepPartial, Infer, SingleModel } from './schema/infer.js'
import type { Kind } from './ui/open.js'
import type {
  AnyOptions,
  Arrived,
  DirectOptions,
  Growing,
  IterableState,
  ObjectState,
  RelayedOptions,
  StatedOptions,
  StreamActions,
} from './ui/options.js'
import { type StoreState, StreamStore } from './ui/store.js'

export type { IterableState, ObjectState, StreamActions, StreamStatus } from './ui/options.js'

/** A store of Svelte with the actions of a stream. The stream is cancelled when the last subscriber has left. */
export interface StreamReadable<State, Input, Final> extends StreamActions<Input, Final> {
  subscribe(run: (state: State) => void): () => void
}

/** The snapshots of a value while it arrives. Nothing is requested before `submit`, except for a given response. */
export function useObject<const M extends SingleModel, Input = unknown>(
  options: DirectOptions<M, Input, Infer<M>>,
): StreamReadable<ObjectState<Growing<M>, Infer<M>>, Input, Infer<M>>
export function useObject<const M extends SingleModel, Input = unknown>(
  options: RelayedOptions<M, Input, Arrived<M>>,
): StreamReadable<ObjectState<Growing<M>, Arrived<M>>, Input, Arrived<M>>
export function useObject<T, Input = unknown>(
  options: StatedOptions<Input, T>,
): StreamReadable<ObjectState<DeepPartial<T>, T>, Input, T>
export function useObject(options: object): unknown {
  return readable('object', options)
}

/** The elements of a list, each as soon as it is complete and validated. `responseModel` is the model of one element. */
export function useIterable<const M extends SingleModel, Input = unknown>(
  options: DirectOptions<M, Input, readonly Infer<M>[]>,
): StreamReadable<IterableState<Infer<M>>, Input, readonly Infer<M>[]>
export function useIterable<const M extends SingleModel, Input = unknown>(
  options: RelayedOptions<M, Input, readonly Arrived<M>[]>,
): StreamReadable<IterableState<Arrived<M>>, Input, readonly Arrived<M>[]>
export function useIterable<T, Input = unknown>(
  options: StatedOptions<Input, readonly T[]>,
): StreamReadable<IterableState<T>, Input, readonly T[]>
export function useIterable(options: object): unknown {
  return readable('items', options)
}

function readable(kind: Kind, options: AnyOptions): StreamReadable<StoreState, unknown, unknown> {
  const store = new StreamStore(kind, options)
  return {
    subscribe(run) {
      const leave = store.subscribe(() => run(store.getSnapshot()))
      run(store.getSnapshot())
      // A server only renders.
      if (typeof document !== 'undefined') store.start()
      return leave
    },
    submit: store.submit,
    stop: store.stop,
  }
}

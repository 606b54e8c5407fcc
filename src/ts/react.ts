'use client'
/**
 * `instructor-wasm/react`: hooks for streams, over a relay or a client in the page.
 *
 * ```ts
 * const { object, status, submit, stop } = useObject({ url: '/api/report', model: 'report', responseModel: Report })
 * ```
 *
 * For React 18 and 19. The state is in `ui/store.ts`.
 */
import { useEffect, useInsertionEffect, useMemo, useState, useSyncExternalStore } from 'react'
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

/** An option of the hooks of React only. */
export interface Suspending {
  /**
   * Suspends the component from the start of a stream until something is shown.
   * @default false
   */
  readonly suspense?: boolean
}

export type ObjectResult<Partial, Final, Input> = ObjectState<Partial, Final> & StreamActions<Input, Final>
export type IterableResult<Item, Input> = IterableState<Item> & StreamActions<Input, readonly Item[]>

/**
 * The snapshots of a value while it arrives. Nothing is requested before `submit`, except for a given response.
 *
 * The component may be unmounted at any time, which cancels the stream; `submit` cancels the one before.
 */
export function useObject<const M extends SingleModel, Input = unknown>(
  options: DirectOptions<M, Input, Infer<M>> & Suspending,
): ObjectResult<Growing<M>, Infer<M>, Input>
export function useObject<const M extends SingleModel, Input = unknown>(
  options: RelayedOptions<M, Input, Arrived<M>> & Suspending,
): ObjectResult<Growing<M>, Arrived<M>, Input>
export function useObject<T, Input = unknown>(
  options: StatedOptions<Input, T> & Suspending,
): ObjectResult<DeepPartial<T>, T, Input>
export function useObject(options: object): ObjectResult<unknown, unknown, unknown> {
  return useStream('object', options) as ObjectResult<unknown, unknown, unknown>
}

/** The elements of a list, each as soon as it is complete and validated. `responseModel` is the model of one element. */
export function useIterable<const M extends SingleModel, Input = unknown>(
  options: DirectOptions<M, Input, readonly Infer<M>[]> & Suspending,
): IterableResult<Infer<M>, Input>
export function useIterable<const M extends SingleModel, Input = unknown>(
  options: RelayedOptions<M, Input, readonly Arrived<M>[]> & Suspending,
): IterableResult<Arrived<M>, Input>
export function useIterable<T, Input = unknown>(
  options: StatedOptions<Input, readonly T[]> & Suspending,
): IterableResult<T, Input>
export function useIterable(options: object): IterableResult<unknown, unknown> {
  return useStream('items', options) as IterableResult<unknown, unknown>
}

/** Stores of given responses: a component that suspends before it is mounted loses its state. */
const suspended = new WeakMap<object, StreamStore>()

function storeOf(kind: Kind, options: AnyOptions & Suspending): StreamStore {
  const { response, suspense } = options
  if (!suspense || typeof response !== 'object' || typeof document === 'undefined')
    return new StreamStore(kind, options)
  const known = suspended.get(response)
  if (known) return known
  const store = new StreamStore(kind, options)
  suspended.set(response, store)
  // No effect runs before the component is mounted.
  store.start()
  return store
}

function useStream(
  kind: Kind,
  options: AnyOptions & Suspending,
): StoreState & StreamActions<unknown, unknown> {
  const [store] = useState(() => storeOf(kind, options))
  const state = useSyncExternalStore(store.subscribe, store.getSnapshot, store.getServerSnapshot)
  useInsertionEffect(() => store.configure(options))
  const { response } = options
  // Another response is another stream.
  useEffect(() => store.start(), [store, response])
  if (options.suspense && state.status === 'submitted') throw store.settled()
  return useMemo(() => ({ ...state, submit: store.submit, stop: store.stop }), [state, store])
}

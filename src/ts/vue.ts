/**
 * `instructor-wasm/vue`: composables for streams, over a relay or a client in the page.
 *
 * ```ts
 * const { object, status, submit, stop } = useObject({ url: '/api/report', model: 'report', responseModel: Report })
 * ```
 *
 * The results are shallow refs, so that snapshots keep their identity. The state is in `ui/store.ts`.
 */
import { type ComputedRef, computed, getCurrentInstance, onMounted, onScopeDispose, shallowRef } from 'vue'
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
import { StreamStore } from './ui/store.js'

export type { IterableState, ObjectState, StreamActions, StreamStatus } from './ui/options.js'

/** Each member of a state as a ref. */
export type Refs<State> = { readonly [K in keyof State]: ComputedRef<State[K]> }
/** Options, or a function that returns them, for options that depend on refs. */
export type OrGetter<T> = T | (() => T)

export type ObjectRefs<Partial, Final, Input> = Refs<
  Pick<ObjectState<Partial, Final>, 'status' | 'attempts' | 'error' | 'completion'>
> & { readonly object: ComputedRef<Partial | Final | undefined> } & StreamActions<Input, Final>
export type IterableRefs<Item, Input> = Refs<IterableState<Item>> & StreamActions<Input, readonly Item[]>

/**
 * The snapshots of a value while it arrives. Nothing is requested before `submit`, except for a given response. The stream is
 * cancelled with the component, or with the effect scope.
 */
export function useObject<const M extends SingleModel, Input = unknown>(
  options: OrGetter<DirectOptions<M, Input, Infer<M>>>,
): ObjectRefs<Growing<M>, Infer<M>, Input>
export function useObject<const M extends SingleModel, Input = unknown>(
  options: OrGetter<RelayedOptions<M, Input, Arrived<M>>>,
): ObjectRefs<Growing<M>, Arrived<M>, Input>
export function useObject<T, Input = unknown>(
  options: OrGetter<StatedOptions<Input, T>>,
): ObjectRefs<DeepPartial<T>, T, Input>
export function useObject(options: OrGetter<object>): unknown {
  const { state, actions } = useStream('object', options)
  return { object: computed(() => state.value.object), ...facts(state), ...actions }
}

/** The elements of a list, each as soon as it is complete and validated. `responseModel` is the model of one element. */
export function useIterable<const M extends SingleModel, Input = unknown>(
  options: OrGetter<DirectOptions<M, Input, readonly Infer<M>[]>>,
): IterableRefs<Infer<M>, Input>
export function useIterable<const M extends SingleModel, Input = unknown>(
  options: OrGetter<RelayedOptions<M, Input, readonly Arrived<M>[]>>,
): IterableRefs<Arrived<M>, Input>
export function useIterable<T, Input = unknown>(
  options: OrGetter<StatedOptions<Input, readonly T[]>>,
): IterableRefs<T, Input>
export function useIterable(options: OrGetter<object>): unknown {
  const { state, actions } = useStream('items', options)
  return { items: computed(() => state.value.items), ...facts(state), ...actions }
}

type State = ReturnType<typeof useStream>['state']

const facts = (state: State) => ({
  status: computed(() => state.value.status),
  attempts: computed(() => state.value.attempts),
  error: computed(() => state.value.error),
  completion: computed(() => state.value.completion),
})

function useStream(kind: Kind, given: OrGetter<AnyOptions>) {
  const read = typeof given === 'function' ? given : () => given
  const store = new StreamStore(kind, read())
  const state = shallowRef(store.getSnapshot())
  const leave = store.subscribe(() => {
    state.value = store.getSnapshot()
  })
  onScopeDispose(leave)
  if (getCurrentInstance()) onMounted(() => store.start())
  else if (typeof document !== 'undefined') store.start()
  const submit = (input?: unknown) => {
    store.configure(read())
    return store.submit(input)
  }
  return { state, actions: { submit, stop: store.stop } }
}

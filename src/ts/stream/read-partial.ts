/** `readPartial(response)`: rebuilds the stream that a server relays with `toResponse()`. */
import type { DeepPartial, Infer, InferInput, SingleModel } from '../schema/infer.js'
import { ObjectStream } from './object-stream.js'
import { RelaySource } from './relay-source.js'

/**
 * The type of a value after its transfer as JSON: a `Date` and a bigint are strings, a `Map` is an object, a `Set` a
 * list.
 */
export type Relayed<T> = T extends bigint
  ? string
  : T extends { toJSON(): infer Plain }
    ? Plain
    : T extends ReadonlyMap<unknown, infer Value>
      ? { [key: string]: Relayed<Value> }
      : T extends ReadonlySet<infer Item>
        ? Relayed<Item>[]
        : T extends (...args: never) => unknown
          ? undefined
          : T extends object
            ? { [K in keyof T]: Relayed<T[K]> }
            : T

/**
 * Rebuilds the stream that a server relayed with `toResponse()`, typed by the schema. The schema is not applied
 * again: the value was validated by the server and transferred as JSON.
 */
export function readPartial<const M extends SingleModel>(
  response: Response | Promise<Response>,
  model: M,
): ObjectStream<DeepPartial<InferInput<M>>, Relayed<Infer<M>>>
/** Rebuilds the stream that a server relayed with `toResponse()`; with the types stated by the caller. */
export function readPartial<Item, Final = Item>(
  response: Response | Promise<Response>,
): ObjectStream<Item, Final>
export function readPartial(response: Response | Promise<Response>): ObjectStream<unknown, unknown> {
  return new ObjectStream(new RelaySource(response))
}

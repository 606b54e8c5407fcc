/** `readPartial(response)`: rebuilds the stream that a server relays with `toResponse()`. */
import type { DeepPartial, Infer, InferInput, SingleModel } from '../schema/infer.js'
import type { IterableModel } from '../schema/streamed.js'
import { ObjectStream } from './object-stream.js'
import type { ResumeOptions } from './relay-resume.js'
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

type Responded = Response | Promise<Response>

/**
 * Rebuilds the stream of a list that a server relayed with `toResponse()`: the elements, typed by their schema.
 * `iterable(User)` is the model of the call on the server.
 */
export function readPartial<const M extends SingleModel>(
  response: Responded,
  model: IterableModel<M>,
  options?: ResumeOptions,
): ObjectStream<Relayed<Infer<M>>, Relayed<Infer<M>>[]>
/**
 * Rebuilds the stream that a server relayed with `toResponse()`, typed by the schema. The schema is not applied
 * again: the value was validated by the server and transferred as JSON.
 */
export function readPartial<const M extends SingleModel>(
  response: Responded,
  model: M,
  options?: ResumeOptions,
): ObjectStream<DeepPartial<InferInput<M>>, Relayed<Infer<M>>>
/** Rebuilds the stream that a server relayed with `toResponse()`; with the type of the value stated by the caller. */
export function readPartial<T>(
  response: Responded,
  model?: undefined,
  options?: ResumeOptions,
): ObjectStream<DeepPartial<T>, T>
/** Rebuilds the stream that a server relayed with `toResponse()`; with the types of its items and of the value. */
export function readPartial<Item, Final>(
  response: Responded,
  model?: undefined,
  options?: ResumeOptions,
): ObjectStream<Item, Final>
export function readPartial(
  response: Responded,
  _model?: unknown,
  options?: ResumeOptions,
): ObjectStream<unknown, unknown> {
  return new ObjectStream(new RelaySource(response, options))
}

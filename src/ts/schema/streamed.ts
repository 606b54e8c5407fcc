/** `partial(model)` and `iterable(model)`: response models with which `create` returns a stream. */
import type { NamedModel, SingleModel } from './infer.js'

/** A model whose value is streamed as snapshots. Created by {@link partial}. */
export interface PartialModel<M> extends NamedModel<M> {
  /** Marks the model for `create`. */
  readonly streams: 'partial'
}

/** The model of the elements of a streamed list. Created by {@link iterable}. */
export interface IterableModel<M> extends NamedModel<M> {
  /** Marks the model for `create`. */
  readonly streams: 'list'
}

/** A name and a description for the LLM. */
export interface ModelTexts {
  /**
   * The name of the tool.
   * @default the title of the schema
   */
  readonly name?: string
  /**
   * The description of the tool.
   * @default that of the schema
   */
  readonly description?: string
}

/**
 * Makes `create` stream snapshots of the value, as {@link Instructor.createPartial} does.
 *
 * @example
 * ```ts
 * for await (const snapshot of client.create({ responseModel: partial(User), messages })) render(snapshot)
 * ```
 */
export function partial<const M extends SingleModel>(model: M, texts: ModelTexts = {}): PartialModel<M> {
  return { ...texts, schema: model, streams: 'partial' }
}

/**
 * Makes `create` stream the elements of a list, as {@link Instructor.createIterable} does. `model` is the model of one
 * element.
 *
 * @example
 * ```ts
 * for await (const user of client.create({ responseModel: iterable(User), messages })) save(user)
 * ```
 */
export function iterable<const M extends SingleModel>(model: M, texts: ModelTexts = {}): IterableModel<M> {
  return { ...texts, schema: model, streams: 'list' }
}

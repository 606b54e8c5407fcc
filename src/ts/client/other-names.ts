/** The methods of a client by the names of other libraries: those of Python's Instructor and of vendors' SDKs. */
import type { Completion } from '../common/completion.js'
import type { DeepPartial, Infer, InferInput, ResponseModel, StreamModel } from '../schema/infer.js'
import type { ObjectStream } from '../stream/object-stream.js'
import type { CallParams, StreamOptions } from './call-options.js'

/** `client.chat`. */
export interface Completions<C> {
  /** The client. */
  readonly completions: C
}

/** The names. The methods themselves are those of the client. */
export abstract class OtherNames {
  abstract createWithCompletion<const M extends ResponseModel, L extends string = string>(
    params: CallParams<M, L>,
  ): Promise<[Infer<M>, Completion]>
  abstract createPartial<const M extends StreamModel, L extends string = string>(
    params: CallParams<M, L> & StreamOptions,
  ): ObjectStream<DeepPartial<InferInput<M>>, Infer<M>>
  abstract createIterable<const M extends StreamModel, L extends string = string>(
    params: CallParams<M, L> & StreamOptions,
  ): ObjectStream<Infer<M>, Infer<M>[]>

  /** `client.chat.completions.create(…)`. */
  get chat(): Completions<this> {
    return { completions: this }
  }

  /** `client.completions.create(…)`. */
  get completions(): this {
    return this
  }

  /** `client.messages.create(…)`. */
  get messages(): this {
    return this
  }

  /** @deprecated Python's name of {@link createPartial}. */
  create_partial<const M extends StreamModel, L extends string = string>(
    params: CallParams<M, L> & StreamOptions,
  ): ObjectStream<DeepPartial<InferInput<M>>, Infer<M>> {
    return this.createPartial<M, L>(params)
  }

  /** @deprecated Python's name of {@link createIterable}. */
  create_iterable<const M extends StreamModel, L extends string = string>(
    params: CallParams<M, L> & StreamOptions,
  ): ObjectStream<Infer<M>, Infer<M>[]> {
    return this.createIterable<M, L>(params)
  }

  /** @deprecated Python's name of {@link createWithCompletion}. */
  create_with_completion<const M extends ResponseModel, L extends string = string>(
    params: CallParams<M, L>,
  ): Promise<[Infer<M>, Completion]> {
    return this.createWithCompletion<M, L>(params)
  }
}

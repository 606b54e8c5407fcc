/**
 * `fromLiteLLM`: LiteLLM's proxy, the client of an SDK that is configured for it, or a function in the form of LiteLLM's
 * `completion`. The client has LiteLLM's names of the methods and of the retry options.
 */

import type { CallParams, StreamOptions } from '../client/call-options.js'
import { Instructor } from '../client/client.js'
import type { RetryPolicy } from '../client/retry-policy.js'
import { ConfigurationError, ResponseParsingError, ValidationError } from '../common/errors.js'
import type { DeepPartial, Infer, InferInput, ResponseModel, StreamModel } from '../schema/infer.js'
import type { ObjectStream } from '../stream/object-stream.js'
import type { Loader } from '../wasm/loader.js'
import { type CreateClient, type CreateFunction, createClient, isCreateClient } from './from-create.js'
import type { WrapOptions } from './sdk-clients.js'
import { wrapClient } from './wrap-client.js'

/** The number of retries, and a function that is called before each of them. */
export interface RetryConfig {
  /** Retries after the first attempt. */
  readonly maxRetries?: number
  /** @deprecated Python's name of `maxRetries`. */
  readonly max_retries?: number
  /** Called before each retry. */
  readonly onRetry?: (error: Error, attempt: number) => void
  /** @deprecated Python's name of `onRetry`. */
  readonly on_retry?: (error: Error, attempt: number) => void
}

/**
 * Called with an answer that is not valid (`undefined` if it is not JSON), the number of the attempt and its error. `false`
 * ends the call.
 */
export type ValidationHook = (
  value: unknown,
  retryCount: number,
  exception: Error,
) => boolean | undefined | Promise<boolean | undefined>

/** LiteLLM's names of the retry options. They take the place of `maxRetries`. */
export interface LiteLLMRetries {
  /** Called with each answer that is not valid. */
  readonly validationHook?: ValidationHook
  /** @deprecated Python's name of `validationHook`. */
  readonly validation_hook?: ValidationHook
  /** The number of retries. */
  readonly retryConfig?: RetryConfig
  /** @deprecated Python's name of `retryConfig`. */
  readonly retry_config?: RetryConfig
}

/** Replaces LiteLLM's retry options by a policy. */
function carried<P extends object>(given: P & LiteLLMRetries): P {
  const { validationHook, validation_hook, retryConfig, retry_config, ...rest } = given
  const hook = validationHook ?? validation_hook
  const config = retryConfig ?? retry_config
  if (!hook && !config) return rest as unknown as P
  const { maxRetries, max_retries } = rest as { maxRetries?: unknown; max_retries?: unknown }
  const own = maxRetries ?? max_retries
  const retries = config?.maxRetries ?? config?.max_retries ?? own
  if (typeof own === 'object' && own !== null)
    throw new ConfigurationError('Give maxRetries as a policy, or retryConfig and validationHook.', {
      parameter: 'maxRetries',
    })
  const onRetry = config?.onRetry ?? config?.on_retry
  const policy: RetryPolicy = {
    ...(typeof retries === 'number' ? { attempts: retries + 1 } : {}),
    ...(onRetry ? { onRetry } : {}),
    ...(hook
      ? {
          retryOn: async (error, attempt, value) =>
            (error instanceof ValidationError || error instanceof ResponseParsingError) &&
            (await hook(value, attempt, error)) !== false,
        }
      : {}),
  }
  return { ...rest, maxRetries: policy, max_retries: undefined } as unknown as P
}

/** A client with LiteLLM's names of the methods. */
export class LiteLLM extends Instructor {
  /** LiteLLM's name of {@link Instructor.create}. */
  async completion<const M extends ResponseModel, L extends string = string>(
    params: CallParams<M, L> & LiteLLMRetries,
  ): Promise<Infer<M>> {
    return (await this.createWithCompletion<M, L>(carried(params)))[0]
  }

  /** LiteLLM's name of {@link Instructor.create}. */
  acompletion<const M extends ResponseModel, L extends string = string>(
    params: CallParams<M, L> & LiteLLMRetries,
  ): Promise<Infer<M>> {
    return this.completion<M, L>(params)
  }

  /** LiteLLM's name of {@link Instructor.createPartial}. */
  stream_completion<const M extends StreamModel, L extends string = string>(
    params: CallParams<M, L> & StreamOptions & LiteLLMRetries,
  ): ObjectStream<DeepPartial<InferInput<M>>, Infer<M>> {
    return this.createPartial<M, L>(carried(params))
  }

  /** LiteLLM's name of {@link Instructor.createIterable}. */
  completion_iterable<const M extends StreamModel, L extends string = string>(
    params: CallParams<M, L> & StreamOptions & LiteLLMRetries,
  ): ObjectStream<Infer<M>, Infer<M>[]> {
    return this.createIterable<M, L>(carried(params))
  }
}

/** A client for LiteLLM's proxy, an SDK's client, or a function. */
export function liteLLM(
  loader: Loader,
  given: object | undefined,
  options: WrapOptions & LiteLLMRetries = {},
): LiteLLM {
  const all: WrapOptions = carried(options)
  if (given === undefined) {
    const { model = '-', ...rest } = all
    return new LiteLLM(loader, `litellm/${model}`, rest, all.model !== undefined)
  }
  if (typeof given === 'function' || isCreateClient(given))
    return createClient(LiteLLM, loader, 'litellm', given as CreateFunction | CreateClient, all)
  return wrapClient<LiteLLM>(loader, 'fromLiteLLM', given, all, LiteLLM)
}

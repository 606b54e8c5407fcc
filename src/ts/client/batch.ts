/**
 * Batches: many calls in one job of the provider, which returns the answers within hours at a lower price. This file is the interface;
 * `batch-job.ts`, which is loaded with the first use, sends the requests, and `batch-formats.ts` has the providers' formats.
 */
import { imported } from '../common/imported.js'
import type { BatchClient, BatchOptions, BatchResult, BatchStatus, WaitOptions } from './batch-client.js'
import type { Job } from './batch-job.js'

/** A batch of calls; see `client.batch`. */
export class Batch<T> implements AsyncIterable<BatchResult<T>> {
  readonly #job: Promise<Job>

  /** @internal */
  constructor(client: BatchClient, requests: unknown, options: BatchOptions) {
    this.#job = imported('client/batch-job', import('./batch-job.js')).then(
      ({ Job }) => new Job(client, requests, options),
    )
    // The first method that is called reports it.
    this.#job.catch(() => {})
  }

  /** The requests as the provider's lines of JSON. Nothing is sent. */
  async toJSONL(): Promise<string> {
    return (await this.#job).toJSONL()
  }

  /**
   * Sends the requests.
   *
   * @returns the state of the batch. Its `id` continues it in another process: `client.batch(requests, { batchId })`.
   * @throws ConfigurationError for wrong requests; ProviderError if the provider refuses them.
   */
  async submit(): Promise<BatchStatus> {
    return (await this.#job).submit()
  }

  /** The state of the batch. */
  async status(): Promise<BatchStatus> {
    return (await this.#job).status()
  }

  /** Waits until the batch has ended, and submits it before if it was not. */
  async wait(options: WaitOptions = {}): Promise<BatchStatus> {
    return (await this.#job).wait(options)
  }

  /** Requests the provider to stop; results that exist already are kept. */
  async cancel(): Promise<BatchStatus> {
    return (await this.#job).cancel()
  }

  /**
   * The result of each request, in the provider's order. It waits for the batch first. A request without an answer has an
   * error.
   */
  async *results(options: WaitOptions = {}): AsyncGenerator<BatchResult<T>, void, undefined> {
    yield* (await this.#job).results(options) as AsyncGenerator<BatchResult<T>, void, undefined>
  }

  [Symbol.asyncIterator](): AsyncGenerator<BatchResult<T>, void, undefined> {
    return this.results()
  }
}

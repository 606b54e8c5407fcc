/** The calls of a batch: their requests and answers, made by the runner of a client. */
import type { Completion } from '../common/completion.js'
import { ConfigurationError } from '../common/errors.js'
import type { BatchClient } from './batch-client.js'
import { Host } from './host.js'
import type { PlainResponse } from './response.js'
import { type Runner, streams } from './runner.js'

/** What a batch uses of the client with this runner. */
export class BatchCalls implements BatchClient {
  readonly provider: string
  readonly #runner: Runner

  constructor(runner: Runner) {
    this.provider = runner.info.provider
    this.#runner = runner
  }

  async build(params: unknown): ReturnType<BatchClient['build']> {
    const call = await this.#runner.call(params, 'value')
    if (call.wire.stream) throw streams('a batch has whole answers')
    if (call.tools)
      throw new ConfigurationError('A batch has one request per call, so it runs no tools. Leave them out.', {
        parameter: 'tools',
      })
    const host = this.#runner.host(call)
    try {
      const wire = await this.#runner.wire(call, host)
      const { core } = this.#runner
      return JSON.parse(await core.step(() => core.use((client) => client.buildRequest(wire))))
    } catch (thrown) {
      throw host.error(thrown)
    } finally {
      host.done(false)
    }
  }

  parse(params: unknown, response: PlainResponse): Promise<[unknown, Completion]> {
    return this.#runner.parsed(params, response)
  }

  async send(
    url: string,
    init: RequestInit,
    signal: AbortSignal | undefined,
  ): ReturnType<BatchClient['send']> {
    const { fetch, secrets, authorizer, signal: own, token } = this.#runner.settings
    const host = new Host({ fetch, secrets, authorizer, hooks: [], signals: [own, signal], token })
    try {
      const sent = host.fetch(url, { ...init, signal: host.signal }, 1)
      return { response: await host.orAborted(sent), done: () => host.done() }
    } catch (thrown) {
      host.done()
      throw host.networkError(thrown)
    }
  }
}

/** The work of a `Batch`: builds and submits its requests, waits for the end, and reads and validates the answers. */
import { ConfigurationError, NetworkError, ProviderError } from '../common/errors.js'
import { isRecord } from '../common/plain.js'
import { whenAborted } from '../common/signals.js'
import type { BatchClient, BatchOptions, BatchResult, BatchStatus, WaitOptions } from './batch-client.js'
import { type Answered, type Ask, type Format, formatOf, type Line } from './batch-formats.js'
import type { BuiltRequest } from './call-options.js'

/** Milliseconds between the first two questions about the state; each further wait is half as long again. */
const FIRST_INTERVAL = 5000
const LONGEST_INTERVAL = 60_000
/** Questions about the state that may fail in a row: a batch takes hours, and connections break. */
const MAX_FAILURES = 5
/** Characters of one line of results. */
const LONGEST_LINE = 64 << 20

interface Ready {
  /** The first request: the addresses of the batch API are relative to its own. */
  readonly first: BuiltRequest
  readonly format: Format
}

export class Job {
  readonly #client: BatchClient
  /** Parameters of the calls by id. */
  readonly #calls = new Map<string, unknown>()
  #id: string | undefined
  #ready: Promise<Ready> | undefined
  #submitting: Promise<BatchStatus> | undefined
  #last: BatchStatus | undefined

  constructor(client: BatchClient, requests: unknown, { batchId }: BatchOptions) {
    if (!Array.isArray(requests) || !requests.length)
      throw wrong('batch takes a non-empty array of calls: [{ id, responseModel, messages, … }].')
    for (const [i, given] of requests.entries()) {
      if (typeof given !== 'object' || given === null)
        throw wrong(`Request ${i} of the batch must be an object of parameters.`)
      const { id = `request-${i + 1}`, ...params } = given as { id?: unknown }
      if (typeof id !== 'string' || !id)
        throw wrong(`The id of request ${i} of the batch must be a non-empty string.`, 'id')
      if (this.#calls.has(id))
        throw wrong(`Two requests of the batch have the id ${JSON.stringify(id)}.`, 'id')
      this.#calls.set(id, params)
    }
    this.#client = client
    this.#id = batchId
  }

  async toJSONL(): Promise<string> {
    const { format } = await this.#prepared()
    return (await this.#lines()).map((line) => `${format.line(line)}\n`).join('')
  }

  submit(): Promise<BatchStatus> {
    if (this.#id !== undefined) return this.status()
    this.#submitting ??= this.#submit().finally(() => {
      this.#submitting = undefined
    })
    return this.#submitting
  }

  async #submit(): Promise<BatchStatus> {
    const { format } = await this.#prepared()
    const raw = await format.submit(await this.#lines(), this.#ask())
    const status = this.#read(format, raw)
    this.#id = status.id
    return status
  }

  async status(signal?: AbortSignal): Promise<BatchStatus> {
    const { first, format } = await this.#prepared()
    return this.#read(format, await this.#ask(signal)('GET', format.url(first, this.#submitted())))
  }

  async cancel(): Promise<BatchStatus> {
    const { first, format } = await this.#prepared()
    const address = new URL(format.url(first, this.#submitted()))
    address.pathname += format.cancel
    await this.#ask()('POST', address.href)
    return this.status()
  }

  async wait({ interval, signal, onProgress }: WaitOptions): Promise<BatchStatus> {
    if (interval !== undefined && !(interval > 0 && Number.isFinite(interval)))
      throw wrong('interval must be milliseconds, more than 0.', 'interval')
    let status = await this.submit()
    let pause = interval ?? FIRST_INTERVAL
    let failures = 0
    for (;;) {
      onProgress?.(status)
      if (status.ended) return status
      await sleep(pause, signal)
      pause = interval ?? Math.min(LONGEST_INTERVAL, pause * 1.5)
      try {
        status = await this.status(signal)
        failures = 0
      } catch (error) {
        failures++
        if (failures > MAX_FAILURES || signal?.aborted || !isPassing(error)) throw error
      }
    }
  }

  async *results(options: WaitOptions): AsyncGenerator<BatchResult<unknown>, void, undefined> {
    const status = this.#last?.ended ? this.#last : await this.wait(options)
    const { first, format } = await this.#prepared()
    const left = new Map(this.#calls)
    const ids = [...this.#calls.keys()]
    for (const place of format.places(first, status.raw)) {
      const inlined = 'lines' in place
      let at = 0
      for await (const line of inlined ? place.lines : this.#download(place.url, options.signal)) {
        const answered = format.answered(line)
        // Gemini may return no keys; its inlined answers are in the order of the requests.
        const id = answered.id ?? (inlined ? ids[at] : undefined)
        at++
        if (id === undefined || !left.has(id)) continue
        const params = left.get(id)
        left.delete(id)
        yield { id, ...(await this.#result(params, answered)) }
      }
    }
    for (const id of left.keys()) {
      const why = status.error ? `: ${status.error}` : '.'
      const message = `The batch ended with '${status.status}' and has no answer to this request${why}`
      yield { id, error: new ProviderError(message, { code: status.status, body: status.raw }) }
    }
  }

  async #result(params: unknown, { response, error }: Answered): Promise<Omit<BatchResult<unknown>, 'id'>> {
    if (!response) return { error: error as Error }
    try {
      const [value, completion] = await this.#client.parse(params, response)
      return { value, completion }
    } catch (thrown) {
      return { error: thrown as Error }
    }
  }

  // -- requests ------------------------------------------------------------------------------------------------

  #prepared(): Promise<Ready> {
    const prepare = async () => {
      const [params] = this.#calls.values()
      const first = await this.#client.build(params)
      return { first, format: formatOf(this.#client.provider, first) }
    }
    this.#ready ??= prepare().catch((error: unknown) => {
      this.#ready = undefined
      throw error
    })
    return this.#ready
  }

  async #lines(): Promise<Line[]> {
    const lines: Line[] = []
    for (const [id, params] of this.#calls) lines.push({ id, request: await this.#client.build(params) })
    const urls = new Set(lines.map(({ request }) => request.url))
    if (urls.size > 1)
      throw wrong(
        `The requests of a batch go to one address; these go to ${[...urls].join(', ')}. Make one batch for each.`,
      )
    return lines
  }

  #submitted(): string {
    if (this.#id === undefined)
      throw wrong('The batch was not submitted: call submit() first, or give batchId.', 'batchId')
    return this.#id
  }

  #read(format: Format, raw: Readonly<Record<string, unknown>>): BatchStatus {
    const status = format.status(raw)
    if (!status.id) throw new ProviderError('The provider returned no id for the batch.', { body: raw })
    this.#last = { ...status, total: status.total || this.#calls.size }
    return this.#last
  }

  /** Sends a request with the headers of the calls, and hands its successful response to `read`. */
  async #send(
    url: string,
    method: 'GET' | 'POST',
    body: string | FormData | undefined,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly response: Response; done(): void }> {
    const { first } = await this.#prepared()
    const headers: Record<string, string> = { ...first.headers }
    // The boundary of a form is in its content type, which fetch writes.
    if (typeof body !== 'string') delete headers['content-type']
    // A redirect could carry the key to another server.
    const init: RequestInit = { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) }
    const { response, done } = await this.#client.send(url, init, signal)
    if (response.ok) return { response, done }
    try {
      const [params] = this.#calls.values()
      const answer = {
        status: response.status || 302,
        headers: Object.fromEntries(response.headers),
        body: await response.text(),
      }
      // Throws the provider's error.
      await this.#client.parse(params, answer)
      throw new ProviderError(`The batch API responded with status ${answer.status}.`, {
        status: answer.status,
      })
    } finally {
      done()
    }
  }

  #ask(signal?: AbortSignal): Ask {
    return async (method, url, body) => {
      const { response, done } = await this.#send(url, method, body, signal)
      try {
        const text = await response.text()
        const parsed: unknown = text ? JSON.parse(text) : {}
        if (isRecord(parsed)) return parsed
        throw new SyntaxError('not an object')
      } catch (cause) {
        if (!(cause instanceof SyntaxError)) throw cause
        throw new ProviderError('The batch API responded with a body that is not a JSON object.', { cause })
      } finally {
        done()
      }
    }
  }

  /** The lines of a file of results, parsed. */
  async *#download(url: string, signal: AbortSignal | undefined): AsyncGenerator<unknown, void, undefined> {
    const { response, done } = await this.#send(url, 'GET', undefined, signal)
    const reader = response.body?.getReader()
    try {
      if (!reader) return
      const decoder = new TextDecoder()
      let rest = ''
      for (;;) {
        const { done: over, value } = await reader.read()
        rest += over ? decoder.decode() : decoder.decode(value, { stream: true })
        const lines = rest.split('\n')
        rest = over ? '' : (lines.pop() ?? '')
        for (const line of lines) if (line.trim()) yield parsedLine(line)
        if (over) return
        if (rest.length > LONGEST_LINE)
          throw new ProviderError(`A line of the results has more than ${LONGEST_LINE} characters.`)
      }
    } finally {
      // The app may leave the loop before the end.
      reader?.cancel().catch(() => {})
      done()
    }
  }
}

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new ProviderError('The results of the batch have a line that is not JSON.', { cause })
  }
}

/** Whether the same question can succeed later. */
function isPassing(error: unknown): boolean {
  if (error instanceof NetworkError) return true
  const { status = 0 } = error instanceof ProviderError ? error : {}
  return status === 408 || status === 429 || status >= 500
}

/** Waits, or rejects with the reason of the signal. */
function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let release = () => {}
    const timer = setTimeout(() => {
      release()
      resolve()
    }, ms)
    if (!signal) return
    release = whenAborted(signal, (reason) => {
      clearTimeout(timer)
      reject(reason)
    })
  })
}

function wrong(message: string, parameter = 'batch'): ConfigurationError {
  return new ConfigurationError(message, { parameter })
}

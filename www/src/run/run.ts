/** One run: a call of the library, whose events are shown by a result view. */
import {
  type Completion,
  fromProvider,
  type Instructor,
  Mode,
  type Price,
  type SingleModel,
  tools,
} from 'instructor-wasm'
import { type CallRecord, record } from 'instructor-wasm/devtools'
import type { Preset } from '../data/preset.js'
import type { Provider } from '../data/providers.js'
import type { Source } from '../schema/read.js'
import type { Attachment } from './attachment.js'
import type { PageModel, Progress, Weights } from './page-model.js'
import { recorded } from './recorded.js'
import { type Fetch, tapped } from './tap.js'

/** One provider's fields of the form. */
export interface Target {
  readonly provider: Provider
  readonly model: string
  readonly apiKey: string
  readonly baseURL: string
  readonly mode: string
  /** The engine of a model in the page. */
  readonly page?: PageModel
  /** Its file, for a run. */
  readonly weights?: Weights
}

/** The fields about the extraction. */
export interface Task {
  readonly preset: Preset
  readonly prompt: string
  readonly source: Source
  readonly kind: 'object' | 'list'
  readonly retries: number
  readonly maxTokens: number
  readonly stream: boolean
  readonly early: boolean
  readonly lenient: boolean
  readonly files: readonly Attachment[]
  /** US dollars per million tokens. */
  readonly price: Price | undefined
}

/** Where a run is shown. Times are milliseconds since the run began. */
export interface Observer {
  snapshot(value: unknown, restarts: number): void
  patch(at: number, text: string): void
  frame(at: number, text: string, kind?: string): void
  attempts(call: CallRecord): void
  /** A model is being loaded; `undefined`: it is ready. */
  loading(progress: Progress | undefined): void
}

export interface Result {
  readonly value: unknown
  readonly completion: Completion
}

/** Shows in requests that no key was entered. */
export const KEY_PLACEHOLDER = 'your-key'

const MODES = Mode as Readonly<Record<string, (typeof Mode)[keyof typeof Mode]>>

/** The client of a target. Without a key it can show requests, which `buildRequest` makes. */
export function clientOf(target: Target, fetch?: Fetch): Instructor {
  const { provider, model, apiKey, baseURL, mode, page } = target
  const selected = mode ? MODES[mode] : undefined
  return fromProvider(`${provider.provider}/${model}`, {
    ...provider.options,
    // The key is the visitor's own.
    allowBrowser: true,
    ...(provider.key === false
      ? provider.pace
        ? { apiKey: 'demo' }
        : {}
      : { apiKey: apiKey || KEY_PLACEHOLDER }),
    ...(baseURL ? { baseURL } : {}),
    ...(selected ? { mode: selected } : {}),
    ...(page ? { engine: page.engine } : fetch ? { fetch } : {}),
  })
}

/** Several tools are an array of models; the mode of the target is for one. */
export const isParallel = ({ source }: Task): boolean => Array.isArray(source.model)

/** Several tools have the names of their declarations. */
function responseModelOf({ model }: Source): SingleModel {
  if (!Array.isArray(model)) return model
  return tools(Object.fromEntries(model.map((one, i) => [one.name ?? `tool_${i + 1}`, one]))) as SingleModel
}

export function paramsOf(task: Task, { provider, model }: Target) {
  const { prompt, source, retries, maxTokens, early, lenient, files, price } = task
  return {
    responseModel: responseModelOf(source),
    messages: [
      { role: 'user' as const, content: files.length ? [prompt, ...files.map(({ part }) => part)] : prompt },
    ],
    ...provider.params,
    maxRetries: retries,
    ...(maxTokens > 0 ? { maxTokens } : {}),
    ...(price ? { prices: { [`${provider.provider}/${model}`]: price } } : {}),
    ...(lenient ? { parse: 'lenient' as const } : {}),
    ...(early && task.stream && !isParallel(task) ? { validate: 'early' as const } : {}),
  }
}

export const targetFor = (task: Task, target: Target): Target =>
  isParallel(task) ? { ...target, mode: '' } : target

export async function run(task: Task, target: Target, view: Observer, signal: AbortSignal): Promise<Result> {
  const began = performance.now()
  const since = () => performance.now() - began
  let newest: CallRecord | undefined
  const recorder = record({
    onChange: (call) => {
      newest = call
      view.attempts(call)
    },
  })
  const transport: Fetch = target.provider.pace
    ? recorded(target.provider, task.preset, task.prompt).fetch
    : (url, init) => fetch(url, init)
  const first = () => {
    const attempt = newest?.attempts.at(-1)
    if (!attempt || !newest || attempt.first !== undefined) return
    attempt.first = Date.now() - newest.startedAt
    view.attempts(newest)
  }
  const { page, weights, provider } = target
  if (page && weights) {
    await page.load(weights, (progress) => view.loading(progress), signal)
    view.loading(undefined)
    page.tap = (chunk) => {
      first()
      view.frame(since(), chunk)
    }
  }
  const client = clientOf(
    targetFor(task, target),
    provider.group === 'page'
      ? undefined
      : tapped(transport, {
          sent: (url) => view.frame(since(), `POST ${new URL(url, location.href).pathname}`, 'sent'),
          head: (status) => {
            first()
            view.frame(since(), `HTTP ${status}`, 'sent')
          },
          frame: (text) => view.frame(since(), text),
        }),
  )
  const params = { ...paramsOf(task, target), hooks: recorder.hooks, signal }
  if (!task.stream || isParallel(task)) {
    const [value, completion] = await client.createWithCompletion(params)
    return { value, completion }
  }
  if (task.kind === 'list') {
    const stream = client.createIterable(params)
    const elements: unknown[] = []
    let restarts = 0
    for await (const element of stream) {
      if (stream.restarts !== restarts) elements.length = 0
      restarts = stream.restarts
      elements.push(element)
      view.patch(since(), JSON.stringify({ path: [elements.length - 1], element }))
      view.snapshot([...elements], restarts)
    }
    return { value: await stream.final(), completion: await stream.completion() }
  }
  const stream = client.createPartial(params)
  const patches = (async () => {
    for await (const { path, op, ...rest } of stream.patches())
      view.patch(since(), JSON.stringify({ op, path: path.join('.'), ...rest }))
  })()
  // The loop of snapshots reports the same error.
  patches.catch(() => {})
  for await (const snapshot of stream) view.snapshot(snapshot, stream.restarts)
  return { value: await stream.final(), completion: await stream.completion() }
}

/**
 * `instructor-wasm/otel`: spans of OpenTelemetry for calls, by the semantic conventions for generative AI.
 *
 * ```ts
 * const client = fromProvider('openai/gpt-4o-mini', { hooks: otel(trace.getTracer('app')) })
 * ```
 *
 * A call is a span, and each of its attempts a child of it: the request, the tokens, and why an answer was not accepted. It needs
 * only the tracer, so the package of OpenTelemetry's API is not a dependency.
 */
import type { CallFacts, HookHandlers, RequestArguments } from './client/hooks.js'
import { ProviderError } from './common/errors.js'
import { isRecord } from './common/plain.js'
import type { Usage } from './common/usage.js'

/** A value of an attribute. */
export type AttributeValue = string | number | boolean | string[]

/** The part of OpenTelemetry's span that is used. */
export interface Span {
  setAttribute(key: string, value: AttributeValue): unknown
  setStatus(status: { code: number; message?: string }): unknown
  addEvent(name: string, attributes?: { [key: string]: AttributeValue }): unknown
  recordException(error: { name?: string; message: string; stack?: string }): void
  end(): void
}

/** The part of OpenTelemetry's tracer that is used: any implementation of its API. */
export interface Tracer {
  startSpan(
    name: string,
    options?: { kind?: number; startTime?: number; attributes?: { [key: string]: AttributeValue } },
    context?: never,
  ): Span
}

/** `SpanKind.INTERNAL`, `SpanKind.CLIENT`, `SpanStatusCode.ERROR` of OpenTelemetry's API. */
const INTERNAL = 0
const CLIENT = 2
const ERROR = 2

/** Names of providers in the conventions, where they differ. */
const PROVIDERS: Readonly<Record<string, string>> = {
  azure_openai: 'azure.ai.openai',
  bedrock: 'aws.bedrock',
  bedrock_mantle: 'aws.bedrock',
  google: 'gcp.gemini',
  gemini: 'gcp.gemini',
  'generative-ai': 'gcp.gemini',
  vertexai: 'gcp.vertex_ai',
  mistral: 'mistral_ai',
  xai: 'x_ai',
}

/** Parameters of requests by attribute: the names of the wire APIs, at the top and in their objects of parameters. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  'gen_ai.request.temperature': ['temperature'],
  'gen_ai.request.top_p': ['top_p', 'topP', 'p'],
  'gen_ai.request.top_k': ['top_k', 'topK', 'k'],
  'gen_ai.request.max_tokens': [
    'max_tokens',
    'max_completion_tokens',
    'max_output_tokens',
    'maxTokens',
    'maxOutputTokens',
  ],
  'gen_ai.request.seed': ['seed', 'random_seed'],
  'gen_ai.request.frequency_penalty': ['frequency_penalty', 'frequencyPenalty'],
  'gen_ai.request.presence_penalty': ['presence_penalty', 'presencePenalty'],
}

interface Running {
  readonly call: Span
  attempt: Span | undefined
  /** The tokens of all attempts so far. */
  used: Pick<Usage, 'inputTokens' | 'outputTokens'>
}

/**
 * Returns the handlers that make spans. They are for `hooks` of a client or of a call.
 *
 * @param tracer - A tracer of OpenTelemetry, e.g. `trace.getTracer('my-app')`.
 */
export function otel(tracer: Tracer): HookHandlers {
  const running = new Map<string, Running>()

  const endAttempt = (state: Running, error?: unknown) => {
    if (error !== undefined && state.attempt) fail(state.attempt, error)
    state.attempt?.end()
    state.attempt = undefined
  }
  const failed = (error: Error, { callId }: CallFacts) => {
    const state = running.get(callId)
    if (state) endAttempt(state, error)
  }
  return {
    'completion:kwargs': (request, about) => {
      let state = running.get(about.callId)
      if (!state) {
        const call = tracer.startSpan(`instructor ${about.model}`, {
          kind: INTERNAL,
          startTime: about.startedAt,
          attributes: { ...common(about), 'instructor.call.id': about.callId, 'instructor.mode': about.mode },
        })
        state = { call, attempt: undefined, used: { inputTokens: 0, outputTokens: 0 } }
        running.set(about.callId, state)
      }
      // A truncated answer has no event.
      endAttempt(state)
      state.attempt = tracer.startSpan(
        `chat ${about.model}`,
        {
          kind: CLIENT,
          attributes: {
            ...common(about),
            'gen_ai.operation.name': 'chat',
            'gen_ai.output.type': 'json',
            'instructor.attempt': about.attemptNumber,
            ...parameters(request),
          },
        },
        inside(state.call),
      )
    },
    'completion:response': (response, { callId }) => {
      const span = running.get(callId)?.attempt
      if (span) for (const [name, value] of Object.entries(answer(response))) span.setAttribute(name, value)
    },
    'completion:usage': (usage, { callId }) => {
      const state = running.get(callId)
      if (!state) return
      // The event has the sum of all attempts.
      const { inputTokens, outputTokens } = state.used
      state.used = usage
      tokens(state.call, usage)
      if (state.attempt)
        tokens(state.attempt, {
          inputTokens: usage.inputTokens - inputTokens,
          outputTokens: usage.outputTokens - outputTokens,
        })
    },
    'parse:error': failed,
    'completion:error': failed,
    'http:retry': ({ name, message }, { callId, retryNumber, delay }) => {
      const facts = { 'error.type': name, 'error.message': message, 'http.request.resend_count': retryNumber }
      running.get(callId)?.attempt?.addEvent('http.retry', { ...facts, 'instructor.retry.delay_ms': delay })
    },
    'completion:end': ({ error }, { callId, attemptNumber }) => {
      const state = running.get(callId)
      if (!state) return
      running.delete(callId)
      endAttempt(state, error)
      state.call.setAttribute('instructor.attempts', attemptNumber)
      if (error !== undefined) fail(state.call, error)
      state.call.end()
    },
  }
}

const common = ({ provider, model }: CallFacts) => ({
  'gen_ai.provider.name': PROVIDERS[provider] ?? provider,
  'gen_ai.request.model': model,
})

function parameters(request: RequestArguments): { [key: string]: AttributeValue } {
  const { generationConfig, inferenceConfig, options } = request
  const places = [request, generationConfig, inferenceConfig, options].filter(isRecord)
  const out: { [key: string]: AttributeValue } = {}
  for (const [attribute, names] of Object.entries(PARAMETERS))
    for (const place of places)
      for (const name of names) if (typeof place[name] === 'number') out[attribute] ??= place[name]
  const stop = places.map(
    ({ stop, stop_sequences, stopSequences }) => stop ?? stop_sequences ?? stopSequences,
  )
  const texts = stop.find((one) => one !== undefined)
  if (texts !== undefined) out['gen_ai.request.stop_sequences'] = [texts].flat().map(String)
  return out
}

/** Model, id and finish reasons of an answer of any wire API. */
function answer(response: unknown): { [key: string]: AttributeValue } {
  if (!isRecord(response)) return {}
  const {
    model,
    modelVersion,
    id,
    responseId,
    choices,
    candidates,
    stop_reason,
    stopReason,
    finish_reason,
    done_reason,
  } = response
  const reasons = [...list(choices), ...list(candidates)].map((one) => one.finish_reason ?? one.finishReason)
  const found = [...reasons, stop_reason, stopReason, finish_reason, done_reason].filter(
    (reason) => typeof reason === 'string',
  )
  const out: { [key: string]: AttributeValue } = {}
  if (found.length) out['gen_ai.response.finish_reasons'] = found
  const names = { 'gen_ai.response.model': model ?? modelVersion, 'gen_ai.response.id': id ?? responseId }
  for (const [name, value] of Object.entries(names)) if (typeof value === 'string') out[name] = value
  return out
}

const list = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : [])

function tokens(span: Span, { inputTokens, outputTokens }: Running['used']): void {
  span.setAttribute('gen_ai.usage.input_tokens', inputTokens)
  span.setAttribute('gen_ai.usage.output_tokens', outputTokens)
}

function fail(span: Span, error: unknown): void {
  const { name = 'Error', message = String(error) } = (error ?? {}) as Partial<Error>
  const type = error instanceof ProviderError && error.status ? String(error.status) : name
  span.setAttribute('error.type', type)
  span.recordException({ name, message })
  span.setStatus({ code: ERROR, message })
}

/** The key of the span in OpenTelemetry's contexts, and the place where its API keeps the context manager. */
const SPAN_KEY = Symbol.for('OpenTelemetry Context Key SPAN')
const API = Symbol.for('opentelemetry.js.api.1')

/** OpenTelemetry's context. */
interface Context {
  getValue(key: symbol): unknown
  setValue(key: symbol, value: unknown): Context
  deleteValue(key: symbol): Context
}

/** The active context with another span: that of the call, whose children the attempts are. */
function inside(span: Span): never {
  const api = (globalThis as { [API]?: { context?: { active?(): Context } } })[API]
  const context = api?.context?.active?.() ?? contextOf(new Map())
  return context.setValue(SPAN_KEY, span) as never
}

/** A context without OpenTelemetry's API. */
const contextOf = (values: ReadonlyMap<symbol, unknown>): Context => ({
  getValue: (key) => values.get(key),
  setValue: (key, value) => contextOf(new Map(values).set(key, value)),
  deleteValue: (key) => contextOf(new Map([...values].filter(([name]) => name !== key))),
})

/** Records the attempts of calls from their hooks: request, answer, problems, time and tokens. */
import type { CallFacts, HookHandlers } from '../client/hooks.js'
import type { Issue } from '../common/errors.js'

/** One attempt of a call. */
export interface AttemptRecord {
  /** From 1. */
  readonly number: number
  /** The mode of the call. */
  readonly mode: string
  /** The body. */
  readonly request: unknown
  /** Milliseconds since the call began. */
  readonly started: number
  /** When the first bytes of the answer arrived, if the app measures it. */
  first?: number
  /** Milliseconds from the start of the call to the end of the attempt. */
  ended?: number
  /** The provider's body, parsed. */
  raw?: unknown
  /** Why the attempt gave no valid answer. */
  error?: Error
  /** The problems of the answer. */
  issues: readonly Issue[]
  /** The tokens of the attempt, and with `prices` its cost in US dollars. */
  usage?: { readonly input: number; readonly output: number; readonly cost?: number }
  /** The same request was sent again. */
  readonly retries: { readonly error: Error; readonly delay: number }[]
}

/** One call, from its first request to its end. */
export interface CallRecord {
  /** The id that hooks get. */
  readonly callId: string
  /** The id of the provider. */
  readonly provider: string
  /** The requested model. */
  readonly model: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** The attempts so far, in order. */
  readonly attempts: AttemptRecord[]
  /** Set at the end. */
  ended?: { readonly error?: unknown; readonly durationMs: number }
}

/** How many calls are kept by default. */
const KEPT = 50

/** Options of the recorder. */
export interface RecordOptions {
  /** Called after each change of a call. */
  readonly onChange?: (call: CallRecord) => void
  /** How many calls are kept, the newest. Default 50. */
  readonly keep?: number
}

/** Records calls through hooks. */
export interface Recorder {
  /** The oldest first. */
  readonly calls: readonly CallRecord[]
  /** For the option `hooks` of a client or a call. */
  readonly hooks: HookHandlers
}

/** Records calls by their hooks. It needs no page. */
export function record({ onChange, keep = KEPT }: RecordOptions = {}): Recorder {
  const changed = (call: CallRecord) => onChange?.(call)
  const calls: CallRecord[] = []
  const callOf = ({ callId, provider, model, startedAt }: CallFacts): CallRecord => {
    let call = calls.find((one) => one.callId === callId)
    if (!call) {
      call = { callId, provider, model, startedAt, attempts: [] }
      calls.push(call)
      if (calls.length > keep) calls.shift()
    }
    return call
  }
  const update = (about: CallFacts, change: (attempt: AttemptRecord, call: CallRecord) => void) => {
    const call = callOf(about)
    const attempt = call.attempts.find(({ number }) => number === about.attemptNumber)
    if (attempt) change(attempt, call)
    changed(call)
  }
  const failed = (error: Error, about: CallFacts) =>
    update(about, (attempt) => {
      attempt.error = error
      attempt.ended = about.durationMs
      const { issues } = error as { issues?: readonly Issue[] }
      if (Array.isArray(issues)) attempt.issues = issues
    })
  return {
    calls,
    hooks: {
      'completion:kwargs': (request, about) => {
        const call = callOf(about)
        // A copy: the object is sent, and a handler may change it.
        const attempt: AttemptRecord = {
          number: about.attemptNumber,
          mode: about.mode,
          request: structuredClone(request),
          started: about.durationMs,
          issues: [],
          retries: [],
        }
        call.attempts.push(attempt)
        changed(call)
      },
      'completion:response': (raw, about) =>
        update(about, (attempt) => {
          attempt.raw = raw
          attempt.ended = about.durationMs
        }),
      // The tokens of all attempts so far.
      'completion:usage': (usage, about) =>
        update(about, (attempt, { attempts }) => {
          let { inputTokens: input, outputTokens: output, cost } = usage
          for (const other of attempts)
            if (other !== attempt) {
              input -= other.usage?.input ?? 0
              output -= other.usage?.output ?? 0
              if (cost !== undefined) cost -= other.usage?.cost ?? 0
            }
          attempt.usage = { input, output, ...(cost === undefined ? {} : { cost }) }
        }),
      'parse:error': failed,
      'completion:error': failed,
      'http:retry': (error, about) =>
        update(about, (attempt) => {
          attempt.retries.push({ error, delay: about.delay })
        }),
      'completion:end': ({ error }, about) => {
        const call = callOf(about)
        call.ended = { error, durationMs: about.durationMs }
        changed(call)
      },
    },
  }
}

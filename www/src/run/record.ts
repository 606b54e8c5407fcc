/** Records the attempts of calls from their hooks: request, answer, problems, time and tokens. */
import type { CallFacts, HookHandlers, Issue } from 'instructor-wasm'

export interface AttemptRecord {
  readonly number: number
  readonly mode: string
  readonly request: unknown
  /** Milliseconds since the call began. */
  readonly started: number
  /** The first bytes of the answer, if something measures them. */
  first?: number
  ended?: number
  raw?: unknown
  error?: Error
  issues: readonly Issue[]
  usage?: { readonly input: number; readonly output: number }
  /** The same request was sent again. */
  readonly retries: { readonly error: Error; readonly delay: number }[]
}

export interface CallRecord {
  readonly callId: string
  readonly provider: string
  readonly model: string
  readonly startedAt: number
  readonly attempts: AttemptRecord[]
  /** Set at the end. */
  ended?: { readonly error?: unknown; readonly durationMs: number }
}

/** How many calls are kept. */
const KEPT = 50

export interface Recorder {
  readonly calls: readonly CallRecord[]
  /** For the option `hooks` of a client or a call. */
  readonly hooks: HookHandlers
}

export function record(changed: (call: CallRecord) => void): Recorder {
  const calls: CallRecord[] = []
  const callOf = ({ callId, provider, model, startedAt }: CallFacts): CallRecord => {
    let call = calls.find((one) => one.callId === callId)
    if (!call) {
      call = { callId, provider, model, startedAt, attempts: [] }
      calls.push(call)
      if (calls.length > KEPT) calls.shift()
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
          let { inputTokens: input, outputTokens: output } = usage
          for (const other of attempts)
            if (other !== attempt) {
              input -= other.usage?.input ?? 0
              output -= other.usage?.output ?? 0
            }
          attempt.usage = { input, output }
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

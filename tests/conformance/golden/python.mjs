// What Python did according to a golden file, in the shape in which replay.mjs describes what we did.
import { auth, normal } from './replay.mjs'

/** Python's exceptions with an equivalent class here. The others are bugs or specific to Python; rules handle them. */
const classes = {
  InstructorRetryException: 'InstructorRetryError',
  IncompleteOutputException: 'IncompleteOutputError',
  ValidationError: 'ValidationError',
  ConfigurationError: 'ConfigurationError',
  ModeError: 'ModeError',
  ResponseParsingError: 'ResponseParsingError',
}

export const classOf = (type) => classes[type] ?? type

export function expected(golden) {
  if (golden.events)
    return { events: golden.events.map(event), outcome: outcome(golden), requests: golden.n_requests }
  const method = golden.call.method.replace(' (async client)', '')
  return {
    requests: golden.requests.map(({ method, path, query, headers, body }) => ({
      method,
      path,
      query,
      headers: auth(headers),
      body: normal(structuredClone(body)),
    })),
    outcome: outcome(golden),
    partials:
      method === 'create_partial' || method === 'create_iterable' ? (golden.partials ?? []).map(plain) : [],
  }
}

function outcome({ result, error, partials, call }) {
  if (error) return { error: failure(error) }
  if (result.type === 'stream' || result.yielded) return { value: (partials ?? []).map(plain) }
  if (!call) return { value: result }
  return { value: plain(result) }
}

function failure({ type, message, chain, n_attempts: attempts, failed_attempts: failed }) {
  if (type !== 'InstructorRetryException') return { class: classOf(type), message }
  const last = failed?.at(-1) ?? { exception: chain[0].type, message: chain[0].message }
  return { class: classOf(type), attempts, last: { class: classOf(last.exception), message: last.message } }
}

/** One hook event: its name and its handler's arguments, without Python's class names and SDK reprs. */
function event({ event: name, args, message, kwargs, usage }) {
  if (name === 'completion:kwargs') return { event: name, keys: Object.keys(kwargs).sort() }
  if (name === 'completion:response') return { event: name }
  const about = { attemptNumber: kwargs.attempt_number }
  if (name === 'completion:usage') return { event: name, about, usage: tokens(usage) }
  about.maxAttempts = kwargs.max_attempts
  about.isLastAttempt = kwargs.is_last_attempt
  return { event: name, about, error: { class: classOf(args[0]), message } }
}

const tokens = (usage) => ({
  inputTokens: usage.prompt_tokens ?? usage.input_tokens,
  outputTokens: usage.completion_tokens ?? usage.output_tokens,
})

/** Removes `{type, value}` wrappers. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null && 'type' in value && 'value' in value)
    return plain(value.value)
  return value
}

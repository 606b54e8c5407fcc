// What a golden file says Python did, in the same shape in which replay.mjs describes what we did.
import { auth } from './replay.mjs'

/** Python's exceptions that have a class of ours. The others are bugs or Python's own; rules deal with them. */
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
  if (golden.events) return { events: golden.events, outcome: outcome(golden), requests: golden.n_requests }
  const method = golden.call.method.replace(' (async client)', '')
  return {
    requests: golden.requests.map(({ method, path, query, headers, body }) => ({
      method,
      path,
      query,
      headers: auth(headers),
      body,
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

function failure({ type, message, n_attempts: attempts, failed_attempts: failed }) {
  const found = { class: classOf(type), message }
  const last = failed?.at(-1)
  if (last)
    return { class: found.class, attempts, last: { class: classOf(last.exception), message: last.message } }
  return found
}

/** `{type, value}` wrappers off. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null && 'type' in value && 'value' in value)
    return plain(value.value)
  return value
}

/**
 * Errors in the words of this page: which field to change, and how. What the provider reports is next to the attempt.
 */
import {
  ConfigurationError,
  IncompleteOutputError,
  InstructorRetryError,
  ModeError,
  NetworkError,
  ProviderError,
  RefusalError,
  TimeoutError,
} from 'instructor-wasm'
import type { Provider } from '../data/providers.js'

export type Field =
  | 'key'
  | 'model'
  | 'baseURL'
  | 'mode'
  | 'weights'
  | 'schema'
  | 'prompt'
  | 'files'
  | 'max-tokens'

export interface Problem {
  readonly text: string
  /** The field to change. */
  readonly field?: Field
}

/** A check of the form that failed before the call. */
export class FormError extends Error {
  constructor(
    readonly field: Field,
    message: string,
    /** The second model of a comparison is 1. */
    readonly target = 0,
  ) {
    super(message)
  }
}

const FIELDS: Readonly<Record<string, Field>> = {
  apiKey: 'key',
  accessToken: 'key',
  baseURL: 'baseURL',
  azureEndpoint: 'baseURL',
  model: 'model',
  mode: 'mode',
  responseModel: 'schema',
  messages: 'prompt',
  prompt: 'prompt',
  maxTokens: 'max-tokens',
}

function explainStatus(error: ProviderError, { label }: Provider): Problem {
  const { status } = error
  if (status === 401 || status === 403)
    return {
      field: 'key',
      text: `${label} does not accept this key (${status}). Check it, or create a new one.`,
    }
  if (status === 404)
    return { field: 'model', text: `${label} has no model of this name, or not for this key (404).` }
  if (status === 402) return { field: 'key', text: `The account of this key has no credit left (402).` }
  if (status === 429)
    return { text: `${label} limits the rate of this key (429). Wait a moment, then run again.` }
  if (status && status >= 500) return { text: `${label} has a problem (${status}). Run again.` }
  return { text: `${label} refused the request${status ? ` (${status})` : ''}.` }
}

function explainNetwork(provider: Provider): Problem {
  if (provider.group === 'local' || provider.id === 'openai-compatible')
    return {
      field: 'baseURL',
      text: 'No server responds at this address, or it does not allow requests from this page. Start it, and allow the address of this page there.',
    }
  return {
    field: 'baseURL',
    text: `The browser got no response: ${provider.label} does not allow requests from pages, or the base URL is wrong. A proxy as base URL helps.`,
  }
}

export function explain(error: unknown, provider: Provider): Problem {
  if (error instanceof FormError) return { field: error.field, text: error.message }
  if (error instanceof Error && error.name === 'SourceError') return { field: 'schema', text: error.message }
  if (error instanceof InstructorRetryError) {
    const { cause, attempts } = error
    if (attempts.length <= 1 || !(cause instanceof Error) || cause instanceof ProviderError)
      if (cause instanceof Error && cause.name !== 'ValidationError') return explain(cause, provider)
    return {
      text: `None of ${attempts.length} attempts gave a valid answer. The problems are below, next to each answer.`,
    }
  }
  if (error instanceof ModeError)
    return {
      field: 'mode',
      text: `${provider.label} does not support this mode here. Select Automatic.`,
    }
  if (error instanceof ProviderError) return explainStatus(error, provider)
  if (error instanceof NetworkError) return explainNetwork(provider)
  if (error instanceof IncompleteOutputError)
    return {
      field: 'max-tokens',
      text: 'The answer was cut off. Raise the token limit in Options.',
    }
  if (error instanceof RefusalError)
    return { field: 'prompt', text: 'The model refused to answer this prompt.' }
  if (error instanceof TimeoutError) return { text: 'The answer did not arrive in time.' }
  if (error instanceof ConfigurationError) {
    const { part } = error as { part?: unknown }
    if (typeof part === 'string')
      return { field: 'files', text: `${provider.label} does not accept this kind of file here (${part}).` }
    const field = error.parameter ? FIELDS[error.parameter] : undefined
    if (field === 'key') return { field, text: `Enter an API key for ${provider.label}.` }
    if (field === 'baseURL')
      return { field, text: 'The base URL must be a complete address, such as https://llm.example.com/v1.' }
    return { ...(field ? { field } : {}), text: error.message }
  }
  return { text: error instanceof Error ? error.message : String(error) }
}

/** What a provider reports, in its words; the library's advice is for programmers. */
export function reported(error: Error): string {
  if (error instanceof NetworkError) return 'The browser got no response.'
  return (error instanceof ProviderError && messageIn(error.body)) || error.message
}

function messageIn(body: unknown, depth = 0): string | undefined {
  if (typeof body !== 'object' || body === null || depth > 4) return undefined
  const { message } = body as { message?: unknown }
  if (typeof message === 'string') return message
  for (const value of Object.values(body)) {
    const found = messageIn(value, depth + 1)
    if (found) return found
  }
  return undefined
}

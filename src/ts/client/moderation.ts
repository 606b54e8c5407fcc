/** `moderation`: OpenAI's moderation endpoint judges a text. */
import { describe } from '../common/describe.js'
import { ConfigurationError, ResponseParsingError } from '../common/errors.js'
import type { Fetch } from '../common/fetch.js'
import type { Instructor } from './client.js'
import { type Validator, validatorOf } from './validator.js'

/** The part of OpenAI's SDK that is used. */
export interface ModerationClient {
  readonly moderations: {
    create(params: { input: string; model?: string }, options?: { signal?: AbortSignal }): unknown
  }
}

/** Options of {@link moderation}. */
export interface ModerationOptions {
  /** A client of this package for OpenAI (or Mistral, which has the same endpoint), or one of OpenAI's SDK. */
  readonly client: Instructor | ModerationClient
  /**
   * The moderation model.
   * @default the API's
   */
  readonly model?: string
}

interface Moderated {
  readonly results?: readonly {
    readonly flagged?: boolean
    readonly categories?: Readonly<Record<string, boolean>>
  }[]
}

type Moderate = (input: string, signal: AbortSignal | undefined) => Promise<Moderated>

/**
 * Creates a validator that refuses texts which OpenAI's moderation flags.
 *
 * @throws ConfigurationError if the client is missing.
 * @example
 * ```ts
 * await client.create({ responseModel: Answer, messages, check: { text: moderation({ client }) } })
 * ```
 */
export function moderation({ client, model }: ModerationOptions): Validator {
  const moderate = moderates(client, model)
  return validatorOf(async (value, about) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    const [result] = (await moderate(text, about?.signal)).results ?? []
    if (!result) throw new ResponseParsingError("The moderation's answer has no results.")
    // Mistral has the categories only.
    const flags = Object.entries(result.categories ?? {}).filter(([, flag]) => flag)
    if (!(result.flagged ?? flags.length > 0)) return undefined
    return { reason: `The text was flagged for ${flags.map(([name]) => name).join(', ') || 'its content'}` }
  }, 'The text was flagged')
}

function moderates(client: Instructor | ModerationClient | undefined, model: string | undefined): Moderate {
  const named = model === undefined ? {} : { model }
  const { moderations } = (client ?? {}) as Partial<ModerationClient>
  if (typeof moderations?.create === 'function')
    return async (input, signal) =>
      (await moderations.create({ input, ...named }, signal ? { signal } : {})) as Moderated
  if (typeof (client as Instructor | undefined)?.createPartial === 'function')
    return throughClient(client as Instructor, named)
  throw new ConfigurationError(
    `moderation needs a client: moderation({ client }), with the result of fromProvider or a client of OpenAI's SDK; got ${describe(client)}.`,
    { parameter: 'client' },
  )
}

/** A call of the client whose request is sent to the moderation endpoint: with its key, headers, retries and errors. */
function throughClient(client: Instructor, named: { model?: string }): Moderate {
  const { send } = client
  const fetch: Fetch = async (url, init) => {
    const { messages } = JSON.parse(String(init.body)) as { messages: { content: string }[] }
    const body = JSON.stringify({ input: messages[0]?.content, ...named })
    const response = await send(url.replace(/\/chat\/completions(?=$|\?)/, '/moderations'), { ...init, body })
    if (!response.ok) return response
    const content = await response.text()
    return Response.json({ choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop' }] })
  }
  const moderator = client.with({ fetch, cache: false, model: 'moderation' }).clear()
  return async (input, signal) => {
    const [, { text }] = await moderator.createWithCompletion({
      responseModel: null,
      messages: [{ role: 'user', content: input }],
      ...(signal ? { signal } : {}),
    })
    return JSON.parse(text ?? '{}') as Moderated
  }
}

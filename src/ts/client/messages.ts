/** Messages of a call: their types and checks. Files in them are converted by `common/media-data.ts`, which is loaded for them. */
import { ConfigurationError } from '../common/errors.js'
import { later } from '../common/later.js'
import { isRecord } from '../common/plain.js'
import { FAMILY, PART_TYPES, type PartType, ROLES, type Role, type Word } from './known.js'

/** Bytes, or where to find them: a URL, a data URL, raw bytes, a Blob or a File. */
export type MediaInput = string | URL | Uint8Array | ArrayBuffer | Blob | { readonly [key: string]: unknown }

/** A part with text. */
export interface TextPart {
  /** Always `text`. */
  readonly type: 'text'
  /** The text; with `context` a template. */
  readonly text: string
  readonly [key: string]: unknown
}

/** A part with an image, audio or a document. */
export interface MediaPart {
  /** The kind of file. */
  readonly type: 'image' | 'audio' | 'document'
  /** The bytes, or their address. */
  readonly source: MediaInput
  /** Only needed if it cannot be detected from the bytes. */
  readonly mediaType?: string
  /** The name of the file, for providers that have a field for it. */
  readonly name?: string
  readonly [key: string]: unknown
}

/** Any part the provider knows (`image_url`, `input_audio`, `file`, …), passed through unchanged. */
export interface ProviderPart<L extends string = string> {
  /** The provider's type of the part. */
  readonly type: Word<PartType, L>
  readonly [key: string]: unknown
}

/** A part of a message of a vendor's SDK. Interfaces of other packages have no index signature. */
export interface ForeignPart<L extends string = string> {
  /** The vendor's type of the part. */
  readonly type: Word<PartType, L>
}

/** A part of a message. */
export type Part<L extends string = string> = TextPart | MediaPart | ProviderPart<L> | ForeignPart<L>

/** A message of a vendor's SDK, e.g. `OpenAI.ChatCompletionMessageParam` or `Anthropic.MessageParam`. */
export interface ForeignMessage<L extends string = string> {
  /** `system`, `user`, `assistant`, `tool` … */
  readonly role: Word<Role, L>
  /** A text, or parts. */
  readonly content?: string | readonly (ForeignPart<L> | string)[] | null
}

/** A message in the shape of OpenAI's chat API. */
export interface ChatMessage<L extends string = string> {
  /** `system`, `user`, `assistant`, `tool` … */
  readonly role: Word<Role, L>
  /** A text, or parts. */
  readonly content?: string | readonly (Part<L> | string)[] | null
  readonly [key: string]: unknown
}

/** A message of the conversation. */
export type Message<L extends string = string> = ChatMessage<L> | ForeignMessage<L>

/** Levels of messages that are searched for files. */
const SEARCHED = 8

/** Whether a value is JSON data as it is, which most messages are. */
function isData(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null)
    return typeof value !== 'function' && typeof value !== 'symbol'
  if (depth > SEARCHED) return false
  if (Array.isArray(value)) return value.every((item) => isData(item, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (!isRecord(value) || (prototype !== null && prototype !== Object.prototype)) return false
  return Object.values(value).every((item) => isData(item, depth + 1))
}

/** Messages as plain data; a promise only if a Blob has to be read. Throws `NotLoaded` for files whose code is not there yet. */
export function plainMessages(messages: unknown): unknown {
  return isData(messages) ? messages : later('media').withData(messages)
}

/** {@link plainMessages}, synchronously. */
export function plainMessagesNow(messages: unknown): unknown {
  const out = plainMessages(messages)
  if (out instanceof Promise) {
    out.catch(() => {})
    throw new ConfigurationError(
      'A Blob in messages has to be read first where the request is built synchronously: new Uint8Array(await blob.arrayBuffer()).',
      { parameter: 'messages' },
    )
  }
  return out
}

const roles = ROLES.split(' ')
const partTypes = new Set(PART_TYPES.split(' '))

/** Throws for roles and part types that are unknown to every API. The core checks the rest of a message. */
export function checkMessages(messages: unknown): void {
  if (!Array.isArray(messages)) return
  for (const [i, message] of messages.entries()) {
    const { role, content } = (message ?? {}) as { role?: unknown; content?: unknown }
    if (typeof role === 'string' && !roles.includes(role))
      throw unknownValue(`messages[${i}].role`, role, `one of ${roles.slice(0, 5).join(', ')}`)
    if (!Array.isArray(content)) continue
    for (const [j, part] of content.entries()) {
      const type = (part as { type?: unknown } | null)?.type
      if (typeof type === 'string' && !partTypes.has(type) && !FAMILY.test(type))
        throw unknownValue(
          `messages[${i}].content[${j}].type`,
          type,
          'text, image, audio, document, or a part of the API',
        )
    }
  }
}

function unknownValue(parameter: string, given: string, wanted: string): ConfigurationError {
  const shown = given.length > 30 ? `a string of ${given.length} characters` : JSON.stringify(given)
  return new ConfigurationError(`${parameter} must be ${wanted}; got ${shown}.`, { parameter })
}

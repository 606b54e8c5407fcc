/**
 * `image`, `audio` and `pdf`: parts of messages from anything that has the bytes of a file or its address. A file that is
 * of another kind is an error before anything is sent. Nothing is downloaded.
 */
import { ConfigurationError } from '../common/errors.js'
import { bytesOf, sniff } from '../common/media-data.js'
import type { MediaInput, MediaPart } from './messages.js'

/** Where a file is: its URL, a data URL, its bytes, base64 text, and in Node, Bun and Deno a path. */
export type MediaSource = string | URL | Uint8Array | ArrayBuffer | Blob

/** Options of {@link image}, {@link audio} and {@link pdf}. */
export interface MediaOptions {
  /** The provider keeps what it read of the file and of all that precedes it for the next requests (Anthropic). */
  readonly cache?: boolean
  /** The media type, for bytes whose type cannot be detected. */
  readonly mediaType?: string
  /** The name of the file, for providers that show it to the model. */
  readonly name?: string
}

/** Options of {@link image}. */
export interface ImageOptions extends MediaOptions {
  /** How closely the model looks at it (OpenAI and compatible providers). */
  readonly detail?: 'low' | 'high' | 'auto'
}

type Kind = MediaPart['type']

const WANTED: Record<Kind, string> = { image: 'an image', audio: 'audio', document: 'a PDF file' }

/**
 * A part of a message with an image.
 *
 * @throws ConfigurationError if the source is not an image, or a file that cannot be read.
 * @example
 * ```ts
 * const messages = [{ role: 'user', content: ['What is this?', image('https://example.com/a.png')] }]
 * ```
 */
export function image(source: MediaSource, options: ImageOptions = {}): MediaPart {
  return part('image', source, options)
}

/**
 * A part of a message with a recording.
 *
 * @throws ConfigurationError if the source is not audio, or a file that cannot be read.
 */
export function audio(source: MediaSource, options: MediaOptions = {}): MediaPart {
  return part('audio', source, options)
}

/**
 * A part of a message with a PDF file.
 *
 * @throws ConfigurationError if the source is not a PDF file, or a file that cannot be read.
 */
export function pdf(source: MediaSource, options: MediaOptions = {}): MediaPart {
  return part('document', source, options)
}

function part(type: Kind, source: MediaSource, { cache, ...options }: ImageOptions): MediaPart {
  const found = typeof source === 'string' || source instanceof URL ? located(type, source) : source
  const bytes = typeof found === 'string' ? undefined : bytesOf(found)
  if (bytes) check(type, sniff(bytes), options.mediaType)
  return {
    type,
    source: found as MediaInput,
    ...(nameOf(source) ? { name: nameOf(source) } : {}),
    ...options,
    ...(cache ? { cache_control: { type: 'ephemeral' } } : {}),
  }
}

const SCHEME = /^[a-z][a-z0-9+.-]+:/i

/** The address or the bytes of a text. */
function located(type: Kind, source: string | URL): string | Uint8Array {
  const text = String(source)
  if (/^data:/i.test(text)) {
    check(type, undefined, text.slice(5).split(/[;,]/, 1)[0])
    return text
  }
  if (/^file:/i.test(text)) return file(type, new URL(text))
  // A drive's letter is one character.
  if (SCHEME.test(text)) return text
  const bytes = decoded(text)
  return bytes && sniff(bytes) ? bytes : file(type, text)
}

/** The bytes of base64 text; undefined if it is something else. */
function decoded(text: string): Uint8Array | undefined {
  const trimmed = text.replace(/\s+/g, '')
  if (trimmed.length < 8 || trimmed.length % 4 === 1 || !/^[\w+/-]+={0,2}$/.test(trimmed)) return undefined
  try {
    const binary = atob(trimmed.replace(/-/g, '+').replace(/_/g, '/'))
    return Uint8Array.from(binary, (char) => char.charCodeAt(0))
  } catch {
    return undefined
  }
}

type Files = { readFileSync(path: string | URL): Uint8Array }

/** A file's bytes. Only a file of the wanted kind is used, so a path cannot reveal another file to the provider. */
function file(type: Kind, path: string | URL): Uint8Array {
  const builtin = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process
    ?.getBuiltinModule
  const files = builtin?.('node:fs') as Files | undefined
  const shown = String(path).length > 80 ? 'The text' : JSON.stringify(String(path))
  if (!files)
    throw new ConfigurationError(
      `${shown} is not a URL, a data URL or base64 of a known kind of file, and this runtime has no files (Node: 20.16 or newer).`,
      { parameter: 'messages' },
    )
  let bytes: Uint8Array
  try {
    bytes = new Uint8Array(files.readFileSync(path))
  } catch (error) {
    const { code } = error as { code?: string }
    throw new ConfigurationError(
      `${shown} is not a URL, a data URL or base64 of a known kind of file, and no file that can be read (${code ?? 'error'}).`,
      { parameter: 'messages' },
    )
  }
  if (!sniff(bytes)) check(type, 'a file of an unknown kind')
  return bytes
}

/** Throws for bytes that are not of this kind. What cannot be detected needs a declared type, or is the provider's to judge. */
function check(type: Kind, detected: string | undefined, declared?: string): void {
  const media = detected ?? declared?.toLowerCase()
  if (!media) return
  const fits =
    type === 'document'
      ? media === 'application/pdf'
      : media.startsWith(`${type}/`) || (type === 'audio' && media.startsWith('video/'))
  if (!fits)
    throw new ConfigurationError(`The source is not ${WANTED[type]}: it is ${media}.`, {
      parameter: 'messages',
    })
}

/** The name of a File. */
function nameOf(source: MediaSource): string | undefined {
  const name = (source as { name?: unknown }).name
  return typeof source === 'object' && typeof name === 'string' && name ? name : undefined
}

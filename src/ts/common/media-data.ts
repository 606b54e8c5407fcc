/**
 * Files in messages: bytes (Uint8Array, ArrayBuffer, Blob, File) become data URLs, since JSON has no bytes. The caller's messages
 * are never changed.
 */
import { ConfigurationError } from './errors.js'

/** Known first bytes; the type is detected from the bytes because file names and declared types can be wrong. */
const MAGIC: readonly (readonly [mediaType: string, offset: number, bytes: string])[] = [
  ['image/png', 0, '\x89PNG'],
  ['image/jpeg', 0, '\xff\xd8\xff'],
  ['image/gif', 0, 'GIF8'],
  ['image/webp', 8, 'WEBP'],
  ['image/bmp', 0, 'BM'],
  ['image/tiff', 0, 'II*\0'],
  ['image/tiff', 0, 'MM\0*'],
  ['image/avif', 4, 'ftypavif'],
  ['image/heic', 4, 'ftypheic'],
  ['application/pdf', 0, '%PDF-'],
  ['audio/wav', 8, 'WAVE'],
  ['audio/mpeg', 0, 'ID3'],
  ['audio/mpeg', 0, '\xff\xfb'],
  ['audio/mpeg', 0, '\xff\xfa'],
  ['audio/mpeg', 0, '\xff\xf3'],
  ['audio/mpeg', 0, '\xff\xf2'],
  ['audio/flac', 0, 'fLaC'],
  ['audio/ogg', 0, 'OggS'],
  ['audio/mp4', 4, 'ftypM4A'],
  ['video/mp4', 4, 'ftyp'],
  ['audio/webm', 0, '\x1a\x45\xdf\xa3'],
]

/** The media type by the first bytes. */
export function sniff(bytes: Uint8Array): string | undefined {
  return MAGIC.find(([, offset, magic]) =>
    [...magic].every((char, i) => bytes[offset + i] === char.charCodeAt(0)),
  )?.[0]
}

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(text)
}

function dataUrl(bytes: Uint8Array, declared: string | undefined): string {
  const type = sniff(bytes) ?? (declared || 'application/octet-stream')
  return `data:${type};base64,${base64(bytes)}`
}

/** The bytes of an array, a buffer or a view of one. */
export function bytesOf(value: object): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  return undefined
}

const isBlob = (value: object): value is Blob => typeof Blob !== 'undefined' && value instanceof Blob

/** Messages as plain data; a promise only if a Blob has to be read. */
export function withData(messages: unknown): unknown {
  const blobs: Blob[] = []
  collect(messages, blobs, 0, 'messages')
  if (!blobs.length) return convert(messages, new Map(), undefined, 0)
  return Promise.all(blobs.map((blob) => blob.arrayBuffer())).then((buffers) =>
    convert(messages, new Map(blobs.map((blob, i) => [blob, new Uint8Array(buffers[i]!)])), undefined, 0),
  )
}

const TOO_DEEP = 64

const tooDeep = () =>
  new ConfigurationError('messages are nested too deep, or circular.', { parameter: 'messages' })

function collect(value: unknown, blobs: Blob[], depth: number, path: string): void {
  if (typeof value === 'function' || typeof value === 'symbol')
    throw new ConfigurationError(`${path} is a ${typeof value}, which can't be part of a request.`, {
      parameter: path,
    })
  if (typeof value !== 'object' || value === null || value instanceof URL || ArrayBuffer.isView(value)) return
  if (isBlob(value)) blobs.push(value)
  else if (depth > TOO_DEEP) throw tooDeep()
  else
    for (const [key, item] of Object.entries(value))
      collect(item, blobs, depth + 1, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`)
}

function convert(
  value: unknown,
  blobs: ReadonlyMap<Blob, Uint8Array>,
  declared: string | undefined,
  depth: number,
): unknown {
  if (typeof value !== 'object' || value === null) return value
  const bytes = bytesOf(value)
  if (bytes) return dataUrl(bytes, declared)
  if (value instanceof URL) return value.href
  if (isBlob(value)) return dataUrl(blobs.get(value) ?? new Uint8Array(), declared ?? value.type)
  if (depth > TOO_DEEP) throw tooDeep()
  if (Array.isArray(value)) return value.map((item) => convert(item, blobs, undefined, depth + 1))
  const { mediaType, media_type: snake } = value as Record<string, unknown>
  const own = typeof mediaType === 'string' ? mediaType : typeof snake === 'string' ? snake : undefined
  const out: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    const changed = convert(item, blobs, own, depth + 1)
    if (changed !== undefined)
      Object.defineProperty(out, key, {
        value: changed,
        enumerable: true,
        writable: true,
        configurable: true,
      })
  }
  return out
}

/** Files of the visitor as parts of the message. */
import { audio, image, pdf } from 'instructor-wasm'
import { FormError } from './problems.js'

export interface Attachment {
  readonly name: string
  readonly size: number
  readonly kind: 'image' | 'audio' | 'pdf'
  readonly part: ReturnType<typeof image>
}

/** What providers accept in a request; larger files are for their own stores. */
const MAX_BYTES = 20_000_000

const PARTS = { image, audio, pdf } as const

function kindOf({ type, name }: File): Attachment['kind'] {
  if (type.startsWith('image/')) return 'image'
  if (type.startsWith('audio/')) return 'audio'
  if (type === 'application/pdf') return 'pdf'
  throw new FormError('files', `${name} is not an image, a recording or a PDF file.`)
}

/** @throws FormError */
export async function attached(file: File): Promise<Attachment> {
  const { name, size } = file
  const kind = kindOf(file)
  if (size > MAX_BYTES) throw new FormError('files', `${name} is larger than 20 MB.`)
  try {
    // Bytes, so that the request can be shown before it is sent.
    const part = PARTS[kind](new Uint8Array(await file.arrayBuffer()), { name })
    return { name, size, kind, part }
  } catch (error) {
    throw new FormError('files', `${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

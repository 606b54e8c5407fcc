/** Modules that JavaScript carries as text: base64 of a raw DEFLATE stream, decoded without blocking the thread. */

import type { CompiledModule } from '../instance.js'

/** A module as text (`scripts/build.mjs`). */
export interface CarriedModule {
  /** Base64 of a raw DEFLATE stream. */
  readonly text: string
  /** Bytes of the module. */
  readonly size: number
}

/** Characters of one task. A multiple of 4, so that each piece is complete base64. */
const PIECE = 1 << 16

export async function decompress({ text }: Pick<CarriedModule, 'text'>): Promise<CompiledModule> {
  let at = 0
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (at >= text.length) return controller.close()
      // Each piece is a separate task.
      if (at) await new Promise((done) => setTimeout(done))
      controller.enqueue(decode(text.slice(at, at + PIECE)))
      at += PIECE
    },
  })
  const body = packed.pipeThrough(new DecompressionStream('deflate-raw'))
  return WebAssembly.compile(await new Response(body).arrayBuffer())
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  const { fromBase64 } = Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }
  if (fromBase64) return fromBase64.call(Uint8Array, base64)
  const packed = atob(base64)
  const bytes = new Uint8Array(packed.length)
  for (let i = 0; i < packed.length; i++) bytes[i] = packed.charCodeAt(i)
  return bytes
}

/** Reads text from wasm memory. */

/** Created on first use: some test environments have no TextDecoder, and an import must not fail there. */
let decoder: TextDecoder | undefined

function decode(bytes: Uint8Array): string {
  decoder ??= new TextDecoder('utf-8', { ignoreBOM: true })
  return decoder.decode(bytes)
}

/** The text of a chunk. Short ASCII, as in most deltas, is decoded without the decoder's overhead. */
export function decodeText(memory: Uint8Array, start: number, end: number): string {
  const length = end - start
  if (length > 24) return decode(memory.subarray(start, end))
  let text = ''
  for (let at = start; at < end; at++) {
    const byte = memory[at] as number
    if (byte > 127) return decode(memory.subarray(start, end))
    text += String.fromCharCode(byte)
  }
  return text
}

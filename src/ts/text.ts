/** Text out of wasm memory. */

const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true })

/** The text of a chunk. Short ASCII, which most deltas are, is put together without the decoder's overhead. */
export function decodeText(memory: Uint8Array, start: number, end: number): string {
  const length = end - start
  if (length > 24) return decoder.decode(memory.subarray(start, end))
  let text = ''
  for (let at = start; at < end; at++) {
    const byte = memory[at] as number
    if (byte > 127) return decoder.decode(memory.subarray(start, end))
    text += String.fromCharCode(byte)
  }
  return text
}

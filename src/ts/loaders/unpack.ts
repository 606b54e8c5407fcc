/**
 * Wasm bytes out of text, synchronously: base64 of a raw DEFLATE stream (RFC 1951).
 *
 * A module carried inside JavaScript must be text. Plain base64 hides repetitions from the compressor of the
 * transport and ships a third more; compressing first and then encoding costs only the kilobyte below. The
 * platform's own DecompressionStream is asynchronous, and `fromProvider` is not.
 */

/** Base values and extra bits of the length codes 257… and the distance codes 0… of RFC 1951, 3.2.5. */
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

interface Code {
  /** How many codes there are of each length. */
  counts: Uint16Array
  /** Symbols in the order of their codes. */
  symbols: Uint16Array
}

function code(lengths: ArrayLike<number>, from: number, to: number): Code {
  const counts = new Uint16Array(16)
  for (let i = from; i < to; i++) counts[lengths[i] as number]!++
  counts[0] = 0
  const next = new Uint16Array(16)
  for (let i = 1; i < 16; i++) next[i] = next[i - 1]! + counts[i - 1]!
  const symbols = new Uint16Array(to - from)
  for (let i = from; i < to; i++) if (lengths[i]) symbols[next[lengths[i] as number]!++] = i - from
  return { counts, symbols }
}

/** Decode base64 text that holds a raw DEFLATE stream of `size` bytes. */
export function unpack(base64: string, size: number): Uint8Array<ArrayBuffer> {
  const packed = atob(base64)
  const out = new Uint8Array(size)
  let at = 0
  let read = 0
  let hold = 0
  let held = 0

  const bits = (count: number): number => {
    while (held < count) {
      hold |= packed.charCodeAt(read++) << held
      held += 8
    }
    const value = hold & ((1 << count) - 1)
    hold >>>= count
    held -= count
    return value
  }

  const symbol = ({ counts, symbols }: Code): number => {
    let word = 0
    let first = 0
    let index = 0
    for (let length = 1; length < 16; length++) {
      word |= bits(1)
      const count = counts[length]!
      if (word - count < first) return symbols[index + word - first]!
      index += count
      first = (first + count) << 1
      word <<= 1
    }
    throw new Error('instructor-wasm: the embedded module is damaged; reinstall the package')
  }

  const lengths = new Uint8Array(320)
  for (let last = 0; !last; ) {
    last = bits(1)
    const kind = bits(2)
    if (kind === 0) {
      hold = held = 0
      const count = packed.charCodeAt(read) | (packed.charCodeAt(read + 1) << 8)
      read += 4
      for (let i = 0; i < count; i++) out[at++] = packed.charCodeAt(read++)
      continue
    }
    let literals = 288
    let distances = 30
    if (kind === 1) {
      lengths.fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280, 288).fill(5, 288, 318)
    } else {
      literals = bits(5) + 257
      distances = bits(5) + 1
      const given = bits(4) + 4
      lengths.fill(0)
      for (let i = 0; i < given; i++) lengths[CODE_ORDER[i]!] = bits(3)
      const meta = code(lengths, 0, 19)
      lengths.fill(0)
      for (let i = 0; i < literals + distances; ) {
        const word = symbol(meta)
        if (word < 16) lengths[i++] = word
        else {
          const value = word === 16 ? lengths[i - 1]! : 0
          for (let n = word === 16 ? 3 + bits(2) : word === 17 ? 3 + bits(3) : 11 + bits(7); n--; )
            lengths[i++] = value
        }
      }
    }
    const literal = code(lengths, 0, literals)
    const distance = code(lengths, literals, literals + distances)
    for (let word = symbol(literal); word !== 256; word = symbol(literal)) {
      if (word < 256) {
        out[at++] = word
        continue
      }
      word -= 257
      let length = 3
      for (let i = 0; i < word; i++) length += 1 << LENGTH_EXTRA[i]!
      if (word === 28) length = 258
      else length += bits(LENGTH_EXTRA[word]!)
      const far = symbol(distance)
      const extra = far > 3 ? (far >> 1) - 1 : 0
      const back = (far > 3 ? (2 + (far & 1)) << extra : far) + 1 + bits(extra)
      for (let i = 0; i < length; i++, at++) out[at] = out[at - back]!
    }
  }
  return out
}

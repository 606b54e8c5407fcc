/**
 * Decodes wasm bytes from text, synchronously: base64 of a raw DEFLATE stream (RFC 1951).
 *
 * A module embedded in JavaScript must be text. Plain base64 hides repetitions from the transport's compression and
 * is a third larger; compression before encoding only costs the kilobyte of this file. The platform's own
 * DecompressionStream is asynchronous, and `fromProvider` is not.
 */
import type { CarriedModule } from './carried.js'

/** Base values and extra bits of the length codes 257… and the distance codes 0… of RFC 1951, 3.2.5. */
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
]
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

interface Code {
  /** For every bit pattern of the longest code's length: the symbol it begins with, and the length of its code. */
  table: Uint16Array
  longest: number
}

function code(lengths: Uint8Array): Code {
  const counts = new Uint16Array(16)
  for (const length of lengths) if (length) counts[length]!++
  let longest = 15
  while (longest > 1 && !counts[longest]) longest--
  const next = new Uint16Array(16) // the next code of each length (3.2.2)
  for (let length = 1; length < 15; length++) next[length + 1] = (next[length]! + counts[length]!) << 1
  const table = new Uint16Array(1 << longest)
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!
    if (!length) continue
    const word = next[length]!++
    let reversed = 0
    for (let bit = 0; bit < length; bit++) reversed |= ((word >> bit) & 1) << (length - 1 - bit)
    for (let at = reversed; at < table.length; at += 1 << length) table[at] = (symbol << 4) | length
  }
  return { table, longest }
}

const damaged = () => new Error('instructor-wasm: the embedded module is damaged; reinstall the package')

export function unpack({ text, size }: CarriedModule): Uint8Array {
  const packed = atob(text)
  const out = new Uint8Array(size)
  let at = 0
  let read = 0
  let hold = 0
  let held = 0

  const fill = (count: number) => {
    for (; held < count; held += 8) hold |= packed.charCodeAt(read++) << held // after the end: NaN, that is 0
  }
  const take = (count: number) => {
    hold >>>= count
    held -= count
  }
  const bits = (count: number): number => {
    fill(count)
    const value = hold & ((1 << count) - 1)
    take(count)
    return value
  }
  const symbol = ({ table, longest }: Code): number => {
    fill(longest)
    const entry = table[hold & ((1 << longest) - 1)]!
    if (!entry || read > packed.length + 4) throw damaged()
    take(entry & 15)
    return entry >> 4
  }

  /** The hot loop, with its state in locals: at start-up it runs before any optimisation. */
  const copy = (literal: Code, distance: Code, at: number): number => {
    const { table, longest } = literal
    const mask = (1 << longest) - 1
    let [h, n, r] = [hold, held, read]
    for (;;) {
      for (; n < longest; n += 8) h |= packed.charCodeAt(r++) << n
      const entry = table[h & mask]!
      const length = entry & 15
      const word = entry >> 4
      h >>>= length
      n -= length
      if (word < 256 && length) {
        out[at++] = word
        continue
      }
      hold = h
      held = n
      read = r
      if (!length || r > packed.length + 4) throw damaged()
      if (word === 256) return at
      const extra = LENGTH_EXTRA[word - 257]!
      const size = LENGTH_BASE[word - 257]! + bits(extra)
      const far = symbol(distance)
      const more = far > 3 ? (far >> 1) - 1 : 0
      const back = (far > 3 ? (2 + (far & 1)) << more : far) + 1 + bits(more)
      for (const end = at + size; at < end; at++) out[at] = out[at - back]!
      h = hold
      n = held
      r = read
    }
  }

  const lengths = new Uint8Array(320)
  for (let last = 0; !last; ) {
    if (read > packed.length + 4 || at > size) throw damaged()
    last = bits(1)
    const kind = bits(2)
    if (kind === 0) {
      read -= held >> 3 // whole bytes that were read ahead
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
      const meta = code(lengths.slice(0, 19))
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
    const literal = code(lengths.subarray(0, literals))
    const distance = code(lengths.subarray(literals, literals + distances))
    at = copy(literal, distance, at)
  }
  return out
}

/**
 * Finds a quote in a text although it differs in a few letters, in white space or in the form of quotation marks and
 * dashes. A model rarely copies a text exactly.
 *
 * The difference is the edit distance (Levenshtein). A quote with at most `k` edits has, when it is cut into `k + 1`
 * pieces, a piece without an edit: only the surroundings of these pieces are compared letter by letter.
 */

/** A place in a text: `text.slice(start, end)`. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Limits the letters that are compared for one answer, so that hostile texts end in bounded time. */
export class Work {
  left = 50_000_000
}

/** A text as it is compared, and the position of each letter in the original. */
interface Folded {
  readonly text: string
  readonly at: Uint32Array
}

const SAME: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '–': '-',
  '—': '-',
  '‐': '-',
  '‑': '-',
}

/** White space as single spaces, one form of quotation marks and dashes. */
function fold(text: string): Folded {
  const at = new Uint32Array(text.length + 1)
  const parts: string[] = []
  let length = 0
  let last = 0
  // Everything else is copied, so its positions only shift.
  for (const { 0: found, index } of text.matchAll(/\s+|[‘’‚“”„–—‐‑]/g)) {
    for (let i = last; i < index; i++) at[length++] = i
    parts.push(text.slice(last, index), SAME[found] ?? ' ')
    at[length++] = index
    last = index + found.length
  }
  for (let i = last; i <= text.length; i++) at[length++] = i
  parts.push(text.slice(last))
  return { text: parts.join(''), at }
}

/** A source that is searched for several quotes. */
export class Source {
  readonly #text: string
  #folded: Folded | undefined

  constructor(text: string) {
    this.#text = text
  }

  /**
   * The first exact place of the quote, or the most similar place with at most `maxEdits` edits, and at most one edit
   * per four letters.
   */
  find(quote: string, maxEdits: number, work: Work): (Span & { readonly edits: number }) | undefined {
    const exact = first(quote, this.#text, work)
    if (exact !== undefined) return { start: exact, end: exact + quote.length, edits: 0 }
    this.#folded ??= fold(this.#text)
    const wanted = fold(quote).text.trim()
    const { text } = this.#folded
    const same = wanted ? first(wanted, text, work) : undefined
    if (same !== undefined) return { ...this.#original(same, same + wanted.length), edits: 0 }
    const edits = Math.min(maxEdits, Math.floor(wanted.length / 4))
    if (edits < 1) return undefined
    let best: { start: number; end: number; edits: number } | undefined
    for (const [from, to] of surroundings(wanted, text, edits, work)) {
      const found = nearest(wanted, text, from, to, (best?.edits ?? edits + 1) - 1, work)
      if (found) best = found
      if (best?.edits === 1 || work.left <= 0) break
    }
    return best && { ...this.#original(best.start, best.end), edits: best.edits }
  }

  /** The place in the original of a place in the folded text, without white space around it. */
  #original(start: number, end: number): Span {
    const { text, at } = this.#folded as Folded
    let [from, to] = [start, end]
    while (from < to && text[from] === ' ') from++
    while (to > from && text[to - 1] === ' ') to--
    // The last letter is one unit long; white space after it does not belong to the quote.
    return { start: at[from] ?? 0, end: (at[to - 1] ?? 0) + 1 }
  }
}

/** The first place of a part; undefined if there is none. */
function first(part: string, text: string, work: Work): number | undefined {
  for (const at of occurrences(part, text, work)) return at
  return undefined
}

/**
 * The places of a part, in linear time (Knuth, Morris, Pratt): the engine's `indexOf` needs the product of both lengths
 * for texts that repeat themselves.
 */
function* occurrences(part: string, text: string, work: Work): Generator<number> {
  const size = part.length
  if (size <= 16) {
    work.left -= text.length >> 3
    for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) yield at
    return
  }
  const back = new Uint32Array(size + 1)
  for (let row = 1, known = 0; row < size; row++) {
    while (known > 0 && part.charCodeAt(row) !== part.charCodeAt(known)) known = back[known] as number
    if (part.charCodeAt(row) === part.charCodeAt(known)) known++
    back[row + 1] = known
  }
  work.left -= text.length >> 1
  for (let at = 0, known = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at)
    while (known > 0 && (known === size || letter !== part.charCodeAt(known))) known = back[known] as number
    if (letter === part.charCodeAt(known)) known++
    if (known === size) yield at - size + 1
  }
}

/** The parts of a text that can contain the quote, in order, without overlaps. */
function surroundings(quote: string, text: string, edits: number, work: Work): [from: number, to: number][] {
  const size = Math.floor(quote.length / (edits + 1))
  const found: [number, number][] = []
  for (let piece = 0; piece <= edits; piece++) {
    const offset = piece * size
    const part = quote.slice(offset, offset + size)
    for (const at of occurrences(part, text, work)) {
      found.push([
        Math.max(0, at - offset - edits),
        Math.min(text.length, at - offset + quote.length + edits),
      ])
      // A piece that is everywhere selects the whole text.
      if (found.length > 10_000) return [[0, text.length]]
    }
  }
  found.sort(([a], [b]) => a - b)
  const merged: [number, number][] = []
  for (const [from, to] of found) {
    const last = merged.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  return merged
}

/**
 * The most similar part of `text` between two positions (Sellers' algorithm; rows above `limit` edits are skipped).
 */
function nearest(
  quote: string,
  text: string,
  from: number,
  to: number,
  limit: number,
  work: Work,
): { start: number; end: number; edits: number } | undefined {
  if (limit < 0) return undefined
  const rows = quote.length
  const cost = new Uint32Array(rows + 1)
  const start = new Uint32Array(rows + 1)
  for (let row = 0; row <= rows; row++) {
    cost[row] = row
    start[row] = from
  }
  let best: { start: number; end: number; edits: number } | undefined
  let allowed = limit
  // The last row with at most `allowed` edits.
  let last = Math.min(rows, allowed)
  for (let column = from; column < to; column++) {
    work.left -= last + 1
    if (work.left <= 0) return best
    let diagonal = 0
    let diagonalStart = column
    cost[0] = 0
    start[0] = column + 1
    const letter = text.charCodeAt(column)
    const end = Math.min(rows, last + 1)
    for (let row = 1; row <= end; row++) {
      const left = row > last ? allowed + 1 : (cost[row] as number)
      const leftStart = start[row] as number
      let own = diagonal + (quote.charCodeAt(row - 1) === letter ? 0 : 1)
      let ownStart = diagonalStart
      // Of equal ones the longer place: it has the beginning of a word whose letters were left out.
      if (left + 1 <= own) {
        own = left + 1
        ownStart = leftStart
      }
      const above = (cost[row - 1] as number) + 1
      if (above < own) {
        own = above
        ownStart = start[row - 1] as number
      }
      diagonal = left
      diagonalStart = leftStart
      cost[row] = own
      start[row] = ownStart
    }
    last = end
    while (last > 0 && (cost[last] as number) > allowed) last--
    if (last === rows && (!best || (cost[rows] as number) < best.edits)) {
      best = { start: start[rows] as number, end: column + 1, edits: cost[rows] as number }
      if (best.edits === 0) return best
      allowed = best.edits - 1
      while (last > 0 && (cost[last] as number) > allowed) last--
    }
  }
  return best
}

// A second, slow reader of partial JSON: it reads each prefix from the start. It computes the expected snapshot where
// Python's own snapshots follow another rule (numbers as they grow, nothing until a fence closes).

/**
 * The value of a JSON text that may end anywhere; undefined for an empty text. Open strings are included, incomplete
 * literals and keys without a value are not. A number at the very end is included only with `growing`.
 */
export function partial(text, { growing = false } = {}) {
  let at = 0
  const space = () => {
    while (at < text.length && ' \t\r\n'.includes(text[at])) at += 1
  }
  const more = () => at < text.length

  function value() {
    space()
    if (!more()) return undefined
    const first = text[at]
    if (first === '{') return object()
    if (first === '[') return array()
    if (first === '"') return string().value
    for (const [word, meaning] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ]) {
      if (text.startsWith(word, at)) {
        at += word.length
        return meaning
      }
      if (word.startsWith(text.slice(at))) {
        at = text.length
        return undefined
      }
    }
    return number()
  }

  function number() {
    const written = /^-?[0-9.eE+-]*/.exec(text.slice(at))[0]
    at += written.length
    if (more()) return Number(written)
    return growing ? longest(written) : undefined
  }

  function string() {
    let end = at + 1
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
    const closed = end < text.length
    let raw = text.slice(at, closed ? end + 1 : text.length)
    at = closed ? end + 1 : text.length
    raw = raw.replace(/[\n\t\r]/g, (control) => JSON.stringify(control).slice(1, -1))
    if (closed) return { value: JSON.parse(raw), closed }
    raw = raw.replace(/\\(u[0-9a-fA-F]{0,3})?$/, (tail, _hex, offset, whole) =>
      evenBefore(whole, offset) ? '' : tail,
    )
    const shown = JSON.parse(`${raw}"`)
    return { value: shown.replace(/[\ud800-\udbff]$/, ''), closed }
  }

  function object() {
    const found = {}
    at += 1
    for (;;) {
      space()
      if (!more()) return found
      if (text[at] === '}') {
        at += 1
        return found
      }
      if (text[at] === ',') {
        at += 1
        continue
      }
      const key = string()
      space()
      if (!key.closed || !more()) return found
      at += 1
      const item = value()
      if (item === undefined) return found
      found[key.value] = item
    }
  }

  function array() {
    const found = []
    at += 1
    for (;;) {
      space()
      if (!more()) return found
      if (text[at] === ']') {
        at += 1
        return found
      }
      if (text[at] === ',') {
        at += 1
        continue
      }
      const item = value()
      if (item === undefined) return found
      found.push(item)
    }
  }

  return value()
}

const evenBefore = (text, offset) => /(\\*)$/.exec(text.slice(0, offset))[1].length % 2 === 0

/** The longest prefix of an unfinished number that is a number. */
function longest(written) {
  for (let end = written.length; end > 0; end -= 1) {
    const value = Number(written.slice(0, end))
    if (!Number.isNaN(value) && /\d$/.test(written.slice(0, end))) return value
  }
  return undefined
}

/** The pieces of JSON (or of text that contains it) in a scripted stream, one for each event that has any. */
export function fragments(stream) {
  const found = []
  if (typeof stream !== 'string') return found
  for (const line of stream.split('\n')) {
    if (!line.startsWith('data:')) continue
    const data = line.slice('data:'.length).trim()
    if (data === '[DONE]') continue
    for (const piece of pieces(JSON.parse(data))) if (piece) found.push(piece)
  }
  return found
}

/** The same stream with its content replaced: the first piece has all of it, the later ones are removed. */
export function restreamed(stream, content) {
  const before = JSON.stringify(fragments(stream).join('')).slice(1, -1)
  const after = JSON.stringify(content).slice(1, -1)
  let placed = false
  const events = stream.split(/(?<=\n\n)/).flatMap((block) => {
    const line = block.split('\n').find((one) => one.startsWith('data:'))
    const data = line?.slice('data:'.length).trim()
    if (!data || data === '[DONE]') return [block]
    const found = pieces(JSON.parse(data)).find(Boolean)
    // Some APIs repeat the whole at the end.
    const calling = JSON.parse(data).candidates?.[0].content?.parts?.some(({ functionCall }) => functionCall)
    if (calling) return [`data: ${JSON.stringify(recalled(JSON.parse(data), content))}\n\n`]
    if (!found) return [block.replaceAll(before, () => after)]
    // Gemini ends with the last piece.
    if (placed)
      return data.includes('"finishReason"') ? [block.replace(JSON.stringify(found).slice(1, -1), '')] : []
    placed = true
    return [block.replace(JSON.stringify(found).slice(1, -1), () => after)]
  })
  return events.join('')
}

/** A Gemini event with its call's arguments replaced. */
function recalled(event, content) {
  for (const { functionCall } of event.candidates[0].content.parts)
    if (functionCall) functionCall.args = JSON.parse(content)
  return event
}

function pieces(event) {
  const delta = event.choices?.[0]?.delta
  if (delta) return [...(delta.tool_calls ?? []).map((call) => call.function?.arguments), delta.content]
  if (event.type?.endsWith('.delta')) return [event.delta]
  if (event.type === 'content_block_delta') return [event.delta.partial_json ?? event.delta.text]
  const parts = event.candidates?.[0]?.content?.parts
  if (parts)
    return parts.map((part) => part.text ?? (part.functionCall && JSON.stringify(part.functionCall.args)))
  if (event.type === 'content-delta') return [event.delta?.message?.content?.text]
  return []
}

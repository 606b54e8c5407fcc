// The documents streamed: deterministic, of a given size, in four shapes, and as the bytes a provider would send.

/** Random numbers, the same in every run. */
export function random(seed = 7) {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const WORDS =
  'invoice customer delivery of the a standard order quality report café naïve schedule between remarks north total units'.split(
    ' ',
  )

function words(next, count) {
  let text = ''
  for (let index = 0; index < count; index++) text += (index ? ' ' : '') + WORDS[next(WORDS.length)]
  return text
}

/** An object with a text and an array of records that contain objects and arrays. */
function records(size) {
  const next = random()
  const value = { title: words(next, 5), summary: words(next, Math.min(60, size / 40)), items: [] }
  let length = JSON.stringify(value).length
  for (let id = 0; length < size; id++) {
    const item = {
      id,
      name: words(next, 2),
      active: next(2) === 1,
      price: next(100000) / 100,
      note: next(5) ? words(next, 8) : null,
      tags: [words(next, 1), words(next, 1)],
      address: { street: `${next(200)} ${words(next, 2)}`, zip: `${10000 + next(80000)}` },
    }
    value.items.push(item)
    length += JSON.stringify(item).length + 1
  }
  return value
}

function longString(size) {
  return { text: words(random(), Math.ceil(size / 7.4)).slice(0, size - 12) }
}

function wideArray(size) {
  const next = random()
  const items = []
  for (let length = 12; length < size; ) {
    const item = next(1000000)
    items.push(item)
    length += String(item).length + 1
  }
  return { items }
}

function wideObject(size) {
  const next = random()
  const value = {}
  for (let length = 2, index = 0; length < size; index++) {
    const number = next(1000000)
    value[`key_${index}`] = number
    length += `"key_${index}":${number},`.length
  }
  return value
}

export const SHAPES = { records, longstr: longString, wide: wideArray, wideobj: wideObject }
export const SIZES = { '1k': 1_000, '10k': 10_000, '20k': 20_000, '100k': 100_000, '1m': 1_000_000 }

/** The JSON text of a document. */
export const text = (shape, size) => JSON.stringify(SHAPES[shape](SIZES[size]))

/** JSON Schemas loose enough for every tool that requires one. */
export const SCHEMAS = {
  records: {
    type: 'object',
    properties: {
      title: { type: 'string' },
      summary: { type: 'string' },
      items: { type: 'array', items: { type: 'object' } },
    },
  },
  longstr: { type: 'object', properties: { text: { type: 'string' } } },
  wide: { type: 'object', properties: { items: { type: 'array', items: { type: 'number' } } } },
  wideobj: { type: 'object', additionalProperties: { type: 'number' } },
}

/** Deltas of 1 to 7 characters, 4 on average, like tokens. */
export function deltas(json) {
  const next = random(11)
  const pieces = []
  for (let at = 0; at < json.length; ) {
    let end = at + 1 + next(7)
    // Never splits a surrogate pair.
    if (/[\ud800-\udbff]/.test(json[end - 1] ?? '')) end++
    pieces.push(json.slice(at, end))
    at = end
  }
  return pieces
}

const openaiChunk = (delta, rest = {}) =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-BENCHMARK0000000000000000000',
    object: 'chat.completion.chunk',
    created: 1760000000,
    model: 'gpt-4o-mini-2024-07-18',
    service_tier: 'default',
    system_fingerprint: 'fp_560af6e559',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: null, ...rest }],
    usage: null,
  })}\n\n`

/** The events of an OpenAI stream whose text (`content`) or tool arguments (`tool`) are the document. */
export function openaiEvents(pieces, channel = 'content') {
  const call = (fields) => ({ tool_calls: [{ index: 0, ...fields }] })
  const tool = channel === 'tool'
  const first = tool
    ? {
        role: 'assistant',
        content: null,
        ...call({ id: 'call_1', type: 'function', function: { name: 'Document', arguments: '' } }),
      }
    : { role: 'assistant', content: '', refusal: null }
  const events = [openaiChunk(first)]
  for (const piece of pieces)
    events.push(openaiChunk(tool ? call({ function: { arguments: piece } }) : { content: piece }))
  events.push(openaiChunk({}, { finish_reason: tool ? 'tool_calls' : 'stop' }))
  events.push(
    `data: ${JSON.stringify({
      id: 'chatcmpl-BENCHMARK0000000000000000000',
      object: 'chat.completion.chunk',
      created: 1760000000,
      model: 'gpt-4o-mini-2024-07-18',
      choices: [],
      usage: { prompt_tokens: 100, completion_tokens: pieces.length, total_tokens: 100 + pieces.length },
    })}\n\n`,
  )
  events.push('data: [DONE]\n\n')
  return events
}

/** The same as Anthropic sends tool input. */
export function anthropicEvents(pieces) {
  const event = (type, body) => `event: ${type}\ndata: ${JSON.stringify({ type, ...body })}\n\n`
  return [
    event('message_start', {
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        content: [],
        model: 'claude',
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 1, output_tokens: 1 },
      },
    }),
    event('content_block_start', {
      index: 0,
      content_block: { type: 'tool_use', id: 'toolu_1', name: 'Document', input: {} },
    }),
    ...pieces.map((piece) =>
      event('content_block_delta', { index: 0, delta: { type: 'input_json_delta', partial_json: piece } }),
    ),
    event('content_block_stop', { index: 0 }),
    event('message_delta', {
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: { output_tokens: 1 },
    }),
    event('message_stop', {}),
  ]
}

/** Events as network chunks: each alone (`perChunk` 0), or as many as fit into so many bytes. */
export function chunks(events, perChunk) {
  const encoder = new TextEncoder()
  if (!perChunk) return events.map((event) => encoder.encode(event))
  const out = []
  let held = ''
  for (const event of events) {
    held += event
    if (held.length >= perChunk) {
      out.push(encoder.encode(held))
      held = ''
    }
  }
  if (held) out.push(encoder.encode(held))
  return out
}

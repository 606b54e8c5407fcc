/** Bedrock's Converse, whose stream is binary. */
import { type Body, nameAt, parsed, pieces, type Said, type Wire } from './said.js'

const bedrockStop = ({ finish, calls }: Said) =>
  finish === 'length'
    ? 'max_tokens'
    : finish === 'filter'
      ? 'content_filtered'
      : calls.length
        ? 'tool_use'
        : 'end_turn'
const bedrockUsage = ({ input, output }: Said) => ({
  inputTokens: input,
  outputTokens: output,
  totalTokens: input + output,
})

export const bedrock: Wire = {
  contentType: 'application/vnd.amazon.eventstream',
  matches: ({ pathname }) => /\/(converse|converse-stream)$/.test(pathname),
  tool: (body) => nameAt(body, 'toolConfig', 'tools', 0, 'toolSpec', 'name'),
  streams: ({ pathname }) => pathname.endsWith('/converse-stream'),
  whole: (said) => ({
    output: {
      message: {
        role: 'assistant',
        content: [
          ...(said.text === undefined ? [] : [{ text: said.text }]),
          ...said.calls.map(({ id, name, arguments: args }) => ({
            toolUse: { toolUseId: id, name, input: parsed(args) },
          })),
        ],
      },
    },
    stopReason: bedrockStop(said),
    usage: bedrockUsage(said),
    metrics: { latencyMs: 1 },
  }),
  frames(said) {
    const out: Uint8Array[] = []
    const event = (type: string, payload: Body) => out.push(awsFrame(type, payload))
    event('messageStart', { role: 'assistant' })
    let contentBlockIndex = 0
    if (said.text !== undefined) {
      for (const text of pieces(said.text, said.piece))
        event('contentBlockDelta', { contentBlockIndex, delta: { text } })
      event('contentBlockStop', { contentBlockIndex: contentBlockIndex++ })
    }
    for (const { id, name, arguments: args } of said.calls) {
      event('contentBlockStart', { contentBlockIndex, start: { toolUse: { toolUseId: id, name } } })
      for (const input of pieces(args, said.piece))
        event('contentBlockDelta', { contentBlockIndex, delta: { toolUse: { input } } })
      event('contentBlockStop', { contentBlockIndex: contentBlockIndex++ })
    }
    event('messageStop', { stopReason: bedrockStop(said) })
    event('metadata', { usage: bedrockUsage(said), metrics: { latencyMs: 1 } })
    return out
  },
}

/** One message of the AWS event stream: lengths, checksum, headers, payload, checksum. */
function awsFrame(type: string, payload: unknown): Uint8Array {
  const text = new TextEncoder()
  const body = text.encode(JSON.stringify(payload))
  const headers = Object.entries({
    ':event-type': type,
    ':content-type': 'application/json',
    ':message-type': 'event',
  }).flatMap(([name, value]) => [
    name.length,
    ...text.encode(name),
    7,
    value.length >> 8,
    value.length & 255,
    ...text.encode(value),
  ])
  const frame = new Uint8Array(16 + headers.length + body.length)
  const view = new DataView(frame.buffer)
  view.setUint32(0, frame.length)
  view.setUint32(4, headers.length)
  view.setUint32(8, crc32(frame.subarray(0, 8)))
  frame.set(headers, 12)
  frame.set(body, 12 + headers.length)
  view.setUint32(frame.length - 4, crc32(frame.subarray(0, frame.length - 4)))
  return frame
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

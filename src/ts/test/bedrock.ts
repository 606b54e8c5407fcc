/** Bedrock's Converse, whose stream is binary. */
import { type Answer, type Body, nameAt, parsed, pieces, type Wire } from './wire-format.js'

const bedrockStop = ({ finish, calls }: Answer) =>
  finish === 'length'
    ? 'max_tokens'
    : finish === 'filter'
      ? 'content_filtered'
      : calls.length
        ? 'tool_use'
        : 'end_turn'
const bedrockUsage = ({ input, output }: Answer) => ({
  inputTokens: input,
  outputTokens: output,
  totalTokens: input + output,
})

export const bedrock: Wire = {
  contentType: 'application/vnd.amazon.eventstream',
  matches: ({ pathname }) => /\/(converse|converse-stream)$/.test(pathname),
  tool: (body) => nameAt(body, 'toolConfig', 'tools', 0, 'toolSpec', 'name'),
  streams: ({ pathname }) => pathname.endsWith('/converse-stream'),
  whole: (answer) => ({
    output: {
      message: {
        role: 'assistant',
        content: [
          ...(answer.text === undefined ? [] : [{ text: answer.text }]),
          ...answer.calls.map(({ id, name, arguments: args }) => ({
            toolUse: { toolUseId: id, name, input: parsed(args) },
          })),
        ],
      },
    },
    stopReason: bedrockStop(answer),
    usage: bedrockUsage(answer),
    metrics: { latencyMs: 1 },
  }),
  frames(answer) {
    const out: Uint8Array[] = []
    const event = (type: string, payload: Body) => out.push(awsFrame(type, payload))
    event('messageStart', { role: 'assistant' })
    let contentBlockIndex = 0
    if (answer.text !== undefined) {
      for (const text of pieces(answer.text, answer.piece))
        event('contentBlockDelta', { contentBlockIndex, delta: { text } })
      event('contentBlockStop', { contentBlockIndex: contentBlockIndex++ })
    }
    for (const { id, name, arguments: args } of answer.calls) {
      event('contentBlockStart', { contentBlockIndex, start: { toolUse: { toolUseId: id, name } } })
      for (const input of pieces(args, answer.piece))
        event('contentBlockDelta', { contentBlockIndex, delta: { toolUse: { input } } })
      event('contentBlockStop', { contentBlockIndex: contentBlockIndex++ })
    }
    event('messageStop', { stopReason: bedrockStop(answer) })
    event('metadata', { usage: bedrockUsage(answer), metrics: { latencyMs: 1 } })
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

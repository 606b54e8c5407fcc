/**
 * How each wire API writes an answer, whole and streamed: the scripted fetch of `instructor-wasm/test` speaks them
 * all. Written from the vendors' documentation, apart from the decoders, so that a mistake there is not repeated here.
 */

/** What the model shall say, in neutral words. */
export interface Said {
  readonly text: string | undefined
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[]
  readonly refusal: string | undefined
  readonly finish: 'stop' | 'length' | 'filter'
  readonly input: number
  readonly output: number
  readonly model: string
  /** How many characters one event carries. */
  readonly piece: number
}

export type Body = Record<string, unknown>

export interface Wire {
  readonly contentType: string
  matches(url: URL): boolean
  /** The name of the tool that was asked for. */
  tool(body: Body): string | undefined
  streams(url: URL, body: Body): boolean
  whole(said: Said): unknown
  /** The stream's frames, as they go over the network. */
  frames(said: Said): (string | Uint8Array)[]
}

const at = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (inner as Record<string | number, unknown> | undefined | null)?.[key],
    value,
  )
const nameAt = (value: unknown, ...path: (string | number)[]): string | undefined => {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : undefined
}

const pieces = (text: string, size: number): string[] => {
  const out: string[] = []
  for (let i = 0; i < text.length; i += size) out.push(text.slice(i, i + size))
  return out
}

const sse = (data: unknown, event?: string) =>
  `${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(data)}\n\n`
const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return {}
  }
}

const openaiChat: Wire = {
  contentType: 'text/event-stream',
  matches: ({ pathname }) => /\/chat\/completions$|\/v1\/chat$/.test(pathname),
  tool: (body) => nameAt(body, 'tools', 0, 'function', 'name'),
  streams: (_, body) => body.stream === true,
  whole: (said) => ({
    id: 'chatcmpl-test',
    object: 'chat.completion',
    created: 0,
    model: said.model,
    choices: [
      {
        index: 0,
        finish_reason: chatFinish(said),
        message: {
          role: 'assistant',
          content: said.text ?? null,
          ...(said.refusal ? { refusal: said.refusal } : {}),
          ...(said.calls.length
            ? {
                tool_calls: said.calls.map(({ id, name, arguments: args }) => ({
                  id,
                  type: 'function',
                  function: { name, arguments: args },
                })),
              }
            : {}),
        },
      },
    ],
    usage: chatUsage(said),
  }),
  frames(said) {
    const chunk = (delta: unknown, finish: string | null = null) =>
      sse({
        id: 'chatcmpl-test',
        object: 'chat.completion.chunk',
        created: 0,
        model: said.model,
        choices: [{ index: 0, delta, finish_reason: finish }],
      })
    const out = [chunk({ role: 'assistant', content: said.text === undefined ? null : '' })]
    for (const text of pieces(said.text ?? '', said.piece)) out.push(chunk({ content: text }))
    if (said.refusal) out.push(chunk({ refusal: said.refusal }))
    for (const [index, { id, name, arguments: args }] of said.calls.entries()) {
      out.push(chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }))
      for (const text of pieces(args, said.piece))
        out.push(chunk({ tool_calls: [{ index, function: { arguments: text } }] }))
    }
    out.push(chunk({}, chatFinish(said)))
    out.push(
      sse({
        id: 'chatcmpl-test',
        object: 'chat.completion.chunk',
        created: 0,
        model: said.model,
        choices: [],
        usage: chatUsage(said),
      }),
    )
    out.push('data: [DONE]\n\n')
    return out
  },
}

const chatFinish = ({ finish, calls }: Said) =>
  finish === 'length'
    ? 'length'
    : finish === 'filter'
      ? 'content_filter'
      : calls.length
        ? 'tool_calls'
        : 'stop'
const chatUsage = ({ input, output }: Said) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
})

const openaiResponses: Wire = {
  contentType: 'text/event-stream',
  matches: ({ pathname }) => pathname.endsWith('/responses'),
  tool: (body) =>
    nameAt(
      (body.tools as Body[] | undefined)?.find(({ type }) => type === 'function'),
      'name',
    ),
  streams: (_, body) => body.stream === true,
  whole: (said) => responsesBody(said),
  frames(said) {
    const out: string[] = []
    const event = (type: string, more: Body) =>
      out.push(sse({ type, sequence_number: out.length, ...more }, type))
    event('response.created', { response: { id: 'resp_test', status: 'in_progress', output: [] } })
    const output = responsesBody(said).output as Body[]
    for (const [index, item] of output.entries()) {
      const about = { output_index: index, item_id: item.id }
      if (item.type === 'function_call') {
        event('response.output_item.added', { output_index: index, item: { ...item, arguments: '' } })
        for (const delta of pieces(String(item.arguments), said.piece))
          event('response.function_call_arguments.delta', { ...about, delta })
        event('response.function_call_arguments.done', { ...about, arguments: item.arguments })
      } else {
        event('response.output_item.added', { output_index: index, item: { ...item, content: [] } })
        for (const delta of pieces(said.text ?? '', said.piece))
          event('response.output_text.delta', { ...about, content_index: 0, delta })
        if (said.refusal) event('response.refusal.delta', { ...about, content_index: 0, delta: said.refusal })
      }
      event('response.output_item.done', { output_index: index, item })
    }
    const response = responsesBody(said)
    event(response.status === 'incomplete' ? 'response.incomplete' : 'response.completed', { response })
    return out
  },
}

function responsesBody(said: Said): Body {
  const output: Body[] = said.calls.map(({ id, name, arguments: args }) => ({
    type: 'function_call',
    id: `fc_${id}`,
    call_id: id,
    name,
    arguments: args,
    status: 'completed',
  }))
  if (said.text !== undefined || said.refusal)
    output.push({
      type: 'message',
      id: 'msg_test',
      role: 'assistant',
      status: 'completed',
      content: said.refusal
        ? [{ type: 'refusal', refusal: said.refusal }]
        : [{ type: 'output_text', text: said.text, annotations: [] }],
    })
  const why = said.finish === 'length' ? 'max_output_tokens' : 'content_filter'
  return {
    id: 'resp_test',
    object: 'response',
    created_at: 0,
    model: said.model,
    status: said.finish === 'stop' ? 'completed' : 'incomplete',
    incomplete_details: said.finish === 'stop' ? null : { reason: why },
    error: null,
    output,
    usage: {
      input_tokens: said.input,
      output_tokens: said.output,
      total_tokens: said.input + said.output,
    },
  }
}

const anthropicStop = ({ finish, calls, refusal }: Said) =>
  refusal || finish === 'filter'
    ? 'refusal'
    : finish === 'length'
      ? 'max_tokens'
      : calls.length
        ? 'tool_use'
        : 'end_turn'

const anthropic: Wire = {
  contentType: 'text/event-stream',
  matches: ({ pathname }) => /\/messages$|:(stream)?rawPredict$/i.test(pathname),
  tool: (body) => nameAt(body, 'tools', 0, 'name'),
  streams: ({ pathname }, body) => body.stream === true || /:streamRawPredict$/.test(pathname),
  whole: (said) => ({
    id: 'msg_test',
    type: 'message',
    role: 'assistant',
    model: said.model,
    content: anthropicContent(said).map(({ json: _, ...block }) => block),
    stop_reason: anthropicStop(said),
    stop_sequence: null,
    usage: { input_tokens: said.input, output_tokens: said.output },
  }),
  frames(said) {
    const out: string[] = []
    const event = (type: string, more: Body) => out.push(sse({ type, ...more }, type))
    event('message_start', {
      message: {
        id: 'msg_test',
        type: 'message',
        role: 'assistant',
        model: said.model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: said.input, output_tokens: 0 },
      },
    })
    for (const [index, { json, ...block }] of anthropicContent(said).entries()) {
      const tool = block.type === 'tool_use'
      event('content_block_start', {
        index,
        content_block: tool ? { ...block, input: {} } : { ...block, text: '' },
      })
      for (const piece of pieces(String(tool ? json : block.text), said.piece))
        event('content_block_delta', {
          index,
          delta: tool
            ? { type: 'input_json_delta', partial_json: piece }
            : { type: 'text_delta', text: piece },
        })
      event('content_block_stop', { index })
    }
    event('message_delta', {
      delta: { stop_reason: anthropicStop(said), stop_sequence: null },
      usage: { output_tokens: said.output },
    })
    event('message_stop', {})
    return out
  },
}

function anthropicContent(said: Said): Body[] {
  const blocks: Body[] = []
  const text = said.text ?? said.refusal
  if (text !== undefined) blocks.push({ type: 'text', text })
  for (const { id, name, arguments: json } of said.calls)
    blocks.push({ type: 'tool_use', id, name, input: parsed(json), json })
  return blocks
}

const geminiFinish = ({ finish, refusal }: Said) =>
  refusal || finish === 'filter' ? 'SAFETY' : finish === 'length' ? 'MAX_TOKENS' : 'STOP'

const gemini: Wire = {
  contentType: 'text/event-stream',
  matches: ({ pathname }) => /:(streamGenerateContent|generateContent)$/.test(pathname),
  tool: (body) => nameAt(body, 'tools', 0, 'functionDeclarations', 0, 'name'),
  streams: ({ pathname }) => pathname.endsWith(':streamGenerateContent'),
  whole: (said) => geminiBody(said, geminiParts(said), true),
  frames(said) {
    const out = pieces(said.text ?? '', said.piece).map((text) => sse(geminiBody(said, [{ text }], false)))
    out.push(sse(geminiBody(said, geminiParts({ ...said, text: undefined }), true)))
    return out
  },
}

const geminiParts = (said: Said): Body[] => [
  ...(said.text === undefined ? [] : [{ text: said.text }]),
  ...said.calls.map(({ name, arguments: args }) => ({ functionCall: { name, args: parsed(args) } })),
]

const geminiBody = (said: Said, parts: Body[], last: boolean) => ({
  candidates: [
    {
      index: 0,
      content: { role: 'model', parts },
      ...(last ? { finishReason: geminiFinish(said) } : {}),
    },
  ],
  usageMetadata: {
    promptTokenCount: said.input,
    candidatesTokenCount: said.output,
    totalTokenCount: said.input + said.output,
  },
  modelVersion: said.model,
})

const cohereFinish = ({ finish, calls }: Said) =>
  finish === 'length' ? 'MAX_TOKENS' : finish === 'filter' ? 'ERROR' : calls.length ? 'TOOL_CALL' : 'COMPLETE'
const cohereUsage = ({ input, output }: Said) => ({
  billed_units: { input_tokens: input, output_tokens: output },
  tokens: { input_tokens: input, output_tokens: output },
})

const cohere: Wire = {
  contentType: 'text/event-stream',
  matches: ({ pathname }) => pathname.endsWith('/v2/chat'),
  tool: (body) => nameAt(body, 'tools', 0, 'function', 'name'),
  streams: (_, body) => body.stream === true,
  whole: (said) => ({
    id: 'test',
    message: {
      role: 'assistant',
      ...(said.text === undefined ? {} : { content: [{ type: 'text', text: said.text }] }),
      ...(said.calls.length
        ? {
            tool_calls: said.calls.map(({ id, name, arguments: args }) => ({
              id,
              type: 'function',
              function: { name, arguments: args },
            })),
          }
        : {}),
    },
    finish_reason: cohereFinish(said),
    usage: cohereUsage(said),
  }),
  frames(said) {
    const out: string[] = []
    const event = (type: string, more: Body) => out.push(sse({ type, ...more }, type))
    event('message-start', { id: 'test', delta: { message: { role: 'assistant', content: [] } } })
    if (said.text !== undefined) {
      event('content-start', { index: 0, delta: { message: { content: { type: 'text', text: '' } } } })
      for (const text of pieces(said.text, said.piece))
        event('content-delta', { index: 0, delta: { message: { content: { text } } } })
      event('content-end', { index: 0 })
    }
    for (const [index, { id, name, arguments: args }] of said.calls.entries()) {
      const call = { id, type: 'function', function: { name, arguments: '' } }
      event('tool-call-start', { index, delta: { message: { tool_calls: call } } })
      for (const text of pieces(args, said.piece))
        event('tool-call-delta', {
          index,
          delta: { message: { tool_calls: { function: { arguments: text } } } },
        })
      event('tool-call-end', { index })
    }
    event('message-end', { delta: { finish_reason: cohereFinish(said), usage: cohereUsage(said) } })
    return out
  },
}

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

const bedrock: Wire = {
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

const ollama: Wire = {
  contentType: 'application/x-ndjson',
  matches: ({ pathname }) => pathname.endsWith('/api/chat'),
  tool: (body) => nameAt(body, 'tools', 0, 'function', 'name'),
  streams: (_, body) => body.stream !== false,
  whole: (said) => ollamaLine(said, said.text ?? '', ollamaCalls(said), true),
  frames(said) {
    const line = (value: unknown) => `${JSON.stringify(value)}\n`
    const out = pieces(said.text ?? '', said.piece).map((text) =>
      line(ollamaLine(said, text, undefined, false)),
    )
    const calls = ollamaCalls(said)
    if (calls) out.push(line(ollamaLine(said, '', calls, false)))
    out.push(line(ollamaLine(said, '', undefined, true)))
    return out
  },
}

const ollamaCalls = (said: Said) =>
  said.calls.length
    ? said.calls.map(({ name, arguments: args }) => ({ function: { name, arguments: parsed(args) } }))
    : undefined

const ollamaLine = (said: Said, content: string, calls: unknown, done: boolean) => ({
  model: said.model,
  created_at: '2026-01-01T00:00:00Z',
  message: { role: 'assistant', content, ...(calls ? { tool_calls: calls } : {}) },
  done,
  ...(done
    ? {
        done_reason: said.finish === 'length' ? 'length' : 'stop',
        prompt_eval_count: said.input,
        eval_count: said.output,
      }
    : {}),
})

/** By the request's address; the more telling ones first. */
export const WIRES: readonly Wire[] = [
  cohere,
  ollama,
  bedrock,
  gemini,
  openaiResponses,
  anthropic,
  openaiChat,
]

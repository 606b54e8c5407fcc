/** Anthropic, Gemini, Cohere and Ollama's native API. */
import { type Body, nameAt, parsed, pieces, type Said, sse, type Wire } from './said.js'

const anthropicStop = ({ finish, calls, refusal }: Said) =>
  refusal || finish === 'filter'
    ? 'refusal'
    : finish === 'length'
      ? 'max_tokens'
      : calls.length
        ? 'tool_use'
        : 'end_turn'

export const anthropic: Wire = {
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

export const gemini: Wire = {
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

export const cohere: Wire = {
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

export const ollama: Wire = {
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

/** Anthropic, Gemini, Cohere and Ollama's native API. */
import { type Answer, type Body, nameAt, parsed, pieces, sse, type Wire } from './wire-format.js'

const anthropicStop = ({ finish, calls, refusal }: Answer) =>
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
  whole: (answer) => ({
    id: 'msg_test',
    type: 'message',
    role: 'assistant',
    model: answer.model,
    content: anthropicContent(answer).map(({ json: _, ...block }) => block),
    stop_reason: anthropicStop(answer),
    stop_sequence: null,
    usage: { input_tokens: answer.input, output_tokens: answer.output },
  }),
  frames(answer) {
    const out: string[] = []
    const event = (type: string, more: Body) => out.push(sse({ type, ...more }, type))
    event('message_start', {
      message: {
        id: 'msg_test',
        type: 'message',
        role: 'assistant',
        model: answer.model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: answer.input, output_tokens: 0 },
      },
    })
    for (const [index, { json, ...block }] of anthropicContent(answer).entries()) {
      const tool = block.type === 'tool_use'
      event('content_block_start', {
        index,
        content_block: tool ? { ...block, input: {} } : { ...block, text: '' },
      })
      for (const piece of pieces(String(tool ? json : block.text), answer.piece))
        event('content_block_delta', {
          index,
          delta: tool
            ? { type: 'input_json_delta', partial_json: piece }
            : { type: 'text_delta', text: piece },
        })
      event('content_block_stop', { index })
    }
    event('message_delta', {
      delta: { stop_reason: anthropicStop(answer), stop_sequence: null },
      usage: { output_tokens: answer.output },
    })
    event('message_stop', {})
    return out
  },
}

function anthropicContent(answer: Answer): Body[] {
  const blocks: Body[] = []
  const text = answer.text ?? answer.refusal
  if (text !== undefined) blocks.push({ type: 'text', text })
  for (const { id, name, arguments: json } of answer.calls)
    blocks.push({ type: 'tool_use', id, name, input: parsed(json), json })
  return blocks
}

const geminiFinish = ({ finish, refusal }: Answer) =>
  refusal || finish === 'filter' ? 'SAFETY' : finish === 'length' ? 'MAX_TOKENS' : 'STOP'

export const gemini: Wire = {
  contentType: 'text/event-stream',
  matches: ({ pathname }) => /:(streamGenerateContent|generateContent)$/.test(pathname),
  tool: (body) => nameAt(body, 'tools', 0, 'functionDeclarations', 0, 'name'),
  streams: ({ pathname }) => pathname.endsWith(':streamGenerateContent'),
  whole: (answer) => geminiBody(answer, geminiParts(answer), true),
  frames(answer) {
    const out = pieces(answer.text ?? '', answer.piece).map((text) =>
      sse(geminiBody(answer, [{ text }], false)),
    )
    out.push(sse(geminiBody(answer, geminiParts({ ...answer, text: undefined }), true)))
    return out
  },
}

const geminiParts = (answer: Answer): Body[] => [
  ...(answer.text === undefined ? [] : [{ text: answer.text }]),
  ...answer.calls.map(({ name, arguments: args }) => ({ functionCall: { name, args: parsed(args) } })),
]

const geminiBody = (answer: Answer, parts: Body[], last: boolean) => ({
  candidates: [
    {
      index: 0,
      content: { role: 'model', parts },
      ...(last ? { finishReason: geminiFinish(answer) } : {}),
    },
  ],
  usageMetadata: {
    promptTokenCount: answer.input,
    candidatesTokenCount: answer.output,
    totalTokenCount: answer.input + answer.output,
  },
  modelVersion: answer.model,
})

const cohereFinish = ({ finish, calls }: Answer) =>
  finish === 'length' ? 'MAX_TOKENS' : finish === 'filter' ? 'ERROR' : calls.length ? 'TOOL_CALL' : 'COMPLETE'
const cohereUsage = ({ input, output }: Answer) => ({
  billed_units: { input_tokens: input, output_tokens: output },
  tokens: { input_tokens: input, output_tokens: output },
})

export const cohere: Wire = {
  contentType: 'text/event-stream',
  matches: ({ pathname }) => pathname.endsWith('/v2/chat'),
  tool: (body) => nameAt(body, 'tools', 0, 'function', 'name'),
  streams: (_, body) => body.stream === true,
  whole: (answer) => ({
    id: 'test',
    message: {
      role: 'assistant',
      ...(answer.text === undefined ? {} : { content: [{ type: 'text', text: answer.text }] }),
      ...(answer.calls.length
        ? {
            tool_calls: answer.calls.map(({ id, name, arguments: args }) => ({
              id,
              type: 'function',
              function: { name, arguments: args },
            })),
          }
        : {}),
    },
    finish_reason: cohereFinish(answer),
    usage: cohereUsage(answer),
  }),
  frames(answer) {
    const out: string[] = []
    const event = (type: string, more: Body) => out.push(sse({ type, ...more }, type))
    event('message-start', { id: 'test', delta: { message: { role: 'assistant', content: [] } } })
    if (answer.text !== undefined) {
      event('content-start', { index: 0, delta: { message: { content: { type: 'text', text: '' } } } })
      for (const text of pieces(answer.text, answer.piece))
        event('content-delta', { index: 0, delta: { message: { content: { text } } } })
      event('content-end', { index: 0 })
    }
    for (const [index, { id, name, arguments: args }] of answer.calls.entries()) {
      const call = { id, type: 'function', function: { name, arguments: '' } }
      event('tool-call-start', { index, delta: { message: { tool_calls: call } } })
      for (const text of pieces(args, answer.piece))
        event('tool-call-delta', {
          index,
          delta: { message: { tool_calls: { function: { arguments: text } } } },
        })
      event('tool-call-end', { index })
    }
    event('message-end', { delta: { finish_reason: cohereFinish(answer), usage: cohereUsage(answer) } })
    return out
  },
}

export const ollama: Wire = {
  contentType: 'application/x-ndjson',
  matches: ({ pathname }) => pathname.endsWith('/api/chat'),
  tool: (body) => nameAt(body, 'tools', 0, 'function', 'name'),
  streams: (_, body) => body.stream !== false,
  whole: (answer) => ollamaLine(answer, answer.text ?? '', ollamaCalls(answer), true),
  frames(answer) {
    const line = (value: unknown) => `${JSON.stringify(value)}\n`
    const out = pieces(answer.text ?? '', answer.piece).map((text) =>
      line(ollamaLine(answer, text, undefined, false)),
    )
    const calls = ollamaCalls(answer)
    if (calls) out.push(line(ollamaLine(answer, '', calls, false)))
    out.push(line(ollamaLine(answer, '', undefined, true)))
    return out
  },
}

const ollamaCalls = (answer: Answer) =>
  answer.calls.length
    ? answer.calls.map(({ name, arguments: args }) => ({ function: { name, arguments: parsed(args) } }))
    : undefined

const ollamaLine = (answer: Answer, content: string, calls: unknown, done: boolean) => ({
  model: answer.model,
  created_at: '2026-01-01T00:00:00Z',
  message: { role: 'assistant', content, ...(calls ? { tool_calls: calls } : {}) },
  done,
  ...(done
    ? {
        done_reason: answer.finish === 'length' ? 'length' : 'stop',
        prompt_eval_count: answer.input,
        eval_count: answer.output,
      }
    : {}),
})

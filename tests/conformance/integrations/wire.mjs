// Answers in the formats of the APIs, written from the vendors' references (docs/internals/wire-formats.md) and not with
// `instructor-wasm/test`, so that a mistake of the package about a format is not repeated here.

import { recorded } from '../recorded.mjs'

/** The answer of a row: `call` (`{ name, arguments }`) or `text`, with `reasoning` and a `model`. */
const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }
const pieces = (text) => text.match(/.{1,12}/gs) ?? []
const sse = (data, event) => `${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(data)}\n\n`

/** OpenAI's chat completions, and those of compatible hosts. */
const chat = {
  whole: ({ calls = [], text = null, reasoning }) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text,
          ...(reasoning ? { reasoning_content: reasoning } : {}),
          ...(calls.length
            ? {
                tool_calls: calls.map(({ name, arguments: args }, at) => ({
                  id: `call_${at}`,
                  type: 'function',
                  function: { name, arguments: JSON.stringify(args) },
                })),
              }
            : {}),
        },
        finish_reason: calls.length ? 'tool_calls' : 'stop',
      },
    ],
    usage,
  }),
  frames({ calls = [], text = '' }) {
    const chunk = (delta, finish_reason = null) =>
      sse({
        id: 'chatcmpl-1',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'm',
        choices: [{ index: 0, delta, finish_reason }],
      })
    return [
      chunk({ role: 'assistant', content: calls.length ? null : '' }),
      ...pieces(text).map((content) => chunk({ content })),
      ...calls.flatMap(({ name, arguments: args }, index) => [
        chunk({
          tool_calls: [{ index, id: `call_${index}`, type: 'function', function: { name, arguments: '' } }],
        }),
        ...pieces(JSON.stringify(args)).map((piece) =>
          chunk({ tool_calls: [{ index, function: { arguments: piece } }] }),
        ),
      ]),
      chunk({}, calls.length ? 'tool_calls' : 'stop'),
      'data: [DONE]\n\n',
    ]
  },
}

/** OpenAI's Responses. */
const responses = {
  whole({ calls = [], text, others = [] }) {
    const output = [
      ...others,
      ...calls.map(({ name, arguments: args }, at) => ({
        type: 'function_call',
        id: `fc_${at}`,
        call_id: `call_${at}`,
        name,
        arguments: JSON.stringify(args),
        status: 'completed',
      })),
    ]
    if (text !== undefined)
      output.push({
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text, annotations: [] }],
      })
    return {
      id: 'resp_1',
      object: 'response',
      created_at: 1,
      model: 'm',
      status: 'completed',
      output,
      usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
    }
  },
  frames(answer) {
    let sequence_number = 0
    const event = (type, more) => sse({ type, sequence_number: sequence_number++, ...more }, type)
    const response = responses.whole(answer)
    return [
      event('response.created', { response: { ...response, status: 'in_progress', output: [] } }),
      ...response.output.flatMap((item, output_index) => [
        event('response.output_item.added', { output_index, item: { ...item, arguments: '' } }),
        ...pieces(item.arguments).map((delta) =>
          event('response.function_call_arguments.delta', { output_index, item_id: item.id, delta }),
        ),
        event('response.output_item.done', { output_index, item }),
      ]),
      event('response.completed', { response }),
    ]
  },
}

/** Anthropic's Messages. */
const anthropic = {
  whole: ({ calls = [], text, reasoning }) => ({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [
      ...(reasoning ? [{ type: 'thinking', thinking: reasoning, signature: 'c2ln' }] : []),
      ...(text === undefined ? [] : [{ type: 'text', text }]),
      ...calls.map(({ name, arguments: input }, at) => ({
        type: 'tool_use',
        id: `toolu_${at}`,
        name,
        input,
      })),
    ],
    stop_reason: calls.length ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 5, cache_creation_input_tokens: 7, cache_read_input_tokens: 0 },
  }),
  frames({ calls = [] }) {
    const event = (type, more = {}) => sse({ type, ...more }, type)
    const message = { ...anthropic.whole({}), stop_reason: null }
    return [
      event('message_start', { message }),
      ...calls.flatMap(({ name, arguments: args }, index) => [
        event('content_block_start', {
          index,
          content_block: { type: 'tool_use', id: `toolu_${index}`, name, input: {} },
        }),
        ...pieces(JSON.stringify(args)).map((partial_json) =>
          event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json } }),
        ),
        event('content_block_stop', { index }),
      ]),
      event('message_delta', {
        delta: { stop_reason: 'tool_use', stop_sequence: null },
        usage: { output_tokens: 5 },
      }),
      event('message_stop'),
    ]
  },
}

const candidate = (parts, more = {}) => ({
  candidates: [{ index: 0, content: { role: 'model', parts }, ...more }],
  usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
  modelVersion: 'm',
})

/** Gemini's generateContent, also of Vertex AI. */
const gemini = {
  whole: ({ calls = [], text }) =>
    candidate(
      [
        ...(text === undefined ? [] : [{ text }]),
        ...calls.map(({ name, arguments: args }) => ({ functionCall: { name, args } })),
      ],
      { finishReason: 'STOP' },
    ),
  frames: ({ calls = [], text = '' }) => [
    ...pieces(text).map((piece) => sse(candidate([{ text: piece }]))),
    sse(
      candidate(
        calls.map(({ name, arguments: args }) => ({ functionCall: { name, args } })),
        { finishReason: 'STOP' },
      ),
    ),
  ],
}

/** Cohere's v2 chat. */
const cohere = {
  whole: ({ calls = [], text }) => ({
    id: 'c1',
    message: {
      role: 'assistant',
      ...(text === undefined ? {} : { content: [{ type: 'text', text }] }),
      ...(calls.length
        ? {
            tool_calls: calls.map(({ name, arguments: args }, at) => ({
              id: `${name}_${at}`,
              type: 'function',
              function: { name, arguments: JSON.stringify(args) },
            })),
          }
        : {}),
    },
    finish_reason: calls.length ? 'TOOL_CALL' : 'COMPLETE',
    usage: {
      billed_units: { input_tokens: 10, output_tokens: 5 },
      tokens: { input_tokens: 10, output_tokens: 5 },
    },
  }),
  frames({ calls = [] }) {
    const event = (type, more) => sse({ type, ...more }, type)
    return [
      event('message-start', { id: 'c1', delta: { message: { role: 'assistant', content: [] } } }),
      ...calls.flatMap(({ name, arguments: args }, index) => [
        event('tool-call-start', {
          index,
          delta: {
            message: {
              tool_calls: { id: `${name}_${index}`, type: 'function', function: { name, arguments: '' } },
            },
          },
        }),
        ...pieces(JSON.stringify(args)).map((piece) =>
          event('tool-call-delta', {
            index,
            delta: { message: { tool_calls: { function: { arguments: piece } } } },
          }),
        ),
        event('tool-call-end', { index }),
      ]),
      event('message-end', {
        delta: { finish_reason: 'TOOL_CALL', usage: { tokens: { input_tokens: 10, output_tokens: 5 } } },
      }),
    ]
  },
}

/** Converse of AWS Bedrock. Its stream is binary, and no page has an example of it. */
const bedrock = {
  whole: ({ calls = [], text }) => ({
    output: {
      message: {
        role: 'assistant',
        content: [
          ...(text === undefined ? [] : [{ text }]),
          ...calls.map(({ name, arguments: input }, at) => ({
            toolUse: { toolUseId: `tooluse_${at}`, name, input },
          })),
        ],
      },
    },
    stopReason: calls.length ? 'tool_use' : 'end_turn',
    usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
    metrics: { latencyMs: 1 },
  }),
}

export const WIRES = { chat, responses, anthropic, gemini, cohere, bedrock }

/** A fetch with the row's answers in the format, and the requests that it got. */
export const server = (wire, answers) =>
  recorded(answers, (answer, { url, body }) => {
    if (!body.stream && !/:streamGenerateContent/.test(url)) return Response.json(WIRES[wire].whole(answer))
    return new Response(WIRES[wire].frames(answer).join(''), {
      headers: { 'content-type': 'text/event-stream' },
    })
  })

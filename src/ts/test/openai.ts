/** OpenAI: chat completions, which many providers implement, and Responses. */
import { type Answer, type Body, nameAt, pieces, sse, type Wire } from './wire-format.js'

export const openaiChat: Wire = {
  contentType: 'text/event-stream',
  matches: ({ pathname }) => /\/chat\/completions$|\/v1\/chat$/.test(pathname),
  tool: (body) => nameAt(body, 'tools', 0, 'function', 'name'),
  streams: (_, body) => body.stream === true,
  whole: (answer) => ({
    id: 'chatcmpl-test',
    object: 'chat.completion',
    created: 0,
    model: answer.model,
    choices: [
      {
        index: 0,
        finish_reason: chatFinish(answer),
        message: {
          role: 'assistant',
          content: answer.text ?? null,
          ...(answer.refusal ? { refusal: answer.refusal } : {}),
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
      },
    ],
    usage: chatUsage(answer),
  }),
  frames(answer) {
    const chunk = (delta: unknown, finish: string | null = null) =>
      sse({
        id: 'chatcmpl-test',
        object: 'chat.completion.chunk',
        created: 0,
        model: answer.model,
        choices: [{ index: 0, delta, finish_reason: finish }],
      })
    const out = [chunk({ role: 'assistant', content: answer.text === undefined ? null : '' })]
    for (const text of pieces(answer.text ?? '', answer.piece)) out.push(chunk({ content: text }))
    if (answer.refusal) out.push(chunk({ refusal: answer.refusal }))
    for (const [index, { id, name, arguments: args }] of answer.calls.entries()) {
      out.push(chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }))
      for (const text of pieces(args, answer.piece))
        out.push(chunk({ tool_calls: [{ index, function: { arguments: text } }] }))
    }
    out.push(chunk({}, chatFinish(answer)))
    out.push(
      sse({
        id: 'chatcmpl-test',
        object: 'chat.completion.chunk',
        created: 0,
        model: answer.model,
        choices: [],
        usage: chatUsage(answer),
      }),
    )
    out.push('data: [DONE]\n\n')
    return out
  },
}

const chatFinish = ({ finish, calls }: Answer) =>
  finish === 'length'
    ? 'length'
    : finish === 'filter'
      ? 'content_filter'
      : calls.length
        ? 'tool_calls'
        : 'stop'
const chatUsage = ({ input, output }: Answer) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
})

export const openaiResponses: Wire = {
  contentType: 'text/event-stream',
  matches: ({ pathname }) => pathname.endsWith('/responses'),
  tool: (body) =>
    nameAt(
      (body.tools as Body[] | undefined)?.find(({ type }) => type === 'function'),
      'name',
    ),
  streams: (_, body) => body.stream === true,
  whole: (answer) => responsesBody(answer),
  frames(answer) {
    const out: string[] = []
    const event = (type: string, more: Body) =>
      out.push(sse({ type, sequence_number: out.length, ...more }, type))
    const response = responsesBody(answer)
    const output = response.output as Body[]
    event('response.created', { response: { ...response, status: 'in_progress', output: [], usage: null } })
    for (const [index, item] of output.entries()) {
      const about = { output_index: index, item_id: item.id }
      if (item.type === 'function_call') {
        event('response.output_item.added', { output_index: index, item: { ...item, arguments: '' } })
        for (const delta of pieces(String(item.arguments), answer.piece))
          event('response.function_call_arguments.delta', { ...about, delta })
        event('response.function_call_arguments.done', { ...about, arguments: item.arguments })
      } else {
        event('response.output_item.added', { output_index: index, item: { ...item, content: [] } })
        for (const delta of pieces(answer.text ?? '', answer.piece))
          event('response.output_text.delta', { ...about, content_index: 0, delta })
        if (answer.refusal)
          event('response.refusal.delta', { ...about, content_index: 0, delta: answer.refusal })
      }
      event('response.output_item.done', { output_index: index, item })
    }
    event(response.status === 'incomplete' ? 'response.incomplete' : 'response.completed', { response })
    return out
  },
}

function responsesBody(answer: Answer): Body {
  const output: Body[] = answer.calls.map(({ id, name, arguments: args }) => ({
    type: 'function_call',
    id: `fc_${id}`,
    call_id: id,
    name,
    arguments: args,
    status: 'completed',
  }))
  if (answer.text !== undefined || answer.refusal)
    output.push({
      type: 'message',
      id: 'msg_test',
      role: 'assistant',
      status: 'completed',
      content: answer.refusal
        ? [{ type: 'refusal', refusal: answer.refusal }]
        : [{ type: 'output_text', text: answer.text, annotations: [] }],
    })
  const why = answer.finish === 'length' ? 'max_output_tokens' : 'content_filter'
  return {
    id: 'resp_test',
    object: 'response',
    created_at: 0,
    model: answer.model,
    status: answer.finish === 'stop' ? 'completed' : 'incomplete',
    incomplete_details: answer.finish === 'stop' ? null : { reason: why },
    error: null,
    output,
    usage: {
      input_tokens: answer.input,
      output_tokens: answer.output,
      total_tokens: answer.input + answer.output,
    },
  }
}

/** OpenAI: chat completions, which many providers implement, and Responses. */
import { type Body, nameAt, pieces, type Said, sse, type Wire } from './said.js'

export const openaiChat: Wire = {
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

export const openaiResponses: Wire = {
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

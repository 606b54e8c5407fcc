/** Cloudflare's own form for `/ai/run/…`: an envelope around text and calls, events of text. */
import { type Answer, type Body, nameAt, parsed, pieces, sse, type Wire } from './wire-format.js'

const calls = (answer: Answer) =>
  answer.calls.length
    ? { tool_calls: answer.calls.map(({ name, arguments: args }) => ({ name, arguments: parsed(args) })) }
    : {}
const usage = ({ input, output }: Answer): Body => ({
  usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
})

export const workersAi: Wire = {
  contentType: 'text/event-stream',
  matches: ({ pathname }) => /\/ai\/run\/|\/workers-ai\//.test(pathname),
  tool: (body) => nameAt(body, 'tools', 0, 'function', 'name'),
  streams: (_, body) => body.stream === true,
  whole: (answer) => ({
    result: { response: answer.text ?? answer.refusal ?? null, ...calls(answer), ...usage(answer) },
    success: true,
    errors: [],
    messages: [],
  }),
  frames: (answer) => [
    ...pieces(answer.text ?? answer.refusal ?? '', answer.piece).map((response) =>
      sse({ response, p: 'ab' }),
    ),
    ...(answer.calls.length ? [sse({ response: '', ...calls(answer) })] : []),
    sse({ response: '', ...usage(answer) }),
    'data: [DONE]\n\n',
  ],
}

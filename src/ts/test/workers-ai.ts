/** Cloudflare's own form for `/ai/run/…`: an envelope around text and calls, events of text. */
import { type Body, nameAt, parsed, pieces, type Said, sse, type Wire } from './said.js'

const calls = (said: Said) =>
  said.calls.length
    ? { tool_calls: said.calls.map(({ name, arguments: args }) => ({ name, arguments: parsed(args) })) }
    : {}
const usage = ({ input, output }: Said): Body => ({
  usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
})

export const workersAi: Wire = {
  contentType: 'text/event-stream',
  matches: ({ pathname }) => /\/ai\/run\/|\/workers-ai\//.test(pathname),
  tool: (body) => nameAt(body, 'tools', 0, 'function', 'name'),
  streams: (_, body) => body.stream === true,
  whole: (said) => ({
    result: { response: said.text ?? said.refusal ?? null, ...calls(said), ...usage(said) },
    success: true,
    errors: [],
    messages: [],
  }),
  frames: (said) => [
    ...pieces(said.text ?? said.refusal ?? '', said.piece).map((response) => sse({ response, p: 'ab' })),
    ...(said.calls.length ? [sse({ response: '', ...calls(said) })] : []),
    sse({ response: '', ...usage(said) }),
    'data: [DONE]\n\n',
  ],
}

import { generateText, Output } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import * as z from 'zod'

const model = new MockLanguageModelV4({
  doGenerate: async () => ({
    content: [{ type: 'text', text: '{"name":"Jason"}' }],
    finishReason: { unified: 'stop', raw: 'stop' },
    usage: {
      inputTokens: { total: 10, noCache: 10, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total: 5, text: 5, reasoning: undefined },
    },
    warnings: [],
  }),
})
const schema = z.object({ name: z.string() })
const { output } = await generateText({ model, output: Output.object({ schema }), prompt: 'Who is it?' })
console.log(output.name)

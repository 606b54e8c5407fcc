// Vercel AI SDK: streamText with an object output, or streamObject where that is what it has.
import { createOpenAI } from '@ai-sdk/openai'
import * as ai from 'ai'

export const name = 'ai (Vercel AI SDK)'

export async function run({ respond, show, schema }) {
  const model = createOpenAI({ apiKey: 'key', fetch: async () => respond() }).chat('gpt-4o-mini')
  const common = { model, prompt: 'Extract.', maxRetries: 0, onError() {} }
  let last
  if (ai.Output?.object) {
    const result = ai.streamText({ ...common, output: ai.Output.object({ schema: ai.jsonSchema(schema) }) })
    for await (const partial of result.partialOutputStream) {
      last = partial
      show(partial)
    }
  } else {
    const result = ai.streamObject({ ...common, schema: ai.jsonSchema(schema) })
    for await (const partial of result.partialObjectStream) {
      last = partial
      show(partial)
    }
  }
  return last
}

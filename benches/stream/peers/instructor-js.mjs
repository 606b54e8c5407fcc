// instructor-js: create with stream, which parses into partial objects.
import Instructor from '@instructor-ai/instructor'
import OpenAI from 'openai'
import * as zod from 'zod'

export const name = 'instructor-js (@instructor-ai/instructor)'

const z = zod.z ?? zod
const MODELS = {
  records: () => z.object({ title: z.string(), summary: z.string(), items: z.array(z.any()) }),
  longstr: () => z.object({ text: z.string() }),
  wide: () => z.object({ items: z.array(z.number()) }),
  wideobj: () => z.record(z.string(), z.number()),
}

export async function run({ respond, show, shape }) {
  const oai = new OpenAI({ apiKey: 'key', fetch: async () => respond(), maxRetries: 0 })
  const client = Instructor.default
    ? Instructor.default({ client: oai, mode: 'JSON' })
    : Instructor({ client: oai, mode: 'JSON' })
  const stream = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Extract.' }],
    response_model: { schema: MODELS[shape](), name: 'Document' },
    stream: true,
  })
  let last
  for await (const partial of stream) {
    last = partial
    show(partial)
  }
  return last
}

/** `tools({ … })`: a list of calls that their tool tells apart. */
import { defineTool, fromProvider, type Infer, type OwnTool, tools } from 'instructor-wasm'
import * as v from 'valibot'
import * as z from 'zod'
import { type Equal, expect, type Value } from './expect.js'

const client = fromProvider('openai/gpt-4o-mini')
const messages = [{ role: 'user', content: 'x' }] as const
const Weather = z.object({ city: z.string(), at: z.string().transform((text) => new Date(text)) })
const model = tools({
  weather: Weather,
  search: { schema: v.object({ query: v.string() }), description: 'Searches.' },
  point: {
    type: 'object',
    properties: { x: { type: 'number' } },
    required: ['x'],
    additionalProperties: false,
  },
  note: z.string(),
})
type Calls = (
  | { tool: 'weather'; value: { city: string; at: Date } }
  | { tool: 'search'; value: { query: string } }
  | { tool: 'point'; value: { x: number } }
  | { tool: 'note'; value: string }
)[]
expect<Equal<Infer<typeof model>, Calls>>()
const calls = client.create({ responseModel: model, messages })
expect<Equal<Value<typeof calls>, Calls>>()
const alias = client.create({ response_model: model, prompt: 'x', check: (list) => list[0]?.tool })
expect<Equal<Value<typeof alias>, Calls>>()
const both = client.createWithCompletion({ responseModel: model, messages })
expect<Equal<Value<typeof both>[0], Calls>>()

export function city(list: Infer<typeof model>): string | undefined {
  for (const call of list) {
    if (call.tool === 'weather') return call.value.city
    // @ts-expect-error: the value of another tool
    if (call.tool === 'search') return call.value.city
  }
  return undefined
}

// @ts-expect-error: it is not streamed
client.createPartial({ responseModel: model, messages })
// @ts-expect-error
client.createIterable({ responseModel: model, messages })
// @ts-expect-error
client.create({ responseModel: model, messages, stream: true })
// @ts-expect-error: a model is a schema
tools({ weather: 5 })

// Own tools: the arguments are those of the schema after its transforms.
const own = defineTool({
  name: 'weather',
  parameters: Weather,
  run: (args, { signal, callId, context }) => {
    expect<Equal<typeof args, { city: string; at: Date }>>()
    expect<Equal<typeof context, Readonly<Record<string, unknown>>>>()
    return [signal.aborted, callId]
  },
})
expect<Equal<typeof own, OwnTool>>()
const list: OwnTool[] = [
  own,
  defineTool({ name: 'now', run: () => Date.now() }),
  defineTool({
    name: 'point',
    parameters: { type: 'object', properties: { x: { type: 'number' } }, required: ['x'] },
    run: async ({ x }) => x.toFixed(),
  }),
]
const found = client.create({
  responseModel: Weather,
  messages,
  tools: [...list, { type: 'web_search' }],
  maxSteps: 3,
})
expect<Equal<Value<typeof found>, { city: string; at: Date }>>()
client.createPartial({ responseModel: Weather, messages, tools: list, max_steps: 3 })
client.with({ tools: list })
// @ts-expect-error: run is missing
defineTool({ name: 'none' })
// @ts-expect-error: a number is expected
client.create({ responseModel: Weather, messages, tools: list, maxSteps: 'three' })

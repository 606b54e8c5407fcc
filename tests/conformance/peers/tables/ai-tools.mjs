// Calls of tools in the AI SDK, as answers of several kinds here.
import * as z from 'zod'

const Order = z.object({ item: z.string(), count: z.number() })
const call = (name, args) => ({ calls: [{ name, arguments: args }] })
const good = '{"item": "tea", "count": 2}'
const value = [{ tool: 'order', value: { item: 'tea', count: 2 } }]
const Nothing = z.object({})

export default [
  {
    repository: 'vercel/ai',
    file: 'packages/ai/src/generate-text/parse-tool-call.test.ts',
    defaults: { mode: 'TOOLS', tools: { order: Order } },
    cases: [
      { test: 'should successfully parse a valid tool call', answer: call('order', good), theirs: { value } },
      {
        test: 'should successfully process empty tool calls for tools that have no inputSchema',
        tools: { order: Nothing },
        answer: call('order', ''),
        theirs: { value: [{ tool: 'order', value: {} }] },
      },
      {
        test: 'should successfully process empty object tool calls for tools that have no inputSchema',
        tools: { order: Nothing },
        answer: call('order', '{}'),
        theirs: { value: [{ tool: 'order', value: {} }] },
      },
      {
        test: 'should throw NoSuchToolError when tool is not found',
        answer: call('unknown', '{}'),
        theirs: { error: { kind: 'no match', names: ['unknown', 'order'] } },
      },
      {
        test: 'should throw InvalidToolArgumentsError when args are invalid',
        answer: call('order', '{"item": "tea"}'),
        theirs: { error: { kind: 'no match', paths: ['0.count'] } },
      },
      {
        test: 'tool call repair: should invoke repairTool when provided and use its result',
        params: { maxRetries: 1 },
        answers: [call('order', 'invalid json'), call('order', good)],
        theirs: { value, requests: 1 },
        rule: 'the-model-corrects',
        ours: { value, requests: 2 },
      },
      {
        test: 'tool call repair: should re-throw error if tool call repair returns null',
        answer: call('order', 'invalid json'),
        theirs: { error: { kind: 'no json' } },
      },
    ],
    left: [
      [1, 'provider metadata of a call: the raw body'],
      [1, 'a call although no tools were sent: the answer is a text then'],
      [1, 'a repair function that throws'],
      [1, 'dynamic tools: their schema is not known'],
    ],
  },
  {
    repository: 'vercel/ai',
    file: 'packages/ai/src/generate-text/generate-text.test.ts',
    defaults: { mode: 'TOOLS', tools: { places: z.object({ city: z.string() }) } },
    cases: [
      {
        test: 'invalid tool calls, single invalid tool call: should add tool error part to the content',
        answer: call('places', '{ "cities": "Oslo" }'),
        theirs: { error: { kind: 'no match', paths: ['0.city'] } },
      },
      {
        test: 'invalid tool calls, single invalid tool call: the next step',
        params: { maxRetries: 1 },
        answers: [call('places', '{ "cities": "Oslo" }'), call('places', '{ "city": "Oslo" }')],
        theirs: { value: [{ tool: 'places', value: { city: 'Oslo' } }], requests: 2 },
      },
    ],
    left: [],
  },
]

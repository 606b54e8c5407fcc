// streamObject of the AI SDK.
import * as z from 'zod'

const Content = z.object({ content: z.string() })
const deltas = ['{ ', '"content": ', '"Good ', 'morning', '!"', ' }']
const morning = { content: 'Good morning!' }
const snapshots = [{}, { content: 'Good ' }, { content: 'Good morning' }, morning]
const wrong = ['{ ', '"invalid": ', '"Good ', 'morning', '!"', ' }']
const closed = (properties) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})
const weather = z.enum(['sunny', 'rainy', 'snowy'])
const word = ['{ ', '"@value": ', '"foo', 'bar', '"', ' }']
const three = ['one', 'two', 'three'].map((content) => ({ content }))
const list = [
  '{"@list":[',
  ...['{', '"content":', '"one"', '},'],
  ...['{ ', '"content": ', '"two"', '},'],
  ...['{', '"content":', '"three"', '}'],
  ...[']', '}'],
]
const two = ['{"@list":[{"content":"one"},{"content":"two"}]}']

export default {
  repository: 'vercel/ai',
  file: 'packages/ai/src/generate-object/stream-object.test.ts',
  defaults: { mode: 'JSON_SCHEMA', model: Content, call: 'partial' },
  cases: [
    {
      test: 'result.objectStream: should send object deltas',
      answer: deltas,
      theirs: { snapshots, schema: closed({ content: { type: 'string' } }) },
    },
    {
      test: 'result.objectStream: should use name and description',
      model: { schema: Content, name: 'test-name', description: 'test description' },
      answer: deltas,
      theirs: {
        snapshots,
        named: { name: 'test-name', description: 'test description' },
      },
    },
    {
      test: 'result.objectStream: should suppress error in partialObjectStream',
      answer: { fail: 'test error' },
      theirs: { snapshots: [], loopEnds: 'silently' },
      rule: 'streams-throw',
      ours: { snapshots: [], loopEnds: 'with the error', error: { kind: 'connection' } },
    },
    {
      test: 'result.objectStream: should invoke onError callback with Error',
      answer: { fail: 'test error' },
      theirs: { told: ['test error'] },
    },
    {
      test: 'result.fullStream: should send full stream data',
      answer: deltas,
      theirs: { value: morning, snapshots, finish: 'stop', tokens: 30 },
    },
    {
      test: 'result.textStream: should send text stream',
      answer: deltas,
      theirs: { text: '{ "content": "Good morning!" }' },
    },
    {
      test: 'result.toTextStreamResponse: should create a Response with a text stream',
      answer: deltas,
      theirs: { relayed: morning, relayType: 'text/plain; charset=utf-8' },
      rule: 'relays-carry-changes',
      ours: { relayed: morning, relayType: 'text/event-stream; charset=utf-8' },
    },
    {
      test: 'result.usage: should resolve with token usage',
      answer: ['{ "content": "Good morning!" }'],
      theirs: { tokens: 30 },
    },
    {
      test: 'result.response: should resolve with response information',
      answer: { deltas: ['{"content": "Good morning!"}'], id: 'id-0', model: 'gpt-4o-mini-2024' },
      theirs: { response: { id: 'id-0', model: 'gpt-4o-mini-2024' } },
    },
    {
      test: 'result.request: should contain request information',
      answer: ['{"content": "Good morning!"}'],
      theirs: { requestKnown: true },
    },
    {
      test: 'result.object: should resolve with typed object',
      answer: deltas,
      theirs: { value: morning },
    },
    {
      test: 'result.object: should reject object promise when the streamed object does not match the schema',
      answer: wrong,
      theirs: { error: { kind: 'no match' } },
    },
    {
      test: 'result.object: should not lead to unhandled promise rejections when the streamed object does not match the schema',
      answer: wrong,
      call: 'loop only',
      theirs: { unhandled: 0 },
    },
    {
      test: 'result.finishReason: should resolve with finish reason',
      answer: deltas,
      theirs: { finish: 'stop' },
    },
    {
      test: 'options.onFinish: should be called when a valid object is generated',
      answer: ['{ "content": "Good morning!" }'],
      theirs: { ended: { value: morning, tokens: 30 } },
    },
    {
      test: "options.onFinish: should be called when object doesn't match the schema",
      answer: wrong,
      theirs: { ended: { error: 'no match', tokens: 30 } },
    },
    {
      test: 'options.headers: should pass headers to model',
      params: { extraHeaders: { 'custom-request-header': 'header value' } },
      answer: ['{ "content": "headers" }'],
      theirs: {
        snapshots: [{ content: 'headers' }],
        headers: { 'custom-request-header': 'header value' },
      },
    },
    {
      test: 'options.providerOptions: should pass provider options to model',
      params: { extraBody: { store: true } },
      answer: ['{ "content": "options" }'],
      theirs: { snapshots: [{ content: 'options' }], sent: { store: true } },
    },
    {
      test: 'custom schema: should send object deltas',
      model: closed({ content: { type: 'string' } }),
      answer: deltas,
      theirs: { snapshots, schema: closed({ content: { type: 'string' } }) },
    },
    {
      test: 'error handling: should throw NoObjectGeneratedError when schema validation fails',
      answer: { deltas: ['{ "content": 123 }'], id: 'id-1' },
      theirs: { error: { kind: 'no match', id: 'id-1', finish: 'stop', tokens: 30 } },
    },
    {
      test: 'error handling: should throw NoObjectGeneratedError when parsing fails',
      answer: { deltas: ['{ broken json'], id: 'id-1' },
      theirs: { error: { kind: 'no json', id: 'id-1', finish: 'stop', tokens: 30 } },
    },
    {
      test: 'error handling: should throw NoObjectGeneratedError when no text is generated',
      answer: { deltas: [], id: 'id-1' },
      theirs: { error: { kind: 'no json', id: 'id-1', finish: 'stop', tokens: 30 } },
    },
    {
      test: 'array with 3 elements: should stream only complete objects in partialObjectStream',
      model: z.array(Content),
      answer: list,
      theirs: { snapshots: [[], three.slice(0, 1), three.slice(0, 2), three] },
      rule: 'snapshots-have-open-elements',
      ours: {
        snapshots: [
          [],
          [{}],
          three.slice(0, 1),
          [three[0], {}],
          three.slice(0, 2),
          [three[0], three[1], {}],
          three,
        ],
      },
    },
    {
      test: 'array with 3 elements: should stream only complete objects in textStream',
      call: 'list',
      answer: list,
      theirs: { elements: three },
    },
    {
      test: 'array with 3 elements: should have the correct object result',
      model: z.array(Content),
      answer: list,
      theirs: { value: three },
    },
    {
      test: 'array with 3 elements: should call onFinish callback with full array',
      model: z.array(Content),
      answer: list,
      theirs: { ended: { value: three, tokens: 30 } },
    },
    {
      test: 'array with 3 elements: should stream elements individually in elementStream',
      call: 'list',
      answer: list,
      theirs: { elements: three },
    },
    {
      test: 'array with 2 elements streamed in 1 chunk: should stream only complete objects in partialObjectStream',
      model: z.array(Content),
      answer: two,
      theirs: { snapshots: [three.slice(0, 2)] },
    },
    {
      test: 'array with 2 elements streamed in 1 chunk: should stream only complete objects in textStream',
      call: 'list',
      answer: two,
      theirs: { elements: three.slice(0, 2) },
    },
    {
      test: 'array with 2 elements streamed in 1 chunk: should have the correct object result',
      model: z.array(Content),
      answer: two,
      theirs: { value: three.slice(0, 2) },
    },
    {
      test: 'array with 2 elements streamed in 1 chunk: should call onFinish callback with full array',
      model: z.array(Content),
      answer: two,
      theirs: { ended: { value: three.slice(0, 2), tokens: 30 } },
    },
    {
      test: 'array with 2 elements streamed in 1 chunk: should stream elements individually in elementStream',
      call: 'list',
      answer: two,
      theirs: { elements: three.slice(0, 2) },
    },
    {
      test: 'output = "enum": should stream an enum value',
      model: weather,
      answer: ['{ ', '"@value": ', '"su', 'nny', '"', ' }'],
      theirs: {
        snapshots: ['sunny'],
        schema: closed({ '@value': { type: 'string', enum: ['sunny', 'rainy', 'snowy'] } }),
      },
      rule: 'choices-grow',
      ours: { snapshots: ['su', 'sunny'] },
    },
    {
      test: 'output = "enum": should not stream incorrect values',
      model: weather,
      answer: word,
      theirs: { snapshots: [] },
      rule: 'choices-grow',
      ours: { snapshots: ['foo', 'foobar'], error: { kind: 'no match' } },
    },
    {
      test: 'output = "enum": should handle ambiguous values',
      model: z.enum(['foobar', 'foobar2']),
      answer: word,
      theirs: { snapshots: ['foo', 'foobar'] },
    },
    {
      test: 'output = "enum": should handle non-ambiguous values',
      model: z.enum(['foobar', 'barfoo']),
      answer: word,
      theirs: { snapshots: ['foobar'] },
      rule: 'choices-grow',
      ours: { snapshots: ['foo', 'foobar'] },
    },
    {
      test: 'output = "no-schema": should send object deltas',
      model: { type: 'object' },
      mode: 'JSON',
      answer: deltas,
      theirs: { snapshots, schema: undefined },
    },
    {
      test: 'options.messages: should support models that use "this" context in supportedUrls',
      params: {
        messages: [{ role: 'user', content: [{ type: 'image', source: 'https://example.com/plan.jpg' }] }],
      },
      answer: ['{ "content": "Good morning!" }'],
      theirs: { text: '{ "content": "Good morning!" }' },
    },
    {
      test: 'options.experimental_repairText: should be able to repair a JSONParseError',
      params: { parse: 'lenient' },
      answer: ['{ "content": "not closed" '],
      theirs: { value: { content: 'not closed' } },
    },
    {
      test: 'options.experimental_repairText: should be able to repair a TypeValidationError',
      params: { maxRetries: 1 },
      answers: [['{ "content-a": "other key" }'], ['{ "content": "other key" }']],
      theirs: { value: { content: 'other key' }, requests: 1 },
      rule: 'the-model-corrects',
      ours: { value: { content: 'other key' }, requests: 2, reported: ['content'] },
    },
    {
      test: 'options.experimental_repairText: should be able to handle repair that returns null',
      answer: ['{ "content-a": "other key" }'],
      theirs: { error: { kind: 'no match' } },
    },
    {
      test: 'options.experimental_repairText: should be able to repair JSON wrapped with markdown code blocks',
      answer: ['```json\n{ "content": "in a fence" }\n```'],
      theirs: { value: { content: 'in a fence' } },
    },
    {
      test: 'the same answer without experimental_repairText',
      answer: ['```json\n{ "content": "in a fence" }\n```'],
      theirs: { error: { kind: 'no json' } },
      rule: 'fences-are-read',
      ours: { value: { content: 'in a fence' } },
    },
    {
      test: 'options.experimental_repairText: should throw NoObjectGeneratedError when parsing fails with repairText',
      params: { parse: 'lenient' },
      answer: { deltas: ['{ broken json{'], id: 'id-0' },
      theirs: { error: { kind: 'no json', id: 'id-0', finish: 'stop', tokens: 30 } },
      rule: 'repair-is-built-in',
      ours: { error: { kind: 'no match', id: 'id-0', finish: 'stop', tokens: 30 } },
    },
  ],
  left: [
    [1, 'result.pipeTextStreamToResponse: a Response is what servers of all runtimes take'],
    [1, 'result.providerMetadata: the raw body, as for generateObject'],
    [3, 'telemetry: tests/runtimes/otel.test.mjs'],
    [4, 'warnings of their model interface: a setting that a provider does not have is refused here'],
  ],
}

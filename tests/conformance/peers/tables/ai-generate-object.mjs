// generateObject of the AI SDK.
import * as z from 'zod'

const Content = z.object({ content: z.string() })
const good = '{ "content": "Good morning" }'
const morning = { content: 'Good morning' }
const closed = (properties) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})

export default {
  repository: 'vercel/ai',
  file: 'packages/ai/src/generate-object/generate-object.test.ts',
  defaults: { mode: 'JSON_SCHEMA', model: Content },
  cases: [
    {
      test: 'should generate object',
      answer: good,
      theirs: {
        value: morning,
        schema: closed({ content: { type: 'string' } }),
        messages: [{ role: 'user', content: 'prompt' }],
      },
    },
    {
      test: 'should use name and description',
      model: { schema: Content, name: 'test-name', description: 'test description' },
      answer: good,
      theirs: {
        value: morning,
        named: { name: 'test-name', description: 'test description' },
      },
    },
    {
      test: 'result.request: should contain request information',
      answer: good,
      theirs: { value: morning, requestKnown: true },
    },
    {
      test: 'result.response: should contain response information',
      answer: { text: good, id: 'id-7', model: 'gpt-4o-mini-2024', headers: { 'x-served-by': 'node-3' } },
      theirs: {
        value: morning,
        response: { id: 'id-7', model: 'gpt-4o-mini-2024', headers: { 'x-served-by': 'node-3' } },
      },
      rule: 'headers-are-for-fetch',
      ours: { value: morning, response: { id: 'id-7', model: 'gpt-4o-mini-2024' } },
    },
    {
      test: 'zod schema: should generate object when using zod transform',
      model: z.object({
        content: z
          .string()
          .transform((text) => text.length)
          .pipe(z.number()),
      }),
      answer: good,
      // The snapshot of the peer's test has the type after the transform, which the model cannot return.
      theirs: { value: { content: 12 }, schema: closed({ content: { type: 'number' } }) },
      rule: 'schemas-describe-the-answer',
      ours: { value: { content: 12 }, schema: closed({ content: { type: 'string' } }) },
    },
    {
      test: 'zod schema: should generate object when using zod prePreprocess',
      model: z.object({
        content: z.preprocess((given) => (typeof given === 'number' ? String(given) : given), z.string()),
      }),
      answer: good,
      theirs: { value: morning, schema: closed({ content: { type: 'string' } }) },
    },
    {
      test: 'custom schema: should generate object',
      model: closed({ content: { type: 'string' } }),
      answer: good,
      theirs: { value: morning, schema: closed({ content: { type: 'string' } }) },
    },
    {
      test: 'result.toJsonResponse: should return JSON response',
      answer: good,
      theirs: { value: morning, json: '{"content":"Good morning"}' },
    },
    {
      test: 'result.providerMetadata: should contain provider metadata',
      answer: {
        text: good,
        usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, extra: { a: 10 } },
      },
      theirs: { value: morning, raw: { usage: { extra: { a: 10 } } } },
    },
    {
      test: 'options.headers: should pass headers to model',
      params: { extraHeaders: { 'custom-request-header': 'header value' } },
      answer: good,
      theirs: { value: morning, headers: { 'custom-request-header': 'header value' } },
    },
    {
      test: 'options.repairText: should be able to repair a JSONParseError',
      params: { parse: 'lenient' },
      answer: '{ "content": "not closed" ',
      theirs: { value: { content: 'not closed' }, repairedBy: 'a function of the caller' },
      rule: 'repair-is-built-in',
      ours: { value: { content: 'not closed' }, repairedBy: 'the parser' },
    },
    {
      test: 'options.repairText: should be able to repair a TypeValidationError',
      params: { maxRetries: 1 },
      answers: ['{ "content-a": "other key" }', '{ "content": "other key" }'],
      theirs: { value: { content: 'other key' }, requests: 1 },
      rule: 'the-model-corrects',
      ours: { value: { content: 'other key' }, requests: 2, reported: ['content'] },
    },
    {
      test: 'options.repairText: should be able to handle repair that returns null',
      answer: '{ "content-a": "other key" }',
      theirs: { error: { kind: 'no match' } },
    },
    {
      test: 'options.providerOptions: should pass provider options to model',
      params: { extraBody: { store: true } },
      answer: good,
      theirs: { value: morning, sent: { store: true } },
    },
    {
      test: 'error handling: should throw NoObjectGeneratedError when schema validation fails',
      answer: { text: '{ "content": 123 }', id: 'id-1' },
      theirs: {
        error: { kind: 'no match', id: 'id-1', finish: 'stop', tokens: 30, text: '{ "content": 123 }' },
      },
    },
    {
      test: 'the same answer with the default number of reasks',
      reasks: true,
      answers: ['{ "content": 123 }', good],
      theirs: { error: { kind: 'no match' }, requests: 1 },
      rule: 'the-model-corrects',
      ours: { value: morning, requests: 2, reported: ['content'] },
    },
    {
      test: 'error handling: should throw NoObjectGeneratedError when parsing fails',
      answer: { text: '{ broken json', id: 'id-1' },
      theirs: { error: { kind: 'no json', id: 'id-1', finish: 'stop', tokens: 30, text: '{ broken json' } },
    },
    {
      test: 'error handling: should throw NoObjectGeneratedError when parsing fails with repairResponse',
      params: { parse: 'lenient' },
      answer: { text: '{ broken json{', id: 'id-1' },
      theirs: { error: { kind: 'no json', id: 'id-1', finish: 'stop', tokens: 30 } },
      rule: 'repair-is-built-in',
      ours: { error: { kind: 'no match', id: 'id-1', finish: 'stop', tokens: 30 } },
    },
    {
      test: 'error handling: should throw NoObjectGeneratedError when no text is available',
      answer: { id: 'id-1' },
      theirs: { error: { kind: 'no json', id: 'id-1', finish: 'stop', tokens: 30 } },
    },
    {
      test: 'output = "array": should generate an array with 3 elements',
      model: z.array(Content),
      answer: '{"@list":[{"content":"one"},{"content":"two"},{"content":"three"}]}',
      theirs: {
        value: [{ content: 'one' }, { content: 'two' }, { content: 'three' }],
        schema: closed({ '@list': { type: 'array', items: closed({ content: { type: 'string' } }) } }),
      },
    },
    {
      test: 'output = "enum": should generate an enum value',
      model: z.enum(['sunny', 'rainy', 'snowy']),
      answer: '{"@value":"sunny"}',
      theirs: {
        value: 'sunny',
        schema: closed({ '@value': { type: 'string', enum: ['sunny', 'rainy', 'snowy'] } }),
      },
    },
    {
      test: 'output = "no-schema": should generate object',
      model: { type: 'object' },
      mode: 'JSON',
      answer: good,
      theirs: { value: morning, schema: undefined },
    },
    {
      test: 'options.messages: should support models that use "this" context in supportedUrls',
      params: {
        messages: [{ role: 'user', content: [{ type: 'image', source: 'https://example.com/plan.jpg' }] }],
      },
      answer: good,
      theirs: {
        value: morning,
        messages: [
          {
            role: 'user',
            content: [{ type: 'image_url', image_url: { url: 'https://example.com/plan.jpg' } }],
          },
        ],
      },
    },
    {
      test: 'reasoning: should include reasoning in the result',
      answer: { text: good, reasoning: 'First this.\nThen that.' },
      theirs: { value: morning, reasoning: 'First this.\nThen that.' },
    },
  ],
  left: [
    [3, 'warnings of their model interface: a setting that a provider does not have is refused here'],
    [3, 'telemetry: tests/runtimes/otel.test.mjs'],
  ],
}

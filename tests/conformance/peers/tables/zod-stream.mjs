// zod-stream: reasoning before values, values split between chunks, the request of each mode.
import * as z from 'zod'

const repository = 'hack-dance/island-ai'
const fence = (json) => `\`\`\`json\n${json}\n\`\`\``
const Result = z.object({ result: z.string() })
const Flag = z.object({ test: z.boolean() })

const thinks = {
  repository,
  file: 'public-packages/zod-stream/src/parsers/parser.test.ts',
  defaults: { call: 'instructor-js', mode: 'THINKING_MD_JSON', model: Result },
  cases: [
    {
      test: 'should parse JSON and include thinking content',
      answer: { text: `<thinking>This is why</thinking>\n\n${fence('{\n  "result": "tea"\n}')}\n` },
      theirs: { value: { result: 'tea' }, thinking: 'This is why' },
    },
    {
      test: 'should create JSON with only thinking when no JSON content',
      answer: { text: '<think>Only why</think>' },
      theirs: { failed: true },
    },
    {
      test: 'should parse JSON without thinking content',
      model: Flag,
      answer: { text: fence('{"test": true}') },
      theirs: { value: { test: true }, thinking: '' },
    },
    {
      test: 'should handle incomplete JSON in response',
      model: Flag,
      answer: { text: '```json\n{"test": true' },
      theirs: { value: { test: true } },
    },
    {
      test: 'should handle nested markdown blocks',
      model: z.object({ final: z.string() }),
      answer: {
        text: `<thinking>Consider this:\n${fence('{"example": "nested"}')}\nStill thinking…</thinking>\n\n${fence('{"final": "tea"}')}\n`,
      },
      theirs: {
        value: { final: 'tea' },
        thinking: `Consider this:\n${fence('{"example": "nested"}')}\nStill thinking…`,
      },
    },
    {
      test: 'should handle OpenAI streaming response',
      answer: { text: '<thinking>Processing…</thinking>' },
      theirs: { failed: true },
    },
    {
      test: 'should handle OpenAI non-streaming response',
      answer: { text: `<thinking>Last thoughts</thinking>\n  ${fence('  {\n    "result": "tea"\n  }')}\n` },
      theirs: { value: { result: 'tea' }, thinking: 'Last thoughts' },
    },
    {
      test: 'should handle empty or invalid input',
      answer: { text: '' },
      theirs: { failed: true },
    },
    {
      test: 'should handle empty or invalid input',
      answer: { text: 'no special content' },
      theirs: { failed: true },
    },
  ],
  left: [[2, 'tests/parsers/thinking.test.ts: the same with a real model']],
}

const long = { path: 'notes.md', text: 'x'.repeat(70_000) }
const Long = z.object({ path: z.string(), text: z.string() })

const boundaries = {
  repository,
  file: 'public-packages/zod-stream/tests/stream-boundaries.test.ts',
  defaults: { call: 'partial', mode: 'JSON' },
  cases: [
    {
      test: 'reassembles a large JSON value split at the browser buffer boundary',
      model: Long,
      answer: { deltas: [JSON.stringify(long)], bytes: 65_536 },
      theirs: { value: long },
    },
    {
      test: 'preserves a multi-byte character split across reads',
      model: z.object({ text: z.string() }),
      answer: { deltas: ['{"text":"Hello 🌍 world"}'], bytes: 3 },
      theirs: { value: { text: 'Hello 🌍 world' } },
    },
    {
      test: 'rejects truncated JSON instead of silently dropping it',
      model: z.object({ text: z.string() }),
      params: { parse: 'strict' },
      answer: ['{"text":"unfinished'],
      theirs: { error: { kind: 'incomplete' } },
    },
    {
      test: 'streams large Zod output without nulling the active string',
      model: Long,
      answer: { deltas: JSON.stringify(long).match(/.{1,20000}/gs), bytes: 65_536 },
      theirs: { value: long, nulls: false },
    },
  ],
  left: [],
}

const validation = {
  repository,
  file: 'public-packages/zod-stream/tests/validation.test.ts',
  defaults: { call: 'partial', mode: 'JSON' },
  cases: [
    {
      test: 'keeps raw progressive input while validating schemas with transforms',
      model: z.object({
        title: z.string().transform((title) => title.toUpperCase()),
        nested: z.object({ count: z.coerce.number() }),
      }),
      answer: [...'{"title":"hello","nested":{"count":"2"}}'],
      theirs: {
        titles: ['hel', 'hello'],
        lastSnapshot: { title: 'hello', nested: { count: '2' } },
        value: { title: 'HELLO', nested: { count: 2 } },
      },
    },
    {
      test: 'rejects after an invalid final emission',
      model: z.object({ count: z.number().int().positive() }),
      answer: [...'{"count":-1}'],
      theirs: { error: { kind: 'no match' }, lastSnapshot: { count: -1 } },
    },
    {
      test: 'propagates source stream failures',
      model: z.object({ value: z.string() }),
      answer: { fail: 'upstream failed' },
      theirs: { error: { kind: 'connection' }, told: ['upstream failed'] },
    },
  ],
  left: [],
}

const Extract = z.object({
  users: z.array(z.object({ name: z.string(), handle: z.string() })).min(3),
  location: z.string(),
})
const text = { type: 'string' }
const schema = {
  type: 'object',
  properties: {
    users: {
      type: 'array',
      minItems: 3,
      items: { type: 'object', properties: { name: text, handle: text }, required: ['name', 'handle'] },
    },
    location: text,
  },
  required: ['users', 'location'],
}
const asked = { role: 'user', content: 'some text' }
const tool = {
  seed: 1,
  messages: [asked],
  tools: [{ type: 'function', function: { name: 'Extract', parameters: schema } }],
  tool_choice: { type: 'function', function: { name: 'Extract' } },
}
const prompted = { roles: ['system', 'user'], describes: ['users', 'handle', 'location'], demandsJson: true }

const model = {
  repository,
  file: 'public-packages/zod-stream/tests/model.test.ts',
  defaults: {
    call: 'request',
    model: { schema: Extract, name: 'Extract' },
    params: { messages: [asked], seed: 1 },
  },
  cases: [
    {
      test: 'Mode Function matches expected output',
      call: 'instructor-js',
      mode: 'FUNCTIONS',
      named: 'Extract',
      model: Extract,
      answer: {
        calls: [
          {
            name: 'Extract',
            arguments:
              '{"users":[{"name":"a","handle":"a"},{"name":"b","handle":"b"},{"name":"c","handle":"c"}],"location":"x"}',
          },
        ],
      },
      theirs: { sent: { functions: [{ name: 'Extract' }], function_call: { name: 'Extract' } } },
      rule: 'functions-are-tools',
      ours: { sent: { tools: tool.tools, tool_choice: tool.tool_choice } },
    },
    { test: 'Mode Tools matches expected output', mode: 'TOOLS', theirs: { sent: tool } },
    {
      test: 'Mode json matches expected output',
      mode: 'JSON',
      theirs: { sent: { response_format: { type: 'json_object' }, seed: 1 }, ...prompted },
    },
    {
      test: 'Mode json_schema matches expected output',
      mode: 'JSON_SCHEMA',
      theirs: { sent: { response_format: { type: 'json_object' } } },
      rule: 'schemas-in-the-documented-form',
      ours: {
        sent: { response_format: { type: 'json_schema', json_schema: { name: 'Extract', strict: true } } },
      },
    },
    {
      test: 'Mode md_json matches expected output',
      mode: 'MD_JSON',
      theirs: { sent: { response_format: undefined, seed: 1 }, ...prompted },
    },
  ],
  left: [],
}

const Agent = z.object({ name: z.string().transform((name) => name.toUpperCase()), score: z.coerce.number() })

const agent = {
  repository,
  file: 'public-packages/zod-stream/tests/create-agent.test.ts',
  defaults: { mode: 'JSON_SCHEMA' },
  cases: [
    {
      test: 'uses OpenAI 6 structured output params and validates non-streaming output',
      model: { schema: Agent, name: 'Agent_result' },
      answer: '{"name":"Ada","score":"2"}',
      theirs: {
        value: { name: 'ADA', score: 2 },
        sent: {
          response_format: { type: 'json_schema', json_schema: { name: 'Agent_result', strict: true } },
        },
      },
    },
    {
      test: 'propagates final Zod validation failures',
      model: z.object({ count: z.number().positive() }),
      answer: '{"count":-1}',
      theirs: { error: { kind: 'no match' } },
    },
    {
      test: 'keeps Chat Completions streaming behavior with backpressure-aware bytes',
      model: z.object({ name: z.string() }),
      answer: ['{"name":"', 'Ada', '"}'],
      theirs: { text: '{"name":"Ada"}' },
    },
  ],
  left: [],
}

const compat = {
  repository,
  file: 'public-packages/zod-stream/tests/schema-stream-compat.test.ts',
  defaults: { mode: 'JSON' },
  cases: [
    {
      test: 'preserves progressive and final emissions through the Zod 4 client',
      model: z.object({
        title: z.string(),
        details: z.object({ count: z.number() }),
        items: z.array(z.object({ label: z.string() })),
      }),
      answer: [...'{"title":"Hello","details":{"count":2},"items":[{"label":"first"}]}'],
      theirs: {
        titles: ['Hel', 'Hello'],
        value: { title: 'Hello', details: { count: 2 }, items: [{ label: 'first' }] },
      },
    },
  ],
  left: [[1, 'tests/stream.test.ts: as stream.test.ts of instructor-js']],
}

export default [thinks, boundaries, validation, model, agent, compat]

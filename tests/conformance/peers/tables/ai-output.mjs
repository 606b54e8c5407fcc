// The output specifications of the AI SDK's generateText and streamText: whole answers, and texts that have arrived in part.
import * as z from 'zod'

const Content = z.object({ content: z.string() })
const closed = (properties) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})
const list = { model: z.array(Content) }
const listSchema = closed({ '@list': { type: 'array', items: closed({ content: { type: 'string' } }) } })
const options = ['aaa', 'aab', 'ccc']
const choice = { model: z.enum(options) }
const choiceSchema = closed({ '@value': { type: 'string', enum: options } })
const anything = { model: { type: 'object' }, mode: 'JSON' }
const named = (schema) => ({ schema, name: 'test-name', description: 'test description' })
const names = { name: 'test-name', description: 'test description' }
const failed = (kind) => ({ error: { kind, id: '123', finish: 'stop', tokens: 30 } })

/** What a text that has arrived in part shows: `partial` is undefined if it shows nothing. */
const part = (of, test, text, partial, difference = {}) => ({
  test,
  call: 'partial text',
  answer: [text],
  theirs: { partial },
  ...of,
  ...difference,
})

const text = {
  repository: 'vercel/ai',
  file: 'packages/ai/src/generate-text/output.test.ts',
  defaults: { mode: 'JSON_SCHEMA', model: null, call: 'text' },
  cases: [
    {
      test: 'Output.text, parseCompleteOutput: should return the text as is',
      answer: 'some output',
      theirs: { text: 'some output', schema: undefined },
    },
    {
      test: 'Output.text, parseCompleteOutput: should handle empty string',
      answer: '',
      theirs: { text: '' },
    },
  ],
  left: [[4, 'Output.text of a stream, and of undefined: neither has an object']],
}

const object = {
  ...text,
  defaults: { mode: 'JSON_SCHEMA', model: Content },
  left: [],
  cases: [
    {
      test: 'Output.object, responseFormat: should return the JSON schema for the object',
      answer: '{ "content": "test" }',
      theirs: { schema: closed({ content: { type: 'string' } }) },
    },
    {
      test: 'Output.object, responseFormat: should include name and description when provided',
      model: named(Content),
      answer: '{ "content": "test" }',
      theirs: { schema: closed({ content: { type: 'string' } }), named: names },
    },
    {
      test: 'Output.object, parseCompleteOutput: should parse the output of the model',
      answer: '{ "content": "test" }',
      theirs: { value: { content: 'test' } },
    },
    {
      test: 'Output.object, parseCompleteOutput: should throw NoObjectGeneratedError when parsing fails',
      answer: { text: '{ broken json', id: '123' },
      theirs: failed('no json'),
    },
    {
      test: 'Output.object, parseCompleteOutput: should throw NoObjectGeneratedError when schema validation fails',
      answer: { text: '{ "content": 123 }', id: '123' },
      theirs: failed('no match'),
    },
    part({}, 'Output.object, parsePartialOutput: should return undefined for undefined input', '', undefined),
    part(
      {},
      'Output.object, parsePartialOutput: should return partial object for valid JSON',
      '{ "content": "test" }',
      { content: 'test' },
    ),
    part(
      {},
      'Output.object, parsePartialOutput: should return partial object for repairable JSON',
      '{ "content": "test"',
      { content: 'test' },
    ),
    part(
      {},
      'Output.object, parsePartialOutput: should handle partial object with missing closing brace',
      '{ "content": "partial", "count": 42',
      { content: 'partial', count: 42 },
      { rule: 'numbers-when-complete', ours: { partial: { content: 'partial' } } },
    ),
    part(
      { model: z.object({ items: z.array(z.string()) }) },
      'Output.object, parsePartialOutput: should handle partial array',
      '{ "items": ["a", "b"',
      { items: ['a', 'b'] },
    ),
    part({}, 'Output.object, parsePartialOutput: should handle empty string input', '', undefined),
    part(
      {},
      'Output.object, parsePartialOutput: should handle partial string value',
      '{ "content": "partial str',
      { content: 'partial str' },
    ),
  ],
}

const array = {
  ...object,
  defaults: { mode: 'JSON_SCHEMA', ...list },
  cases: [
    {
      test: 'Output.array, responseFormat: should return the JSON schema for the array',
      answer: '{ "@list": [] }',
      theirs: { schema: listSchema },
    },
    {
      test: 'Output.array, responseFormat: should include name and description when provided',
      model: named(z.array(Content)),
      answer: '{ "@list": [] }',
      theirs: { schema: listSchema, named: names },
    },
    {
      test: 'Output.array, parseCompleteOutput: should parse the output of the model',
      answer: '{ "@list": [{ "content": "test" }] }',
      theirs: { value: [{ content: 'test' }] },
    },
    {
      test: 'Output.array, parseCompleteOutput: should throw NoObjectGeneratedError when parsing fails',
      answer: { text: '{ broken json', id: '123' },
      theirs: failed('no json'),
    },
    {
      test: 'Output.array, parseCompleteOutput: should throw NoObjectGeneratedError when schema validation fails',
      answer: { text: '{ "@list": [{ "content": 123 }] }', id: '123' },
      theirs: failed('no match'),
    },
    part(
      {},
      'array.parsePartialOutput: should parse partial output successfully for successful-parse',
      '{ "@list": [{ "content": "a" }, { "content": "b" }] }',
      [{ content: 'a' }, { content: 'b' }],
    ),
    part(
      {},
      'array.parsePartialOutput: should parse partial output successfully for repaired-parse (returns all but last element)',
      '{ "@list": [{ "content": "a" }, { "content": "b" }',
      [{ content: 'a' }],
      { rule: 'snapshots-have-open-elements', ours: { partial: [{ content: 'a' }, { content: 'b' }] } },
    ),
    part(
      {},
      'array.parsePartialOutput: should return undefined for failed-parse',
      '{ not valid json',
      undefined,
    ),
    part({}, 'array.parsePartialOutput: should return undefined when input is undefined', '', undefined),
    part(
      {},
      'array.parsePartialOutput: should return undefined if elements is missing',
      '{ "foo": [1,2,3] }',
      undefined,
    ),
    part(
      {},
      'array.parsePartialOutput: should return undefined if elements is not an array',
      '{ "@list": "not-an-array" }',
      undefined,
      { rule: 'snapshots-are-not-validated', ours: { partial: 'not-an-array' } },
    ),
    part({}, 'array.parsePartialOutput: should handle an empty array of elements', '{ "@list": [] }', []),
  ],
}

const grows = (partial) => ({ rule: 'choices-grow', ours: { partial } })

const choices = {
  ...object,
  defaults: { mode: 'JSON_SCHEMA', ...choice },
  cases: [
    {
      test: 'Output.choice, responseFormat: should return the JSON schema for the choice',
      answer: '{ "@value": "aaa" }',
      theirs: { schema: choiceSchema },
    },
    {
      test: 'Output.choice, responseFormat: should include name and description when provided',
      model: named(z.enum(options)),
      answer: '{ "@value": "aaa" }',
      theirs: { schema: choiceSchema, named: names },
    },
    {
      test: 'Output.choice, parseCompleteOutput: should parse a valid choice output',
      answer: '{ "@value": "aaa" }',
      theirs: { value: 'aaa' },
    },
    ...[
      ['should throw NoObjectGeneratedError if JSON is invalid', '{ broken json', 'no json'],
      ['should throw NoObjectGeneratedError if result is missing', '{}', 'no match'],
      [
        'should throw NoObjectGeneratedError if result value is not a valid choice',
        '{ "@value": "d" }',
        'no match',
      ],
      ['should throw NoObjectGeneratedError if result is not a string', '{ "@value": 5 }', 'no match'],
      ['should throw NoObjectGeneratedError if top-level is not an object', '"a"', 'no match'],
    ].map(([test, answer, kind]) => ({
      test: `Output.choice, parseCompleteOutput: ${test}`,
      answer,
      theirs: { error: { kind } },
    })),
    ...[
      ['should parse a valid exact partial choice output', '{ "@value": "aaa" }', 'aaa'],
      ['should return undefined if JSON is invalid', '{ broken json', undefined],
      ['should return undefined if result is missing', '{}', undefined],
      [
        'should return ambiguous if result is a prefix matching multiple options (repaired-parse)',
        '{ "@value": "',
        undefined,
        grows(''),
      ],
      [
        'should return the single matching partial if only one option matches (repaired-parse)',
        '{ "@value": "c',
        'ccc',
        grows('c'),
      ],
      [
        'should return undefined if result does not match any choice',
        '{ "@value": "z" }',
        undefined,
        { rule: 'snapshots-are-not-validated', ours: { partial: 'z' } },
      ],
      [
        'should return undefined if result is not a string',
        '{ "@value": 5 }',
        undefined,
        { rule: 'snapshots-are-not-validated', ours: { partial: 5 } },
      ],
      ['should return undefined if top-level is not an object', '"a"', undefined],
      [
        'should return full match as partial for "successful-parse" and valid choice',
        '{ "@value": "aab" }',
        'aab',
      ],
      [
        "should return undefined for an incomplete prefix that doesn't match any choice",
        '{ "@value": "x" }',
        undefined,
        { rule: 'snapshots-are-not-validated', ours: { partial: 'x' } },
      ],
      [
        'should return undefined for a prefix matching multiple options',
        '{ "@value": "a',
        undefined,
        grows('a'),
      ],
      ['should return undefined if partial result is null', 'null', undefined],
    ].map(([test, given, partial, difference]) =>
      part({}, `Output.choice, parsePartialOutput: ${test}`, given, partial, difference),
    ),
  ],
}

const json = {
  ...object,
  defaults: anything,
  cases: [
    {
      test: 'Output.json, responseFormat: should return json responseFormat',
      answer: '{"a": 1}',
      theirs: { sent: { response_format: { type: 'json_object' } }, schema: undefined },
    },
    {
      test: 'Output.json, parseCompleteOutput: should parse valid JSON',
      answer: '{"a": 1, "b": [2,3]}',
      theirs: { value: { a: 1, b: [2, 3] } },
    },
    {
      test: 'Output.json, parseCompleteOutput: should throw if JSON is invalid',
      params: { parse: 'strict' },
      answer: '{ a: 1 }',
      theirs: { error: { kind: 'no json' } },
    },
    {
      test: 'Output.json, parseCompleteOutput: should throw if JSON is just text',
      answer: 'foo',
      theirs: { error: { kind: 'no json' } },
    },
    part(
      {},
      'Output.json, parsePartialOutput: should parse partial valid JSON (successful-parse)',
      '{ "foo": 1, "bar": [2, 3] }',
      {
        foo: 1,
        bar: [2, 3],
      },
    ),
    part(
      {},
      'Output.json, parsePartialOutput: should parse partial valid JSON (repaired-parse)',
      '{ "foo": 123',
      { foo: 123 },
      { rule: 'numbers-when-complete', ours: { partial: {} } },
    ),
    part(
      {},
      'Output.json, parsePartialOutput: should return undefined for invalid partial',
      'invalid!',
      undefined,
    ),
    part({}, 'Output.json, parsePartialOutput: should return undefined for undefined input', '', undefined),
    part(
      {},
      'Output.json, parsePartialOutput: should return undefined if parsed value is undefined',
      'undefined',
      undefined,
    ),
  ],
  left: [[1, 'Output.json with a name: JSON mode of the providers has none']],
}

const generateText = {
  repository: 'vercel/ai',
  file: 'packages/ai/src/generate-text/generate-text.test.ts',
  defaults: { mode: 'JSON_SCHEMA', model: z.object({ value: z.string() }) },
  cases: [
    {
      test: 'options.output, text output: should forward text as output',
      call: 'text',
      model: null,
      answer: 'Good morning',
      theirs: { text: 'Good morning' },
    },
    {
      test: 'options.output, text output: should set responseFormat to text and not change the prompt',
      call: 'text',
      model: null,
      answer: 'Good morning',
      theirs: { messages: [{ role: 'user', content: 'prompt' }], schema: undefined },
    },
    {
      test: 'options.output, object output: should parse the output',
      answer: '{ "value": "a value" }',
      theirs: { value: { value: 'a value' } },
    },
    {
      test: 'options.output, object output: should set responseFormat to json and send schema as part of the responseFormat',
      answer: '{ "value": "a value" }',
      theirs: {
        schema: closed({ value: { type: 'string' } }),
        messages: [{ role: 'user', content: 'prompt' }],
      },
    },
  ],
  left: [
    [1, 'options.output, no output: a property of their result'],
    ['the rest', 'texts, steps and tools of agents; tests/runtimes/own-tools.test.mjs'],
  ],
}

const abort = {
  repository: 'vercel/ai',
  file: 'packages/ai/src/generate-object/stream-object-abort-before-open.test.ts',
  defaults: { mode: 'JSON_SCHEMA', model: Content, call: 'partial' },
  cases: [
    {
      test: 'streamObject: abortSignal aborted immediately, then consume',
      abort: 'before',
      answer: ['{ "content": "Good morning" }'],
      theirs: { unhandled: 0, snapshots: [] },
    },
    {
      test: 'streamObject: cancel consumer before doStream returns (abort before first chunk)',
      abort: 'before the head',
      answer: ['{ "content": "Good morning" }'],
      theirs: { unhandled: 0, snapshots: [] },
    },
    {
      test: 'streamText({output}): cancel consumer before doStream returns',
      abort: 'leave before the head',
      answer: ['{ "content": "Good morning" }'],
      theirs: { unhandled: 0, snapshots: [] },
    },
  ],
  left: [],
}

export default [text, object, array, choices, json, generateText, abort]

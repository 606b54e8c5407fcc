// JSON that has arrived in part, and JSON with special keys, in the AI SDK.
import * as z from 'zod'

/** The text is the value of the key `v` of a stream that ends there. `nothing`: the value is not there yet. */
const nothing = undefined
const when = (rule, partial) => ({ rule, ours: { partial } })
const number = (partial) => when('numbers-when-complete', partial)
const literal = (partial) => when('literals-when-complete', partial)

const fixed = [
  ['should handle empty input', '', nothing],
  ['literals: should handle incomplete null', 'nul', null, literal(nothing)],
  ['literals: should handle incomplete true', 't', true, literal(nothing)],
  ['literals: should handle incomplete false', 'fals', false, literal(nothing)],
  ['number: should handle incomplete numbers', '41.', 41, number(nothing)],
  ['number: should handle numbers with dot', '41.5', 41.5, number(nothing)],
  ['number: should handle negative numbers', '-41', -41, number(nothing)],
  ['number: should handle incomplete negative numbers', '-', nothing],
  ['number: should handle e-notation numbers', '1.5e', 1.5, number(nothing)],
  ['number: should handle e-notation numbers', '1.5e-', 1.5, number(nothing)],
  ['number: should handle e-notation numbers', '1.5e3', 1500, number(nothing)],
  ['number: should handle e-notation numbers', '-1.5e3', -1500, number(nothing)],
  ['number: should handle uppercase e-notation numbers', '1.5E', 1.5, number(nothing)],
  ['number: should handle uppercase e-notation numbers', '1.5E-', 1.5, number(nothing)],
  ['number: should handle uppercase e-notation numbers', '1.5E3', 1500, number(nothing)],
  ['number: should handle uppercase e-notation numbers', '-1.5E3', -1500, number(nothing)],
  ['number: should handle incomplete numbers (exponents)', '41.e', 41, number(nothing)],
  ['number: should handle incomplete numbers (exponents)', '41.25e', 41.25, number(nothing)],
  ['number: should handle incomplete numbers (exponents)', '4e', 4, number(nothing)],
  ['string: should handle incomplete strings', '"tea', 'tea'],
  ['string: should handle escape sequences', '"a \\"cup\\" and a \\\\ slash', 'a "cup" and a \\ slash'],
  ['string: should handle incomplete escape sequences', '"a cup \\', 'a cup '],
  ['string: should handle incomplete unicode escape sequences', '"\\u', ''],
  ['string: should handle incomplete unicode escape sequences', '"\\u00', ''],
  ['string: should handle incomplete unicode escape sequences', '"cup \\u00', 'cup '],
  ['string: should handle incomplete unicode escape sequences', '{"a":"\\u00', { a: '' }],
  ['string: should handle unicode characters', '"caf\u00e9"', 'café'],
  ['array: should handle incomplete array', '[', []],
  ['array: should handle closing bracket after number in array', '[[7], [8', [[7], [8]], number([[7], []])],
  ['array: should handle closing bracket after string in array', '[["7"], ["8', [['7'], ['8']]],
  [
    'array: should handle closing bracket after literal in array',
    '[[false], [nu',
    [[false], [null]],
    literal([[false], []]),
  ],
  ['array: should handle closing bracket after array in array', '[[[]], [[]', [[[]], [[]]]],
  ['array: should handle closing bracket after object in array', '[[{}], [{', [[{}], [{}]]],
  ['array: should handle trailing comma', '[7, ', [7]],
  ['array: should handle closing array', '[[], 789', [[], 789], number([[]])],
  ['object: should handle keys without values', '{"cup":', {}],
  [
    'object: should handle closing brace after number in object',
    '{"a": {"b": 7}, "c": {"d": 8',
    { a: { b: 7 }, c: { d: 8 } },
    number({ a: { b: 7 }, c: {} }),
  ],
  [
    'object: should handle closing brace after string in object',
    '{"a": {"b": "7"}, "c": {"d": 8',
    { a: { b: '7' }, c: { d: 8 } },
    number({ a: { b: '7' }, c: {} }),
  ],
  [
    'object: should handle closing brace after literal in object',
    '{"a": {"b": false}, "c": {"d": 8',
    { a: { b: false }, c: { d: 8 } },
    number({ a: { b: false }, c: {} }),
  ],
  [
    'object: should handle closing brace after array in object',
    '{"a": {"b": []}, "c": {"d": 8',
    { a: { b: [] }, c: { d: 8 } },
    number({ a: { b: [] }, c: {} }),
  ],
  [
    'object: should handle closing brace after object in object',
    '{"a": {"b": {}}, "c": {"d": 8',
    { a: { b: {} }, c: { d: 8 } },
    number({ a: { b: {} }, c: {} }),
  ],
  ['object: should handle partial keys (first key)', '{"cu', {}],
  ['object: should handle partial keys (second key)', '{"a1": 7, "a2', { a1: 7 }],
  ['object: should handle partial keys with colon (second key)', '{"a1": 7, "a2":', { a1: 7 }],
  ['object: should handle trailing whitespace', '{"cup": "tea"  ', { cup: 'tea' }],
  ['object: should handle closing after empty object', '{"a": {"b": {}', { a: { b: {} } }],
  ['nesting: should handle nested arrays with numbers', '[7, [8, 9, [', [7, [8, 9, []]]],
  ['nesting: should handle nested arrays with literals', '[false, [true, [', [false, [true, []]]],
  ['nesting: should handle nested objects', '{"cup": {"handle":', { cup: {} }],
  [
    'nesting: should handle nested objects with numbers',
    '{"cup": 789, "pot": {"handle":',
    { cup: 789, pot: {} },
  ],
  [
    'nesting: should handle nested objects with literals',
    '{"cup": null, "pot": {"handle":',
    { cup: null, pot: {} },
  ],
  ['nesting: should handle arrays within objects', '{"cup": [7, 8, {', { cup: [7, 8, {}] }],
  ['nesting: should handle objects within arrays', '[7, 8, {"cup": "tea",', [7, 8, { cup: 'tea' }]],
  [
    'nesting: should handle nested arrays and objects',
    '{"a": {"b": ["tea", {"c": "cup",',
    { a: { b: ['tea', { c: 'cup' }] } },
  ],
  ['nesting: should handle deeply nested objects', '{"a": {"b": {"c": {"d":', { a: { b: { c: {} } } }],
  ['nesting: should handle potential nested arrays or objects', '{"a": 7, "b": [', { a: 7, b: [] }],
  ['nesting: should handle potential nested arrays or objects', '{"a": 7, "b": {', { a: 7, b: {} }],
  ['nesting: should handle potential nested arrays or objects', '{"a": 7, "b": "', { a: 7, b: '' }],
  [
    'regression: should handle complex nesting 1',
    '{\n  "a": [\n    {\n      "a1": "tea",\n      "a2": "cup"\n    }\n  ],\n  "b": [\n    {\n      "b1": "p',
    { a: [{ a1: 'tea', a2: 'cup' }], b: [{ b1: 'p' }] },
  ],
  [
    'regression: should handle empty objects inside nested objects and arrays',
    '{"kind":"page","parts":[{"kind":"card","style":{}',
    { kind: 'page', parts: [{ kind: 'card', style: {} }] },
  ],
]

const fixJson = {
  repository: 'vercel/ai',
  file: 'packages/ai/src/util/fix-json.test.ts',
  defaults: {
    mode: 'JSON',
    model: { type: 'object', properties: { v: {} } },
    call: 'partial text',
    under: 'v',
  },
  cases: fixed.map(([test, text, partial, difference]) => ({
    test,
    answer: [`{"v": ${text}`],
    theirs: { partial },
    ...difference,
  })),
  left: [],
}

const anObject = { mode: 'JSON', model: { type: 'object' }, params: { parse: 'strict' } }

const parsePartial = {
  repository: 'vercel/ai',
  file: 'packages/ai/src/util/parse-partial-json.test.ts',
  defaults: { ...anObject, call: 'partial text' },
  cases: [
    { test: 'should handle nullish input', answer: [''], theirs: { partial: undefined } },
    { test: 'should parse valid JSON', answer: ['{"cup": "tea"}'], theirs: { partial: { cup: 'tea' } } },
    {
      test: 'should repair and parse partial JSON',
      answer: ['{"cup": "tea"'],
      theirs: { partial: { cup: 'tea' } },
    },
    {
      test: 'should handle invalid JSON that cannot be repaired',
      answer: ['not json at all'],
      theirs: { partial: undefined },
    },
  ],
  left: [],
}

const own = (text) => ({ value: JSON.parse(text), pollutes: false })
const kept = (text) => ({ rule: 'special-keys-are-data', ours: own(text) })
const special = [
  '{"rows":[{"__proto__":"value"}]}',
  '{"rows":[{"constructor":{"prototype":{"value":true}}}]}',
]

const parseJson = {
  repository: 'vercel/ai',
  file: 'packages/provider-utils/src/parse-json.test.ts',
  defaults: anObject,
  cases: [
    {
      test: 'parseJSON: should parse basic JSON without schema',
      answer: '{"cup": "tea"}',
      theirs: { value: { cup: 'tea' } },
    },
    ...special.map((text, at) => ({
      test: `parseJSON: should preserve ${['own __proto__', 'nested constructor.prototype'][at]} properties when explicitly allowed`,
      answer: text,
      theirs: own(text),
    })),
    {
      test: 'parseJSON: should reject prototype properties by default',
      answer: special[0],
      theirs: { error: { kind: 'no json' } },
      ...kept(special[0]),
    },
    {
      test: 'parseJSON: should parse JSON with schema validation',
      model: z.object({ cup: z.string() }),
      answer: '{"cup": "tea"}',
      theirs: { value: { cup: 'tea' } },
    },
    {
      test: 'parseJSON: should throw JSONParseError for invalid JSON',
      answer: 'invalid json',
      theirs: { error: { kind: 'no json' } },
    },
    {
      test: 'parseJSON: should throw TypeValidationError for schema validation failures',
      model: z.object({ cup: z.number() }),
      answer: '{"cup": "tea"}',
      theirs: { error: { kind: 'no match' } },
    },
    ...[
      [
        'should safely parse basic JSON without schema and include rawValue',
        { type: 'object' },
        { cup: 'tea' },
      ],
      [
        'should preserve rawValue even after schema transformation',
        z.object({ count: z.coerce.number() }),
        { count: '42' },
        { count: 42 },
      ],
      [
        'should handle nested objects and preserve raw values',
        z.object({ user: z.object({ id: z.string().transform((text) => Number(text)), name: z.string() }) }),
        { user: { id: '12', name: 'Ada' } },
        { user: { id: 12, name: 'Ada' } },
      ],
      [
        'should handle arrays and preserve raw values',
        z.object({ list: z.array(z.string().transform((text) => text.toUpperCase())) }),
        { list: ['tea', 'cup'] },
        { list: ['TEA', 'CUP'] },
      ],
      [
        'should handle discriminated unions in schema',
        z.discriminatedUnion('type', [
          z.object({ type: z.literal('text'), content: z.string() }),
          z.object({ type: z.literal('number'), value: z.number() }),
        ]),
        { type: 'text', content: 'tea' },
        undefined,
        // The root of a tool is an object, so a union is wrapped.
        (raw) => ({ '@value': raw }),
      ],
      [
        'should handle nullable fields in schema',
        z.object({ id: z.string().nullish(), data: z.string() }),
        { id: null, data: 'tea' },
      ],
      [
        'should handle union types in schema',
        z.object({ v: z.union([z.string(), z.number()]) }),
        { v: 'tea' },
      ],
      ['should handle union types in schema', z.object({ v: z.union([z.string(), z.number()]) }), { v: 12 }],
    ].map(([test, model, raw, value = raw, sent = (whole) => whole]) => ({
      test: `safeParseJSON: ${test}`,
      model,
      mode: 'TOOLS',
      answer: { calls: [{ name: '@tool', arguments: JSON.stringify(sent(raw)) }] },
      theirs: { value, rawArguments: sent(raw) },
    })),
    {
      test: 'safeParseJSON: should handle failed parsing with error details',
      answer: 'invalid json',
      theirs: { error: { kind: 'no json', text: 'invalid json' } },
    },
    {
      test: 'safeParseJSON: should handle schema validation failures',
      model: z.object({ age: z.number() }),
      answer: '{"age": "twenty"}',
      theirs: { error: { kind: 'no match', text: '{"age": "twenty"}' } },
    },
    ...['{"cup": "tea"}', '[7, 8]', '"tea"'].map((text) => ({
      test: 'isParsableJson: should return true for valid JSON',
      model: [{ type: 'object' }, { type: 'array', items: {} }, { type: 'string' }].find(
        ({ type }) => type === { '{': 'object', '[': 'array', '"': 'string' }[text[0]],
      ),
      answer: text,
      theirs: { value: JSON.parse(text) },
    })),
    ...['invalid', '{cup: "tea"}', '{"cup": }'].map((text) => ({
      test: 'isParsableJson: should return false for invalid JSON',
      answer: text,
      theirs: { error: { kind: 'no json' } },
    })),
  ],
  left: [],
}

const secure = [
  '{ "a": 5, "constructor": { "x": 7 }, "c": { "d": 0, "__proto__": { "y": 8 } } }',
  '{ "a": 5, "__proto__": { "x": 7 }, "c": { "d": 0, "__proto__": { "y": 8 } } }',
]

const secureJsonParse = {
  repository: 'vercel/ai',
  file: 'packages/provider-utils/src/secure-json-parse.test.ts',
  defaults: { ...anObject, params: undefined },
  cases: [
    { test: 'parses object string', answer: '{"a": 7, "b": 8}', theirs: { value: { a: 7, b: 8 } } },
    {
      test: 'parses null string',
      model: { type: ['null', 'string'] },
      mode: 'JSON_SCHEMA',
      answer: '{"@value": null}',
      theirs: { value: null },
    },
    ...[
      ['parses 0 string', 'number', 0],
      ['parses string string', 'string', 'X'],
    ].map(([test, type, value]) => ({
      test,
      model: { type },
      mode: 'JSON_SCHEMA',
      answer: JSON.stringify({ '@value': value }),
      theirs: { value },
    })),
    ...['errors on constructor property', 'errors on proto property'].map((test, at) => ({
      test,
      answer: secure[at],
      theirs: { error: { kind: 'no json' } },
      ...kept(secure[at]),
    })),
  ],
  left: [],
}

export default [fixJson, parsePartial, parseJson, secureJsonParse]

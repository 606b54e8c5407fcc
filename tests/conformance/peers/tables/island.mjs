// schema-stream and zod-stream, the parser and the streams of instructor-js.
import * as z from 'zod'
import * as mini from 'zod/mini'
import * as z3 from 'zod3'

const repository = 'hack-dance/island-ai'
const inTens = (value) => JSON.stringify(value).match(/.{1,10}/gs)
const inLetters = (value) => [...JSON.stringify(value)]
const absent = (ours) => ({ rule: 'absent-until-it-arrives', ours })

const table = (file, cases, left = []) => ({
  repository,
  file: `public-packages/${file}`,
  defaults: { mode: 'JSON', call: 'partial' },
  cases,
  left,
})

/** A stream whose last snapshot and value are the document. */
const reads = (test, model, value, deltas = inTens(value), more = {}) => ({
  test,
  model,
  answer: deltas,
  theirs: { value, lastSnapshot: value },
  ...more,
})

const iterate = table('schemaStream/tests/iterate.test.ts', [
  {
    test: 'consumes string ReadableStreams with progressive nested emissions',
    model: z.object({ title: z.string(), nested: z.object({ count: z.number() }) }),
    answer: ['{"title":"hel', 'lo","nested":{"count":', '2}}'],
    theirs: {
      firstSnapshot: { title: 'hel', nested: { count: null } },
      lastSnapshot: { title: 'hello', nested: { count: 2 } },
    },
    ...absent({ firstSnapshot: { title: 'hel' }, lastSnapshot: { title: 'hello', nested: { count: 2 } } }),
  },
  {
    test: 'consumes byte ReadableStreams split inside a UTF-8 code point',
    model: z.object({ message: z.string(), language: z.string() }),
    answer: { deltas: ['{"message":"hello 🌊","language":"日本語"}'], bytes: 1 },
    theirs: { value: { message: 'hello 🌊', language: '日本語' } },
  },
  {
    test: 'consumes pure AsyncIterables and preserves completion paths',
    call: 'patches',
    model: z.object({ profile: z.object({ name: z.string() }), tags: z.array(z.string()) }),
    answer: ['{"profile":{"name":"Ada"},"tags":["mat', 'h","science"]}'],
    theirs: { completedPaths: ['profile.name', 'tags.1', ''] },
  },
  {
    test: 'propagates source errors and closes the source iterator',
    model: z.object({ value: z.string() }),
    answer: { deltas: ['{"value":"in '], breaks: true },
    theirs: { error: { kind: 'incomplete' } },
  },
  {
    test: 'propagates parser errors and closes the source iterator',
    model: z.object({ value: z.number() }),
    answer: ['{"value": nope}', '{"value": 1}'],
    theirs: { error: { kind: 'no json' } },
    params: { parse: 'strict' },
    rule: 'json-is-found-in-text',
    ours: { value: { value: 1 } },
  },
  {
    test: 'cancels a ReadableStream when iteration ends early',
    call: 'leave',
    model: z.object({ value: z.string() }),
    answer: { deltas: ['{"value":"in progress'], never: true },
    theirs: { firstSnapshot: { value: 'in progress' }, cancelled: true },
  },
  {
    test: 'does not pull the next source chunk until the consumer advances',
    call: 'slow reader',
    model: z.object({ value: z.string() }),
    answer: ['{"value":"a', 'b', 'c"}'],
    theirs: { snapshots: [{ value: 'a' }, { value: 'ab' }, { value: 'abc' }] },
  },
  {
    test: 'yields independent immutable-by-value snapshots',
    call: 'changing reader',
    model: z.object({
      nested: z.object({ text: z.string() }),
      items: z.array(z.object({ name: z.string() })),
    }),
    answer: ['{"nested":{"text":"a', 'b"},"items":[{"name":"first"}]}'],
    theirs: { lastSnapshot: { nested: { text: 'ab' }, items: [{ name: 'first' }] } },
  },
])

const flat = { someString: 'test', someNumber: 123, someBoolean: true }
const Flat = z.object({
  someString: z.string().refine((text) => text === 'test', { message: 'not test' }),
  someNumber: z.number(),
  someBoolean: z.boolean(),
})
const marks = ['test]', '{test2', '[test2', 'test2}', 'test2,', ':test2']
const deep = { layer1: { layer2: { yo: 'test', layer3: { layer4: { layer5: 'test' } } } } }
const Deep = z.object({
  layer1: z.object({
    layer2: z.object({
      yo: z.string(),
      layer3: z.object({ layer4: z.object({ layer5: z.string() }) }),
    }),
  }),
})
const things = [
  { someString: 'test', someNumber: 123 },
  { someString: 'test2', someNumber: 456 },
]

const jsonParser = table('schemaStream/tests/jsonParser.test.ts', [
  reads(
    'should parse valid JSON correctly - single layer primitives',
    Flat.extend({ longString: z.string() }),
    { ...flat, longString: 'this is a long string'.repeat(24) },
  ),
  reads('should parse valid JSON correctly - single layer primitives (short)', Flat, flat),
  reads('should parse valid JSON correctly - multi-layer object nesting', Deep, deep),
  reads(
    'should parse valid JSON correctly - single layer object array nesting',
    z.object({ someArray: z.array(z.object({ someString: z.string(), someNumber: z.number() })) }),
    { someArray: things },
  ),
  reads(
    'should parse valid JSON correctly - arrays of strings with special characters',
    z.object({ someArray: z.array(z.string()) }),
    { someArray: marks },
  ),
  reads(
    'should parse valid JSON correctly - strings with special characters',
    z.object(Object.fromEntries(marks.map((_, at) => [`key${at}`, z.string()]))),
    Object.fromEntries(marks.map((mark, at) => [`key${at}`, mark])),
  ),
])

const mixed = {
  layer1: { layer2: { value: 'héllo 🌊' } },
  users: [
    { name: 'Ada', score: 10 },
    { name: 'Grace', score: 20 },
  ],
  punctuation: [']', '{value', '[value', 'value}', 'value,', ':value'],
}

const regressions = table('schemaStream/tests/parser-regressions.test.ts', [
  reads(
    'parses deep objects, object arrays, unicode, and JSON punctuation in strings',
    z.object({
      layer1: z.object({ layer2: z.object({ value: z.string() }) }),
      users: z.array(z.object({ name: z.string(), score: z.number() })),
      punctuation: z.array(z.string()),
    }),
    mixed,
    [
      JSON.stringify(mixed).slice(0, 17),
      JSON.stringify(mixed).slice(17, 48),
      JSON.stringify(mixed).slice(48),
    ],
  ),
  reads(
    'buffers strings without changing final output',
    z.object({ text: z.string() }),
    { text: 'a long streamed value' },
    ['{"text":', '"a lon', 'g streamed value"}'],
  ),
  {
    test: 'propagates malformed JSON errors to the readable stream',
    model: z.object({ value: z.number() }),
    params: { parse: 'strict' },
    answer: ['{"value": nope}'],
    theirs: { error: { kind: 'no json' } },
  },
])

const parts = {
  someString: z.string(),
  someNumber: z.number(),
  someBoolean: z.boolean(),
  someObject: z.object({ someString: z.string() }),
  someArray: z.array(z.string()),
}
const stub = {
  someString: null,
  someNumber: null,
  someBoolean: null,
  someObject: { someString: null },
  someArray: [],
}
const full = {
  someString: 'tea',
  someNumber: 420,
  someBoolean: true,
  someObject: { someString: 'cup' },
  someArray: ['a'],
}
const defaults = z.object({
  someString: z.string().default('tea'),
  someNumber: z.number().default(420),
  someBoolean: z.boolean().default(true),
  someEnum: z.enum(['a', 'b']).default('a'),
  someObject: z.object({ someString: z.string() }).default({ someString: 'cup' }),
  someArray: z.array(z.string()).default(['a', 'b']),
})
const filled = { ...full, someEnum: 'a', someArray: ['a', 'b'] }

const zodTypes = table('schemaStream/tests/zod-types.test.ts', [
  reads('primitive types validate correctly', z.object(parts), full),
  {
    test: 'zod with no explicit defaults',
    model: z.object(parts),
    answer: ['{}'],
    theirs: { lastSnapshot: stub, error: undefined },
    ...absent({ lastSnapshot: {}, error: { kind: 'no match' } }),
  },
  {
    test: 'zod optionals',
    model: z.object(parts).partial(),
    answer: ['{}'],
    theirs: { lastSnapshot: stub },
    ...absent({ lastSnapshot: {} }),
  },
  {
    test: 'zod with explicit defaults',
    model: defaults,
    answer: ['{}'],
    theirs: { firstSnapshot: filled, value: filled },
  },
  {
    test: 'zod with incorrect schema',
    model: z.object({ someString: z.string().default('tea') }).strict(),
    params: { parse: 'strict' },
    answer: ['{"cats":48}'],
    theirs: { error: { kind: 'no match' } },
  },
])

const hello = {
  title: 'Hello',
  details: { count: 37, enabled: true },
  items: [{ label: 'first' }, { label: 'second' }],
}
const HelloOf = (lib) =>
  lib.object({
    title: lib.string(),
    details: lib.object({ count: lib.number(), enabled: lib.boolean() }),
    items: lib.array(lib.object({ label: lib.string() })),
  })
const stubs = [
  ['supports Zod 4 defaults, wrappers, nested objects, and falsy explicit values', z],
  ['retains Zod 3.25 compatibility with an independent runtime', z3],
].map(([test, lib]) => ({
  test: `schema-derived stubs: ${test}`,
  model: lib.object({
    title: lib.string(),
    tags: lib.array(lib.string()),
    state: lib.string().default('new'),
  }),
  answer: ['{', '"title":"a","tags":[]}'],
  theirs: { firstSnapshot: { title: null, tags: [], state: 'new' } },
  ...absent({ firstSnapshot: { state: 'new' } }),
}))

const compatibility = table('schemaStream/tests/zod-compatibility.test.ts', [
  ...stubs,
  reads(
    'schema-derived stubs: supports Zod Mini through the Zod 4 Core contract',
    mini.object({
      title: mini.string(),
      nested: mini.optional(mini.object({ count: mini.number() })),
      items: mini.array(mini.boolean()),
    }),
    { title: 'a', nested: { count: 0 }, items: [true] },
  ),
  {
    test: 'schema-derived stubs: terminates recursive schema stubs safely',
    model: z.object({
      get category() {
        return Category
      },
    }),
    answer: ['{"category":{"name":"a","children":[{"name":"b"}]}}'],
    theirs: { value: { category: { name: 'a', children: [{ name: 'b' }] } } },
  },
  ...[
    ['Zod 4 emits meaningful intermediates, final output, and completion paths', z],
    ['Zod 3 emits the same progressive behavior', z3],
  ].map(([test, lib]) => ({
    test: `supported Zod major streaming matrix: ${test}`,
    model: HelloOf(lib),
    answer: inLetters(hello),
    theirs: { value: hello, titles: ['Hel', 'Hello'], labels: ['fir', 'first', 'sec', 'second'] },
  })),
  {
    test: 'supported Zod major streaming matrix: completion paths',
    call: 'patches',
    model: HelloOf(z),
    answer: inLetters(hello),
    theirs: {
      completedPaths: ['title', 'details.count', 'details.enabled', 'items.0.label', 'items.1.label', ''],
    },
  },
])
const Category = z.object({
  name: z.string(),
  get children() {
    return z.array(Category).optional()
  },
})

export default [iterate, jsonParser, regressions, zodTypes, compatibility]

// The pages about concepts (docs/concepts): types, models, unions, lists, validators. They use OpenAI.
import { maybe } from 'instructor-wasm'
import * as z from 'zod'
import { page, parallel } from './page.mjs'

const whole = z.number().int()
const text = z.string()
const named = (title, shape) => z.object(shape).meta({ title })
const said = (content) => ({ messages: [{ role: 'user', content }] })
const concept = (name, rows) => page(`concepts/${name}`, 'openai/gpt-4.1-mini', rows)

/** The parameters of the tool that is sent. */
const parameters = (part) => ({ sent: { tools: [{ function: { parameters: part } }] } })
const properties = (part) => parameters({ properties: part })
/** A type that is not an object: the answer is an object of one key. */
const wrapped = (heading, schema, value, sent) => [
  heading,
  'user',
  {
    ...said('The question of the page'),
    schema,
    tool: 'Response',
    value,
    answer: { content: value },
    ...parameters({ properties: { content: sent }, required: ['content'] }),
  },
]
const object = (heading, schema, value, more) => [
  heading,
  'user',
  { ...said('The question of the page'), schema, value, ...more },
]

const Weather = named('Weather', { location: text, units: z.enum(['imperial', 'metric']) })
const Search = named('GoogleSearch', { query: text })
const weather = (location, units) => ({ location, units })
const results = [weather('Toronto', 'metric'), weather('Dallas', 'imperial'), { query: 'Super Bowl winner' }]
/** The elements are of several models. */
const unions = (heading) => [
  heading,
  'iterable',
  {
    ...said('The weather, and who won?'),
    schema: z.union([Weather, Search]),
    tool: 'IterableWeatherOrGoogleSearch',
    value: results,
  },
]
const friends = [
  ['Ivan', 28],
  ['Alex', 25],
  ['John', 30],
  ['Mary', 27],
].map(([name, age]) => ({ name, age }))

const Detail = named('UserDetail', { age: whole, name: text, role: text.nullish() })
const MaybeUser = named('MaybeUser', {
  result: Detail.nullish(),
  error: z.boolean().default(false),
  message: text.nullish(),
})
const Property = z.object({ key: text, value: text })

const Meeting = named('MeetingInfo', {
  users: z.array(z.object({ name: text, email: text, twitter: text })),
  date: text,
  location: text,
  budget: whole,
  deadline: text,
})
const guest = (name, twitter) => ({ name, email: `${name.split(' ')[0]}@email.com`, twitter })

const spaced = text
  .refine((name) => name.includes(' '), { message: 'Name must contain a space.' })
  .transform((name) => name.toLowerCase())

const User = z.object({ type: z.literal('user'), username: text })
const System = z.object({ type: z.literal('system'), command: text })

export const concepts = [
  concept('types', [
    wrapped('Primitive types', z.boolean(), true, { type: 'boolean' }),
    wrapped('Primitive types: int', whole, 25, { type: 'integer' }),
    wrapped('Primitive types: float', z.number(), 2.5, { type: 'number' }),
    wrapped('Primitive types: str', text, 'Paris', { type: 'string' }),
    wrapped('Annotated', z.boolean().describe('Sample Description'), true, {
      type: 'boolean',
      description: 'Sample Description',
    }),
    wrapped('Literal', z.enum(['BILLING', 'SHIPPING']), 'BILLING', { enum: ['BILLING', 'SHIPPING'] }),
    wrapped('Enum', z.enum({ Billing: 'BILLING', Shipping: 'SHIPPING' }), 'SHIPPING', {
      enum: ['BILLING', 'SHIPPING'],
    }),
    wrapped('Union', z.union([text, whole]), 7, { anyOf: [{ type: 'string' }, { type: 'integer' }] }),
    wrapped('List', z.array(whole), [1, 2, 3], { type: 'array', items: { type: 'integer' } }),
    object(
      'Dict',
      z.record(text, whole),
      { one: 1 },
      { tool: 'Response', ...parameters({ additionalProperties: { type: 'integer' } }) },
    ),
    unions('List of a union'),
  ]),
  concept('models', [
    object(
      'Prompting',
      named('User', { name: text.describe('The name of the user.') }).describe('The prompt of the model.'),
      { name: 'John' },
      {
        sent: {
          tools: [
            {
              function: {
                description: 'The prompt of the model.',
                parameters: { properties: { name: { description: 'The name of the user.' } } },
              },
            },
          ],
        },
      },
    ),
    object(
      'Optional values',
      named('User', { name: text, email: text.nullable().default(null) }),
      { name: 'John', email: null },
      { answer: { name: 'John' }, ...parameters({ required: ['name'] }) },
    ),
    object(
      'Dynamic model creation',
      named('User', Object.fromEntries(['name', 'role'].map((key) => [key, text]))),
      { name: 'Jason', role: 'engineer' },
      parameters({ required: ['name', 'role'] }),
    ),
  ]),
  concept('fields', [
    object(
      'Default values',
      named('User', { name: text.default('John Doe') }),
      { name: 'John Doe' },
      {
        answer: {},
        ...properties({ name: { default: 'John Doe' } }),
      },
    ),
    object(
      'Exclude',
      named('DateRange', { chain_of_thought: text, start: text, end: text }).transform(
        ({ chain_of_thought, ...range }) => range,
      ),
      { start: '2021-01-01', end: '2021-01-30' },
      {
        tool: 'DateRange',
        answer: { chain_of_thought: 'The last 30 days.', start: '2021-01-01', end: '2021-01-30' },
        ...properties({ chain_of_thought: { type: 'string' } }),
      },
    ),
    object(
      'Customizing JSON Schema',
      named('User', {
        age: whole.describe('Age of the user'),
        name: text.meta({ title: 'Username' }),
        password: text.meta({
          title: 'Password',
          description: 'Password of the user',
          examples: ['123456'],
        }),
      }),
      { age: 25, name: 'jason', password: 'secret' },
      properties({
        age: { description: 'Age of the user' },
        name: { title: 'Username' },
        password: { title: 'Password', description: 'Password of the user', examples: ['123456'] },
      }),
    ),
  ]),
  concept('maybe', [
    object('Defining the model', MaybeUser, {
      result: { age: 25, name: 'Jason', role: 'scientist' },
      error: false,
      message: null,
    }),
    object('The data is missing', MaybeUser, { result: null, error: true, message: 'User not found' }),
    object(
      'Maybe(UserDetail)',
      maybe(Detail),
      { result: null, error: true, message: 'User not found' },
      { tool: 'MaybeUserDetail' },
    ),
  ]),
  concept('unions', [
    object('Basic union', named('Response', { value: z.union([text, whole]) }), { value: 'seven' }),
    wrapped(
      'Discriminated unions',
      z.discriminatedUnion('type', [User, System]),
      { type: 'user', username: 'jsmith' },
      { oneOf: [{ type: 'object' }, { type: 'object' }] },
    ),
    object('Optional fields', named('User', { name: text, email: text.nullable() }), {
      name: 'John',
      email: null,
    }),
    object(
      'Nested unions',
      named('Page', {
        parts: z.array(
          z.discriminatedUnion('type', [
            z.object({ type: z.literal('text'), content: text }),
            z.object({ type: z.literal('image'), url: text }),
          ]),
        ),
      }),
      {
        parts: [
          { type: 'text', content: 'Hello' },
          { type: 'image', url: 'https://example.com/a.png' },
        ],
      },
    ),
  ]),
  concept('iterable', [
    ['create_iterable', 'iterable', { ...said('Ivan is 28, with friends'), value: friends }],
    unions('create_iterable of a union'),
  ]),
  concept('partial', [
    ['Understanding partial responses', 'partial', { ...said('Jason is 12 years old') }],
    [
      'The conference',
      'partial',
      {
        ...said('The meeting and the users'),
        schema: Meeting,
        value: {
          users: [guest('John Doe', '@TechGuru44'), guest('Jane Smith', '@DigitalDiva88')],
          date: 'March 15th, 2024',
          location: 'Grand Tech Arena',
          budget: 50000,
          deadline: 'February 20th',
        },
      },
    ],
    [
      'A literal',
      'partial',
      {
        ...said('Jason, an administrator'),
        schema: named('User', { name: text, category: z.enum(['admin', 'user', 'guest']) }),
        value: { name: 'Jason', category: 'admin' },
      },
    ],
  ]),
  concept('typeddicts', [
    ['TypedDicts', 'user', { ...said('Timothy turns 32'), value: { name: 'Timothy', age: 32 } }],
    object('A key with an underscore', named('User', { _id: text, name: text }), {
      _id: 'a1',
      name: 'Timothy',
    }),
    object(
      'NotRequired',
      named('User', { name: text, age: whole.optional() }),
      { name: 'Timothy' },
      parameters({ required: ['name'] }),
    ),
  ]),
  concept('prompting', [
    object(
      'Modular chain of thought',
      named('UserDetail', {
        name: text,
        role: z.object({ chain_of_thought: text.describe('Think step by step'), title: text }),
      }),
      { name: 'Jason', role: { chain_of_thought: 'He writes programs.', title: 'engineer' } },
    ),
    object('Optional attributes', Detail, { age: 25, name: 'Jason', role: null }),
    object(
      'Enumerations with a fallback',
      named('UserDetail', { name: text, role: z.enum(['PRINCIPAL', 'TEACHER', 'STUDENT', 'OTHER']) }),
      { name: 'Jason', role: 'OTHER' },
      properties({ role: { enum: ['PRINCIPAL', 'TEACHER', 'STUDENT', 'OTHER'] } }),
    ),
    object(
      'Arbitrary properties',
      named('UserDetail', { name: text, properties: z.array(Property).describe('Any other properties') }),
      { name: 'Jason', properties: [{ key: 'hair', value: 'brown' }] },
    ),
    object(
      'A limited list of properties',
      named('UserDetail', { name: text, properties: z.array(Property).max(2) }),
      { name: 'Jason', properties: [{ key: 'hair', value: 'brown' }] },
      {
        params: { maxRetries: 1 },
        answers: [
          {
            name: 'Jason',
            properties: ['a', 'b', 'c'].map((key) => ({ key, value: key })),
          },
          { name: 'Jason', properties: [{ key: 'hair', value: 'brown' }] },
        ],
      },
    ),
    object(
      'Relationships of entities',
      named('UserRelationships', {
        users: z.array(z.object({ id: whole, name: text, friends: z.array(whole) })),
      }),
      {
        users: [
          { id: 1, name: 'Jason', friends: [2] },
          { id: 2, name: 'Sarah', friends: [] },
        ],
      },
    ),
  ]),
  concept('reask_validation', [
    object(
      'A validator that changes the value',
      named('UserDetail', { age: whole, name: spaced }),
      { age: 29, name: 'jason liu' },
      {
        params: { maxRetries: 2 },
        answers: [
          { age: 29, name: 'Jason' },
          { age: 29, name: 'Jason Liu' },
        ],
      },
    ),
    ['A validator that calls a model', 'judged'],
  ]),
  concept('retrying', [['Simple: maximum of retries', 'retries']]),
  concept('templating', [['A template with a context', 'template']]),
  concept('raw_response', [['The completion', 'completion']]),
  concept('multimodal', [
    ['Image', 'image'],
    ['Image found in a text', 'image in a text'],
    ['PDF', 'pdf'],
    ['Audio', 'audio', { model: 'gpt-4o-audio-preview' }],
  ]),
  concept('parallel', [parallel('Parallel tools')]),
]

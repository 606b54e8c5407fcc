// instructor-js: its tests send to real models; the rows have the answers that these tests expect.
import * as z from 'zod'

const User = z.object({ age: z.number(), name: z.string() })
const jason = { age: 30, name: 'Jason Liu' }
const tool = (value) => ({ calls: [{ name: '@tool', arguments: JSON.stringify(value) }] })
const text = (value) => ({ text: JSON.stringify(value) })
const fenced = (value) => ({ text: `\`\`\`json\n${JSON.stringify(value)}\n\`\`\`` })
const pieces = (value) => JSON.stringify(value).match(/.{1,9}/gs)
const streamed = (value) => ({ calls: [{ name: '@tool', arguments: pieces(value) }] })
const Spaced = z.object({
  age: z.number(),
  name: z.string().refine((name) => name.includes(' '), { message: 'Name must contain a space' }),
})
const Upper = z.object({
  age: z.number(),
  name: z.string().refine((name) => name === name.toUpperCase(), { message: 'Name must be uppercase' }),
})
const upper = { age: 30, name: 'JASON LIU' }
const answers = { TOOLS: tool, FUNCTIONS: tool, JSON: text, MD_JSON: fenced, JSON_SCHEMA: text }

const Conference = z.object({
  users: z.array(z.object({ name: z.string(), handle: z.string(), twitter: z.string() })).min(3),
  location: z.string(),
  budget: z.number(),
})
const conference = {
  users: ['John', 'Jane', 'Alex'].map((name) => ({ name, handle: `@${name}`, twitter: `x.com/${name}` })),
  location: 'Grand Tech Arena',
  budget: 50000,
}

const Profile = z.object({
  story: z.string().describe('A long story about the user'),
  userDetails: z.object({
    firstName: z.string(),
    contactDetails: z.object({ email: z.string(), phoneNumber: z.string().optional() }),
  }),
  jobHistory: z.array(z.object({ companyName: z.string(), years: z.number().optional() })),
  skills: z.array(z.string()),
})
const profile = {
  story: 'He was born in June.',
  userDetails: { firstName: 'John', contactDetails: { email: 'john@example.com', phoneNumber: '555-1234' } },
  jobHistory: [
    { companyName: 'Acme', years: 5 },
    { companyName: 'Globex', years: 3 },
  ],
  skills: ['Programming', 'Leadership'],
}

const repository = 'instructor-ai/instructor-js'
const table = (file, cases, left = []) => ({
  repository,
  file: `tests/${file}.test.ts`,
  defaults: { call: 'instructor-js', mode: 'TOOLS' },
  cases,
  left,
})

/** The clients of llm-polyglot are objects with `chat.completions.create` in OpenAI's form. */
const polyglot = (vendor) =>
  [
    ['basic completion', z.object({ name: z.string() }), { name: 'Dimitri Kennedy' }],
    ['complex schema', Profile, profile],
  ].flatMap(([test, model, value]) =>
    [tool, streamed].map((answer) => ({
      test: `LLMClient ${vendor} Provider - mode: TOOLS${answer === streamed ? ' - stream' : ''}: ${test}`,
      client: 'object',
      model,
      stream: answer === streamed,
      params: { max_tokens: 1000 },
      answer: answer(value),
      theirs: { value, sent: { max_tokens: 1000 } },
    })),
  )

/** A model judges a text, as LLMValidator of instructor-js does. */
const judged = (isValid) =>
  z.object({
    question: z.string(),
    answer: z.string().superRefine(async (_, context) => {
      await undefined
      if (!isValid) context.addIssue({ code: 'custom', message: 'It is questionable.' })
    }),
  })
const qa = { question: 'What is the meaning of life?', answer: 'A life of sin.' }

const maybe = (schema) =>
  z.object({
    result: schema.optional().describe('The result, if any'),
    error: z.boolean().default(false),
    message: z.string().optional().describe('The reason for a missing result'),
  })

export default [
  table(
    'mode',
    [
      ['JSON_SCHEMA', 'mistralai/Mixtral-8x7B-Instruct-v0.1', 'https://api.endpoints.anyscale.com/v1'],
      ...['gpt-3.5-turbo-1106', 'gpt-4-1106-preview'].flatMap((name) =>
        ['TOOLS', 'JSON', 'MD_JSON'].map((mode) => [mode, name]),
      ),
      ...['gpt-3.5-turbo', 'gpt-4'].map((name) => ['FUNCTIONS', name]),
    ].map(([mode, name, baseURL]) => ({
      test: `Modes: Should return extracted name and age for model ${name} and mode ${mode}`,
      mode,
      sdk: { baseURL },
      model: Spaced,
      params: { model: name, max_retries: 3 },
      answer: answers[mode](jason),
      theirs: { value: jason, requests: 1 },
    })),
  ),
  table(
    'functions',
    [
      {
        test: 'FunctionCall: Should return extracted name and age based on schema',
        mode: 'FUNCTIONS',
        model: User,
        params: { seed: 1 },
        answer: tool(jason),
        theirs: { value: jason, sent: { seed: 1 } },
      },
      {
        test: 'FunctionCallValidated: Name should be uppercase based on validation check',
        model: Upper,
        params: { max_retries: 3 },
        answers: [tool(jason), tool(upper)],
        theirs: { value: upper, requests: 2, reports: 'Name must be uppercase' },
      },
      {
        test: 'FunctionCallMany: Should return extracted name and age based on schema',
        model: z.object({ users: z.array(User) }).describe('Correctly formatted list of users'),
        params: { max_retries: 3 },
        answer: tool({ users: [jason, { age: 12, name: 'Sarah' }] }),
        theirs: { value: { users: [jason, { age: 12, name: 'Sarah' }] } },
      },
    ],
    [[3, 'extract.test.ts: the same programs in an older form']],
  ),
  table('stream', [
    {
      test: 'StreamFunctionCall: Generator: Should return extracted users and budget',
      model: Conference,
      stream: true,
      params: { max_retries: 3, seed: 1, stream_options: { include_usage: true } },
      answer: streamed(conference),
      theirs: { value: conference, usageKnown: true, firstKeys: ['users', 'location', 'budget'] },
      rule: 'absent-until-it-arrives',
      ours: { value: conference, usageKnown: true, firstKeys: [] },
    },
  ]),
  table('maybe', [
    {
      test: 'Maybe: Should properly extract name and age from content',
      model: maybe(User),
      params: { max_retries: 3 },
      answer: tool({ result: jason }),
      theirs: { value: { result: jason, error: false } },
    },
  ]),
  table('zod-type', [
    {
      test: 'zod-schema test: Should return default values',
      model: z.object({ age: z.number().default(30), name: z.string().default('Jason Liu') }),
      answer: tool({}),
      theirs: { value: jason },
    },
  ]),
  table(
    'validator',
    [
      {
        test: 'Validator: Async Refine Function Should Fail',
        model: judged(false),
        params: { max_retries: 0 },
        answer: tool(qa),
        theirs: { threw: 'ZodError', requests: 1 },
      },
      {
        test: 'Validator: Async Refine Function Should Pass',
        model: judged(true),
        params: { max_retries: 2 },
        answer: tool(qa),
        theirs: { value: qa, requests: 1 },
      },
    ],
    [
      [
        3,
        'validators.test.ts: the same validators in an older form; tests/runtimes/checks.test.mjs has ours',
      ],
    ],
  ),
  table('request-options', [
    {
      test: 'callWithTimeout: Should fail quick with low timeout',
      model: Upper,
      params: { max_retries: 3 },
      requestOptions: { timeout: 100 },
      answer: { ...tool(upper), never: true },
      theirs: { threw: 'TimeoutError', requests: 1 },
    },
  ]),
  table('logger', [
    {
      test: 'Custom Logger: Should log using custom logger',
      model: User,
      params: { max_retries: 1 },
      answer: tool(jason),
      theirs: { value: jason, logged: true },
    },
  ]),
  table('passthrough', [
    {
      test: 'Passthrough from instruct to openai: whole',
      mode: 'FUNCTIONS',
      answer: { text: 'He is 30.' },
      theirs: { passed: 'He is 30.' },
    },
    {
      test: 'Passthrough from instruct to openai: streamed',
      mode: 'FUNCTIONS',
      stream: true,
      answer: ['He ', 'is 30.'],
      theirs: { passed: 'He is 30.' },
    },
  ]),
  table('anthropic', polyglot('Anthropic')),
  table('google', polyglot('google'), [[2, 'grounding: a call without a response model']]),
  table('deepseek', [
    {
      test: 'thinking parser - live tests: should parse r1 response with thinking tags',
      mode: 'THINKING_MD_JSON',
      sdk: { baseURL: 'https://api.groq.com/openai/v1' },
      model: User,
      params: { model: 'deepseek-r1-distill-llama-70b', max_retries: 4 },
      answer: { text: `<think>\nHe says 30.\n</think>\n\n\`\`\`json\n${JSON.stringify(jason)}\n\`\`\`` },
      theirs: { value: jason, thinking: 'He says 30.' },
    },
  ]),
  { ...table('inference', [], [[6, 'inferred types: tests/types/other-names.ts']]) },
]

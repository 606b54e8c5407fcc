// The apps of `npm run size`: what a page imports and calls, in which schema library and in which form of delivery. Each is the
// example of the README with another provider or schema; the page's `result` is the value that the call returns.

/** What every call returns. */
export const VALUE = { name: 'Jason', age: 25 }

const MESSAGES = `[{ role: 'user', content: 'Extract: Jason is 25 years old.' }]`
const JSON_SCHEMA = `{
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
}`

/** `User` in each schema library. */
const SCHEMAS = {
  zod: `import * as z from 'zod'\nconst User = z.object({ name: z.string(), age: z.number().int() })`,
  'zod/mini': `import * as z from 'zod/mini'\nconst User = z.object({ name: z.string(), age: z.int() })`,
  'JSON Schema': `const User = ${JSON_SCHEMA}`,
}

/**
 * A page: the server's address is a global variable, which the measurement sets. The call begins after the script has run: a
 * fetch while it runs makes V8 parse the script again for its stack, but only under DevTools, which measure here.
 */
const page = (imports, body) => `${imports}
const base = globalThis.PROVIDER ?? 'https://example.com'
globalThis.result = Promise.resolve().then(async () => {
${body}
})
`

const PROVIDERS = {
  OpenAI: { model: 'openai/gpt-4o-mini', path: '/v1' },
  Anthropic: { model: 'anthropic/claude-sonnet-4-5', path: '' },
  Gemini: { model: 'google/gemini-2.5-flash', path: '/v1beta' },
}

const ours = (provider, library, entry = 'instructor-wasm') => {
  const { model, path } = PROVIDERS[provider]
  return page(
    `import { fromProvider } from '${entry}'\n${SCHEMAS[library]}`,
    `const client = fromProvider('${model}', { apiKey: 'k', allowBrowser: true, baseURL: base + '${path}' })
return client.create({ responseModel: User, messages: ${MESSAGES} })`,
  )
}

/** One page that uses all wire APIs, strict schemas, the notation of types, lenient reading, corrections and templates. */
const everything = (entry) =>
  page(
    `import { fromProvider } from '${entry}'\n${SCHEMAS['zod/mini']}`,
    `const messages = ${MESSAGES}
const schema = ${JSON_SCHEMA}
const keys = { apiKey: 'k', allowBrowser: true }
const bedrock = { allowBrowser: true, region: 'us-east-1', accessKeyId: 'k', secretAccessKey: 's', baseURL: base }
const calls = [
  ['openai/gpt-4o-mini', { ...keys, baseURL: base + '/v1' }, { mode: 'TOOLS_STRICT', parse: 'lenient' }],
  ['openai/gpt-4o-mini', { ...keys, baseURL: base + '/v1' }, { mode: 'MD_JSON', repair: 'part', context: {} }],
  ['openai/gpt-4o-mini', { ...keys, baseURL: base + '/v1' }, { mode: 'RESPONSES_TOOLS' }],
  ['anthropic/claude-sonnet-4-5', { ...keys, baseURL: base }, { responseModel: schema }],
  ['google/gemini-2.5-flash', { ...keys, baseURL: base + '/v1beta' }, {}],
  ['bedrock/anthropic.claude-sonnet-4-5', bedrock, { mode: 'TOOLS' }],
  ['cohere/command-a-03-2025', { ...keys, baseURL: base + '/v2' }, {}],
  ['workers_ai/@cf/meta/llama-3.1-8b-instruct', { ...keys, accountId: 'a', baseURL: base + '/ai' }, {}],
]
let value
for (const [model, options, more] of calls)
  value = await fromProvider(model, options).create({ responseModel: User, messages, ...more })
return value`,
  )

const openai = (library) => {
  const helper = {
    zod: `import { zodResponseFormat } from 'openai/helpers/zod'`,
    'zod/mini': `import { zodResponseFormat } from 'openai/helpers/zod'`,
    'JSON Schema': `const zodResponseFormat = (schema, name) => ({ type: 'json_schema', json_schema: { name, strict: true, schema } })`,
  }[library]
  return page(
    `import OpenAI from 'openai'\n${helper}\n${SCHEMAS[library]}`,
    `const client = new OpenAI({ apiKey: 'k', baseURL: base + '/v1', dangerouslyAllowBrowser: true })
const done = await client.chat.completions.parse({
  model: 'gpt-4o-mini',
  messages: ${MESSAGES},
  response_format: zodResponseFormat(User, 'User'),
})
return done.choices[0].message.parsed`,
  )
}

const aiSdk = (library) =>
  page(
    `import { generateObject${library === 'JSON Schema' ? ', jsonSchema' : ''} } from 'ai'
import { createOpenAI } from '@ai-sdk/openai'\n${SCHEMAS[library]}`,
    `const openai = createOpenAI({ apiKey: 'k', baseURL: base + '/v1' })
const schema = ${library === 'JSON Schema' ? 'jsonSchema(User)' : 'User'}
return (await generateObject({ model: openai.chat('gpt-4o-mini'), schema, messages: ${MESSAGES} })).object`,
  )

const xsai = (library) =>
  page(
    `import { generateObject } from '@xsai/generate-object'\n${SCHEMAS[library]}`,
    `const { object } = await generateObject({
  apiKey: 'k',
  baseURL: base + '/v1/',
  model: 'gpt-4o-mini',
  schema: User,
  messages: ${MESSAGES},
})
return object`,
  )

/** No library: what a page costs without any. */
const bare = page(
  '',
  `const response = await fetch(base + '/v1/chat/completions', {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: 'Bearer k' },
  body: JSON.stringify({
    model: 'gpt-4o-mini',
    messages: ${MESSAGES},
    response_format: { type: 'json_schema', json_schema: { name: 'User', strict: true, schema: ${JSON_SCHEMA} } },
  }),
})
return JSON.parse((await response.json()).choices[0].message.content)`,
)

const LIBRARIES = Object.keys(SCHEMAS)

/**
 * `form`: how the app is delivered. `split` is a build with Vite, files and chunks; `one file` is esbuild's `iife`, delivered
 * without any file of the package; `worker` is uploaded as wrangler does.
 */
export const OURS = [
  ...Object.keys(PROVIDERS).flatMap((provider) =>
    LIBRARIES.map((library) => ({
      name: `${provider}, ${library}`,
      form: 'split',
      code: ours(provider, library),
    })),
  ),
  { name: 'everything', form: 'split', code: everything('instructor-wasm') },
  ...['zod', 'zod/mini'].map((library) => ({
    name: `OpenAI, ${library}, one file`,
    form: 'one file',
    code: ours('OpenAI', library),
  })),
  {
    name: 'OpenAI, zod/mini, /inline, one file',
    form: 'one file',
    code: ours('OpenAI', 'zod/mini', 'instructor-wasm/inline'),
  },
  { name: 'Worker, zod/mini', form: 'worker', code: ours('OpenAI', 'zod/mini') },
]

/** The same call with other libraries, from benches/size/node_modules. */
export const PEERS = [
  ...LIBRARIES.map((library) => ({ name: `openai, ${library}`, form: 'split', code: openai(library) })),
  ...LIBRARIES.map((library) => ({ name: `AI SDK, ${library}`, form: 'split', code: aiSdk(library) })),
  ...['zod', 'zod/mini'].map((library) => ({ name: `xsai, ${library}`, form: 'split', code: xsai(library) })),
  ...[
    ['openai', openai],
    ['AI SDK', aiSdk],
    ['xsai', xsai],
  ].flatMap(([name, code]) =>
    ['one file', 'worker'].map((form) => ({
      // xsai imports the converters of libraries that this app does not use.
      external: name === 'xsai' ? ['sury', '@valibot/to-json-schema'] : [],
      name: `${name}, zod/mini, ${form}`,
      form,
      code: code('zod/mini'),
    })),
  ),
  { name: 'fetch, no library', form: 'split', code: bare },
]

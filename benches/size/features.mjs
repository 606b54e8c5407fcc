// What each feature adds to a page: the page with the README's call, and the same page with the feature in use. `npm run size --
// --features` builds and visits them, and writes the differences into docs/internals/size.md with --update.
import { readFileSync, writeFileSync } from 'node:fs'
import { at } from '../../scripts/lib.mjs'

const PAGE = at('docs', 'internals', 'size.md')
const PNG = 'new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, 1, 2, 3, 4])'

/** A page whose client makes one call; each text is code of one place. */
function page({
  imports = '',
  before = '',
  model = 'openai/gpt-4o-mini',
  path = '/v1',
  options = '',
  run = 'client.create({ responseModel: User, messages })',
}) {
  return `import { fromProvider${imports} } from 'instructor-wasm'
import * as z from 'zod/mini'
const User = z.object({ name: z.string(), age: z.int() })
const messages = [{ role: 'user', content: 'Extract: Jason is 25 years old.' }]
const base = globalThis.PROVIDER ?? 'https://example.com'
const call = { responseModel: User, messages }
${before}
globalThis.result = Promise.resolve().then(async () => {
  const client = fromProvider('${model}', { apiKey: 'k', allowBrowser: true, baseURL: base + '${path}', ${options} })
  return await ${run}
})
`
}

/** A page that uses an export without another request. */
const kept = (imports, code) => page({ imports: `, ${imports}`, before: `globalThis.kept = ${code}` })
const plain = `{ type: 'object', properties: { name: { type: 'string' }, age: { type: 'integer' } }, required: ['name', 'age'] }`

/** The feature, as the table shows it, and its page. The first is the page without any. */
export const FEATURES = [
  ['(none)', page({})],
  [
    'retries, hooks, budget, `check`, timeout',
    page({
      options: `timeout: 60000, maxRetries: { attempts: 3 }, budget: { tokens: 1000 }, hooks: { 'parse:error': () => {} }`,
      run: 'client.create({ ...call, check: () => undefined })',
    }),
  ],
  [
    'a model of another schema library: JSON Schema',
    page({ run: `client.create({ messages, responseModel: ${plain} })` }),
  ],
  ['`createPartial`', page({ run: 'client.createPartial(call).final()' })],
  ['`createIterable`', page({ run: 'client.createIterable(call).final().then(([first]) => first)' })],
  [
    'a relay: `toResponse`, `readPartial`',
    page({
      imports: ', readPartial',
      run: 'readPartial(client.createPartial(call).toResponse()).final()',
    }),
  ],
  ['templates: `context`', page({ run: `client.create({ ...call, context: { a: 1 } })` })],
  ["prompt modes: `mode: 'JSON'`", page({ run: `client.create({ ...call, mode: 'JSON' })` })],
  [
    "strict schemas: `mode: 'TOOLS_STRICT'`",
    page({ run: `client.create({ ...call, mode: 'TOOLS_STRICT' })` }),
  ],
  ["`parse: 'lenient'`", page({ run: `client.create({ ...call, parse: 'lenient' })` })],
  ["`repair: 'part'`", page({ run: `client.create({ ...call, repair: 'part' })` })],
  [
    'parallel tools',
    page({ run: 'client.create({ messages, responseModel: [User] }).then(([first]) => first)' }),
  ],
  [
    '`tools({ … })`',
    page({
      imports: ', tools',
      run: 'client.create({ messages, responseModel: tools({ user: User }) }).then(([{ value }]) => value)',
    }),
  ],
  ['`fallback`', page({ options: `fallback: ['openai/gpt-4o']` })],
  ['`maybe`', kept('maybe', 'maybe(User)')],
  ['`partial`, `iterable`', kept('partial, iterable', '[partial(User), iterable(User)]')],
  ['`cited`', kept('cited', `cited(User, { from: ['text'] })`)],
  ['`llmValidator`', kept('llmValidator', 'llmValidator')],
  ['`moderation`', kept('moderation', 'moderation')],
  [
    'words of retry policies',
    kept(
      'retry, stopAfterAttempt, waitExponential, retryIfStatus',
      '[retry, stopAfterAttempt, waitExponential, retryIfStatus]',
    ),
  ],
  ['`Hooks`', kept('Hooks', 'Hooks')],
  ['the cache: `cache: true`', page({ options: 'cache: true' })],
  [
    'stores: `kvCache`, `webCache`, `idbCache`, `redisCache`',
    kept('kvCache, webCache, idbCache, redisCache', '[kvCache, webCache, idbCache, redisCache]'),
  ],
  [
    'files in messages: bytes',
    page({
      run: `client.create({ ...call, messages: [{ role: 'user', content: ['Who?', { type: 'image', source: ${PNG} }] }] })`,
    }),
  ],
  [
    '`image`, `audio`, `pdf`',
    page({
      imports: ', image, audio, pdf',
      before: 'globalThis.kept = [audio, pdf]',
      run: `client.create({ ...call, messages: [{ role: 'user', content: ['Who?', image(${PNG})] }] })`,
    }),
  ],
  [
    '`client.batch`',
    page({
      run: `client.batch([{ id: 'a', responseModel: User, prompt: 'x' }]).toJSONL().then(() => client.create(call))`,
    }),
  ],
  ['functions as transports: `fromCreate`', kept('fromCreate', 'fromCreate')],
  ["clients of vendors' SDKs: `fromOpenAI`", kept('fromOpenAI', 'fromOpenAI')],
  ['`fromLiteLLM`', kept('fromLiteLLM', 'fromLiteLLM')],
  [
    '`instructor-wasm/otel`',
    page({}).replace(
      'import * as z',
      `import { otel } from 'instructor-wasm/otel'\nglobalThis.kept = otel\nimport * as z`,
    ),
  ],
  ['Anthropic', page({ model: 'anthropic/claude-sonnet-4-5', path: '' })],
  ['Gemini', page({ model: 'google/gemini-2.5-flash', path: '/v1beta' })],
  [
    'Bedrock',
    page({
      model: 'bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0',
      path: '',
      options: `apiKey: undefined, region: 'us-east-1', accessKeyId: 'k', secretAccessKey: 's'`,
    }),
  ],
  ['Cohere', page({ model: 'cohere/command-a-03-2025', path: '/v2' })],
  ['Responses API', page({ run: `client.create({ ...call, mode: 'RESPONSES_TOOLS' })` })],
]

/** The pages as scenarios of measure.mjs. */
export const SCENARIOS = FEATURES.map(([, code], i) => ({ name: `feature ${i}`, form: 'split', code }))

// Without the sign of a difference that is rounded to zero.
const kilobytes = (bytes) => (bytes / 1000).toFixed(1).replace('-0.0', '0.0')

/** The table: what the page with the feature downloads in addition to the one without. */
export function table(rows) {
  const [{ call: none }] = rows
  const lines = rows.map(({ call }, i) => {
    const cells = i
      ? [call.js - none.js, call.wasm - none.wasm, call.all - none.all]
      : [call.js, call.wasm, call.all]
    return `| ${[FEATURES[i][0], ...cells.map(kilobytes)].join(' | ')} |`
  })
  return ['| feature | JavaScript | wasm | all |', '| --- | --- | --- | --- |', ...lines].join('\n')
}

/** Writes the table into its page. */
export function write(rows) {
  const text = readFileSync(PAGE, 'utf8')
  const [start, end] = ['<!-- features -->', '<!-- /features -->'].map((mark) => text.indexOf(mark))
  if (start < 0 || end < start) throw new Error(`${PAGE} has no place for the table`)
  const from = start + '<!-- features -->'.length
  writeFileSync(PAGE, `${text.slice(0, from)}\n\n${table(rows)}\n\n${text.slice(end)}`)
}

// npm run bench: the time of one `create` compared with other libraries, and the time to load the package.
//
// Every library makes the same call over the same canned fetch (no network, the answer is ready at once) and must
// return the same validated object. So the numbers are the library's own work: building the request, decoding the
// answer, validating. The libraries take turns in short rounds, so that a busy machine affects all of them.
//   npm run bench -- --rounds 40 --no-browser
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { artifacts, at, cache, chromium, die, run, say } from '../../scripts/lib.mjs'

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '40' },
    calls: { type: 'string', default: '25' },
    browser: { type: 'boolean', default: true },
  },
  allowNegative: true,
})
const here = at('benches', 'create')
if (!existsSync(at('pkg', 'index.js'))) die('pkg/ is not built: run npm run build')
if (!existsSync(join(here, 'node_modules'))) {
  say('installing the peers (benches/create) …')
  const done = await run('bench-npm', 'npm', ['ci', '--no-audit', '--no-fund'], { cwd: here })
  if (!done.ok) die(`npm ci in benches/create failed (${done.log})`)
}

const { z } = await import('zod')
const { default: OpenAI } = await import('openai')
const { zodResponseFormat } = await import('openai/helpers/zod')
const { generateObject, generateText, Output } = await import('ai')
const { createOpenAI } = await import('@ai-sdk/openai')
const { fromProvider } = await import('../../scripts/self.mjs')

const Order = z.object({
  id: z.string(),
  customer: z.object({ name: z.string(), email: z.string() }),
  lines: z.array(z.object({ item: z.string(), quantity: z.number().int(), price: z.number() })),
  paid: z.boolean(),
})
const order = {
  id: 'A-1009',
  customer: { name: 'Ada Lovelace', email: 'ada@example.com' },
  lines: Array.from({ length: 6 }, (_, i) => ({
    item: `keyboard number ${i}`,
    quantity: i + 1,
    price: 49.9 + i,
  })),
  paid: true,
}
const messages = [{ role: 'user', content: 'Extract the order: Ada Lovelace bought six keyboards …' }]
const model = 'gpt-4o-mini'
const content = JSON.stringify(order)

/** One answer, as a tool call or as text, depending on the request. */
function answer(body) {
  const tool = body.tools?.[0]?.function?.name
  const message = tool
    ? {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: tool, arguments: content } }],
      }
    : { role: 'assistant', content, refusal: null }
  return JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model,
    choices: [{ index: 0, message, finish_reason: tool ? 'tool_calls' : 'stop', logprobs: null }],
    usage: { prompt_tokens: 60, completion_tokens: 120, total_tokens: 180 },
  })
}
const headers = { 'content-type': 'application/json' }
const canned = async (_url, init) => new Response(answer(JSON.parse(init.body)), { status: 200, headers })

const openai = new OpenAI({ apiKey: 'k', fetch: canned, maxRetries: 0 })
const ai = createOpenAI({ apiKey: 'k', fetch: canned }).chat(model)
const ours = fromProvider(`openai/${model}`, { apiKey: 'k', fetch: canned })
const format = zodResponseFormat(Order, 'Order')
const schema = z.toJSONSchema(Order)

const contenders = {
  'fetch + JSON.parse': async () => {
    const response = await canned('https://api.openai.com/v1/chat/completions', {
      method: 'POST',
      headers: { ...headers, authorization: 'Bearer k' },
      body: JSON.stringify({ model, messages, response_format: format }),
    })
    return JSON.parse((await response.json()).choices[0].message.content)
  },
  'instructor-wasm create (Zod)': () => ours.create({ responseModel: Order, messages }),
  'instructor-wasm create (JSON Schema)': () => ours.create({ responseModel: schema, messages }),
  'openai-node chat.completions.parse': async () => {
    const done = await openai.chat.completions.parse({
      model,
      messages,
      response_format: zodResponseFormat(Order, 'Order'),
    })
    return done.choices[0].message.parsed
  },
  'AI SDK generateObject': async () =>
    (await generateObject({ model: ai, schema: Order, messages, maxRetries: 0 })).object,
  'AI SDK generateText + Output.object': async () =>
    (await generateText({ model: ai, output: Output.object({ schema: Order }), messages, maxRetries: 0 }))
      .output,
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]
const quartiles = (list) => {
  const sorted = [...list].sort((a, b) => a - b)
  return [sorted[sorted.length >> 2], sorted[(sorted.length * 3) >> 2]]
}

const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]))
const calls = Number(options.calls)
for (const [name, call] of Object.entries(contenders)) {
  for (let i = 0; i < 200; i++) {
    const value = await call()
    if (i === 0 && JSON.stringify(value) !== content)
      die(`${name} returned another value: ${JSON.stringify(value)}`)
  }
}
for (let round = 0; round < Number(options.rounds); round++) {
  for (const [name, call] of Object.entries(contenders)) {
    const began = performance.now()
    for (let i = 0; i < calls; i++) await call()
    times[name].push(((performance.now() - began) * 1000) / calls)
  }
}
const ms = Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]))
const peer = ms['openai-node chat.completions.parse']
say(`one create, canned fetch, ${options.rounds} rounds of ${calls} calls, Node ${process.version}\n`)
say(`${''.padEnd(40)}${'median µs'.padStart(11)}${'quartiles'.padStart(16)}${'× openai-node'.padStart(15)}`)
for (const [name, list] of Object.entries(times)) {
  const [low, high] = quartiles(list)
  say(
    `${name.padEnd(40)}${median(list).toFixed(0).padStart(11)}${`${low.toFixed(0)}–${high.toFixed(0)}`.padStart(16)}${(median(list) / peer).toFixed(2).padStart(15)}`,
  )
}

// -- a big schema ------------------------------------------------------------------------------------------------------

const field = (i) => ({
  type: 'object',
  description: `The field number ${i} of a long schema`,
  properties: {
    a: { type: 'string', minLength: 2 },
    b: { type: 'integer', minimum: 0 },
    c: { type: 'array', items: { type: 'string', enum: ['x', 'y', 'z'] } },
    d: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  },
  required: ['a', 'b'],
})
const fields = Object.fromEntries(Array.from({ length: 62 }, (_, i) => [`field_${i}`, field(i)]))
const big = { title: 'Big', type: 'object', properties: fields, required: Object.keys(fields) }
const build20 = (mode, other) => {
  // Another description makes another schema, which is not cached yet.
  const responseModel = other === undefined ? big : { ...big, description: `number ${other}` }
  const began = performance.now()
  ours.buildRequest({ responseModel, messages, mode })
  return performance.now() - began
}
say(
  `\n${`request of a ${(JSON.stringify(big).length / 1000).toFixed(0)} KB schema, median ms`.padEnd(40)}${'first time'.padStart(11)}${'known'.padStart(22)}`,
)
const rendering = {}
for (const mode of ['TOOLS', 'JSON_SCHEMA']) {
  const [first, known] = [
    Array.from({ length: 200 }, (_, i) => build20(mode, i)).slice(100),
    Array.from({ length: 200 }, () => build20(mode)).slice(100),
  ]
  rendering[mode] = { first: median(first), known: median(known) }
  say(`${mode.padEnd(40)}${median(first).toFixed(2).padStart(11)}${median(known).toFixed(2).padStart(22)}`)
}

// -- loading -------------------------------------------------------------------------------------------------------

const loading = {}
const FIRST = { 'Node, instructor-wasm': 'ours', 'Node, openai-node': 'openai' }
for (let i = 0; i < 15; i++)
  for (const [name, library] of Object.entries(FIRST)) {
    const [load, client, call] = JSON.parse(
      execFileSync(process.execPath, [join(here, 'first-call.mjs'), library], { encoding: 'utf8' }),
    )
    loading[name] = [...(loading[name] ?? []), { import: load, client, call, sum: load + client + call }]
  }
for (const [name, list] of Object.entries(loading))
  loading[name] = Object.fromEntries(
    ['import', 'client', 'call', 'sum'].map((part) => [part, median(list.map((one) => one[part]))]),
  )

if (options.browser && chromium()) {
  const { build } = await import('esbuild')
  const { chromium: browserType } = await import('playwright-core')
  const { serve } = await import('../../scripts/playground.mjs')
  const dist = join(cache, 'bench-page')
  mkdirSync(dist, { recursive: true })
  await build({
    stdin: { contents: `export { fromProvider } from 'instructor-wasm'`, resolveDir: at() },
    bundle: true,
    minify: true,
    format: 'esm',
    splitting: true,
    outdir: dist,
    entryNames: 'app',
    loader: { '.wasm': 'file' },
    logLevel: 'silent',
  })
  writeFileSync(join(dist, 'index.html'), '<!doctype html><title>bench</title>')
  const page = await serve(dist)
  const found = []
  for (let i = 0; i < 5; i++) {
    const browser = await browserType.launch({ executablePath: chromium(), args: ['--no-sandbox'] })
    const tab = await browser.newPage()
    await tab.goto(page.url)
    found.push(
      await tab.evaluate(async () => {
        const a = performance.now()
        const { fromProvider } = await import('/app.js')
        const b = performance.now()
        fromProvider('openai/gpt-4o-mini', { apiKey: 'k' })
        return [b - a, performance.now() - b]
      }),
    )
    await browser.close()
  }
  page.stop()
  loading.Chromium = { import: median(found.map((s) => s[0])), client: median(found.map((s) => s[1])) }
}
say(
  `\n${'to the first value, fresh process, median ms'.padEnd(46)}${['import', 'client', 'call', 'sum'].map((part) => part.padStart(9)).join('')}`,
)
for (const [host, times] of Object.entries(loading))
  say(
    host.padEnd(46) +
      ['import', 'client', 'call', 'sum'].map((part) => (times[part]?.toFixed(1) ?? '').padStart(9)).join(''),
  )

mkdirSync(artifacts, { recursive: true })
writeFileSync(
  join(artifacts, 'bench-create.json'),
  `${JSON.stringify({ node: process.version, microseconds: ms, loading, rendering }, null, 2)}\n`,
)

/**
 * Every program of README.md and docs/ runs: models reply with an example of the requested schema, or with what a comment
 * in the page names. Handlers that a program exports get a request. docs.test.mjs runs those of docs/providers, and
 * vite/html.test.mjs the pages of HTML.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { transform } from 'esbuild'
import { fromProvider } from 'instructor-wasm'
import * as z from 'zod'
import { pages, programs, root } from './pages/programs.mjs'
import { provider } from './pages/sample.mjs'

// Inside the repository, so that the package's name resolves.
const folder = join(root, '.cache', 'pages')
const own = { fetch: globalThis.fetch, env: process.env, cwd: process.cwd(), console: { ...console } }
const PRINTS = ['log', 'info', 'debug', 'warn', 'error']
const Summary = z.object({ title: z.string(), rows: z.array(z.string()) })

/** The names that programs use without declaring them; their types are in tests/types/snippets.d.ts. */
const NAMES = {
  fromProvider,
  apiKey: 'test',
  accessToken: 'ya29.token',
  untrusted: 'Jason is 25.',
  User: z.object({ name: z.string(), age: z.number() }).meta({ title: 'User' }),
  Order: z.object({ id: z.string() }).meta({ title: 'Order' }),
  Summary,
  someSchema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
  env: { OPENAI_API_KEY: 'test', KV: kv() },
  render() {},
  save() {},
}

/** Workers KV in memory. */
function kv() {
  const entries = new Map()
  return {
    get: async (key) => entries.get(key) ?? null,
    put: async (key, value) => void entries.set(key, value),
    delete: async (key) => void entries.delete(key),
  }
}

const json = (value) => Response.json(value)

/** The servers that programs reach with the global fetch. */
function servers(replies) {
  const model = provider(replies)
  const relay = () =>
    fromProvider('openai/gpt-4o-mini', { apiKey: 'test', fetch: model })
      .createPartial({ responseModel: Summary, prompt: 'A report' })
      .toResponse()
  let lines = []
  return async (input, init) => {
    const url = String(input instanceof Request ? input.url : input)
    if (url.startsWith('/totals/')) return new Response('ok')
    if (url.startsWith('/')) return relay()
    const { pathname } = new URL(url)
    if (pathname.endsWith('/moderations')) return json({ results: [{ flagged: false, categories: {} }] })
    if (pathname.endsWith('/files')) {
      lines = (await init.body.get('file').text()).trimEnd().split('\n').map(JSON.parse)
      return json({ id: 'file-1' })
    }
    if (pathname.includes('/batches'))
      return json({
        id: 'batch_1',
        status: 'completed',
        output_file_id: 'out',
        request_counts: { total: lines.length },
      })
    if (pathname.endsWith('/content')) {
      const results = await Promise.all(
        lines.map(async ({ custom_id, body }) => {
          const answer = await model(`https://api.openai.com/v1/chat/completions`, {
            method: 'POST',
            body: JSON.stringify(body),
          })
          return JSON.stringify({ custom_id, response: { status_code: 200, body: await answer.json() } })
        }),
      )
      return new Response(results.join('\n'))
    }
    return model(url, init)
  }
}

before(() => {
  // Programs print, and the runner reads its messages from the same stream.
  for (const name of PRINTS) console[name] = () => {}
  console.assert = (condition, message) => assert.ok(condition, message)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'report.pdf'), '%PDF-1.4\n')
  process.chdir(folder)
  process.env = {
    PATH: own.env.PATH,
    OPENAI_API_KEY: 'test',
    ANTHROPIC_API_KEY: 'test',
    GOOGLE_API_KEY: 'test',
  }
})

after(() => {
  process.chdir(own.cwd)
  process.env = own.env
  globalThis.fetch = own.fetch
  Object.assign(console, own.console)
  for (const name of [...Object.keys(NAMES), 'client']) delete globalThis[name]
})

const post = ({ path = '/', body = JSON.stringify({ text: 'Jason is 25.' }) }) =>
  new Request(`http://localhost${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer test' },
    body,
  })

/** Sends requests to the handlers that a module exports, as its runtime would. */
async function serve(module, attributes) {
  const { default: app, POST, GET } = module
  const handlers = [
    app?.fetch &&
      (() =>
        app.fetch(
          post(attributes),
          {
            OPENAI_API_KEY: 'test',
            APP_TOKEN: 'test',
            KV: kv(),
            LIMITER: { limit: async () => ({ success: true }) },
          },
          { waitUntil() {} },
        )),
    POST && (() => POST(post(attributes))),
    GET && (() => GET(new Request('http://localhost/'))),
  ]
  for (const handler of handlers.filter(Boolean)) {
    const response = await handler()
    const text = await response.text()
    assert.equal(response.status, 200, text)
    assert.ok(text, 'the handler returned an empty body')
  }
}

const all = pages()
  .filter((page) => !page.startsWith(join('docs', 'providers')))
  .flatMap(programs)
  .filter(({ attributes, language }) => !attributes.peer && language === 'ts')

test('pages have programs', () => assert.ok(all.length > 30))

for (const { page, line, code, replies, attributes } of all) {
  test(`${page}:${line} runs`, async () => {
    globalThis.fetch = servers(replies)
    Object.assign(globalThis, NAMES)
    globalThis.client = fromProvider('openai/gpt-4o-mini', { apiKey: 'test' })
    const { code: script } = await transform(code, { loader: 'ts', format: 'esm' })
    const file = join(folder, `${page.replace(/[^\w]+/g, '_')}_${line}.mjs`)
    writeFileSync(file, script)
    // A file of tests is run as one.
    if (code.includes("'node:test'")) {
      const run = spawnSync(process.execPath, ['--test', file], {
        encoding: 'utf8',
        env: { PATH: own.env.PATH },
      })
      assert.equal(run.status, 0, run.stdout)
      assert.match(run.stdout, /pass [1-9]/)
      return
    }
    await serve(await import(pathToFileURL(file).href), attributes)
  })
}

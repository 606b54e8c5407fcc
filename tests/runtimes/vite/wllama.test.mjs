/** A real model in a page: SmolLM2-135M in wllama in Chromium, alone and before a remote provider. */
import assert from 'node:assert/strict'
import { createReadStream, statSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { dirname, join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { createServer } from 'vite'
import { model } from '../../../scripts/setup.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, '../../..')
// One busy core decodes a token or two a second; the limit only keeps a hung page from hanging the suite.
const timeout = 600_000
const files = {
  '/wllama.wasm': [join(root, 'node_modules/@wllama/wllama/esm/wasm/wllama.wasm'), 'application/wasm'],
  '/model.gguf': [model.weights(), 'application/octet-stream'],
}
const skip = files['/model.gguf'][0] ? false : 'npm run setup installs the model'

let server
let browser
let store

before(async () => {
  if (skip) return
  store = createHttp((request, response) => {
    const [file, type] = files[request.url] ?? []
    if (!file) return response.writeHead(404).end()
    const headers = {
      'content-type': type,
      'content-length': statSync(file).size,
      'access-control-allow-origin': '*',
    }
    createReadStream(file).pipe(response.writeHead(200, headers))
  })
  await new Promise((done) => store.listen(0, '127.0.0.1', done))
  server = await createServer({
    root: join(here, 'wllama'),
    configFile: false,
    logLevel: 'silent',
    cacheDir: join(root, '.cache', 'vite-wllama'),
    optimizeDeps: { exclude: ['@wllama/wllama', 'instructor-wasm'] },
    server: { host: '127.0.0.1', port: 0, fs: { allow: [root] } },
  })
  await server.listen()
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })
})

after(async () => {
  await browser?.close()
  await server?.close()
  store?.close()
})

const isUser = (value) =>
  typeof value.name === 'string' &&
  Number.isInteger(value.age) &&
  value.age >= 0 &&
  value.age <= 150 &&
  ['admin', 'guest', null].includes(value.role)

test('a model in the page: create, snapshots, abort, and a cascade to a remote provider', {
  timeout,
  skip,
}, async () => {
  const page = await browser.newPage()
  const failures = []
  page.on('pageerror', (error) => failures.push(String(error)))
  const { port } = store.address()
  const [address] = server.resolvedUrls.local
  const parameters = new URLSearchParams({
    wasm: `http://127.0.0.1:${port}/wllama.wasm`,
    model: `http://127.0.0.1:${port}/model.gguf`,
  })
  await page.goto(`${address}?${parameters}`)
  await page.waitForFunction(() => globalThis.outcome, undefined, { timeout })
  const outcome = await page.evaluate(() => globalThis.outcome)
  assert.equal(outcome.failed, undefined)
  assert.deepEqual(failures, [])

  const { value, usage, facts } = outcome.create
  assert.ok(isUser(value), JSON.stringify(value))
  assert.deepEqual(facts, ['wllama', 'smollm2', 'JSON_SCHEMA'])
  assert.ok(usage.inputTokens > 0 && usage.outputTokens > 0, JSON.stringify(usage))

  assert.ok(outcome.snapshots.length > 2, `${outcome.snapshots.length} snapshots`)
  assert.deepEqual(outcome.snapshots.at(-1), outcome.final)
  assert.ok(isUser(outcome.final))
  assert.ok(outcome.streamUsage.outputTokens > 0)

  assert.match(outcome.aborted, /enough/)

  assert.deepEqual(outcome.cascade, {
    answer: { name: 'Jason', age: 25, role: 'admin' },
    provider: 'openai',
    attempts: [
      ['wllama', 'IncompleteOutputError'],
      ['openai', undefined],
    ],
    required: ['name', 'age', 'role'],
  })
  assert.equal(outcome.created, 1, 'the engine is created once')
  const [name, code, message] = outcome.broken
  assert.deepEqual([name, code], ['ConfigurationError', 'unavailable'])
  assert.match(message, /no memory/)
})

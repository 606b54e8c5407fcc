// The built package in a page that Vite serves and builds, with no configuration, in real Chromium.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { build, createServer, preview } from 'vite'
import { provider } from '../provider.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage'

const page = (base) => `
import { fromProvider } from 'instructor-wasm'
const User = { title: 'User', type: 'object', required: ['name', 'age'],
  properties: { name: { type: 'string' }, age: { type: 'integer' } } }
// No await before this line: the client is there at once, and a wrong configuration throws at once.
const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'sk-page', baseURL: '${base}' })
let refused
try { fromProvider('openai/') } catch (error) { refused = error.name }
const user = await client.create({ responseModel: User, messages: [{ role: 'user', content: 'Jason is 25' }] })
let cors
try {
  await client.create({ responseModel: User, prompt: 'x', httpRetries: 0, fetch: undefined, model: 'closed' })
} catch (error) { cors = { name: error.name, message: error.message } }
document.title = JSON.stringify({ user, refused, cors })
`

let folder
let browser
let api
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vite-page-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules', 'instructor-wasm'), 'dir')
  api = await provider((body, n) =>
    body.model === 'closed'
      ? { status: 401, body: { error: { message: 'no' } } }
      : { arguments: n === 1 ? '{"name":"Jason"}' : '{"name":"Jason","age":25}' },
  )
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><title>…</title><script type="module" src="/main.js"></script>',
  )
  writeFileSync(join(folder, 'main.js'), page(api.base))
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: flags.split(' '),
  })
})
after(async () => {
  await browser?.close()
  await api?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function result(url) {
  const tab = await browser.newPage()
  const problems = []
  tab.on('pageerror', (error) => problems.push(String(error)))
  try {
    await tab.goto(url)
    await tab.waitForFunction(() => document.title.startsWith('{'), undefined, { timeout: 60_000 })
    return JSON.parse(await tab.title())
  } catch (error) {
    throw new Error(`${error.message}\n${problems.join('\n')}`)
  } finally {
    await tab.close()
  }
}

const expected = (found) => {
  assert.deepEqual(found.user, { name: 'Jason', age: 25 })
  assert.equal(found.refused, 'ConfigurationError')
  assert.equal(found.cors.name, 'ProviderError')
}

test('a page of the dev server makes a call without any configuration', async () => {
  const server = await createServer({
    root: folder,
    logLevel: 'silent',
    server: { host: '127.0.0.1', port: 0 },
  })
  try {
    await server.listen()
    expected(await result(`http://127.0.0.1:${server.httpServer.address().port}/`))
  } finally {
    await server.close()
  }
})

test('a built page makes a call without any configuration', async () => {
  await build({ root: folder, logLevel: 'silent' })
  const server = await preview({ root: folder, logLevel: 'silent', preview: { host: '127.0.0.1', port: 0 } })
  try {
    expected(await result(`http://127.0.0.1:${server.httpServer.address().port}/`))
  } finally {
    await new Promise((done) => server.httpServer.close(done))
  }
})

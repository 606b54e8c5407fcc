/** The package in a Vite page in Chromium: the development server and the build, with no configuration. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { build, createServer, preview } from 'vite'

const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, '../../..')

let app
let browser
let closed
const servers = []

before(async () => {
  // A separate app with the package installed.
  app = mkdtempSync(join(tmpdir(), 'instructor-vite-'))
  for (const file of ['index.html', 'page.mjs']) cpSync(join(here, file), join(app, file))
  const home = join(app, 'node_modules', 'instructor-wasm')
  mkdirSync(home, { recursive: true })
  for (const part of ['pkg', 'package.json']) cpSync(join(root, part), join(home, part), { recursive: true })
  symlinkSync(join(root, 'node_modules', 'zod'), join(app, 'node_modules', 'zod'))
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })
  // Responds without the headers that allow another origin to read it.
  closed = createHttp((_, response) => response.end('{}'))
  await new Promise((done) => closed.listen(0, '127.0.0.1', done))
})

after(async () => {
  await browser?.close()
  await Promise.all(servers.map((server) => server.close()))
  closed?.close()
  rmSync(app, { recursive: true, force: true })
})

const settings = () => ({
  root: app,
  configFile: false,
  logLevel: 'silent',
  server: { host: '127.0.0.1', port: 0 },
})

async function visit(url) {
  const page = await browser.newPage()
  const failures = []
  page.on('pageerror', (error) => failures.push(String(error)))
  await page.goto(`${url}?closed=http://127.0.0.1:${closed.address().port}/v1`)
  await page.waitForFunction(() => globalThis.outcome, undefined, { timeout: 60_000 })
  const outcome = await page.evaluate(() => globalThis.outcome)
  await page.close()
  assert.deepEqual(failures, [])
  assert.equal(outcome.failed, undefined)
  return outcome
}

function check(outcome) {
  const jason = { name: 'Jason', age: 25 }
  assert.equal(outcome.mode, 'TOOLS')
  assert.deepEqual(outcome.create, jason)
  assert.deepEqual(outcome.schema, jason)
  assert.equal(outcome.context, 'Extract: Jason')
  assert.deepEqual(outcome.snapshots.at(-1), jason)
  assert.deepEqual(outcome.final, jason)
  assert.equal(outcome.cors.network, true)
  assert.equal(outcome.cors.likely, true)
  assert.match(outcome.cors.message, /CORS/)
  const { idb, idbAgain, web, left, again } = outcome.stores
  assert.deepEqual(idb, { value: jason, cached: [false, true], requests: 1 })
  assert.deepEqual(idbAgain, { value: jason, cached: [true, true], requests: 0 })
  assert.deepEqual(web, { value: jason, cached: [false, true], requests: 1 })
  assert.deepEqual(left, [undefined, undefined, '{"i":2}', '{"i":3}', '{"i":4}'])
  assert.equal(again, '1')
  const { inside } = outcome
  assert.match(inside.availability, /^(un)?available$|^download/)
  if (inside.real !== undefined) assert.match(inside.real, /^ConfigurationError: .*not available/)
  assert.match(inside.absent, /^ConfigurationError: .*LanguageModel/)
  assert.deepEqual([inside.chrome, inside.streamed, inside.webllm], [jason, jason, jason])
  assert.deepEqual([inside.constraint, inside.loaded], [['name', 'age'], 0.5])
}

test('the development server', async () => {
  const server = await createServer(settings())
  servers.push(server)
  await server.listen()
  check(await visit(server.resolvedUrls.local[0]))
})

test('the build', async () => {
  await build(settings())
  const server = await preview({ ...settings(), preview: { host: '127.0.0.1', port: 0 } })
  servers.push(server)
  check(await visit(server.resolvedUrls.local[0]))
})

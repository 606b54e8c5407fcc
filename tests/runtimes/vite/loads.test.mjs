/** A Vite build in Chromium whose files arrive late, damaged, once in two times, or not at all. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, extname, join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { build } from 'vite'

const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, '../../..')
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' }
const JASON = 'Jason 25'
const OPENAI = 'openai/gpt-4o-mini'
const CLAUDE = 'anthropic/claude-sonnet-4-5'

let app
let browser
before(async () => {
  app = mkdtempSync(join(tmpdir(), 'instructor-loads-'))
  for (const file of ['index.html', 'page.mjs']) cpSync(join(here, 'loads', file), join(app, file))
  const home = join(app, 'node_modules', 'instructor-wasm')
  mkdirSync(home, { recursive: true })
  for (const part of ['pkg', 'package.json']) cpSync(join(root, part), join(home, part), { recursive: true })
  symlinkSync(join(root, 'node_modules', 'zod'), join(app, 'node_modules', 'zod'))
  await build({ root: app, configFile: false, logLevel: 'silent' })
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })
})
after(async () => {
  await browser?.close()
  rmSync(app, { recursive: true, force: true })
})

/**
 * The name of a delivered file without the build's hash, so `/assets/core-answer-DdouyMsZ.wasm` is `core-answer.wasm`.
 */
const nameOf = (path) => path.replace(/^\/(assets\/)?/, '').replace(/-[\w-]{8}(\.\w+)$/, '$1')

// -- what a server does to a file: `(response, bytes, type)`, undefined for an ordinary response --------------------------

const drop = (response) => response.destroy()
const status = (code) => (response) =>
  response.writeHead(code, { 'content-type': 'text/html' }).end(`<!doctype html><title>${code}</title>`)
const typed = (type) => (response, bytes) => response.writeHead(200, { 'content-type': type }).end(bytes)
const half = (response, bytes, type) => {
  response.writeHead(200, { 'content-type': type, 'content-length': bytes.length })
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy())
}
const late = (ms) => (response, bytes, type) =>
  setTimeout(() => response.writeHead(200, { 'content-type': type }).end(bytes), ms)

/**
 * Serves the build and opens it in a new context. `fault(name, n)` returns what happens to the `n`th request of a file.
 * `use` gets the page, the names of the requested wasm files so far, the page's warnings, and the context.
 */
async function visit({ fault = () => undefined, headers = {} }, use) {
  const requested = []
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost')
    const path = pathname === '/' ? '/index.html' : pathname
    const name = nameOf(path)
    requested.push(name)
    const type = TYPES[extname(path)] ?? 'application/octet-stream'
    for (const [header, value] of Object.entries(headers)) response.setHeader(header, value)
    response.setHeader('cache-control', 'no-store')
    const bytes = readFileSync(join(app, 'dist', path))
    const happens = fault(name, requested.filter((one) => one === name).length)
    if (happens) return happens(response, bytes, type)
    response.writeHead(200, { 'content-type': type }).end(bytes)
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    const warnings = []
    const failures = []
    page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()))
    page.on('pageerror', (error) => failures.push(String(error)))
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    await use({
      page,
      warnings,
      context,
      count: (name) => requested.filter((one) => one === name).length,
    })
    assert.deepEqual(failures, [], 'no unhandled error')
  } finally {
    await context.close()
    server.closeAllConnections()
    server.close()
  }
}

/* global client, failure, outcome, params */

const DAMAGES = { 'a broken connection': drop, 'the status 503': status(503), 'half of the file': half }
for (const [what, happens] of Object.entries(DAMAGES))
  test(`a file without a text form: after ${what} the next call of the same client fetches it again`, async () => {
    let broken = true
    const fault = (name) => (broken && name === 'core-anthropic.wasm' ? happens : undefined)
    await visit({ fault }, async ({ page, count, warnings }) => {
      const first = await page.evaluate(async (model) => {
        globalThis.one = client(model)
        return [await outcome(globalThis.one), globalThis.one.requests.length]
      }, CLAUDE)
      assert.match(first[0], /^ConfigurationError: .*'core-anthropic\.wasm'.*instructor-wasm\/inline/s)
      assert.equal(first[1], 0, 'nothing was sent')
      const before = count('core-anthropic.wasm')
      broken = false
      assert.equal(await page.evaluate(() => outcome(globalThis.one)), JASON)
      assert.equal(count('core-anthropic.wasm'), before + 1)
      assert.deepEqual(warnings, [])
    })
  })

test('a core of which neither file nor text arrives fails the calls, and the next call fetches it again', async () => {
  let broken = true
  const fault = (name) => (broken && /^core\.(wasm|text\.js)$/.test(name) ? drop : undefined)
  await visit({ fault }, async ({ page, count }) => {
    const first = await page.evaluate(async (model) => {
      globalThis.one = client(model)
      return [await outcome(globalThis.one), globalThis.one.mode]
    }, OPENAI)
    assert.match(first[0], /^ConfigurationError: .*'core\.wasm'/)
    assert.equal(first[1], 'TOOLS')
    broken = false
    const before = count('core.wasm')
    assert.equal(await page.evaluate(() => outcome(globalThis.one)), JASON)
    assert.equal(count('core.wasm'), before + 1)
  })
})

test('the validator and the template are fetched again by the next call after a failure', async () => {
  let broken = true
  const fault = (name) => (broken && /^(validator|template)\.wasm$/.test(name) ? drop : undefined)
  await visit({ fault }, async ({ page }) => {
    const calls = (model) =>
      page.evaluate(
        async (model) => [
          await outcome(client(model), { plain: true }),
          await outcome(client(model), { context: { who: 'Jason' } }),
        ],
        model,
      )
    const [plain, context] = await calls(OPENAI)
    assert.match(plain, /^ConfigurationError: .*validator\.wasm/)
    assert.match(context, /^ConfigurationError: .*template\.wasm/)
    broken = false
    assert.deepEqual(await calls(OPENAI), [JASON, JASON])
  })
})

/** Servers of apps in one page send their page for any unknown path. */
const PAGES = { 'a 404 page': status(404), 'the page of the app with status 200': status(200) }
for (const [what, happens] of Object.entries(PAGES))
  test(`${what} instead of a wasm file: the text form with one warning, or an error with the file's name`, async () => {
    const fault = (name) => (name.endsWith('.wasm') ? happens : undefined)
    await visit({ fault }, async ({ page, count, warnings }) => {
      const [openai, again, claude] = await page.evaluate(
        async ([openai, claude]) => [
          await outcome(client(openai)),
          await outcome(client(openai)),
          await outcome(client(claude)),
        ],
        [OPENAI, CLAUDE],
      )
      assert.deepEqual([openai, again], [JASON, JASON])
      assert.match(claude, /^ConfigurationError: .*'core-anthropic\.wasm' .*not in the bundle's folder/)
      assert.equal(warnings.length, 1, warnings.join('\n'))
      assert.match(warnings[0], /core\.wasm was not delivered/)
      // The text of a core that was not delivered is not requested as a file again.
      assert.deepEqual([count('core.wasm'), count('core-answer.wasm')], [1, 0])
    })
  })

for (const type of ['application/octet-stream', 'text/plain'])
  test(`wasm files with the media type ${type} are used, without a warning`, async () => {
    const fault = (name) => (name.endsWith('.wasm') ? typed(type) : undefined)
    await visit({ fault }, async ({ page, warnings }) => {
      const found = await page.evaluate(
        async ([openai, claude]) => [
          await outcome(client(openai)),
          await outcome(client(claude), { plain: true, context: { who: 'Jason' } }),
        ],
        [OPENAI, CLAUDE],
      )
      assert.deepEqual(found, [JASON, JASON])
      assert.deepEqual(warnings, [])
    })
  })

test("a Content-Security-Policy without 'wasm-unsafe-eval' fails the calls with the directive, and nothing is sent", async () => {
  const headers = { 'content-security-policy': "default-src 'self'; script-src 'self'" }
  await visit({ headers }, async ({ page, count, warnings }) => {
    const found = await page.evaluate(async (model) => {
      const one = client(model)
      return { mode: one.mode, calls: [await outcome(one), await outcome(one)], sent: one.requests.length }
    }, OPENAI)
    for (const text of found.calls) assert.match(text, /^ConfigurationError: .*'wasm-unsafe-eval'/)
    assert.deepEqual([found.mode, found.sent], ['TOOLS', 0])
    assert.equal(count('core.text.js'), 0, 'a text form would be refused as well')
    assert.deepEqual(warnings, [])
  })
})

test("a Content-Security-Policy with 'wasm-unsafe-eval' is enough for files, text forms and every module", async () => {
  const headers = { 'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" }
  for (const fault of [undefined, (name) => (name === 'core.wasm' ? status(404) : undefined)])
    await visit({ headers, fault }, async ({ page }) => {
      const found = await page.evaluate(
        (model) => outcome(client(model), { plain: true, context: { who: 'Jason' } }),
        OPENAI,
      )
      assert.equal(found, JASON)
    })
})

/** A file as another build has it: the name that all files of a build share is a different one. */
const stale = (response, bytes, type) => {
  const part = readFileSync(join(root, 'pkg', 'core-anthropic.wasm'))
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(part))
  const { name } = imports.find(({ kind }) => kind === 'global')
  const other = Buffer.from(bytes)
  other.write('0'.repeat(name.length), other.indexOf(name), 'latin1')
  response.writeHead(200, { 'content-type': type }).end(other)
}
const FILES = ['core', 'core-answer', 'core-anthropic']

test('a file of another build, as a cache may have it, is fetched again past the cache', async () => {
  const fault = (name, n) => (n === 1 && FILES.includes(name.replace('.wasm', '')) ? stale : undefined)
  await visit({ fault }, async ({ page, count, warnings }) => {
    assert.equal(await page.evaluate((model) => outcome(client(model)), CLAUDE), JASON)
    for (const name of FILES) assert.equal(count(`${name}.wasm`), 2, name)
    assert.deepEqual(warnings, [])
  })
})

test('files that stay those of another build are not run', async () => {
  const fault = (name) => (FILES.includes(name.replace('.wasm', '')) ? stale : undefined)
  await visit({ fault }, async ({ page, warnings }) => {
    const [openai, claude] = await page.evaluate(
      async ([openai, claude]) => [await outcome(client(openai)), await outcome(client(claude))],
      [OPENAI, CLAUDE],
    )
    assert.equal(openai, JASON)
    assert.match(
      warnings.join(),
      /core\.wasm was not delivered \(.* is from another build than the JavaScript\)/,
    )
    assert.match(claude, /^ConfigurationError: .*'core-anthropic\.wasm'.* another build/)
  })
})

test('clients that load at the same time fetch each file once', async () => {
  const fault = (name) => (name.endsWith('.wasm') ? late(150) : undefined)
  await visit({ fault }, async ({ page, count }) => {
    const found = await page.evaluate(async (model) => {
      const clients = [client(model), client(model)]
      const call = { plain: true, context: { who: 'Jason' }, parse: 'lenient' }
      return Promise.all(clients.flatMap((one) => [outcome(one, call), outcome(one, call)]))
    }, CLAUDE)
    assert.deepEqual(found, [JASON, JASON, JASON, JASON])
    for (const name of [
      'core',
      'core-anthropic',
      'core-answer',
      'core-plain',
      'core-repair',
      'validator',
      'template',
    ])
      assert.equal(count(`${name}.wasm`), 1, name)
  })
})

test('while the core is on its way, properties work, synchronous functions name what to await, and calls wait', async () => {
  const fault = (name) => (name === 'core.wasm' ? late(400) : undefined)
  await visit({ fault }, async ({ page }) => {
    const found = await page.evaluate(async (model) => {
      const one = client(model)
      const early = [one.mode, failure(() => one.buildRequest(params)), one.requests.length]
      const value = await outcome(one)
      return { early, value, late: failure(() => one.buildRequest(params)) }
    }, OPENAI)
    assert.equal(found.early[0], 'TOOLS')
    assert.match(found.early[1], /^ConfigurationError: .*await client\.ready\(\)/)
    assert.deepEqual([found.early[2], found.value, found.late], [0, JASON, 'no error'])
  })
})

test('without a network, calls whose modules are loaded work; others fail and work when the network is back', async () => {
  await visit({}, async ({ page, context }) => {
    assert.equal(await page.evaluate((model) => outcome(client(model)), OPENAI), JASON)
    await context.setOffline(true)
    const offline = await page.evaluate(
      async ([openai, claude]) => [
        await outcome(client(openai)),
        await outcome(client(claude)),
        await outcome(client(openai), { context: { who: 'Jason' } }),
      ],
      [OPENAI, CLAUDE],
    )
    assert.equal(offline[0], JASON)
    assert.match(offline[1], /^ConfigurationError: .*'core-anthropic\.wasm'/)
    // Its code and its module are loaded together.
    assert.match(offline[2], /^ConfigurationError: .*template\.(js|wasm)/)
    await context.setOffline(false)
    const online = await page.evaluate(
      async ([openai, claude]) => [
        await outcome(client(claude)),
        await outcome(client(openai), { context: { who: 'Jason' } }),
      ],
      [OPENAI, CLAUDE],
    )
    assert.deepEqual(online, [JASON, JASON])
  })
})

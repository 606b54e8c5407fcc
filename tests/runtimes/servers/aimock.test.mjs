// An independent implementation of the wire formats: aimock over real HTTP, through the built package in Node, in
// workerd and in Chromium. Each runtime executes the same run (protocols.mjs) and returns the same results.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import * as instructor from 'instructor-wasm'
import { Miniflare } from 'miniflare'
import { chromium } from 'playwright-core'
import { startAimock } from './aimock.mjs'
import { fixtures, run, user } from './protocols.mjs'

const resolveDir = fileURLToPath(new URL('.', import.meta.url))

let server
before(async () => {
  server = await startAimock(fixtures)
})
after(() => server?.close())

function check(rows) {
  const answered = rows.filter(({ mode }) => mode)
  assert.ok(answered.length >= 20, `${answered.length} answers`)
  for (const row of answered) {
    const what = `${row.protocol} ${row.mode}`
    assert.equal(row.failed, undefined, `${what}: ${row.failed?.message}`)
    assert.deepEqual(row.whole, user, what)
    assert.deepEqual(row.streamed, user, what)
    assert.deepEqual(row.last, user, what)
    assert.deepEqual(row.used, [11, 11], `${what}: tokens`)
    assert.ok(row.snapshots > 0, `${what}: snapshots`)
  }
  const looped = rows.filter((row) => 'steps' in row)
  assert.ok(looped.length >= 9, `${looped.length} conversations with own tools`)
  for (const { protocol, steps, used, whole, streamed } of looped)
    assert.deepEqual([whole, streamed, steps, used], [user, user, 2, 22], `${protocol}: own tools`)
  for (const { protocol, content, whole, streamed } of rows.filter((row) => row.content))
    for (const told of [whole, streamed]) {
      assert.equal(told.name, 'ProviderError', `${protocol}, ${content}`)
      assert.equal(told.status, content === 'refused' ? 401 : 429, `${protocol}, ${content}`)
    }
}

test('every protocol, unstreamed and streamed, in Node', async () => {
  check(await run(instructor, server.base))
})

test('every protocol, unstreamed and streamed, in workerd', async () => {
  const wasm = new Map()
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import * as instructor from 'instructor-wasm'
        import { run } from './protocols.mjs'
        export default {
          fetch: async (_, env) => Response.json(await run(instructor, env.BASE)),
        }`,
      resolveDir,
    },
    bundle: true,
    write: false,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    plugins: [
      {
        name: 'wasm-modules',
        setup({ onResolve }) {
          onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir: from }) => {
            const file = resolve(from, path)
            wasm.set(basename(file), readFileSync(file))
            return { path: `./${basename(file)}`, external: true }
          })
        },
      },
    ],
  })
  const worker = new Miniflare({
    compatibilityDate: '2026-01-01',
    bindings: { BASE: server.base },
    modules: [
      { type: 'ESModule', path: 'worker.mjs', contents: outputFiles[0].text },
      ...[...wasm].map(([path, contents]) => ({ type: 'CompiledWasm', path, contents })),
    ],
  })
  try {
    check(await (await worker.dispatchFetch('http://worker/')).json())
  } finally {
    await worker.dispose()
  }
})

test('every protocol, unstreamed and streamed, in a page in Chromium', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import * as instructor from 'instructor-wasm'
        import { run } from './protocols.mjs'
        globalThis.outcome = run(instructor, new URLSearchParams(location.search).get('base'))`,
      resolveDir,
    },
    bundle: true,
    write: false,
    format: 'esm',
    conditions: ['browser'],
  })
  // A different origin than aimock's, so that CORS applies to every request.
  const site = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://127.0.0.1')
    // The files of the package are next to the bundle.
    const wasm = pathname.endsWith('.wasm')
    const script = pathname === '/page.js'
    response.setHeader('content-type', wasm ? 'application/wasm' : script ? 'text/javascript' : 'text/html')
    if (wasm) response.end(readFileSync(new URL(`../../../pkg${pathname}`, import.meta.url)))
    else
      response.end(script ? outputFiles[0].text : '<!doctype html><script type=module src=/page.js></script>')
  })
  await new Promise((done) => site.listen(0, '127.0.0.1', done))
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${site.address().port}/?base=${encodeURIComponent(server.base)}`)
    await page.waitForFunction(() => globalThis.outcome, undefined, { timeout: 60_000 })
    check(await page.evaluate(() => globalThis.outcome))
  } finally {
    await browser.close()
    site.close()
  }
})

/** Pages that are bundled with esbuild and played in Chromium. */
import assert from 'node:assert/strict'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { start } from './server.mjs'

export async function bundle(options) {
  const { outputFiles } = await build({
    bundle: true,
    format: 'esm',
    jsx: 'automatic',
    write: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"development"' },
    external: ['node:*'],
    ...options,
  })
  return outputFiles[0].text
}

/** Serves the pages, `{ name: script }`, and starts the browser. */
export async function open(scripts) {
  const files = {}
  for (const [name, script] of Object.entries(scripts)) {
    files[`/${name}.js`] = ['text/javascript', script]
    files[`/${name}`] = [
      'text/html',
      `<!doctype html><link rel="icon" href="data:,"><script type="module" src="/${name}.js"></script>`,
    ]
  }
  const server = await start(files)
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })
  return {
    seen: server.seen,
    async close() {
      await browser.close()
      server.close()
    },
    /** Opens a page; `play` runs one of its scenes. */
    async visit(name) {
      const page = await browser.newPage()
      const problems = []
      page.on('pageerror', (error) => problems.push(String(error)))
      page.on('console', (message) => {
        // A refused request and a broken connection are messages of the browser itself.
        const own = /status of 404|ERR_INCOMPLETE_CHUNKED/.test(message.text())
        if (message.type() === 'error' && !own) problems.push(message.text())
      })
      await page.goto(`${server.url}/${name}`)
      return {
        page,
        async play(scene) {
          await page.waitForFunction(() => globalThis.run)
          const outcome = JSON.parse(await page.evaluate((name) => globalThis.run(name), scene))
          assert.equal(outcome.failed, undefined)
          assert.deepEqual(problems, [])
          return outcome
        },
      }
    },
  }
}

export const until = async (holds, what) => {
  for (let i = 0; i < 500 && !holds(); i++) await new Promise((done) => setTimeout(done, 10))
  assert.ok(holds(), what)
}

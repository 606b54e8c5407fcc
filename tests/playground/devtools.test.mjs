// The panel of `instructor-wasm/devtools` in a page: the program of docs/hooks.md.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { build } from 'esbuild'
import { root } from '../../scripts/lib.mjs'
import { programs } from '../runtimes/pages/programs.mjs'
import { playground } from './support.mjs'

const folder = mkdtempSync(join(tmpdir(), 'devtools-'))
const it = playground(undefined, { folder, ready: 'instructor-devtools' })

/** The program, with answers of a script in the place of OpenAI's. */
before(async () => {
  const [{ code }] = programs('docs/hooks.md').filter(({ code }) => code.includes('devtools()'))
  const imports = /^import .*\n/gm
  await build({
    stdin: {
      contents: `${code.match(imports).join('')}
        import { fromProvider as create } from 'instructor-wasm/inline'
        import { scripted } from 'instructor-wasm/test'
        const good = { name: 'Jason', age: 25 }
        const { fetch } = scripted([{ value: { name: '<b>J</b>', age: 'x'.repeat(9000) } }, { value: good }, { status: 401 }])
        const apiKey = 'sk-secret'
        const fromProvider = (model, options) => create(model, { ...options, fetch, allowBrowser: true })
        ${code.replaceAll(imports, '')}
        const properties = { name: { type: 'string' }, age: { type: 'integer' }, city: { type: 'string' } }
        window.call = () => watched.create({
          responseModel: { type: 'object', properties, required: ['name', 'age'] },
          prompt: 'Jason is 25.',
        })`,
      resolveDir: root,
    },
    bundle: true,
    format: 'esm',
    outfile: join(folder, 'devtools.js'),
    logLevel: 'error',
  })
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Devtools</title><link rel="icon" href="data:,">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src data:">
    <main><h1>An app</h1></main><script type="module" src="devtools.js"></script></html>`,
  )
})
after(() => rmSync(folder, { recursive: true, force: true }))

test('the panel shows calls with their attempts, problems at their lines, and failures', async () => {
  const page = await it.open()
  await page.evaluate(() => window.call())
  const rows = page.locator('instructor-devtools .calls > li')
  assert.equal(await rows.count(), 1)
  assert.match(await rows.first().locator('summary').textContent(), /openai\/gpt-4o-mini✓ valid2 attempts/)
  // The attempts are made when they are visible.
  assert.equal(await page.locator('.attempt').count(), 0)
  await rows.first().locator('summary').click()
  await page.waitForSelector('.attempt')
  const cards = page.locator('.attempt')
  assert.deepEqual(await cards.evaluateAll((all) => all.map(({ dataset }) => dataset.state)), [
    'invalid',
    'valid',
  ])
  // A text of the model is never read as HTML, and a long one is cut.
  assert.match(await cards.first().locator('.answer').textContent(), /<b>J<\/b>/)
  const wrong = await cards.first().locator('.wrong').textContent()
  assert.ok(wrong.includes('xxx') && wrong.length < 5000)
  assert.match(await cards.first().locator('.sent').textContent(), /age/)
  assert.equal(await page.evaluate(() => window.call().catch((error) => error.status)), 401)
  assert.match(await rows.first().locator('summary').textContent(), /✗ failed/)
  await rows.first().locator('summary').click()
  await page.waitForSelector('.attempt[data-state="failed"]')
  assert.deepEqual(await it.axe(), [])
  assert.ok(!(await page.content()).includes('sk-secret'))
  await it.shot('devtools')
  await page.getByRole('button', { name: 'Clear' }).click()
  assert.equal(await rows.count(), 0)
  assert.deepEqual(it.problems, [])
})

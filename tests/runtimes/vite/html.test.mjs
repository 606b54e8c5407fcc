/** The pages of HTML in docs/ run in Chromium as they are, with the package in place of the CDN, and a scripted provider. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'
import { pages, programs, root } from '../pages/programs.mjs'
import { provider } from '../pages/sample.mjs'

const TYPES = { wasm: 'application/wasm', js: 'text/javascript' }
let browser
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })
})
after(() => browser?.close())

const found = pages()
  .flatMap(programs)
  .filter(({ language, code }) => language === 'html' && code.startsWith('<!doctype'))

test('a page of HTML is documented', () => assert.ok(found.length))

for (const { page: path, line, code } of found)
  test(`${path}:${line} extracts a person in a page`, async () => {
    const page = await browser.newPage()
    const failures = []
    page.on('pageerror', (error) => failures.push(String(error)))
    await page.route('https://app.example/', (route) =>
      route.fulfill({ contentType: 'text/html', body: code }),
    )
    await page.route('https://cdn.jsdelivr.net/npm/instructor-wasm/**', (route) => {
      const file = new URL(route.request().url()).pathname.replace('/npm/instructor-wasm/', '')
      route.fulfill({
        body: readFileSync(join(root, file)),
        headers: { 'content-type': TYPES[file.split('.').at(-1)], 'access-control-allow-origin': '*' },
      })
    })
    const model = provider()
    await page.route('https://api.openai.com/**', async (route) => {
      const allowed = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }
      const request = route.request()
      if (request.method() === 'OPTIONS') return route.fulfill({ headers: allowed })
      const response = await model(request.url(), { method: 'POST', body: request.postData() })
      return route.fulfill({
        body: await response.text(),
        headers: { ...Object.fromEntries(response.headers), ...allowed },
      })
    })
    await page.goto('https://app.example/')
    await page.fill('input[name=key]', 'sk-visitor')
    await page.click('button')
    await page.waitForFunction(() => globalThis.document.querySelector('pre').textContent.includes('25'))
    assert.match(await page.textContent('pre'), /"name": "Jason"/)
    assert.deepEqual(failures, [])
    await page.close()
  })

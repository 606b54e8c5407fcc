// The playground in a real Chromium, against a scripted provider on 127.0.0.1. Saves screenshots in artifacts/.
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { chromium as browserType } from 'playwright-core'
import { artifacts, chromium } from '../../scripts/lib.mjs'
import { bundlePlayground, serve } from '../../scripts/playground.mjs'
import { scriptedProvider } from './provider.mjs'

const good = JSON.stringify({ name: 'Jason', age: 25, city: 'Berlin' })
const bad = JSON.stringify({ name: 'Jason', age: 'twenty-five', city: 'Berlin' })
const SECRET = 'sk-test-do-not-show-4711'

let provider
let site
let browser
let page
const problems = []

before(async () => {
  mkdirSync(artifacts, { recursive: true })
  provider = await scriptedProvider([good])
  site = await serve(await bundlePlayground(), {
    localModel: { baseURL: provider.baseURL, model: 'scripted' },
  })
  browser = await browserType.launch({ executablePath: chromium(), args: ['--no-sandbox', '--disable-gpu'] })
})
after(async () => {
  await browser?.close()
  site?.stop()
  provider?.stop()
})

async function open(options = {}) {
  await page?.context().close()
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  page = await context.newPage()
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  await page.goto(site.url)
  await page.waitForFunction(() => document.getElementById('model').value !== '')
}
beforeEach(async () => {
  problems.length = 0
  provider.script(good)
  await open()
})

const state = () => page.locator('#status').getAttribute('data-state')
/** Waits for the end of a run; fails with the page's text when it ends in another state. */
const settled = async (wanted) => {
  await page.waitForFunction(() => document.getElementById('status').dataset.state !== 'running', undefined, {
    timeout: 30_000,
  })
  assert.equal(
    await state(),
    wanted,
    `${await page.locator('#failure').textContent()} ${problems.join('\n')}`,
  )
}

test('the local model is chosen at first and its request is shown before anything is sent', async () => {
  assert.equal(await page.locator('#provider').inputValue(), 'llama_cpp')
  assert.equal(await page.locator('#model').inputValue(), 'scripted')
  await page.waitForFunction(() => document.getElementById('request').textContent.includes('"messages"'))
  assert.match(await page.locator('#request').textContent(), /Jason is 25/)
  assert.equal(provider.requests.length, 0)
})

test('a streamed object grows, is validated, and its tokens are counted', async () => {
  await page.evaluate(() => {
    window.seen = []
    new MutationObserver(() => window.seen.push(document.getElementById('object').textContent)).observe(
      document.getElementById('object'),
      { childList: true, subtree: true, characterData: true },
    )
  })
  await page.locator('#run').click()
  await settled('done')
  const seen = await page.evaluate(() => window.seen)
  assert.ok(
    seen.some((text) => text.includes('Jason') && !text.includes('Berlin')),
    'a state with the name and without the city was shown',
  )
  const text = await page.locator('#object').textContent()
  for (const part of ['Jason', '25', 'Berlin']) assert.ok(text.includes(part), part)
  assert.equal(await page.locator('#object .mark').count(), 3)
  assert.equal(await page.locator('#object-badge').textContent(), 'validated')
  assert.match(await page.locator('#facts').textContent(), /Output tokens17/)
  await page.screenshot({ path: join(artifacts, 'playground.png'), fullPage: true })
  assert.deepEqual(problems, [])
})

test('an unstreamed answer that violates the schema is reasked, and both attempts and the reask are shown', async () => {
  provider.script(bad, good)
  await page.locator('#stream').uncheck()
  await page.locator('#run').click()
  await settled('done')
  assert.equal(provider.requests.length, 2)
  assert.equal(await page.locator('#attempts .attempt').count(), 2)
  const first = page.locator('#attempts .attempt').first()
  assert.equal(await first.getAttribute('data-state'), 'failed')
  assert.match(await first.textContent(), /age/)
  assert.ok((await page.locator('#attempts .turn').count()) >= 1, 'the turns of the reask')
  assert.match(await page.locator('#facts').textContent(), /Output tokens34/)
  await page.screenshot({ path: join(artifacts, 'playground-reask.png'), fullPage: true })
})

test('when every attempt fails the error has the reason and no value is shown as validated', async () => {
  provider.script(bad)
  await page.locator('#stream').uncheck()
  await page.locator('#retries').fill('1')
  await page.locator('#run').click()
  await settled('failed')
  assert.equal(provider.requests.length, 2)
  assert.match(await page.locator('#failure').textContent(), /InstructorRetryError/)
  assert.notEqual(await page.locator('#object-badge').textContent(), 'validated')
})

test('Escape stops a stream and closes the connection', async () => {
  provider.script(JSON.stringify({ name: 'x'.repeat(4000), age: 1, city: 'y' }))
  await page.locator('#run').click()
  await page.waitForFunction(() => document.getElementById('object').textContent.includes('xxx'))
  await page.keyboard.press('Escape')
  await settled('idle')
  assert.match(await page.locator('#status').textContent(), /Stopped/)
  const began = Date.now()
  while (!provider.cancelled.length && Date.now() - began < 10_000)
    await new Promise((done) => setTimeout(done, 20))
  assert.equal(provider.cancelled.length, 1)
})

test('a key is never shown, and stays in the page unless the box is ticked', async () => {
  await page.locator('#provider').selectOption('openai-compatible')
  await page.locator('#base-url').fill(provider.baseURL)
  await page.locator('#model').fill('scripted')
  await page.locator('#key').fill(SECRET)
  await page.locator('#run').click()
  await settled('done')
  assert.equal(provider.requests[0].headers.authorization, `Bearer ${SECRET}`)
  assert.match(await page.locator('#request').textContent(), /••••/)
  const everything = await page.locator('body').evaluate((body) => body.textContent)
  assert.ok(!everything.includes(SECRET))
  const stored = () => page.evaluate(() => JSON.stringify({ ...localStorage }))
  assert.ok(!(await stored()).includes(SECRET))
  await page.locator('#keep').check()
  assert.ok((await stored()).includes(SECRET))
  await page.locator('#keep').uncheck()
  assert.ok(!(await stored()).includes(SECRET))
})

test('a schema that is not JSON is reported and nothing is sent', async () => {
  await page.locator('#schema').fill('{ "type": ')
  await page.locator('#run').click()
  await settled('failed')
  assert.match(await page.locator('#schema-error').textContent(), /JSON Schema/)
  assert.equal(provider.requests.length, 0)
})

test('an extraction can be run with the keyboard alone', async () => {
  await page.locator('#prompt').focus()
  await page.keyboard.press('Control+Enter')
  await settled('done')
  assert.equal(await state(), 'done')
})

test('at the width of a phone nothing is cut off, also in dark mode', async () => {
  await open({ viewport: { width: 375, height: 812 }, colorScheme: 'dark', deviceScaleFactor: 2 })
  await page.locator('#run').click()
  await settled('done')
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  assert.ok(wide <= 0, `the page is ${wide} px wider than the screen`)
  await page.screenshot({ path: join(artifacts, 'playground-phone.png'), fullPage: true })
})

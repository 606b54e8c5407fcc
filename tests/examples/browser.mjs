/** Pages of the examples in Chromium. */
import assert from 'node:assert/strict'
import { chromium as playwright } from 'playwright-core'
import { chromium } from '../../scripts/lib.mjs'
import { notes } from './support.mjs'

/** Opens a page, runs `use` with it, and fails if the page had an uncaught error. `prepare` runs before the page loads. */
export async function visit(url, use, prepare = async () => {}) {
  const browser = await playwright.launch({
    executablePath: chromium(),
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })
  try {
    const page = await browser.newPage()
    const failures = []
    page.on('pageerror', (error) => failures.push(String(error)))
    await prepare(page)
    await page.goto(url)
    await use(page)
    assert.deepEqual(failures, [])
  } finally {
    await browser.close()
  }
}

const button = (page, name) => page.getByRole('button', { name })

/** Notes appear while the model writes them. */
export async function showsNotes(page) {
  const titles = []
  await page.exposeFunction('seen', (title) => titles.push(title))
  await page.evaluate(() => {
    const { body } = globalThis.document
    new MutationObserver(() => globalThis.seen(body.querySelector('h1')?.textContent ?? '')).observe(body, {
      subtree: true,
      childList: true,
      characterData: true,
    })
  })
  await button(page, 'Summarize').click()
  await page.getByText(/Write the notes – Bo/).waitFor()
  assert.equal(await page.textContent('h1'), notes.title)
  assert.equal(await page.locator('li').count(), notes.tasks.length)
  assert.ok(
    titles.some((title) => title && title !== notes.title && notes.title.startsWith(title)),
    `${titles}`,
  )
  await enabled(button(page, 'Summarize'))
  assert.equal(await button(page, 'Stop').isDisabled(), true)
}

/** Stop ends the stream and cancels the request to the provider; what was shown stays, without an error. */
export async function stops(page, api) {
  await button(page, 'Summarize').click()
  await enabled(button(page, 'Stop'))
  await page.waitForFunction(() => /^L/.test(globalThis.document.querySelector('h1')?.textContent))
  await button(page, 'Stop').click()
  await enabled(button(page, 'Summarize'))
  for (let tries = 0; !api.requests.at(-1).cancelled; tries++) {
    assert.ok(tries < 100, 'the request to the provider is not cancelled')
    await new Promise((done) => setTimeout(done, 50))
  }
  assert.equal(await problem(page), '')
}

/** A failure is shown, and the page can be used again. */
export async function showsFailure(page, message) {
  await button(page, 'Summarize').click()
  await page.locator('[role=alert]').filter({ hasText: message }).waitFor()
  await enabled(button(page, 'Summarize'))
}

/** The page of a relay, which masks what the provider reports. */
export const usesRelay = (url, api) =>
  visit(url, async (page) => {
    await showsNotes(page)
    assert.equal(api.requests[0].headers.authorization, 'Bearer sk-test-key')
    await stops(page, api)
    api.reply = { status: 401, body: { error: { message: 'Incorrect API key' } } }
    await showsFailure(page, '401')
    assert.ok(!(await page.textContent('body')).includes('Incorrect API key'))
  })

const problem = async (page) => (await page.locator('[role=alert]').allTextContents()).join('')
const enabled = (locator) => locator.and(locator.page().locator(':enabled')).waitFor()

// The static playground in a real Chromium. Screenshots are saved in artifacts/.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { chromium as browserType } from 'playwright-core'
import { artifacts, chromium } from '../../scripts/lib.mjs'
import { bundlePlayground, serve } from '../../scripts/playground.mjs'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Timers of the page run this much faster, so that recordings with a real pace do not take real time. */
const SPEED = 25
const faster = `{
  const { setTimeout: real } = window
  window.setTimeout = (handler, delay = 0, ...given) => real(handler, delay / ${SPEED}, ...given)
}`

/**
 * Starts the page for the tests of a file. `config()`: the dev server's data, when the page is served. `folder` has another
 * page, whose element `ready` shows that it is usable.
 */
export function playground(config = () => ({}), { folder: other, ready = '#schema.cm-content' } = {}) {
  // The files of tests run side by side.
  const folder = other ?? mkdtempSync(join(tmpdir(), 'playground-'))
  let site
  let browser
  /** Errors of the page and of its console. */
  const problems = []
  /** URLs of requests to other places than the page's own server. */
  const outside = []
  const it = {
    problems,
    outside,
    page: undefined,
    get url() {
      return site.url
    },
    /** Opens a new page. `speed: false` keeps its timers. */
    async open({ hash = '', speed = true, motion = false, init, ...options } = {}) {
      await it.page?.context().close()
      problems.length = outside.length = 0
      const context = await browser.newContext({
        viewport: { width: 1280, height: 720 },
        // Without it the recorded demo starts by itself.
        reducedMotion: motion ? 'no-preference' : 'reduce',
        ...options,
      })
      const page = await context.newPage()
      it.page = page
      if (speed) await page.addInitScript(faster)
      if (init) await page.addInitScript(init)
      page.on('pageerror', (error) => problems.push(String(error)))
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
      page.on('request', (request) => {
        if (![site.url, 'data:', `blob:${site.url}`].some((start) => request.url().startsWith(start)))
          outside.push(request.url())
      })
      await page.goto(`${site.url}${hash}`)
      await page.waitForSelector(ready, { state: 'attached' })
      return page
    },
    /** Waits for the end of a run; fails with the page's text when it ends in another state. */
    async settled(wanted = 'done') {
      const { page } = it
      await page.waitForFunction(
        () => !['running', 'idle'].includes(document.getElementById('status').dataset.state),
        undefined,
        { timeout: 30_000 },
      )
      const state = await page.locator('#status').getAttribute('data-state')
      const text = (await page.locator('.problem').allTextContents()).join(' ')
      assert.equal(state, wanted, `${text} ${problems.join('\n')}`)
    },
    async run(wanted) {
      await it.page.locator('#run').click()
      await it.settled(wanted)
    },
    /** The text of an element of the first result. */
    part: (name) => it.page.locator(`.result [data-part="${name}"]`).first(),
    shot: (name, options = {}) =>
      it.page.screenshot({ path: join(artifacts, `playground-${name}.png`), ...options }),
    /** The violations that axe finds, as text. */
    async axe() {
      await it.page.evaluate(axeSource)
      const { violations } = await it.page.evaluate(() =>
        window.axe.run(
          // Events and lines look alike; a page has hundreds.
          { exclude: [['.frame:nth-child(n + 5)'], ['.answer > :nth-child(n + 8)']] },
        ),
      )
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
      )
    },
  }
  before(async () => {
    mkdirSync(artifacts, { recursive: true })
    site = await serve(other ?? (await bundlePlayground(folder)), await config())
    browser = await browserType.launch({
      executablePath: chromium(),
      args: ['--no-sandbox', '--disable-gpu'],
    })
  })
  after(async () => {
    await browser?.close()
    site?.stop()
    if (!other) rmSync(folder, { recursive: true, force: true })
  })
  return it
}

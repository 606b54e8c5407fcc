// How soon the static page can be used: a new browser context each time, without a cache.
import { say } from '../../scripts/lib.mjs'

/** Runs in the page before its scripts: notes when it is ready, and the tasks that block it. */
function observe() {
  window.times = {}
  const note = (name) => {
    window.times[name] ??= performance.now()
  }
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries())
      window.times.blocked = (window.times.blocked ?? 0) + duration - 50
  }).observe({ type: 'longtask', buffered: true })
  new MutationObserver(() => {
    // Set at the end of the page's script: the form, the buttons and the keyboard work.
    if ('ready' in document.documentElement.dataset) note('usable')
    if (document.querySelector('#schema.cm-content')) note('editor')
  }).observe(document, { subtree: true, childList: true, attributes: true })
}

async function once(browser, url) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 720 },
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.addInitScript(observe)
  await page.goto(url)
  await page.waitForSelector('#schema.cm-content', { state: 'attached' })
  const times = await page.evaluate(() => ({
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
    blocked: 0,
    ...window.times,
    kilobytes: performance
      .getEntriesByType('resource')
      .reduce((sum, { decodedBodySize }) => sum + decodedBodySize / 1000, 0),
  }))
  // A key is pressed as soon as the page can be used; the answer has to be on the screen.
  const began = Date.now()
  await page.keyboard.press('Control+Enter')
  await page.waitForFunction(() => document.getElementById('status').dataset.state === 'running')
  times.reaction = Date.now() - began
  await context.close()
  return times
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]

const ROWS = [
  ['paint', 'first contentful paint', 'ms'],
  ['usable', 'the form, the buttons and the keyboard work', 'ms'],
  ['editor', 'the editor of the schema is there', 'ms'],
  ['blocked', 'main thread blocked, above 50 ms of each task', 'ms'],
  ['reaction', 'from Ctrl+Enter to the running state', 'ms'],
  ['kilobytes', 'read until the editor is there, uncompressed', 'KB'],
]

export async function start(browser, url, rounds) {
  // The first page starts processes of the browser.
  await once(browser, url)
  const all = []
  for (let i = 0; i < rounds; i++) all.push(await once(browser, url))
  say(`the static page, median of ${rounds} visits without a cache`)
  for (const [key, what, unit] of ROWS)
    say(`  ${what.padEnd(48)}${String(Math.round(median(all.map((one) => one[key])))).padStart(7)} ${unit}`)
}

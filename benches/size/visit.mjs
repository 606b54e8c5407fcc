// One visit of a page in Chromium with an empty cache: what it downloads before its first request to the provider and in the
// whole call, when it sends this request, and the longest task of its main thread.
import { deepStrictEqual } from 'node:assert'
import { chromium as browserType } from 'playwright-core'
import { chromium } from '../../scripts/lib.mjs'
import { VALUE } from './scenarios.mjs'

/** A network and a processor, as Chromium's DevTools simulate them. */
export const PROFILES = {
  /** As the machine is. */
  plain: {},
  /** A mid-range phone: 10 Mbit/s, 60 ms round trip, a quarter of this machine's speed. */
  phone: { network: { latency: 60, bitsPerSecond: 10_000_000 }, slowdown: 4 },
  /**
   * For bytes: with a slow network, a download that the request does not wait for is not complete when the request is sent,
   * even if the machine is busy for a moment.
   */
  bytes: { network: { latency: 250, bitsPerSecond: 2_000_000 } },
}

export const launch = () =>
  browserType.launch({ executablePath: chromium(), args: ['--no-sandbox', '--disable-dev-shm-usage'] })

/** The text that a page prints when its call has ended. */
const SETTLED = 'the call has ended'

/**
 * Runs in the page before its scripts: sets the provider's address, and records the time of the first request to it and what
 * the page's `result` becomes. Until then only the page runs, because everything in it is measured.
 */
function prepare([provider, settled]) {
  globalThis.PROVIDER = provider
  const { fetch } = globalThis
  let first
  globalThis.fetch = (input, init) => {
    if (String(input?.url ?? input).startsWith(provider)) first ??= performance.now()
    return fetch(input, init)
  }
  Object.defineProperty(globalThis, 'result', {
    set(promise) {
      const end = (outcome) => {
        globalThis.outcome = { ...outcome, first, end: performance.now() }
        console.debug(settled)
      }
      promise.then(
        (value) => end({ value }),
        (error) => end({ failed: error?.stack ?? String(error) }),
      )
    },
  })
}

/** The page's network events: which downloads are complete when the first request to the provider is sent. */
function watch(session, provider) {
  const urls = new Map()
  const open = new Set()
  const before = []
  let first = Infinity
  const complete = []
  session.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => {
    if (request.url.startsWith(provider)) {
      first = Math.min(first, timestamp)
      return
    }
    if (!request.url.startsWith('http')) return
    urls.set(requestId, request.url)
    open.add(requestId)
  })
  const end = ({ requestId, timestamp }) => {
    if (!urls.has(requestId)) return
    open.delete(requestId)
    complete.push({ path: new URL(urls.get(requestId)).pathname, timestamp })
  }
  session.on('Network.loadingFinished', end)
  session.on('Network.loadingFailed', end)
  return {
    /** Resolves when no download is under way. */
    async idle() {
      while (open.size) await new Promise((done) => setTimeout(done, 20))
    },
    before() {
      for (const { path, timestamp } of complete) if (timestamp <= first) before.push(path)
      return before
    },
  }
}

/**
 * The longest task in milliseconds of the main thread of the page with this address, in a trace of Chromium. The task that
 * commits the navigation, and those before it, are Chromium's own: a page without a script has them as well.
 */
function longestTask(trace, url) {
  const { traceEvents } = JSON.parse(trace.toString())
  const start = traceEvents.find(
    ({ name, args }) => name === 'navigationStart' && args?.data?.documentLoaderURL?.startsWith(url),
  )
  const parsing = traceEvents.find(
    ({ name, pid, tid, ts }) =>
      name === 'domLoading' && pid === start?.pid && tid === start.tid && ts >= start.ts,
  )
  if (!parsing) throw new Error('the trace has no navigation')
  const tasks = traceEvents.filter(
    ({ name, pid, tid, ts, ph }) =>
      ph === 'X' && name === 'RunTask' && pid === start.pid && tid === start.tid && ts > parsing.ts,
  )
  if (!tasks.length) throw new Error('the trace has no task')
  return Math.max(...tasks.map(({ dur }) => dur)) / 1000
}

/**
 * Visits a page. Returns the compressed bytes of each download, complete before the first request or not, the milliseconds
 * from navigation to the first request and to the value, and with `trace` the longest task.
 */
export async function visit(browser, site, provider, { network, slowdown, trace = false } = {}) {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    const failures = []
    const ended = new Promise((done) => {
      page.on('pageerror', (error) => {
        failures.push(error.stack ?? String(error))
        done()
      })
      page.on('console', (message) => {
        if (message.text() === SETTLED) done()
        else failures.push(message.text())
      })
    })
    await page.addInitScript(prepare, [provider.url, SETTLED])
    const session = await context.newCDPSession(page)
    await session.send('Network.enable')
    const downloads = watch(session, provider.url)
    if (network) {
      const bytesPerSecond = network.bitsPerSecond / 8
      await session.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: network.latency,
        downloadThroughput: bytesPerSecond,
        uploadThroughput: bytesPerSecond,
      })
    }
    if (slowdown) await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
    site.take()
    // Only tasks and the navigation: more categories record stacks, which take time.
    const categories = ['disabled-by-default-devtools.timeline', 'blink.user_timing']
    if (trace) await browser.startTracing(page, { categories })
    await page.goto(site.url, { waitUntil: 'commit' })
    await Promise.race([ended, page.waitForTimeout(60_000)])
    const longest = trace ? longestTask(await browser.stopTracing(), site.url) : undefined
    const seen = (await page.evaluate(() => globalThis.outcome)) ?? { failed: 'the page has no result' }
    if (seen.failed) throw new Error([seen.failed, ...failures].join('\n'))
    deepStrictEqual(seen.value, VALUE)
    await downloads.idle()
    const sent = site.take()
    const before = downloads.before()
    return {
      first: seen.first,
      end: seen.end,
      longest,
      downloads: sent.map(({ path, bytes }) => {
        const at = before.indexOf(path === '/index.html' ? '/' : path)
        if (at >= 0) before.splice(at, 1)
        return { path, bytes, before: at >= 0 }
      }),
      messages: failures,
    }
  } finally {
    await context.close()
  }
}

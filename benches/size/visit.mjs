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

/** Runs in the page before its scripts: the provider's address, and the time of the first request to it. */
function prepare(provider) {
  globalThis.PROVIDER = provider
  const { fetch } = globalThis
  globalThis.fetch = (input, init) => {
    if (String(input?.url ?? input).startsWith(provider)) globalThis.firstRequest ??= performance.now()
    return fetch(input, init)
  }
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

/** The longest task in milliseconds of the main thread of the page with this address, in a trace of Chromium. */
function longestTask(trace, url) {
  const { traceEvents } = JSON.parse(trace.toString())
  const start = traceEvents.find(
    ({ name, args }) => name === 'navigationStart' && args?.data?.documentLoaderURL?.startsWith(url),
  )
  if (!start) throw new Error('the trace has no navigation')
  const tasks = traceEvents.filter(
    ({ name, pid, tid, ts, ph }) =>
      ph === 'X' && name === 'RunTask' && pid === start.pid && tid === start.tid && ts >= start.ts,
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
    page.on('pageerror', (error) => failures.push(error.stack ?? String(error)))
    page.on('console', (message) => failures.push(message.text()))
    await page.addInitScript(prepare, provider.url)
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
    if (trace)
      await browser.startTracing(page, {
        categories: [
          'toplevel',
          'devtools.timeline',
          'blink.user_timing',
          'disabled-by-default-devtools.timeline',
        ],
      })
    await page.goto(site.url)
    const seen = await page
      .evaluate(async () => {
        const value = await globalThis.result
        return { value, end: performance.now(), first: globalThis.firstRequest }
      })
      .catch((error) => {
        throw new Error([error.message, ...failures].join('\n'))
      })
    const longest = trace ? longestTask(await browser.stopTracing(), site.url) : undefined
    await downloads.idle()
    deepStrictEqual(seen.value, VALUE)
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

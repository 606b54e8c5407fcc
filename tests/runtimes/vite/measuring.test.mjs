/** What npm run size measures in a page, with a page whose downloads and tasks are known. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { VALUE } from '../../../benches/size/scenarios.mjs'
import { answering, compressed, deliver } from '../../../benches/size/servers.mjs'
import { launch, PROFILES, visit } from '../../../benches/size/visit.mjs'

let browser
let provider
before(async () => {
  browser = await launch()
  provider = await answering()
})
after(async () => {
  provider?.stop()
  await browser?.close()
})

/** Waits for one file, does not wait for another, and keeps the main thread busy for a while before its request. */
const page = `<!doctype html><title>page</title><link rel="icon" href="data:,"><script type="module">
globalThis.result = (async () => {
  await (await fetch('/early.wasm')).arrayBuffer()
  const late = fetch('/late.wasm').then((response) => response.arrayBuffer())
  const until = performance.now() + 120
  while (performance.now() < until);
  const response = await fetch(globalThis.PROVIDER + '/v1/chat/completions', { method: 'POST', body: '{}' })
  await late
  return JSON.parse((await response.json()).choices[0].message.content)
})()
</script>`
const files = new Map([
  ['/index.html', Buffer.from(page)],
  ['/early.wasm', randomBytes(20_000)],
  ['/late.wasm', randomBytes(400_000)],
])
const size = (path) => compressed(files.get(path)).length

test('bytes are those that the server sent; a download that the request does not wait for is in the whole call only', async () => {
  const site = await deliver(files)
  try {
    const { downloads } = await visit(browser, site, provider, PROFILES.bytes)
    assert.deepEqual(downloads, [
      { path: '/index.html', bytes: size('/index.html'), before: true },
      { path: '/early.wasm', bytes: size('/early.wasm'), before: true },
      { path: '/late.wasm', bytes: size('/late.wasm'), before: false },
    ])
  } finally {
    site.stop()
  }
})

test('the time to the first request has the round trips of the network and the tasks of the page', async () => {
  const site = await deliver(files)
  try {
    const plain = await visit(browser, site, provider, { trace: true })
    assert.ok(plain.longest >= 100 && plain.longest < 10_000, `the longest task: ${plain.longest}`)
    assert.ok(plain.first >= 120 && plain.first < plain.end, `${plain.first}, ${plain.end}`)
    const phone = await visit(browser, site, provider, PROFILES.phone)
    // Two downloads of 60 ms each, one after the other, and the busy loop.
    assert.ok(phone.first >= 240 && phone.first < phone.end, `${phone.first}, ${phone.end}`)
  } finally {
    site.stop()
  }
})

test('a page that fails or returns another value is an error with its reason', async () => {
  for (const [script, pattern] of [
    ['globalThis.result = Promise.reject(new Error("no key"))', /no key/],
    [`globalThis.result = Promise.resolve(${JSON.stringify({ ...VALUE, age: 1 })})`, /age/],
  ]) {
    const html = Buffer.from(`<!doctype html><script type="module">${script}</script>`)
    const site = await deliver(new Map([['/index.html', html]]))
    try {
      await assert.rejects(visit(browser, site, provider), pattern)
    } finally {
      site.stop()
    }
  }
})

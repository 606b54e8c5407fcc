// Firefox for the matrix, driven by geckodriver with the protocol of WebDriver (https://www.w3.org/TR/webdriver2/): Playwright
// drives only the builds that it downloads.
import { firefox, freePort, geckodriver, start, stop } from '../../scripts/lib.mjs'
import { NotInstalled } from './apps.mjs'

/** How long a page may take to have its results. */
const LIMIT = 60_000

let session

async function started() {
  const [browser, driver] = [firefox(), geckodriver()]
  if (!browser || !driver)
    throw new NotInstalled('Firefox and geckodriver are missing, run npm run setup -- --for matrix')
  const port = await freePort()
  const process = start(driver, ['--port', String(port)], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; ; tries++) {
    const ready = await fetch(`${url}/status`).catch(() => undefined)
    if (ready?.ok) break
    if (tries > 100) throw new Error('geckodriver did not start')
    await new Promise((done) => setTimeout(done, 100))
  }
  const options = { binary: browser, args: ['-headless'] }
  const capabilities = { alwaysMatch: { browserName: 'firefox', 'moz:firefoxOptions': options } }
  const made = await command(`${url}/session`, { capabilities })
  return {
    url: `${url}/session/${made.sessionId}`,
    version: made.capabilities.browserVersion,
    process,
  }
}

async function command(url, body, method = 'POST') {
  const response = await fetch(url, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const { value } = await response.json()
  if (!response.ok) throw new Error(`WebDriver: ${value.error}: ${value.message}`)
  return value
}

const launched = () => {
  session ??= started()
  return session
}

/** Opens a page and waits for `globalThis.results`. */
export async function visit(page) {
  const { url } = await launched()
  await command(`${url}/url`, { url: page })
  const script = 'return globalThis.results ? JSON.stringify(globalThis.results) : null'
  for (const end = Date.now() + LIMIT; Date.now() < end; ) {
    const results = await command(`${url}/execute/sync`, { script, args: [] })
    if (results) return JSON.parse(results)
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`no results after ${LIMIT / 1000} s`)
}

export const version = async () => (await launched()).version

export async function close() {
  if (!session) return
  const running = await session.catch(() => undefined)
  if (!running) return
  await command(running.url, undefined, 'DELETE').catch(() => {})
  stop(running.process)
}

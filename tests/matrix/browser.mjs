// The browsers of the matrix, and a server of static files.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { chromium as playwright } from 'playwright-core'
import { chromium } from '../../scripts/lib.mjs'
import * as firefox from './firefox.mjs'

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
}

let browser

async function launched() {
  const executablePath = chromium()
  if (!executablePath) throw new Error('Chromium is not installed')
  browser ??= playwright.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  return browser
}

/** Opens a page and waits for `globalThis.results`. */
async function visitChromium(url) {
  const context = await (await launched()).newContext()
  const page = await context.newPage()
  const said = []
  page.on('pageerror', (error) => said.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && said.push(message.text()))
  try {
    await page.goto(url)
    await page.waitForFunction(() => globalThis.results, undefined, { timeout: 60_000 })
    return await page.evaluate(() => globalThis.results)
  } catch (error) {
    throw new Error(`${error.message.split('\n')[0]} ${said.slice(0, 3).join(' | ')}`)
  } finally {
    await context.close()
  }
}

/** By the name that the table has: the results of a page, the version. */
export const BROWSERS = {
  Chromium: {
    visit: visitChromium,
    version: async () => (await launched()).version(),
    close: async () => (await browser)?.close(),
  },
  Firefox: firefox,
}

/** The results of a page in each browser. */
export async function visitAll(url) {
  const results = {}
  for (const [name, { visit }] of Object.entries(BROWSERS)) results[name] = await visit(url)
  return results
}

/** Serves the files of a folder; `headers` are sent with every response. */
export async function serve(folder, headers = {}) {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, 'http://localhost').pathname)
    const file = join(folder, path.endsWith('/') ? `${path}index.html` : path)
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404, headers)
      return response.end('not found')
    }
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'service-worker-allowed': '/',
      ...headers,
    })
    response.end(readFileSync(file))
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() }
}

/** Serves a folder and visits its page. */
export async function visitFolder(browser, folder, headers) {
  const server = await serve(folder, headers)
  try {
    return await BROWSERS[browser].visit(server.url)
  } finally {
    server.close()
  }
}

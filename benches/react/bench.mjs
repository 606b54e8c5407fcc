// npm run bench:react: a list of rows that streams into a page in Chromium, over useObject of this package and of the AI SDK.
//
//   --rows=200    --piece=40   characters of each piece of the answer   --pace=2   milliseconds between the pieces
//
// Both servers send the same JSON in the same pieces. The rows are memoised; what is counted is how often each one renders, and
// the time of scripts in the page.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import * as z from 'zod'
import { fromProvider } from '../../pkg/index.node.js'
import { serve } from '../../pkg/server.node.js'
import { scripted } from '../../pkg/test.node.js'

const here = fileURLToPath(new URL('.', import.meta.url))
const option = (name, fallback) =>
  Number(process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback)
const [count, piece, pace] = [option('rows', 200), option('piece', 40), option('pace', 2)]

if (!existsSync(join(here, 'node_modules'))) {
  console.log('Installing the AI SDK into benches/react …')
  const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit' })
  if (install.status !== 0) process.exit(1)
}

const value = {
  title: 'Rows',
  rows: Array.from({ length: count }, (_, i) => ({ id: i, name: `name ${i}`, note: `the note of row ${i}` })),
}
const Report = z.object({
  title: z.string(),
  rows: z.array(z.object({ id: z.number(), name: z.string(), note: z.string() })),
})
const client = fromProvider('openai/gpt-4o-mini', {
  apiKey: 'k',
  env: {},
  fetch: (url, init) => scripted([{ value, piece, pace }]).fetch(url, init),
})
const handle = serve({ client, models: { report: { responseModel: Report, prompt: 'x' } } })

/** The text of the object, as the AI SDK's streamObject sends it. */
async function* pieces() {
  const text = JSON.stringify(value)
  for (let i = 0; i < text.length; i += piece) {
    yield text.slice(i, i + piece)
    await new Promise((done) => setTimeout(done, pace))
  }
}

const { outputFiles } = await build({
  entryPoints: [join(here, 'page.jsx')],
  bundle: true,
  minify: true,
  format: 'esm',
  jsx: 'automatic',
  write: false,
  external: ['node:*'],
  define: { 'process.env.NODE_ENV': '"production"' },
  // One React for both.
  alias: {
    'instructor-wasm/react': fileURLToPath(new URL('../../pkg/react.js', import.meta.url)),
    react: join(here, 'node_modules', 'react'),
  },
})

const server = createServer(async (request, response) => {
  const parts = []
  for await (const part of request) parts.push(part)
  if (request.url === '/text') {
    response.setHeader('content-type', 'text/plain; charset=utf-8')
    Readable.from(pieces()).pipe(response)
  } else if (request.url === '/api') {
    const { method, headers } = request
    const result = await handle(
      new Request('http://localhost/api', { method, headers, body: Buffer.concat(parts) }),
    )
    response.writeHead(result.status, Object.fromEntries(result.headers))
    Readable.fromWeb(result.body).pipe(response)
  } else if (request.url === '/page.js') {
    response.setHeader('content-type', 'text/javascript')
    response.end(outputFiles[0].text)
  } else {
    response.setHeader('content-type', 'text/html')
    response.end(
      '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
    )
  }
})
await new Promise((done) => server.listen(0, '127.0.0.1', done))

const version = (name) =>
  JSON.parse(readFileSync(join(here, 'node_modules', name, 'package.json'), 'utf8')).version
console.log(
  `@ai-sdk/react ${version('@ai-sdk/react')}, React ${version('react')}; ${count} rows, ${Math.ceil(JSON.stringify(value).length / piece)} pieces`,
)
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
})
try {
  for (const name of ['instructor-wasm', 'instructor-wasm, throttle 0', '@ai-sdk/react']) {
    const page = await browser.newPage()
    page.on('pageerror', (error) => console.error(`${name}: ${error}`))
    await page.goto(`http://127.0.0.1:${server.address().port}/#${encodeURIComponent(name)}`)
    await page.waitForFunction(() => globalThis.submit)
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable')
    const script = async () => {
      const { metrics } = await session.send('Performance.getMetrics')
      return metrics.find((metric) => metric.name === 'ScriptDuration').value * 1000
    }
    const before = await script()
    await page.evaluate(() => void globalThis.submit())
    await page.waitForFunction(() => globalThis.done, undefined, { timeout: 300_000 })
    const { renders, shown } = await page.evaluate(() => globalThis.counts())
    if (shown !== count) throw new Error(`${name} shows ${shown} rows`)
    const sum = renders.reduce((all, one) => all + one, 0)
    console.log(
      `${name.padEnd(28)} renders of a row: ${(sum / count).toFixed(1)} on average, ${Math.max(...renders)} at most; ${sum} in all; script ${Math.round((await script()) - before)} ms`,
    )
    await page.close()
  }
} finally {
  await browser.close()
  server.close()
}

// npm run bench:playground: the static playground in Chromium. How soon it can be used, and how often the model in the page
// is right in the examples for small models.
//   npm run bench:playground                       both
//   npm run bench:playground -- --only start       the time until it can be used
//   npm run bench:playground -- --only model       the examples, in the page and with llama.cpp's server
//   npm run bench:playground -- --rounds 9         how often the page is opened; the median is printed
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium as browserType } from 'playwright-core'
import { chromium, die, say } from '../../scripts/lib.mjs'
import { startModel } from '../../scripts/model.mjs'
import { bundlePlayground, serve } from '../../scripts/playground.mjs'
import { model, setup } from '../../scripts/setup.mjs'
import { rightAnswers } from './examples.mjs'
import { start } from './start.mjs'

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, rounds: { type: 'string', default: '5' } },
})
if (options.only && !['start', 'model'].includes(options.only)) die('--only must be start or model')
await setup('browser', ...(options.only === 'start' ? [] : ['model']))

const folder = mkdtempSync(join(tmpdir(), 'playground-bench-'))
const browser = await browserType.launch({
  executablePath: chromium(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
})
let server
let site
try {
  await bundlePlayground(folder)
  if (options.only !== 'model') {
    site = await serve(folder)
    await start(browser, site.url, Number(options.rounds))
    site.stop()
  }
  if (options.only !== 'start') {
    server = await startModel()
    const { baseURL, model: name } = server
    site = await serve(folder, { model: model.weights(), localModel: { baseURL, model: name } })
    await rightAnswers(browser, site.url)
  }
} catch (error) {
  die(String(error?.stack ?? error))
} finally {
  await browser.close()
  server?.stop()
  site?.stop()
  rmSync(folder, { recursive: true, force: true })
}
say()

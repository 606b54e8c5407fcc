// A model in the page: SmolLM2-135M in wllama, out of a file next to the static page, an address, or a file of the visitor.
import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import { model } from '../../scripts/setup.mjs'
import { playground } from './support.mjs'

const weights = model.weights()
const skip = weights ? false : 'npm run setup installs the model'
// One busy core decodes a token or two a second; the limit only ends a page that hangs.
const timeout = 600_000
const it = playground(() => ({ model: weights }))

/** Requests of the page, as `METHOD name`. */
function requests(page) {
  const seen = []
  page.on('request', (request) =>
    seen.push(`${request.method()} ${basename(new URL(request.url()).pathname)}`),
  )
  return seen
}

async function settled(page, wanted) {
  await page.waitForFunction(
    () => !['running', 'idle'].includes(document.getElementById('status').dataset.state),
    undefined,
    { timeout },
  )
  const problems = await page.locator('.problem').allTextContents()
  assert.equal(await page.locator('#status').getAttribute('data-state'), wanted, problems.join(' '))
}

test('the model next to the page is downloaded by Run, with its progress, and answers token by token', {
  skip,
  timeout,
}, async () => {
  const page = await it.open({ speed: false })
  const seen = requests(page)
  await page.locator('#provider').selectOption('wllama')
  // An example for larger models is replaced.
  assert.equal(await page.locator('#preset').inputValue(), 'person')
  const size = `${Math.round(statSync(weights).size / 1e6)} MB`
  assert.match(await page.locator('#weights-note').textContent(), new RegExp(size))
  assert.deepEqual(
    seen.filter((name) => /gguf|wllama/.test(name)),
    [],
    'nothing is downloaded before Run',
  )
  assert.deepEqual(await it.axe(), [])
  await page.evaluate(() => {
    window.loaded = []
    const text = document.querySelector('[data-part="loaded"]')
    new MutationObserver(() => window.loaded.push(text.textContent)).observe(text, { childList: true })
    window.objects = []
    const object = document.querySelector('[data-part="object"]')
    new MutationObserver(() => window.objects.push(object.textContent)).observe(object, {
      childList: true,
      subtree: true,
    })
  })
  // Stop ends the download, and the next run begins it again.
  await page.locator('#run').click()
  await page.waitForFunction(() => window.loaded.length > 0, undefined, { timeout })
  await page.locator('#stop').click()
  await settled(page, 'stopped')
  assert.equal(await it.part('loading').isVisible(), false)
  await page.locator('#run').click()
  await page.waitForFunction(() => window.loaded.some((text) => /\d+ MB of \d+ MB/.test(text)), undefined, {
    timeout,
  })
  assert.deepEqual(await it.axe(), [])
  await it.shot('in-page-loading')
  await settled(page, 'done')
  const object = await it.part('object').textContent()
  for (const value of ['"Jason"', '25', '"Berlin"']) assert.ok(object.includes(value), object)
  const objects = await page.evaluate(() => window.objects)
  assert.ok(
    objects.some((text) => text.includes('Jason') && !text.includes('Berlin')),
    objects.join('\n'),
  )
  assert.ok((await page.locator('[data-part="frames"] .frame').count()) > 10, 'a frame for each token')
  assert.match(await it.part('facts').textContent(), /Output tokens\d+/)
  assert.match(await page.locator('#request-line').textContent(), /stays in this page/)
  assert.deepEqual(it.outside, [])
  assert.deepEqual(it.problems, [])
  await it.shot('in-page')

  // The loaded model is used again, and Stop ends its answer.
  seen.length = 0
  await page.locator('#prompt').fill('Write a long list of names.')
  await page.locator('#schema').fill('const Names = z.object({ names: z.array(z.string()).min(60) })')
  await page.locator('#run').click()
  await page.waitForFunction(
    () => document.querySelectorAll('[data-part="frames"] .frame').length > 3,
    undefined,
    {
      timeout,
    },
  )
  await page.locator('#stop').click()
  await settled(page, 'stopped')
  await page.locator('#preset').selectOption('person')
  await page.locator('#run').click()
  await settled(page, 'done')
  assert.deepEqual(
    seen.filter((name) => /gguf/.test(name)),
    [],
  )
})

test('the size of the file at an address is shown before anything is downloaded', { skip }, async () => {
  const page = await it.open()
  const seen = requests(page)
  await page.locator('#provider').selectOption('wllama')
  await page.locator('#weights-source').selectOption('address')
  await it.run('failed')
  assert.match(await page.locator('#weights-error').textContent(), /address of a GGUF file/)
  assert.ok(await page.locator('#weights-address').evaluate((input) => input === document.activeElement))
  const address = `${it.url}${basename(weights)}`
  await page.locator('#weights-address').fill(`${it.url}none.gguf`)
  await page.locator('#weights-address').blur()
  await page.waitForFunction(() => /404/.test(document.getElementById('weights-error').textContent))
  await page.locator('#weights-address').fill(address)
  await page.locator('#weights-address').blur()
  await page.waitForFunction(() => /\d MB/.test(document.getElementById('weights-note').textContent))
  assert.equal(await page.locator('#weights-error').textContent(), '')
  assert.deepEqual(
    seen.filter((name) => /gguf/.test(name)),
    ['HEAD none.gguf', `HEAD ${basename(weights)}`],
  )
  await page.setViewportSize({ width: 390, height: 844 })
  await page.locator('#setup').evaluate((box) => {
    box.open = true
  })
  const wider = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  assert.ok(wider <= 0, `${wider} px wider than the screen`)
  assert.deepEqual(await it.axe(), [])
  await it.shot('in-page-address-390')
})

test('a file without a model is a problem of its field', { timeout }, async () => {
  const page = await it.open()
  await page.locator('#provider').selectOption('wllama')
  await page.locator('#weights-source').selectOption('file')
  await page.locator('#weights-file').setInputFiles({
    name: 'broken.gguf',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from('GGUF, but no model'),
  })
  await page.locator('#run').click()
  await settled(page, 'failed')
  assert.match(await page.locator('#weights-error').textContent(), /not a GGUF file/)
  assert.equal(await page.locator('#weights-file').getAttribute('aria-invalid'), 'true')
  assert.match(await page.locator('#code').textContent(), /new Wllama.*temperature: 0/s)
})

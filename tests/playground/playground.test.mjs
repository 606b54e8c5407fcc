// The page as any static server delivers it: the recorded demo, the layout, what assistive technology gets.
import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { scripted } from 'instructor-wasm/test'
import { at } from '../../scripts/lib.mjs'
import { playground } from './support.mjs'

const it = playground()

test('the recorded demo starts by itself, shows a failed attempt and its correction, and sends nothing', async () => {
  const page = await it.open({ motion: true })
  await it.settled()
  const cards = page.locator('.attempt')
  assert.deepEqual(await cards.evaluateAll((all) => all.map(({ dataset }) => dataset.state)), [
    'invalid',
    'valid',
  ])
  assert.equal(await cards.nth(0).locator('.wrong').count(), 2)
  assert.match(await cards.nth(0).locator('.sent').textContent(), /sum of quantity/)
  assert.match(await it.part('object').textContent(), /244\.3/)
  assert.match(await it.part('badge').textContent(), /validated/)
  assert.deepEqual(it.outside, [])
  assert.deepEqual(it.problems, [])
  await it.shot('demo')
})

test('visitors who prefer no motion start the demo themselves', async () => {
  await it.open()
  assert.equal(await it.page.locator('#status').getAttribute('data-state'), 'idle')
  await it.run()
})

test('every recorded provider and every example ends with a valid object', async () => {
  const page = await it.open()
  const values = (id, group) =>
    page.locator(`${id} ${group}`).evaluateAll((options) => options.map(({ value }) => value))
  const providers = await values('#provider', 'optgroup:first-child option')
  const examples = await values('#preset', 'option')
  assert.ok(providers.length >= 6 && examples.length >= 4)
  for (const provider of providers) {
    await page.locator('#provider').selectOption(provider)
    // All wire formats correct an answer; all examples run in one of them.
    for (const example of provider === providers[0] ? examples : [examples[0]]) {
      await page.locator('#preset').selectOption(example)
      await it.run()
      assert.match(await it.part('badge').textContent(), /validated/, `${provider} ${example}`)
      assert.ok((await page.locator('.frame').count()) > 2, `${provider} ${example}`)
    }
  }
  assert.deepEqual(it.outside, [])
  assert.deepEqual(it.problems, [])
})

test('a list shows its elements one after the other, and several tools their calls', async () => {
  const page = await it.open()
  await page.locator('#preset').selectOption('tasks')
  await page.evaluate(() => {
    window.lengths = new Set()
    const object = document.querySelector('[data-part="object"]')
    new MutationObserver(() =>
      window.lengths.add(object.querySelectorAll(':scope > ul > li > ul > li').length),
    ).observe(object, { childList: true, subtree: true })
  })
  await it.run()
  const lengths = await page.evaluate(() => [...window.lengths])
  for (const length of [1, 3, 5]) assert.ok(lengths.includes(length), `${lengths}`)
  await page.locator('#preset').selectOption('tools')
  await it.run()
  assert.match(await it.part('object').textContent(), /Oslo.*Lisbon.*07:00/)
})

test('a recording states that it does not depend on a changed prompt', async () => {
  const page = await it.open()
  await page.locator('#prompt').fill('Something else.')
  assert.match(await page.locator('#prompt-note').textContent(), /original prompt/)
  await page.locator('#provider').selectOption('ollama')
  assert.equal(await page.locator('#prompt-note').textContent(), '')
})

test('a recorded answer that a changed schema refuses is not shown as valid', async () => {
  const page = await it.open()
  await page.locator('#preset').selectOption('person')
  await page.locator('#schema').fill('const User = z.object({ name: z.string(), email: z.email() })')
  await it.run('failed')
  assert.match(await page.locator('.attempt').first().textContent(), /email/)
  assert.doesNotMatch(await it.part('badge').textContent(), /validated/)
})

test('at every size Run and the object are on the screen and nothing is cut off', async () => {
  for (const sizes of [
    [
      [1280, 720],
      [1366, 768],
      [1440, 900],
      [1920, 1080],
    ],
    [[390, 844]],
  ]) {
    const page = await it.open({ viewport: { width: sizes[0][0], height: sizes[0][1] } })
    const check = async (state) => {
      for (const [width, height] of sizes) {
        await page.setViewportSize({ width, height })
        const name = `${state}, ${width}×${height}`
        const run = await page.locator('#run').boundingBox()
        assert.ok(
          run && run.y >= 0 && run.y + run.height <= height,
          `${name}: Run ends at ${run.y + run.height}`,
        )
        assert.ok(run.x >= 0 && run.x + run.width <= width, `${name}: Run`)
        const object = await it.part('object').boundingBox()
        assert.ok(object.y >= 0 && object.y < height * 0.7, `${name}: the object begins at ${object.y}`)
        const wide = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        assert.ok(wide <= 0, `${name}: the page is ${wide} px wider than the screen`)
        if (state === 'done') await it.shot(`${width}`)
      }
    }
    await check('idle')
    await it.run()
    await check('done')
  }
})

test('two models run side by side', async () => {
  const page = await it.open()
  await page.locator('#compare').check()
  await page.locator('#second-provider').selectOption('demo-google')
  await it.run()
  const results = page.locator('.result')
  assert.equal(await results.count(), 2)
  for (const [i, name] of ['OpenAI', 'Google Gemini'].entries()) {
    assert.match(await results.nth(i).locator('[data-part="title"]').textContent(), new RegExp(name))
    assert.match(await results.nth(i).locator('[data-part="badge"]').textContent(), /validated/)
  }
  await it.shot('compare')
})

test('the schema in the dialect of the provider, and the call as code, follow the form', async () => {
  const page = await it.open()
  const code = () => page.locator('#code').textContent()
  await page.waitForFunction(() => document.querySelector('.findings') !== null)
  assert.match(await page.locator('#dialect').textContent(), /openai.*quantity/s)
  assert.match(await code(), /fromProvider\('openai\/gpt-4o-mini'/)
  await page.locator('#provider').selectOption('anthropic')
  await page.waitForFunction(() => document.getElementById('code').textContent.includes('anthropic/'))
  assert.match(await page.locator('#request-line').textContent(), /api\.anthropic\.com/)
  await page.locator('#code-box').evaluate((box) => {
    box.open = true
  })
  await page.locator('[data-code="curl"]').click()
  assert.match(await code(), /curl -X POST .*\$API_KEY/s)
  // The address of the form before it stays nowhere.
  await page.locator('#schema').fill('const User = ')
  await page.waitForFunction(() => document.getElementById('request-line').textContent === '')
  assert.doesNotMatch(await page.locator('#request').textContent(), /anthropic/)
})

test('the code of every example runs', async () => {
  const page = await it.open()
  // In the repository, so that Node finds the packages.
  const folder = at('.cache', `playground-code-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  const entryPoints = [at('www', 'src', 'data', 'presets.ts')]
  await build({
    entryPoints,
    bundle: true,
    format: 'esm',
    outfile: join(folder, 'presets.mjs'),
    logLevel: 'error',
  })
  const { PRESETS } = await import(pathToFileURL(join(folder, 'presets.mjs')).href)
  const { fetch } = globalThis
  const { log } = console
  process.env.OPENAI_API_KEY = 'sk-test'
  try {
    for (const { id, prompt, answers } of PRESETS) {
      await page.locator('#preset').selectOption(id)
      const start = prompt.split('\n')[0]
      await page.waitForFunction(
        (start) => document.getElementById('code').textContent.includes(start),
        start,
      )
      const file = join(folder, `${id}.mjs`)
      writeFileSync(file, await page.locator('#code').textContent())
      const script = scripted(answers)
      globalThis.fetch = script.fetch
      const printed = []
      console.log = (value) => printed.push(value)
      await import(pathToFileURL(file).href)
      console.log = log
      assert.equal(script.left, 0, id)
      assert.ok(printed.length > 0, id)
    }
  } finally {
    Object.assign(globalThis, { fetch })
    console.log = log
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a run with the keyboard alone keeps the focus and is announced twice', async () => {
  const page = await it.open()
  await page.evaluate(() => {
    window.announced = []
    const status = document.getElementById('status')
    new MutationObserver(() => window.announced.push(status.textContent)).observe(status, { childList: true })
  })
  await page.locator('#prompt').focus()
  await page.keyboard.press('Control+Enter')
  await it.settled()
  assert.equal(await page.evaluate(() => document.activeElement.id), 'prompt')
  assert.deepEqual(await page.evaluate(() => window.announced), [
    'Running.',
    'The object is complete and valid.',
  ])
  await page.locator('#run').focus()
  await page.keyboard.press('Enter')
  await it.settled()
  assert.equal(await page.evaluate(() => document.activeElement.id), 'run')
})

test('the Tab key reaches every control in the order of the page, up to Run', async () => {
  const page = await it.open()
  await page.evaluate(() => document.activeElement.blur())
  const order = []
  while (order.at(-1) !== 'run' && order.length < 60) {
    await page.keyboard.press('Tab')
    order.push(await page.evaluate(() => document.activeElement.id))
  }
  const controls = [
    'share',
    'theme',
    'preset',
    'provider',
    'compare',
    'prompt',
    'files',
    'kind',
    'schema',
    'run',
  ]
  assert.deepEqual(
    order.filter((id) => controls.includes(id)),
    controls,
  )
  // Tab leaves the editor, instead of indenting.
  await page.keyboard.press('Enter')
  await it.settled()
  assert.equal(await page.evaluate(() => document.activeElement.id), 'run')
})

test('the colours are those of the system until a visitor selects others, which stay', async () => {
  const scheme = (page) => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)
  const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const page = await it.open({ colorScheme: 'dark' })
  const dark = await background(page)
  await page.locator('#theme').click()
  assert.equal(await scheme(page), 'light')
  assert.notEqual(await background(page), dark)
  await page.reload()
  assert.equal(await scheme(page), 'light')
})

test('axe finds no violation in any state, light and dark, wide and narrow', async () => {
  const found = []
  for (const [name, options] of [
    ['wide-light', { colorScheme: 'light' }],
    ['wide-dark', { colorScheme: 'dark' }],
    ['narrow-light', { viewport: { width: 390, height: 844 } }],
  ]) {
    const page = await it.open(options)
    const check = async (state) => {
      for (const problem of await it.axe()) found.push(`${name}, ${state}: ${problem}`)
    }
    if (name === 'wide-light') {
      await check('idle')
      await it.run()
      await check('done')
    }
    await page.locator('details').evaluateAll((boxes) => {
      for (const box of boxes) box.open = true
    })
    await page.locator('#preset').selectOption('person')
    await page.locator('#compare').check()
    await page.locator('#second-provider').selectOption('openai')
    await it.run('failed')
    await page.waitForFunction(() => document.querySelectorAll('.dialect').length === 2)
    await check('failed and open')
    await it.shot(`failed-${name}`)
  }
  assert.deepEqual(found, [])
})

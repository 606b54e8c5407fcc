// Runs with a server: a scripted provider on 127.0.0.1 in the place of a provider with a key, and of the local model.
import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { scriptedProvider } from './provider.mjs'
import { playground } from './support.mjs'

const USER = `const User = z.object({ name: z.string(), age: z.number().int(), city: z.string() })`
const good = JSON.stringify({ name: 'Jason', age: 25, city: 'Berlin' })
const bad = JSON.stringify({ name: 'Jason', age: 'twenty-five', city: 'Berlin' })
const SECRET = 'sk-test-do-not-show-4711'

let provider
const it = playground(async () => {
  provider = await scriptedProvider([good])
  return { localModel: { baseURL: provider.baseURL, model: 'scripted' } }
})
after(() => provider?.stop())

/** The local model, and a schema with three fields. */
beforeEach(async () => {
  await it.open()
  provider.script(good)
  await it.page.locator('#preset').selectOption('person')
  await it.page.locator('#provider').selectOption('llama_cpp')
})

/** A provider whose requests have a key. */
async function withKey(key = SECRET) {
  const { page } = it
  await page.locator('#provider').selectOption('openai-compatible')
  await page.locator('#model').fill('scripted')
  await page.locator('[data-part="more"]').evaluate((box) => {
    box.open = true
  })
  await page.locator('#base-url').fill(provider.baseURL)
  await page.locator('#base-url').blur()
  await page.locator('#key').fill(key)
}

test('the local model of npm start is in the menu, and its request is shown before anything is sent', async () => {
  const { page } = it
  assert.equal(await page.locator('#model').inputValue(), 'scripted')
  await page.waitForFunction(() => /"messages"/.test(document.getElementById('request').textContent))
  assert.match(await page.locator('#request').textContent(), /Jason is 25/)
  assert.equal(provider.requests.length, 0)
})

test('a streamed object grows, is validated, and its tokens are counted', async () => {
  const { page } = it
  await page.evaluate(() => {
    window.seen = []
    const object = document.querySelector('[data-part="object"]')
    new MutationObserver(() => window.seen.push(object.textContent)).observe(object, {
      childList: true,
      subtree: true,
      characterData: true,
    })
  })
  await it.run()
  const seen = await page.evaluate(() => window.seen)
  assert.ok(
    seen.some((text) => text.includes('Jason') && !text.includes('Berlin')),
    'a state with the name and without the city was shown',
  )
  const text = await it.part('object').textContent()
  for (const part of ['Jason', '25', 'Berlin']) assert.ok(text.includes(part), part)
  assert.equal(await page.getByRole('img', { name: 'complete' }).count(), 3)
  assert.match(await it.part('badge').textContent(), /validated/)
  assert.match(await it.part('facts').textContent(), /Output tokens17/)
  assert.match(await it.part('frames').textContent(), /HTTP 200.*data: \{/)
  assert.deepEqual(it.problems, [])
})

test('an unstreamed answer that violates the schema is reasked, and each attempt has its answer and its problems', async () => {
  const { page } = it
  provider.script(bad, good)
  await page.locator('#stream').evaluate((box) => box.click())
  await it.run()
  assert.equal(provider.requests.length, 2)
  const cards = page.locator('.attempt')
  assert.equal(await cards.count(), 2)
  assert.deepEqual(await cards.evaluateAll((all) => all.map(({ dataset }) => dataset.state)), [
    'invalid',
    'valid',
  ])
  assert.match(await cards.nth(0).locator('.wrong').textContent(), /twenty-five/)
  assert.match(await cards.nth(0).locator('.sent').textContent(), /age/)
  assert.match(await cards.nth(1).locator('.answer').textContent(), /"age": 25/)
  assert.match(await it.part('facts').textContent(), /Output tokens34/)
})

test('when every attempt fails the problems are at the answers and no value is shown as validated', async () => {
  const { page } = it
  provider.script(bad)
  await page.locator('#retries').evaluate((input) => {
    input.value = '1'
  })
  await it.run('failed')
  assert.equal(provider.requests.length, 2)
  assert.match(await it.part('failure').textContent(), /None of 2 attempts/)
  assert.equal(await page.locator('.attempt .wrong').count(), 2)
  assert.doesNotMatch(await it.part('badge').textContent(), /validated/)
})

test('Escape stops a stream and closes the connection', async () => {
  const { page } = it
  provider.script(JSON.stringify({ name: 'x'.repeat(4000), age: 1, city: 'y' }))
  await page.locator('#run').click()
  await page.waitForFunction(() => document.querySelector('[data-part="object"]').textContent.includes('xxx'))
  assert.deepEqual(await it.axe(), [])
  await it.shot('running')
  await page.keyboard.press('Escape')
  await it.settled('stopped')
  assert.deepEqual(await it.axe(), [])
  assert.match(await it.part('state').textContent(), /Stopped/)
  const began = Date.now()
  while (!provider.cancelled.length && Date.now() - began < 10_000)
    await new Promise((done) => setTimeout(done, 20))
  assert.equal(provider.cancelled.length, 1)
})

test('a key is never shown, and stays in the page unless the box is ticked', async () => {
  const { page } = it
  await withKey()
  await it.run()
  assert.equal(provider.requests[0].headers.authorization, `Bearer ${SECRET}`)
  await page.waitForFunction(() => document.getElementById('request').textContent.includes('••••'))
  for (const language of ['ts', 'curl']) {
    await page.locator(`[data-code="${language}"]`).evaluate((button) => button.click())
    const everything = await page.locator('body').evaluate((body) => body.textContent)
    assert.ok(!everything.includes(SECRET), language)
  }
  const stored = () => page.evaluate(() => JSON.stringify({ ...localStorage }))
  assert.ok(!(await stored()).includes(SECRET))
  await page.locator('#keep').check()
  assert.ok((await stored()).includes(SECRET))
  await page.locator('#keep').uncheck()
  assert.ok(!(await stored()).includes(SECRET))
})

test('a remembered key is not used for another address', async () => {
  const { page } = it
  await withKey()
  await page.locator('#keep').check()
  await page.locator('#base-url').fill('http://127.0.0.1:9/v1')
  await page.locator('#base-url').blur()
  assert.equal(await page.locator('#key').inputValue(), '')
})

test('a key that the provider refuses is a problem of the key field, which gets the focus', async () => {
  const { page } = it
  await withKey()
  provider.fail(401, { error: { message: `Incorrect API key provided: ${SECRET}` } })
  await it.run('failed')
  assert.match(await page.locator('#key-error').textContent(), /does not accept this key \(401\)/)
  assert.equal(await page.locator('#key').getAttribute('aria-invalid'), 'true')
  assert.ok(await page.locator('#key').evaluate((input) => input === document.activeElement))
  assert.ok(!(await page.locator('body').evaluate((body) => body.textContent)).includes(SECRET))
  await page.locator('#key').fill('another')
  provider.fail(undefined)
  await it.run()
  assert.equal(await page.locator('#key').getAttribute('aria-invalid'), null)
})

test('a server that does not respond is a problem of the address', async () => {
  const { page } = it
  await withKey()
  await page.locator('#base-url').fill('http://127.0.0.1:9/v1')
  await page.locator('#key').fill(SECRET)
  await it.run('failed')
  assert.match(await page.locator('#base-url-error').textContent(), /No server responds/)
  assert.ok(await page.locator('#base-url').evaluate((input) => input === document.activeElement))
})

test('a changed prompt and a changed schema are what is sent', async () => {
  const { page } = it
  await page.locator('#prompt').fill('Grace is 30.')
  await page.locator('#schema').fill(USER)
  await it.run()
  const { body } = provider.requests[0]
  assert.match(JSON.stringify(body.messages), /Grace is 30/)
  assert.match(JSON.stringify(body), /"city"/)
})

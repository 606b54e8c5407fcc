// Files of the message, prices, and the runs of a visit. A scripted provider on 127.0.0.1 answers.
import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { scriptedProvider } from './provider.mjs'
import { playground } from './support.mjs'

const USER = (name) => JSON.stringify({ name, age: 25, city: 'Berlin' })
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

let provider
const it = playground(async () => {
  provider = await scriptedProvider([USER('Jason')])
  return { localModel: { baseURL: provider.baseURL, model: 'scripted' } }
})
after(() => provider?.stop())

/** The server as a provider with a key. */
beforeEach(async () => {
  const page = await it.open()
  provider.script(USER('Jason'))
  await page.locator('#preset').selectOption('person')
  await page.locator('#provider').selectOption('openai-compatible')
  await page.locator('#model').fill('scripted')
  await page.locator('[data-part="more"]').evaluate((box) => {
    box.open = true
  })
  await page.locator('#base-url').fill(provider.baseURL)
  await page.locator('#base-url').blur()
  await page.locator('#key').fill('sk-test')
})

const attach = (name, mimeType, buffer) => it.page.locator('#files').setInputFiles({ name, mimeType, buffer })

test('a file is a part of the message, and can be removed', async () => {
  const { page } = it
  await attach('badge.png', 'image/png', PNG)
  await page.waitForFunction(() =>
    document.getElementById('code').textContent.includes("image('./badge.png')"),
  )
  assert.match(await page.locator('#files-list').textContent(), /badge\.png/)
  await it.run()
  const [{ content }] = provider.requests[0].body.messages.filter(({ role }) => role === 'user')
  assert.equal(content[0].type, 'text')
  assert.equal(content[1].image_url.url, `data:image/png;base64,${PNG.toString('base64')}`)
  await page.getByRole('button', { name: 'Remove badge.png' }).click()
  await it.run()
  assert.doesNotMatch(JSON.stringify(provider.requests[1].body.messages), /image/)
})

test('a file of another kind, and one that the provider does not accept, are problems of the field', async () => {
  const { page } = it
  await attach('notes.txt', 'text/plain', Buffer.from('text'))
  await page.waitForFunction(() => /no(t)? an image/.test(document.getElementById('files-error').textContent))
  await attach('fake.png', 'image/png', Buffer.from('%PDF-1.4\n'))
  await page.waitForFunction(() => /fake\.png/.test(document.getElementById('files-error').textContent))
  assert.equal(await page.locator('#files-list li').count(), 0)
  await attach('note.wav', 'audio/wav', Buffer.from('RIFF\x24\0\0\0WAVEfmt '))
  await page.locator('#files-list li').waitFor()
  await page.locator('#provider').selectOption('anthropic')
  await page.locator('#key').fill('sk-test')
  await it.run('failed')
  assert.match(await page.locator('#files-error').textContent(), /Anthropic does not accept .*audio/)
  assert.ok(await page.locator('#files').evaluate((input) => input === document.activeElement))
  assert.deepEqual(await it.axe(), [])
})

test('with prices a run and its attempts have a cost', async () => {
  const { page } = it
  for (const [id, price] of [
    ['price-input', '10'],
    ['price-output', '100'],
  ])
    await page.locator(`#${id}`).evaluate((input, price) => {
      input.value = price
    }, price)
  await it.run()
  // 31 tokens of input, 17 of output.
  assert.match(await it.part('facts').textContent(), /Cost\$0\.00201/)
  assert.match(await page.locator('.attempt .meta').textContent(), /\$0\.00201/)
  assert.match(await page.locator('#history li').textContent(), /48 tokens · \$0\.00201/)
})

test('earlier runs are listed, and one that is selected is shown again with its form', async () => {
  const { page } = it
  await it.run()
  await page.locator('#prompt').fill('Ada is 36.')
  provider.script(USER('Ada'))
  await it.run()
  provider.fail(401, { error: { message: 'Incorrect API key provided: sk-test' } })
  await it.run('failed')
  assert.equal(await page.locator('#history-line').textContent(), '3 runs')
  const rows = page.locator('#history button')
  assert.match(await rows.nth(0).textContent(), /“Ada is 36\.”.*✗ failed/)
  assert.match(await rows.nth(2).textContent(), /Person.*✓ valid/)
  await page.locator('#history-box summary').click()
  await rows.nth(2).focus()
  await page.keyboard.press('Enter')
  assert.match(await it.part('object').textContent(), /Jason/)
  assert.match(await it.part('badge').textContent(), /validated/)
  assert.equal(await page.locator('.attempt').count(), 1)
  assert.match(await page.locator('#prompt').inputValue(), /Jason is 25/)
  const tops = await page.evaluate(() => [scrollY, document.getElementById('output').scrollTop])
  assert.deepEqual(tops, [0, 0], 'the object is in view')
  // The key stays in its field, and nowhere else.
  assert.equal(await page.locator('#key').inputValue(), 'sk-test')
  assert.ok(!(await page.locator('body').evaluate((body) => body.textContent)).includes('sk-test'))
  assert.equal(provider.requests.length, 2)
  assert.deepEqual(await it.axe(), [])
  await it.shot('history')
})

// How often a model with 135 million parameters is right in the examples for small models. The page runs them as a visitor
// would, with llama.cpp's server and with the model in the page: the ten texts of each example, and ten others (held.mjs).
import { say } from '../../scripts/lib.mjs'
import { HELD } from './held.mjs'

const TIMEOUT = 600_000

async function run(page) {
  await page.locator('#run').click()
  await page.waitForFunction(
    () => !['running', 'idle'].includes(document.getElementById('status').dataset.state),
    undefined,
    { timeout: TIMEOUT },
  )
  return page.locator('[data-part="object"]').first().textContent()
}

/** The object as the page shows it: each member with its value and a tick. */
const shown = (value) =>
  Object.entries(value)
    .map(([name, member]) => `${name}: ${JSON.stringify(member)}✓`)
    .join('')

/** The prompts of an example with the right objects, which are those of its recording. */
async function recorded(page, id) {
  await page.locator('#provider').selectOption('demo-groq')
  await page.locator('#preset').selectOption(id)
  const texts = []
  for (let i = 0; i < 10; i++) {
    texts.push([await page.locator('#prompt').inputValue(), await run(page)])
    await page.locator('#another').click()
  }
  return texts
}

async function measure(page, provider, id, name, texts) {
  await page.locator('#provider').selectOption(provider)
  await page.locator('#preset').selectOption(id)
  const wrong = []
  const began = Date.now()
  for (const [prompt, right] of texts) {
    await page.locator('#prompt').fill(prompt)
    const value = await run(page)
    if (value !== right) wrong.push([prompt, value])
  }
  const seconds = ((Date.now() - began) / 1000 / texts.length).toFixed(1)
  const count = `${texts.length - wrong.length} of ${texts.length}`
  say(`  ${name.padEnd(24)}${count.padStart(10)}${seconds.padStart(8)} s each`)
  for (const [prompt, value] of wrong) say(`      ${prompt} → ${value}`)
}

export async function rightAnswers(browser, url) {
  const page = await browser.newPage()
  await page.goto(url)
  await page.waitForSelector('#schema.cm-content', { state: 'attached' })
  const ids = await page
    .locator('#preset optgroup:last-child option')
    .evaluateAll((options) => options.map(({ value }) => value))
  const texts = new Map()
  for (const id of ids) texts.set(id, await recorded(page, id))
  for (const [provider, name] of [
    ['llama_cpp', "llama.cpp's server"],
    ['wllama', 'in the page (wllama)'],
  ]) {
    say(`SmolLM2-135M, ${name}: right at temperature 0`)
    for (const id of ids) await measure(page, provider, id, id, texts.get(id))
    for (const id of ids)
      await measure(
        page,
        provider,
        id,
        `${id}, other texts`,
        HELD[id].map(([prompt, value]) => [prompt, shown(value)]),
      )
  }
}

// How often a model with 135 million parameters is right in the examples for small models: each has ten texts. The
// page runs them as a visitor would, with the model in the page and with llama.cpp's server.
import { say } from '../../scripts/lib.mjs'

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

/** The recorded answers are the right ones: they are read from the page, so that the texts are in one place. */
async function expected(page, id) {
  await page.locator('#provider').selectOption('demo-groq')
  await page.locator('#preset').selectOption(id)
  const answers = []
  for (let i = 0; i < 10; i++) {
    answers.push([await page.locator('#prompt').inputValue(), await run(page)])
    await page.locator('#another').click()
  }
  return answers
}

async function example(page, provider, id, answers) {
  await page.locator('#provider').selectOption(provider)
  await page.locator('#preset').selectOption(id)
  const wrong = []
  const began = Date.now()
  for (const [prompt, right] of answers) {
    const value = await run(page)
    if (value !== right) wrong.push([prompt.split('\n').at(-1), value])
    await page.locator('#another').click()
  }
  const seconds = ((Date.now() - began) / 1000 / answers.length).toFixed(1)
  say(
    `  ${id.padEnd(14)}${`${answers.length - wrong.length} of ${answers.length}`.padStart(10)}${seconds.padStart(8)} s each`,
  )
  for (const [text, value] of wrong) say(`      ${text} → ${value}`)
}

export async function rightAnswers(browser, url) {
  const page = await browser.newPage()
  await page.goto(url)
  await page.waitForSelector('#schema.cm-content', { state: 'attached' })
  const ids = await page
    .locator('#preset optgroup:last-child option')
    .evaluateAll((options) => options.map(({ value }) => value))
  const answers = new Map()
  for (const id of ids) answers.set(id, await expected(page, id))
  for (const [provider, name] of [
    ['llama_cpp', "llama.cpp's server"],
    ['wllama', 'in the page (wllama)'],
  ]) {
    say(`SmolLM2-135M, ${name}: right answers at temperature 0`)
    for (const id of ids) await example(page, provider, id, answers.get(id))
  }
}

/** Every example in docs/providers runs against a scripted response in that provider's format. */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { transform } from 'esbuild'
import { scripted } from 'instructor-wasm/test'
import { jason } from './support.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = join(root, 'docs', 'providers')
// Inside the repository, so that the package's name resolves.
const folder = join(root, '.cache', 'examples')
const own = { fetch: globalThis.fetch, env: process.env }

/** The code blocks that create a client, each with the heading before it. */
const examples = readdirSync(pages).flatMap((page) => {
  const text = readFileSync(join(pages, page), 'utf8')
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)]
    .filter(([, code]) => code.includes('fromProvider('))
    .map(({ 1: code, index }) => {
      const [title] = text
        .slice(0, index)
        .match(/^#+ .*$/gm)
        .slice(-1)
      return { page, title: title.replace(/^#+ /, ''), code }
    })
})

before(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'web-llm.mjs'),
    `export const CreateMLCEngine = async () => ({ chat: { completions: { create: async () => ({
      choices: [{ message: { role: 'assistant', content: '${JSON.stringify(jason)}' } }] }) } } })
    export class Wllama {
      async loadModelFromUrl() {}
      createChatCompletion = async (body) => (await CreateMLCEngine()).chat.completions.create(body)
    }`,
  )
  // Undeclared names in the examples.
  Object.assign(globalThis, { accessToken: 'ya29.token', apiKey: 'key' })
  process.env = { PATH: own.env.PATH }
})

after(() => {
  globalThis.fetch = own.fetch
  process.env = own.env
  for (const name of ['accessToken', 'apiKey', 'document', 'LanguageModel']) delete globalThis[name]
})

const CALL = `
const User = z.object({ name: z.string(), age: z.number().int() })
const user = await client.create({ responseModel: User, prompt: 'Extract: Jason is 25 years old.' })
`
const IMPORTS = "import { fromProvider } from 'instructor-wasm'\nimport * as z from 'zod'\n"

async function run(code, name, ending = '\nexport { user }') {
  const whole = code.includes('.create(') ? code : IMPORTS + code + CALL
  const source =
    whole.replaceAll('…', 'key').replace(/'@(mlc-ai\/web-llm|wllama\/wllama)'/, "'./web-llm.mjs'") + ending
  const { code: script } = await transform(source, { loader: 'ts', format: 'esm' })
  const file = join(folder, `${name}.mjs`)
  writeFileSync(file, script)
  return import(pathToFileURL(file).href)
}

for (const [place, { page, title, code }] of examples.entries()) {
  if (code.includes('chrome/')) continue
  test(`${page}: the example of ${title} runs`, async () => {
    const server = scripted([{ value: jason }])
    globalThis.fetch = server.fetch
    const { user } = await run(code, `example-${place}`)
    assert.deepEqual(user, jason)
    assert.equal(server.requests.length, /(webllm|wllama)\//.test(code) ? 0 : 1)
  })
}

test("in-browser.md: the example of Chrome's built-in model runs", async () => {
  const button = { addEventListener: (_, handler) => (button.click = handler) }
  globalThis.document = { querySelector: () => button }
  globalThis.LanguageModel = {
    availability: async () => 'available',
    create: async () => ({ prompt: async () => JSON.stringify(jason), destroy() {} }),
  }
  await run(examples.find(({ code }) => code.includes('chrome/')).code, 'chrome', '')
  await button.click()
  assert.equal(button.textContent, 'Jason')
})

test('every provider of the index has an example', () => {
  const index = readFileSync(join(pages, 'README.md'), 'utf8')
  const providers = [...index.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, id]) => id)
  assert.ok(providers.length > 60)
  for (const id of providers)
    assert.ok(
      examples.some(({ code }) => code.includes(`'${id}/`) || code.includes(`\`${id}/`)),
      id,
    )
})

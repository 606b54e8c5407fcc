/** The example at the head of every provider's page runs as it is written, against a scripted answer in that provider's form. */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { transform } from 'esbuild'
import { scripted } from 'instructor-wasm/test'
import { jason } from './support.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = readdirSync(join(root, 'docs', 'providers')).filter((name) => name !== 'README.md')
// Inside the repository, so that the package's name resolves to it.
const folder = join(root, '.cache', 'examples')
const own = { fetch: globalThis.fetch, env: process.env }

before(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'web-llm.mjs'),
    `export const CreateMLCEngine = async () => ({ chat: { completions: { create: async () => ({
      choices: [{ message: { role: 'assistant', content: '${JSON.stringify(jason)}' } }] }) } } })`,
  )
  // What the pages take for granted.
  globalThis.accessToken = 'ya29.token'
  process.env = { PATH: own.env.PATH }
})

after(() => {
  globalThis.fetch = own.fetch
  process.env = own.env
  for (const name of ['accessToken', 'document', 'LanguageModel']) delete globalThis[name]
})

async function example(page, ending) {
  const [, code] = readFileSync(join(root, 'docs', 'providers', page), 'utf8').match(
    /^```ts\n([\s\S]*?)^```$/m,
  )
  const { code: script } = await transform(
    code.replaceAll('…', 'key').replace('@mlc-ai/web-llm', './web-llm.mjs') + ending,
    {
      loader: 'ts',
      format: 'esm',
    },
  )
  const file = join(folder, `${basename(page, '.md')}.mjs`)
  writeFileSync(file, script)
  return import(pathToFileURL(file).href)
}

for (const page of pages.filter((name) => name !== 'chrome.md'))
  test(`the example of ${page} runs`, async () => {
    const server = scripted([{ value: jason }])
    globalThis.fetch = server.fetch
    const { user } = await example(page, '\nexport { user }')
    assert.deepEqual(user, jason)
    assert.equal(server.requests.length, page === 'webllm.md' ? 0 : 1)
  })

test('the example of chrome.md runs', async () => {
  const button = { addEventListener: (_, handler) => (button.click = handler) }
  globalThis.document = { querySelector: () => button }
  globalThis.LanguageModel = {
    availability: async () => 'available',
    create: async () => ({ prompt: async () => JSON.stringify(jason), destroy() {} }),
  }
  await example('chrome.md', '')
  await button.click()
  assert.equal(button.textContent, 'Jason')
})

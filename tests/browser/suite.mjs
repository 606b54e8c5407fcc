// The required part of JSON-Schema-Test-Suite (drafts 2020-12 and 7) against pkg/validator.wasm, inside Chromium, where
// `pattern` is the browser's own RegExp. The suite is part of the test data (tests/conformance/testdata.mjs).
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { chromium as browserType } from 'playwright-core'
import { at, chromium, files, say } from '../../scripts/lib.mjs'
import { serve } from '../../scripts/playground.mjs'
import { collection } from '../conformance/testdata.mjs'

const suite = collection('suite', 'json-schema-test-suite')
if (!suite) process.exit(0)
const json = (file) => JSON.parse(readFileSync(file, 'utf8'))

/** The documents that the suite expects at http://localhost:1234/ for a draft; the folders of other drafts differ. */
function resources(draft) {
  const root = join(suite, 'remotes')
  const names = files(root).map((file) => relative(root, file))
  const ours = names.filter((name) => !/^(draft[^/]*|v1)\//.test(name) || name.startsWith(`${draft}/`))
  return Object.fromEntries(ours.map((name) => [`http://localhost:1234/${name}`, json(join(root, name))]))
}

/** Runs in the page: every test of one file; returns a message for each failure. */
async function check(text) {
  // As text, so that keys such as `__proto__` are created by JSON.parse in the page.
  const [groups, draft, resources] = JSON.parse(text)
  globalThis.ready ??= (async () => {
    const { instantiate } = await import('/validator_bg.js')
    return instantiate(await WebAssembly.compileStreaming(fetch('/validator.wasm'))).Validator
  })()
  const Validator = await globalThis.ready
  const wrong = []
  let passed = 0
  for (const { description, schema, tests } of groups) {
    let validator
    let refused
    try {
      // A schema with `$schema` uses that draft.
      const named = typeof schema === 'object' && '$schema' in schema
      const options = { formats: false, resources, ...(named ? {} : { draft }) }
      validator = new Validator(JSON.stringify(schema), JSON.stringify(options))
    } catch (error) {
      refused = error
    }
    for (const test of tests) {
      const name = `${description}: ${test.description}`
      if (!validator) wrong.push(`${name}: ${refused}`)
      else {
        const issues = validator.validate(JSON.stringify(test.data))
        if ((issues === '') === test.valid) passed += 1
        else wrong.push(`${name}: ${issues || 'accepted'}`)
      }
    }
    validator?.free()
  }
  return { passed, wrong }
}

const server = await serve(at('pkg'))
const browser = await browserType.launch({
  executablePath: chromium(),
  args: ['--no-sandbox', '--disable-gpu'],
})
const page = await browser.newPage()
await page.route('**/blank', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }))
await page.goto(`${server.url}blank`)
const total = { passed: 0, failed: 0 }
for (const [folder, draft] of [
  ['draft2020-12', '2020-12'],
  ['draft7', '7'],
]) {
  const remotes = resources(folder)
  let passed = 0
  const wrong = []
  for (const name of readdirSync(join(suite, folder)).filter((one) => one.endsWith('.json'))) {
    const result = await page.evaluate(
      check,
      JSON.stringify([json(join(suite, folder, name)), draft, remotes]),
    )
    passed += result.passed
    wrong.push(...result.wrong.map((line) => `${name}: ${line}`))
  }
  say(`${folder}: ${passed} as expected by the suite, ${wrong.length} not`)
  for (const line of wrong) say(`  ✗ ${line.slice(0, 300)}`)
  total.passed += passed
  total.failed += wrong.length
}
await browser.close()
server.stop()
say(`${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed || !total.passed ? 1 : 0)

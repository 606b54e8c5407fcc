// The browser entry checks a client's options by the registry's rows while the core is being loaded. Both must agree.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { fromProvider } from 'instructor-wasm'
import { cases, outcome, ROWS } from './rows-cases.mjs'

const entry = new URL('../../pkg/index.js', import.meta.url).href

/** What the browser entry reports, in a new thread without a core. */
function reported() {
  const worker = new Worker(new URL('./rows-cases.mjs', import.meta.url), { workerData: { entry } })
  return new Promise((resolve, reject) => {
    worker.once('message', (found) => {
      resolve(found)
      worker.terminate()
    })
    worker.once('error', reject)
  })
}

test('without the core, every option of every provider gives the same properties and the same errors', async () => {
  const all = [...cases()]
  const found = await reported()
  assert.equal(found.length, all.length)
  const differ = []
  let errors = 0
  for (const [i, one] of all.entries()) {
    const expected = outcome(fromProvider, one)
    if (expected.startsWith('{"error"')) errors++
    if (found[i] !== expected) differ.push({ case: one, expected, found: found[i] })
  }
  assert.deepEqual(differ.slice(0, 5), [], `${differ.length} of ${all.length} differ`)
  // So many that every provider, option and variable is among them.
  assert.ok(ROWS.length > 60, `${ROWS.length} providers`)
  assert.ok(all.length > 15_000, `${all.length} cases`)
  assert.ok(errors > 5000 && errors < all.length - 5000, `${errors} errors`)
})

test('the type ProviderName lists the providers of the registry', () => {
  const source = readFileSync(new URL('../../src/ts/client/known.ts', import.meta.url), 'utf8')
  const [, list] = /type ProviderName =\n((?: {2}\| '[^']+'\n)+)/.exec(source)
  const names = [...list.matchAll(/'([^']+)'/g)].map(([, name]) => name)
  assert.deepEqual(names, [...new Set(ROWS.map(({ id }) => id))].sort())
})

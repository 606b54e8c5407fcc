/** examples/bun: its types, its tests, and its page in Chromium. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bunOf } from '../matrix/hosts.mjs'
import { usesRelay } from './browser.mjs'
import { output, ready, serving, typeChecks } from './support.mjs'

describe('examples/bun', () => {
  const bun = (folder) => bunOf(folder)[0]

  test('the app type-checks, and its tests pass', async (t) => {
    const folder = ready(t, 'bun')
    if (!folder) return
    await typeChecks(folder)
    assert.match(await output(bun(folder), ['test'], { cwd: folder }), /\b1 pass\n/)
  })

  test('the page shows notes as they arrive, stops, and shows failures', async (t) => {
    const folder = ready(t, 'bun')
    if (folder) await serving(folder, bun(folder), () => ['server.ts'], usesRelay)
  })
})

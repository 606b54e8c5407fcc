/** examples/vite-react: its types, and its page in Chromium from the dev server and from the built app. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { usesRelay } from './browser.mjs'
import { output, ready, serving, typeChecks } from './support.mjs'

describe('examples/vite-react', () => {
  const vite = join('node_modules', 'vite', 'bin', 'vite.js')
  const servers = {
    'the dev server': (port) => [vite, '--host', '127.0.0.1', '--port', `${port}`],
    'the built app': () => ['--import', 'tsx', 'server/main.ts'],
  }

  test('the app type-checks, and is built without WebAssembly', async (t) => {
    const folder = ready(t, 'vite-react')
    if (!folder) return
    await typeChecks(folder)
    const said = await output(process.execPath, [vite, 'build'], { cwd: folder })
    assert.ok(!said.includes('.wasm'), said)
  })

  for (const [name, args] of Object.entries(servers))
    test(`the page of ${name} shows notes as they arrive, stops, and shows failures`, async (t) => {
      const folder = ready(t, 'vite-react')
      if (folder) await serving(folder, process.execPath, args, usesRelay)
    })
})

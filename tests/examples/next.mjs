/** examples/next: built and started, its page in Chromium. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { usesRelay } from './browser.mjs'
import { output, ready, serving } from './support.mjs'

describe('examples/next', () => {
  test('the app type-checks, is built and shows notes as they arrive, stops, and shows failures', async (t) => {
    const folder = ready(t, 'next')
    if (!folder) return
    const cli = join('node_modules', 'next', 'dist', 'bin', 'next')
    const env = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' }
    // `next build` checks the types, too.
    const said = await output(process.execPath, [cli, 'build'], { cwd: folder, env, timeout: 500_000 })
    assert.match(said, /ƒ \/api\/notes/)
    const start = (port) => [cli, 'start', '-H', '127.0.0.1', '-p', `${port}`]
    await serving(folder, process.execPath, start, usesRelay, env)
  })
})

/** examples/hono: its types, its tests, and its server in Node. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readPartial } from 'instructor-wasm'
import { notes, output, ready, request, serving, typeChecks } from './support.mjs'

describe('examples/hono', () => {
  test('the app type-checks, and its tests pass', async (t) => {
    const folder = ready(t, 'hono')
    if (!folder) return
    await typeChecks(folder)
    const said = await output(process.execPath, ['--import', 'tsx', '--test', 'src/app.test.ts'], {
      cwd: folder,
    })
    assert.match(said, /(#|ℹ) pass 5\n/)
  })

  test('the server relays notes, refuses callers without the token, and masks failures', async (t) => {
    const folder = ready(t, 'hono')
    if (!folder) return
    await serving(
      folder,
      process.execPath,
      () => ['--import', 'tsx', 'src/server.ts'],
      async (url, api) => {
        const headers = { authorization: 'Bearer secret' }
        const stream = readPartial(fetch(`${url}/api/notes`, request({ headers })))
        const seen = []
        for await (const snapshot of stream) seen.push(snapshot)
        assert.ok(seen.length > 1)
        assert.deepEqual(await stream.final(), notes)
        assert.equal((await fetch(`${url}/api/notes`, request())).status, 401)
        api.reply = { status: 400, body: { error: { message: 'the detail' } } }
        const review = { method: 'POST', headers, body: 'Late.' }
        const failed = await fetch(`${url}/api/sentiment`, review)
        assert.equal(failed.status, 502)
        assert.ok(!(await failed.text()).includes('the detail'))
      },
    )
  })
})

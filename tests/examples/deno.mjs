/** examples/deno: `deno check`, its tests, and its server. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readPartial } from 'instructor-wasm'
import { denoOf } from '../matrix/hosts.mjs'
import { notes, output, ready, request, serving } from './support.mjs'

describe('examples/deno', () => {
  /** The command of a task of deno.json. */
  const task = (folder, name) =>
    JSON.parse(readFileSync(join(folder, 'deno.json'), 'utf8'))
      .tasks[name].split(' ')
      .slice(1)
  const deno = (folder) => denoOf()(folder)[0]

  test('the app type-checks, and its tests pass', async (t) => {
    const folder = ready(t, 'deno')
    if (!folder) return
    await output(deno(folder), task(folder, 'check'), { cwd: folder })
    assert.match(await output(deno(folder), task(folder, 'test'), { cwd: folder }), /2 passed \| 0 failed/)
  })

  test('the server relays notes and refuses callers without the token', async (t) => {
    const folder = ready(t, 'deno')
    if (!folder) return
    const [serve, ...flags] = task(folder, 'start').filter((arg) => arg !== '--env-file')
    const args = (port) => [serve, '--host', '127.0.0.1', '--port', `${port}`, ...flags]
    await serving(folder, deno(folder), args, async (url) => {
      const headers = { authorization: 'Bearer secret' }
      const stream = readPartial(fetch(`${url}/api/notes`, request({ headers })))
      const seen = []
      for await (const snapshot of stream) seen.push(snapshot)
      assert.ok(seen.length > 1)
      assert.deepEqual(await stream.final(), notes)
      assert.equal((await fetch(`${url}/api/notes`, request())).status, 403)
      assert.equal((await fetch(url)).status, 404)
    })
  })
})

/** examples/worker with `wrangler dev`, which bundles the Worker and reads its wrangler.jsonc. */
import assert from 'node:assert/strict'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readPartial } from 'instructor-wasm'
import { app } from '../matrix/apps.mjs'
import { nodeOf } from '../matrix/programs.mjs'
import { notes, ready, request, serving, variables } from './support.mjs'

describe('examples/worker with wrangler', () => {
  test('wrangler dev relays notes with the bindings of the configuration, and the secrets of .dev.vars', async (t) => {
    const example = ready(t, 'worker')
    if (!example) return
    const folder = app('wrangler')
    for (const file of ['src', 'wrangler.jsonc', 'package.json'])
      cpSync(join(example, file), join(folder, file), { recursive: true })
    const cli = join(folder, 'node_modules', 'wrangler', 'bin', 'wrangler.js')
    const dev = (port) => [
      ...[cli, 'dev', '--local', '--ip', '127.0.0.1', '--port', `${port}`, '--inspector-port', '0'],
    ]
    const env = { WRANGLER_SEND_METRICS: 'false', CI: 'true', HOME: folder, XDG_CONFIG_HOME: folder }
    const withSecrets = (api) =>
      writeFileSync(
        join(folder, '.dev.vars'),
        Object.entries(variables(api))
          .map(([name, value]) => `${name}=${value}\n`)
          .join(''),
      )
    const use = async (url, api) => {
      const headers = { authorization: 'Bearer secret' }
      for (let round = 0; round < 2; round++) {
        const stream = readPartial(fetch(url, request({ headers })))
        assert.deepEqual(await stream.final(), notes)
        assert.equal((await stream.completion()).cached, round === 1)
      }
      assert.equal(api.requests.length, 1)
      assert.equal((await fetch(url, request())).status, 403)
    }
    await serving(folder, nodeOf(folder), dev, use, env, withSecrets)
  })
})

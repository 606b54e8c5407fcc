/** examples/worker in workerd, bundled as wrangler does it, with the bindings that its wrangler.jsonc names. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readPartial } from 'instructor-wasm'
import { Miniflare } from 'miniflare'
import { withWasmModules } from '../matrix/hosts.mjs'
import { model, notes, ready, request, typeChecks, variables } from './support.mjs'

describe('examples/worker', () => {
  /** JSON with comments. */
  const settings = (text) => JSON.parse(text.replace(/^\s*\/\/.*$/gm, ''))

  let api
  let worker
  let folder
  before(async (t) => {
    api = await model()
    folder = ready(t, 'worker')
    if (!folder) return
    const wrangler = settings(readFileSync(join(folder, 'wrangler.jsonc'), 'utf8'))
    const { code, files } = await withWasmModules(
      folder,
      wrangler.main,
      ['workerd', 'worker', 'browser'],
      'esm',
    )
    worker = new Miniflare({
      compatibilityDate: wrangler.compatibility_date,
      kvNamespaces: wrangler.kv_namespaces.map(({ binding }) => binding),
      ratelimits: Object.fromEntries(wrangler.ratelimits.map(({ name, simple }) => [name, { simple }])),
      bindings: { ...wrangler.vars, ...variables(api) },
      modules: [
        { type: 'ESModule', path: 'worker.mjs', contents: code },
        ...[...files].map(([path, contents]) => ({ type: 'CompiledWasm', path, contents })),
      ],
    })
    await worker.ready
  })
  after(async () => {
    await worker?.dispose()
    await api.close()
  })

  const call = (input, headers) =>
    worker.dispatchFetch(
      'http://localhost/',
      request({
        body: JSON.stringify({ model: 'notes', input }),
        headers: { authorization: 'Bearer secret', 'cf-connecting-ip': '192.0.2.1', ...headers },
      }),
    )

  test('the app type-checks with the types of Workers', async (t) => {
    if (!folder) return t.skip('its packages cannot be installed')
    await typeChecks(folder)
  })

  test('notes are relayed as they arrive, and come from KV the second time', async (t) => {
    if (!folder) return t.skip('its packages cannot be installed')
    for (let round = 0; round < 2; round++) {
      const stream = readPartial(call('Ann tests.'))
      const seen = []
      for await (const snapshot of stream) seen.push(snapshot)
      if (round === 0) assert.ok(seen.length > 1)
      assert.deepEqual(await stream.final(), notes)
      assert.equal((await stream.completion()).cached, round === 1)
    }
    assert.equal(api.requests.length, 1)
    assert.equal(api.requests[0].headers.authorization, 'Bearer sk-test-key')
  })

  test('pages of the listed origins may call it, with the token', async (t) => {
    if (!folder) return t.skip('its packages cannot be installed')
    const allowed = await call('Ann tests.', { origin: 'http://localhost:5173' })
    assert.equal(allowed.headers.get('access-control-allow-origin'), 'http://localhost:5173')
    await allowed.text()
    const other = await call('Ann tests.', { origin: 'https://other.example' })
    assert.equal(other.headers.get('access-control-allow-origin'), null)
    await other.text()
    assert.equal((await call('Ann tests.', { authorization: 'Bearer guess' })).status, 403)
  })

  test('the 21st call of an address within a minute is refused', async (t) => {
    if (!folder) return t.skip('its packages cannot be installed')
    const statuses = []
    for (let n = 0; n < 21; n++) {
      const response = await call('Ann tests.', { 'cf-connecting-ip': '192.0.2.2' })
      statuses.push(response.status)
      await response.text()
    }
    assert.deepEqual(statuses.slice(0, 20), Array(20).fill(200))
    assert.equal(statuses[20], 429)
    assert.equal(api.requests.length, 1)
  })
})

/** examples/worker in workerd, bundled as wrangler does it, with the bindings that its wrangler.jsonc names. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readPartial } from 'instructor-wasm'
import { Miniflare } from 'miniflare'
import { withWasmModules } from '../matrix/hosts.mjs'
import { model, notes, ready, request, typeChecks, variables } from './support.mjs'

describe('examples/worker', () => {
  /** JSON with comments. */
  const settings = (text) => JSON.parse(text.replace(/^\s*\/\/.*$/gm, ''))

  test('the app type-checks with the types of Workers', async (t) => {
    const folder = ready(t, 'worker')
    if (folder) await typeChecks(folder)
  })

  test('the app in workerd', async (t) => {
    const folder = ready(t, 'worker')
    if (!folder) return
    const wrangler = settings(readFileSync(join(folder, 'wrangler.jsonc'), 'utf8'))
    const conditions = ['workerd', 'worker', 'browser']
    const { code, files } = await withWasmModules(folder, wrangler.main, conditions, 'esm')
    const api = await model()
    const worker = new Miniflare({
      compatibilityDate: wrangler.compatibility_date,
      kvNamespaces: wrangler.kv_namespaces.map(({ binding }) => binding),
      ratelimits: Object.fromEntries(wrangler.ratelimits.map(({ name, simple }) => [name, { simple }])),
      bindings: { ...wrangler.vars, ...variables(api) },
      modules: [
        { type: 'ESModule', path: 'worker.mjs', contents: code },
        ...[...files].map(([path, contents]) => ({ type: 'CompiledWasm', path, contents })),
      ],
    })
    try {
      await uses(t, worker, api)
    } finally {
      await worker.dispose()
      await api.close()
    }
  })

  async function uses(t, worker, api) {
    const call = (input, headers) =>
      worker.dispatchFetch(
        'http://localhost/',
        request({
          body: JSON.stringify({ model: 'notes', input }),
          headers: { authorization: 'Bearer secret', 'cf-connecting-ip': '192.0.2.1', ...headers },
        }),
      )

    await t.test('notes are relayed as they arrive, and come from KV the second time', async () => {
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

    await t.test('pages of the listed origins may call it, with the token', async () => {
      const allowed = await call('Ann tests.', { origin: 'http://localhost:5173' })
      assert.equal(allowed.headers.get('access-control-allow-origin'), 'http://localhost:5173')
      await allowed.text()
      const other = await call('Ann tests.', { origin: 'https://other.example' })
      assert.equal(other.headers.get('access-control-allow-origin'), null)
      await other.text()
      assert.equal((await call('Ann tests.', { authorization: 'Bearer guess' })).status, 403)
    })

    await t.test('more than 20 calls of an address within a minute are refused', async () => {
      const statuses = []
      // At most 40 calls pass, if a new minute begins between them.
      while (statuses.at(-1) !== 429 && statuses.length < 41) {
        const response = await call('Ann tests.', { 'cf-connecting-ip': '192.0.2.2' })
        statuses.push(response.status)
        await response.text()
      }
      assert.equal(statuses.at(-1), 429)
      assert.ok(statuses.length > 20)
      assert.ok(statuses.slice(0, -1).every((status) => status === 200))
      assert.equal(api.requests.length, 1)
    })
  }
})

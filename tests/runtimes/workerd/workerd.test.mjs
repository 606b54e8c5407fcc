/** The package in workerd: bundled as wrangler does it (wasm files stay modules), run by miniflare. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { readPartial } from 'instructor-wasm'
import { Miniflare } from 'miniflare'

const here = dirname(fileURLToPath(import.meta.url))

const wasm = new Map()
const bundle = await build({
  entryPoints: [join(here, 'worker.mjs')],
  bundle: true,
  write: false,
  format: 'esm',
  conditions: ['workerd', 'worker', 'browser'],
  plugins: [
    {
      name: 'wasm-modules',
      setup({ onResolve }) {
        onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
          const file = resolve(resolveDir, path)
          wasm.set(basename(file), readFileSync(file))
          return { path: `./${basename(file)}`, external: true }
        })
      },
    },
  ],
})
const worker = new Miniflare({
  compatibilityDate: '2025-01-01',
  kvNamespaces: ['KV', 'OTHER', 'STREAMS'],
  bindings: { OPENAI_API_KEY: 'sk-from-env' },
  modules: [
    { type: 'ESModule', path: 'worker.mjs', contents: bundle.outputFiles[0].text },
    ...[...wasm].map(([path, contents]) => ({ type: 'CompiledWasm', path, contents })),
  ],
})
after(() => worker.dispose())
const get = (path) => worker.dispatchFetch(`http://localhost${path}`)
const json = async (path) => (await get(path)).json()

const jason = { name: 'Jason', age: 25, role: 'guest' }

test('a client is created at the top level of a Worker, where nothing can be awaited', async () => {
  assert.equal(await json('/started'), 'TOOLS')
})

test('create works, and the bundle contains no copy of the core as text', async () => {
  assert.deepEqual(await json('/create'), jason)
  assert.ok(bundle.outputFiles[0].text.length < 1_000_000)
  assert.ok(wasm.has('core.wasm'))
})

test('plain JSON Schema loads the validator module, context the template module', async () => {
  assert.deepEqual(await json('/schema'), { name: 'Jason', age: 25 })
  assert.equal(await json('/context'), 'Extract: Jason')
})

test('lists stream, and a relayed stream is rebuilt on the other side', async () => {
  assert.deepEqual(await json('/iterable'), [jason, jason])
  const stream = readPartial(get('/stream'))
  const seen = []
  for await (const snapshot of stream) seen.push(snapshot)
  assert.deepEqual(seen.at(-1), jason)
  assert.deepEqual(await stream.final(), jason)
})

test('serve streams to pages, and continues for one that has left and comes back', async () => {
  const post = (body) =>
    worker.dispatchFetch('http://localhost/serve', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  assert.deepEqual(await readPartial(post({ model: 'user' })).final(), jason)
  assert.equal((await post({ model: 'admin' })).status, 404)
  let id
  const left = readPartial(post({}), undefined, { onStream: (given) => (id = given) })
  for await (const _ of left) break
  const back = readPartial(post({ resume: { id, position: '' } }))
  assert.deepEqual(await back.final(), jason)
})

test("keys come from the Worker's env, and a missing one is reported", async () => {
  assert.equal(await json('/env'), 'openai')
  const response = await get('/no-key')
  assert.equal(response.status, 422)
  assert.match((await response.json()).message, /ANTHROPIC_API_KEY/)
})

test('answers are kept in Workers KV, with its own expiration', async () => {
  const expected = { same: true, cached: [false, true, true], final: jason, requests: 1 }
  const { keys, ...seen } = await json('/kv')
  assert.deepEqual(seen, expected)
  assert.equal(keys.length, 1)
  assert.match(keys[0].name, /^instructor:[0-9a-f]{64}$/)
  const seconds = keys[0].expiration - Date.now() / 1000
  assert.ok(seconds > 60 && seconds < 100, String(seconds))
  const forever = await json('/kv-forever')
  assert.equal(forever.requests, 1)
  assert.equal(forever.keys[0].expiration, undefined)
})

test('answers are kept in the Cache API, in the default and in a named cache', async () => {
  const expected = { same: true, cached: [false, true, true], final: jason, requests: 1 }
  assert.deepEqual(await json('/web'), expected)
  assert.deepEqual(await json('/web-named'), expected)
})

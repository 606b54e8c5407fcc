// The built package inside workerd, bundled the way wrangler does it: wasm stays a separate file and is imported.
import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { provider } from '../provider.mjs'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const User = {
  title: 'User',
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
}

const worker = `
import { fromProvider } from 'instructor-wasm'
const User = ${JSON.stringify(User)}
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url)
    try {
      const client = fromProvider('openai/gpt-4o-mini', { env, baseURL: env.BASE })
      const params = { responseModel: User, messages: [{ role: 'user', content: pathname + ' {{ who }}' }] }
      if (pathname === '/template') return Response.json(await client.create({ ...params, context: { who: 'Jason' } }))
      if (pathname === '/partial') {
        const seen = []
        for await (const partial of client.createPartial(params)) seen.push(partial)
        return Response.json(seen)
      }
      return Response.json(await client.create(params))
    } catch (error) {
      return Response.json({ name: error.name, message: error.message }, { status: 500 })
    }
  },
}`

let folder
let api
let mf
let answers = []
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'workerd-'))
  api = await provider(() => ({ arguments: answers.length > 1 ? answers.shift() : answers[0] }))
  const outfile = join(folder, 'worker.js')
  await build({
    stdin: { contents: worker, resolveDir: root },
    bundle: true,
    format: 'esm',
    outfile,
    conditions: ['workerd'],
    logLevel: 'silent',
    plugins: [
      {
        name: 'wasm-as-module',
        setup(b) {
          b.onResolve({ filter: /\.wasm$/ }, ({ path }) => ({
            path: `./${path.split('/').pop()}`,
            external: true,
          }))
        },
      },
    ],
  })
  for (const file of readdirSync(join(root, 'pkg')).filter((f) => f.endsWith('.wasm')))
    copyFileSync(join(root, 'pkg', file), join(folder, file))
  mf = new Miniflare({
    modules: true,
    modulesRoot: folder,
    modulesRules: [
      { type: 'ESModule', include: ['**/*.js'] },
      { type: 'CompiledWasm', include: ['**/*.wasm'] },
    ],
    scriptPath: outfile,
    compatibilityDate: '2026-01-01',
    bindings: { OPENAI_API_KEY: 'sk-worker', BASE: api.base },
    log: undefined,
  })
  await mf.ready
})
after(async () => {
  await mf?.dispose()
  await api?.close()
  rmSync(folder, { recursive: true, force: true })
})

const get = async (path) => (await mf.dispatchFetch(`http://worker${path}`)).json()

test("a call in a worker reads its key from the worker's env and is validated there", async () => {
  answers = ['{"name":"Jason","age":25}']
  assert.deepEqual(await get('/create'), { name: 'Jason', age: 25 })
  assert.equal(api.requests.at(-1).headers.authorization, 'Bearer sk-worker')
})

test('an invalid answer is reasked with the problems from the validator module', async () => {
  answers = ['{"name":"Jason","age":"abc"}', '{"name":"Jason","age":25}']
  const before = api.requests.length
  assert.deepEqual(await get('/create'), { name: 'Jason', age: 25 })
  assert.equal(api.requests.length - before, 2)
  assert.match(api.requests.at(-1).body.messages.at(-1).content, /age/)
})

test('templates are rendered in the worker when a context is given', async () => {
  answers = ['{"name":"Jason","age":25}']
  await get('/template')
  assert.equal(api.requests.at(-1).body.messages[0].content, '/template Jason')
})

test('partial objects stream inside the worker', async () => {
  answers = ['{"name":"Jason Bourne of Treadstone","age":25}']
  const seen = await get('/partial')
  assert.deepEqual(seen.at(-1), { name: 'Jason Bourne of Treadstone', age: 25 })
})

// How the wasm modules are found, and the errors when one is not, before anything is sent.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import { ConfigurationError, fromProvider, init } from 'instructor-wasm/slim'
import { failure, warnings } from './support.mjs'

const pkg = new URL('../../pkg/', import.meta.url)
const bytes = (name) => readFileSync(new URL(`${name}.wasm`, pkg))
/** A schema for the validator module: the core does not read this keyword. */
const User = {
  type: 'object',
  properties: { name: { type: 'string' } },
  required: ['name'],
  unevaluatedProperties: true,
}

/** A module as in Next.js' edge runtime: created by the WebAssembly of another realm. */
const elsewhere = (name) =>
  runInContext('new WebAssembly.Module(bytes)', createContext({ bytes: bytes(name) }))

let requests = 0
const client = () =>
  fromProvider('openai/gpt-4o-mini', {
    apiKey: 'k',
    env: {},
    fetch: async () => {
      requests++
      return Response.json({ choices: [{ message: { content: '{"name":"Jo"}' }, finish_reason: 'stop' }] })
    },
  })
const params = {
  responseModel: User,
  mode: 'json_schema_mode',
  messages: [{ role: 'user', content: '{{ a }}' }],
}

test('a module that cannot be loaded is reported by name, and nothing is sent', async () => {
  const core = elsewhere('core-whole')
  assert.equal(core instanceof WebAssembly.Module, false)
  init({ core })
  const without = await failure(() => client().create(params))
  assert.ok(without instanceof ConfigurationError, String(without))
  assert.match(without.message, /validator/)
  for (const [broken, says] of [
    [
      async () => Promise.reject(new TypeError('import() is disallowed on ServiceWorkerGlobalScope')),
      /disallowed/,
    ],
    [() => new Uint8Array([1, 2, 3]), /can't be loaded/],
  ]) {
    init({ core, validator: broken, template: broken })
    for (const [call, name] of [
      [params, 'validator.wasm'],
      [{ ...params, responseModel: null, context: { a: 1 } }, 'template.wasm'],
    ]) {
      const error = await failure(() => client().create(call))
      assert.ok(error instanceof ConfigurationError, String(error))
      assert.ok(error.message.includes(name), error.message)
      assert.match(error.message, says)
    }
  }
  const invalid = { ...params, responseModel: { type: 'object', properties: { a: { pattern: 5 } } } }
  init({ core, validator: elsewhere('validator'), template: bytes('template') })
  assert.ok((await failure(() => client().create(invalid))) instanceof ConfigurationError)
  assert.equal(requests, 0)
  assert.deepEqual(await client().create({ ...params, context: { a: 1 } }), { name: 'Jo' })
  assert.equal(requests, 1)
})

test('with inline, a module that the server does not deliver is loaded from JavaScript, with one warning', async () => {
  const { loader } = await import(new URL('loader.inline.js', pkg))
  const own = globalThis.fetch
  globalThis.fetch = async () => new Response('<!doctype html>')
  try {
    const said = await warnings(async () => {
      for (let i = 0; i < 2; i++) {
        assert.deepEqual(Buffer.from(await loader.lazy('validator')), bytes('validator'))
        assert.deepEqual(Buffer.from(await loader.lazy('template')), bytes('template'))
      }
    })
    assert.equal(said.length, 2)
    assert.match(said[0], /validator\.wasm was not delivered/)
    assert.match(said[1], /template\.wasm was not delivered/)
    globalThis.fetch = async () => new Response(bytes('template'))
    assert.deepEqual(
      await warnings(async () => {
        assert.ok((await loader.lazy('template')) instanceof WebAssembly.Module)
      }),
      [],
    )
  } finally {
    globalThis.fetch = own
  }
})

test('without TextDecoder (jsdom) the package can be imported, and the error has a remedy', () => {
  const program = `
    delete globalThis.TextDecoder
    const { fromProvider, ConfigurationError } = await import('${new URL('index.js', pkg)}')
    try {
      fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {} })
    } catch (error) {
      console.log(error instanceof ConfigurationError, error.message)
    }
    const util = await import('node:util')
    Object.assign(globalThis, { TextDecoder: util.TextDecoder })
    console.log(fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {} }).model)`
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  assert.match(said, /^true TextDecoder and TextEncoder are missing here.*node:util/)
  assert.match(said, /\ngpt-4o-mini\n$/)
})

test('a file of the package that cannot be imported is a ConfigurationError, not a failed connection', async () => {
  const program = `
    import { register } from 'node:module'
    register('data:text/javascript,' + encodeURIComponent(\`
      export async function load(url, context, next) {
        if (url.endsWith('workers-ai.js')) throw new Error('import() is disallowed')
        return next(url, context)
      }\`))
    const { fromProvider } = await import('${new URL('index.node.js', pkg)}')
    const client = fromProvider('workers_ai/@cf/meta/llama-3.1-8b-instruct', { binding: { run() {} }, env: {} })
    await client.create({ responseModel: null, messages: [{ role: 'user', content: 'x' }] }).catch((error) => console.log(error.name, error.message))`
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  assert.match(said, /^ConfigurationError .*inbrowser\/workers-ai\.js.*import\(\) is disallowed/)
})

test('patterns with exponential time and deeply nested alternatives do not block the thread', async () => {
  init({ core: bytes('core-whole'), validator: bytes('validator'), template: bytes('template') })
  const before = requests
  const email = { type: 'object', properties: { name: { type: 'string', pattern: '^(\\w+\\s?)*$' } } }
  const refused = await failure(() => client().create({ ...params, responseModel: email, mode: 'tool_call' }))
  assert.ok(refused instanceof ConfigurationError, String(refused))
  assert.match(refused.message, /exponential time/)
  assert.equal(requests, before)

  const kind = (name) => ({
    type: 'object',
    properties: { of: { $ref: '#/$defs/E' }, kind: { const: name } },
    required: ['kind'],
  })
  const E = { $ref: '#/$defs/E', $defs: { E: { anyOf: [kind('a'), kind('b')] } } }
  let value = { kind: 'c' }
  for (let i = 0; i < 40; i++) value = { of: value, kind: 'ab'[i % 2] }
  const asked = fromProvider('openai/gpt-4o-mini', {
    apiKey: 'k',
    env: {},
    fetch: async () =>
      Response.json({ choices: [{ message: { content: JSON.stringify(value) }, finish_reason: 'stop' }] }),
  })
  const began = performance.now()
  const wrapped = { type: 'object', properties: { e: { $ref: '#/$defs/E' } }, $defs: E.$defs }
  value = { e: value }
  const error = await failure(() =>
    asked.create({ ...params, responseModel: wrapped, mode: 'json_mode', maxRetries: 0 }),
  )
  assert.match(error.message, /nested too deeply/)
  assert.ok(performance.now() - began < 3000)
})

// The parts of the core: which calls load which files, what happens when one is missing, and recovery after a trap.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { beforeEach, test } from 'node:test'
import { scripted } from 'instructor-wasm/test'

const pkg = new URL('../../pkg/', import.meta.url)
const { Instructor } = await import(new URL('client/client.js', pkg))
const { restartCore } = await import(new URL('wasm/modules.js', pkg))
const { loader: node } = await import(new URL('loader.node.js', pkg))
const { ConfigurationError } = await import(new URL('common/errors.js', pkg))

beforeEach(() => restartCore())

const user = {
  title: 'User',
  type: 'object',
  properties: { name: { type: 'string' } },
  required: ['name'],
  additionalProperties: false,
}
const messages = [{ role: 'user', content: 'Extract: Jo.' }]
const params = { responseModel: user, messages }

/** A loader of Node's files that records the requested names, and fails for some of them. */
function watched(missing = () => false, later = false) {
  const loads = []
  return {
    loads,
    loader: {
      ...node,
      part(name) {
        loads.push(name)
        if (missing(name)) throw new Error(`no ${name}`)
        return later ? Promise.resolve(node.part(name)) : node.part(name)
      },
    },
  }
}
const client = (loader, model = 'openai/gpt-4o-mini', more = {}) => {
  const { fetch, requests } = scripted([
    { value: { name: 'Jo' } },
    { value: { name: 'Jo' } },
    { value: { name: 'Jo' } },
  ])
  return Object.assign(new Instructor(loader, model, { apiKey: 'k', env: {}, fetch, ...more }), { requests })
}

test('a call loads the parts that it runs and no other', async () => {
  const reference = { ...user, properties: { name: { $ref: '#/$defs/N' } }, $defs: { N: { type: 'string' } } }
  for (const [model, call, expected] of [
    ['openai/gpt-4o-mini', params, ['plain', 'answer']],
    [
      'openai/gpt-4o-mini',
      { ...params, mode: 'JSON_SCHEMA' },
      ['plain', 'answer', 'schema', 'schema-answer'],
    ],
    [
      'openai/gpt-4o-mini',
      { ...params, responseModel: reference },
      ['plain', 'answer', 'schema', 'schema-answer'],
    ],
    [
      'openai/gpt-4o-mini',
      { ...params, mode: 'RESPONSES_TOOLS' },
      ['plain', 'answer', 'responses', 'schema', 'schema-answer'],
    ],
    ['openai/gpt-4o-mini', { ...params, parse: 'lenient' }, ['plain', 'answer', 'repair']],
    ['openai/gpt-4o-mini', { ...params, strict: false }, ['plain', 'answer', 'repair']],
    ['openai/gpt-4o-mini', { ...params, strict: false, parse: 'strict' }, ['plain', 'answer']],
    ['openai/gpt-4o-mini', { ...params, repair: 'part' }, ['plain', 'answer', 'correct']],
    [
      'anthropic/claude-sonnet-4-5',
      { ...params, mode: 'JSON' },
      ['plain', 'answer', 'anthropic', 'notation', 'repair', 'anthropic-answer'],
    ],
    [
      'cohere/command-a-03-2025',
      { ...params, mode: 'MD_JSON' },
      ['plain', 'answer', 'cohere', 'notation', 'repair'],
    ],
    [
      'cohere/command-a-03-2025',
      { ...params, mode: 'MD_JSON', schemaPrompt: 'json-schema', parse: 'strict' },
      ['plain', 'answer', 'cohere'],
    ],
    [
      'vllm/m',
      { ...params, mode: 'JSON_SCHEMA' },
      ['plain', 'answer', 'schema', 'notation', 'repair', 'schema-answer'],
    ],
  ]) {
    restartCore()
    const { loader, loads } = watched()
    assert.deepEqual(await client(loader, model).create(call), { name: 'Jo' }, model)
    assert.deepEqual(loads, expected, `${model} ${JSON.stringify(call.mode)}`)
  }
})

test('making a client and its properties load no part', () => {
  const { loader, loads } = watched()
  const one = client(loader, 'anthropic/claude-sonnet-4-5')
  assert.equal(one.provider, 'anthropic')
  assert.ok(one.modes.includes('JSON'))
  assert.deepEqual(loads, [])
})

test('calls at the same time load a part once', async () => {
  const { loader, loads } = watched(undefined, true)
  const one = client(loader)
  await Promise.all([one.create(params), one.create(params), client(loader).create(params)])
  assert.deepEqual(loads, ['plain', 'answer'])
})

test('a part of the request that cannot be loaded fails the call before it is sent, and is tried again by the next', async () => {
  let broken = true
  const { loader } = watched((name) => broken && name === 'anthropic')
  const one = client(loader, 'anthropic/claude-sonnet-4-5', { mode: 'JSON' })
  const error = await one.create(params).catch((error) => error)
  assert.ok(error instanceof ConfigurationError, String(error))
  assert.match(error.message, /core-anthropic\.wasm.*no anthropic/)
  assert.equal(one.requests.length, 0)
  broken = false
  assert.deepEqual(await one.create(params), { name: 'Jo' })
})

test('a part of the answer that cannot be loaded fails whole and streamed calls with its own error', async () => {
  let broken = true
  const { loader } = watched((name) => broken && name === 'answer', true)
  const one = client(loader)
  for (const call of [() => one.create(params), () => one.createPartial(params).final()]) {
    const error = await call().catch((error) => error)
    assert.ok(error instanceof ConfigurationError, String(error))
    assert.match(error.message, /core-answer\.wasm/)
  }
  broken = false
  assert.deepEqual(await one.create(params), { name: 'Jo' })
})

test('an abort does not wait for the parts of the answer, a timeout does', async () => {
  let release
  const gate = new Promise((resolve) => {
    release = resolve
  })
  const loader = {
    ...node,
    part: (name) => (name === 'answer' ? gate.then(() => node.part(name)) : node.part(name)),
  }
  const never = (_, { signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  const one = client(loader, undefined, { fetch: never })
  const controller = new AbortController()
  const aborted = one.create({ ...params, signal: controller.signal }).catch((error) => error)
  setTimeout(() => controller.abort(new Error('stop')), 5)
  assert.equal((await aborted).message, 'stop')
  const late = one.create({ ...params, timeout: 5 }).catch((error) => error)
  setTimeout(release, 30)
  assert.match(String((await late).message), /timeout/)
})

test('synchronous functions load parts where the runtime can, and name client.ready() where it cannot', async () => {
  assert.equal(
    JSON.parse(client(watched().loader, 'anthropic/claude-sonnet-4-5').buildRequest(params).body).max_tokens >
      0,
    true,
  )
  restartCore()
  const { loader } = watched(undefined, true)
  const one = client(loader, 'anthropic/claude-sonnet-4-5')
  assert.throws(() => one.buildRequest(params), /await client\.ready\(\)/)
  await one.ready()
  assert.match(one.buildRequest(params).url, /anthropic/)
})

test('after a trap the next instance has the parts again', async () => {
  const { loader, loads } = watched()
  const one = client(loader)
  await one.create(params)
  restartCore()
  await one.create(params)
  assert.deepEqual(loads, ['plain', 'answer', 'plain', 'answer'])
})

test('a part of another build than the core is refused before it runs, and is loaded again by the next call', async () => {
  let stale = true
  const other = (name) => {
    const bytes = readFileSync(new URL(`core-${name}.wasm`, pkg))
    // The name under which the part imports the core's stack pointer.
    const build = WebAssembly.Module.imports(new WebAssembly.Module(bytes)).find(
      ({ kind }) => kind === 'global',
    )
    assert.match(build.name, /^[0-9a-f]{12}$/)
    bytes.write('0'.repeat(12), bytes.indexOf(build.name), 'latin1')
    return bytes
  }
  for (const late of [false, true])
    for (const old of ['anthropic', 'answer']) {
      restartCore()
      stale = true
      const part = (name) => {
        const bytes = stale && name === old ? other(name) : node.part(name)
        return late ? Promise.resolve(bytes) : bytes
      }
      const one = client({ ...node, part }, 'anthropic/claude-sonnet-4-5')
      for (const call of [() => one.create(params), () => one.createPartial(params).final()]) {
        const error = await call().catch((error) => error)
        assert.ok(error instanceof ConfigurationError, String(error))
        assert.ok(error.message.includes(`'core-${old}.wasm'`), error.message)
        assert.match(error.message, /another build than core\.wasm/)
      }
      if (old === 'anthropic') assert.equal(one.requests.length, 0)
      stale = false
      assert.deepEqual(await one.create(params), { name: 'Jo' })
    }
})

test('the parts of the core import it only', () => {
  const names = (file) =>
    WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(new URL(file, pkg)))).map(
      ({ module }) => module,
    )
  for (const part of [
    'answer',
    'schema',
    'notation',
    'repair',
    'correct',
    'tools',
    'plain',
    'schema-answer',
    'anthropic-answer',
    'gemini-answer',
    'anthropic',
    'gemini',
    'bedrock',
    'responses',
    'cohere',
    'ollama',
  ]) {
    assert.deepEqual([...new Set(names(`core-${part}.wasm`))], ['core'])
  }
})

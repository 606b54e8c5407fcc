// A trap in a WebAssembly module fails only the calls in flight in its instance. The traps are real: this test wraps
// the exports of each instance, so that a call of one of them executes `unreachable`.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** (module (func (export "unreachable") unreachable) (func $f (export "overflow") call $f)) */
const faults = new WebAssembly.Instance(
  new WebAssembly.Module(
    Uint8Array.from([
      ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 3, 2, 0, 0, 7, 26, 2, 11],
      ...Buffer.from('unreachable'),
      ...[0, 0, 8],
      ...Buffer.from('overflow'),
      ...[0, 1, 10, 10, 2, 3, 0, 0, 11, 4, 0, 16, 1, 11],
    ]),
  ),
).exports

/** Every instance created by the package, oldest first. */
const instances = []
const RealInstance = WebAssembly.Instance
WebAssembly.Instance = class {
  constructor(module, imports) {
    const real = new RealInstance(module, imports)
    /** The fault that an export raises, by its name. */
    const fault = {}
    this.exports = {}
    for (const [name, value] of Object.entries(real.exports))
      this.exports[name] =
        typeof value === 'function' ? (...args) => (fault[name] ? fault[name]() : value(...args)) : value
    instances.push({ fault, exports: this.exports, memory: new WeakRef(real.exports.memory) })
  }
}
const { fromProvider, lint, InstructorError } = await import('instructor-wasm')
const { scripted } = await import('instructor-wasm/test')

const has = (name) => (one) => name in one.exports
const newest = (name) => instances.filter(has(name)).at(-1)
const count = (name) => instances.filter(has(name)).length
/** The next call of this export of the newest instance that has it raises the fault. */
function breakIn(name, how = 'unreachable') {
  newest(name).fault[name] = faults[how]
}

const User = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] }
const params = { responseModel: User, messages: [{ role: 'user', content: 'Jo' }], maxRetries: 0 }
const jo = { name: 'Jo' }

function client(script = [{ value: jo }]) {
  const { fetch } = scripted(script)
  return fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {}, fetch })
}

/** A call whose provider has not responded yet. */
function pending(client) {
  let answer
  const held = new Promise((resolve) => (answer = resolve))
  const call = client({ fetch: () => held })
  return { call, answer }
}
const waiting = () =>
  pending(({ fetch }) => fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {}, fetch }).create(params))

const settled = async (promise) => {
  const late = Symbol('late')
  const timer = new Promise((resolve) => setTimeout(resolve, 3000, late).unref())
  const got = await Promise.race([
    promise.then(
      (value) => ({ value }),
      (error) => ({ error }),
    ),
    timer,
  ])
  assert.notEqual(got, late, 'the call hangs')
  return got
}

async function isDefect(promise, module = 'core', Cause = WebAssembly.RuntimeError) {
  const { error } = await settled(Promise.resolve().then(() => promise))
  assert.ok(error instanceof InstructorError, `${error}`)
  assert.equal(error.kind, 'defect')
  assert.match(error.message, new RegExp(`'${module}' failed, which is a defect of instructor-wasm`))
  assert.ok(error.cause instanceof Cause, `${error.cause}`)
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 10))

for (const how of ['unreachable', 'overflow'])
  test(`a call that traps (${how}) ends the calls in flight, and every client continues in a new instance`, async () => {
    const bystander = client([{ value: jo }, { value: jo }])
    const trapping = client([{ value: jo }])
    assert.deepEqual(await bystander.create(params), jo)
    const { call: inFlight } = waiting()
    await turn()
    const before = count('coreclient_create')
    breakIn('coreclient_create', how)
    const Cause = how === 'overflow' ? RangeError : WebAssembly.RuntimeError
    await isDefect(trapping.create(params), 'core', Cause)
    await isDefect(inFlight, 'core', Cause)
    assert.deepEqual(await bystander.create(params), jo)
    assert.deepEqual(await trapping.create(params), jo)
    assert.equal(count('coreclient_create'), before + 1)
  })

test('a trap after the response, where the host runs the core from its job queue, ends the call, too', async () => {
  const { call, answer } = waiting()
  await turn()
  for (const name of Object.keys(newest('coreclient_create').exports))
    if (name.includes('invoke')) breakIn(name)
  answer(new Response('{}'))
  await isDefect(call)
  assert.deepEqual(await client().create(params), jo)
})

test('a trap ends the stream and concurrent streams with the error, and both clients stream again', async () => {
  const [one, two] = [client([{ value: jo }, { value: jo }]), client([{ value: jo }, { value: jo }])]
  const [trapping, beside] = [one.createPartial(params), two.createPartial(params)]
  const reading = beside[Symbol.asyncIterator]()
  await reading.next()
  breakIn('corestream_push')
  await isDefect(trapping.final())
  await isDefect(trapping.completion())
  await isDefect(beside.final())
  // No method of a failed stream throws another error.
  trapping.abort()
  await reading.return()
  for (const client of [one, two]) {
    const shown = []
    const stream = client.createPartial(params)
    for await (const part of stream) shown.push(part)
    assert.deepEqual(shown.at(-1), jo)
    assert.deepEqual(await stream.final(), jo)
  }
})

test('buildRequest, parseResponse, lint and a new client each survive a trap', async () => {
  const one = client()
  for (const [name, run] of [
    ['coreclient_buildRequest', () => one.buildRequest(params)],
    ['coreclient_parseResponse', () => one.parseResponse(params, { body: {} })],
    ['lint', () => lint(User, 'openai_strict')],
    ['coreclient_new', () => client()],
  ]) {
    one.buildRequest(params)
    breakIn(name)
    await isDefect((async () => run())())
    if (name !== 'coreclient_parseResponse') await run()
    assert.deepEqual(await client().create(params), jo, name)
  }
})

test('the validator and the template module are replaced like the core', async () => {
  // The core's own validator does not read this keyword.
  const own = { ...params, responseModel: { ...User, unevaluatedProperties: true } }
  const one = client([{ value: jo }, { value: { name: 1 } }, { value: jo }])
  await one.create(own)
  breakIn('validator_validate')
  await isDefect(client().create(own), 'validator')
  const { error } = await settled(one.create(own))
  assert.match(error.message, /name/)
  assert.deepEqual(await one.create(own), jo)

  const templated = {
    ...params,
    messages: [{ role: 'user', content: 'Hi {{ who }}' }],
    context: { who: 'Jo' },
  }
  const sent = []
  const two = fromProvider('openai/gpt-4o-mini', {
    apiKey: 'k',
    env: {},
    fetch: async (_, { body }) => {
      sent.push(JSON.parse(body).messages[0].content)
      return Response.json({ choices: [{ message: { tool_calls: [], content: '{"name":"Jo"}' } }] })
    },
  })
  await settled(two.create(templated))
  breakIn('renderMessages')
  await isDefect(two.create(templated), 'template')
  await settled(two.create(templated))
  assert.deepEqual(sent, ['Hi Jo', 'Hi Jo'])
})

test('a stream aborted from inside the core (its body is being cancelled) is freed without an error', async () => {
  let stream
  const body = new ReadableStream(
    {
      pull(controller) {
        const delta = {
          tool_calls: [{ index: 0, id: 'c', function: { name: 'Response', arguments: '{"name":1}' } }],
        }
        controller.enqueue(
          new TextEncoder().encode(
            `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\ndata: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] })}\n\ndata: [DONE]\n\n`,
          ),
        )
      },
      cancel: () => stream.abort(),
    },
    { highWaterMark: 0 },
  )
  const one = fromProvider('openai/gpt-4o-mini', {
    apiKey: 'k',
    env: {},
    fetch: async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
  })
  await client().create(params)
  const before = instances.length
  stream = one.createPartial(params)
  const { error } = await settled(stream.final())
  assert.notEqual(error?.kind, 'defect')
  assert.deepEqual(await client().create(params), jo)
  assert.equal(instances.length, before)
})

test('memory is released: a large instance receives no more calls and is collected', async () => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc')
  const one = client([{ value: jo }, { value: jo }, { value: jo }])
  // An instance that no other test has used.
  breakIn('coreclient_create')
  await isDefect(client().create(params))
  await one.create(params)
  const before = count('coreclient_create')
  const { memory } = newest('coreclient_create')
  const content = 'x'.repeat(40_000_000)
  assert.deepEqual(await one.create({ ...params, messages: [{ role: 'user', content }] }), jo)
  assert.deepEqual(await one.create(params), jo)
  assert.equal(count('coreclient_create'), before + 1)
  assert.ok(newest('coreclient_create').memory.deref().buffer.byteLength < 16_000_000)
  for (const record of instances.slice(0, -1)) {
    record.exports = {}
  }
  for (let i = 0; i < 50 && memory.deref(); i++) {
    await turn()
    await gc({ type: 'major', execution: 'async' })
  }
  assert.equal(memory.deref(), undefined, 'the old memory is still referenced')
})

// The browser entry loads the core asynchronously. Each test runs in a new thread, in which nothing is loaded yet.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'

const pkg = new URL('../../pkg/', import.meta.url)

/** Runs a function with the browser entry in a new thread; its result is structured data. */
function apart(run) {
  const code = `
    const { parentPort } = require('node:worker_threads')
    const { readFileSync } = require('node:fs')
    const pkg = new URL(${JSON.stringify(pkg.href)})
    /** The names of the requested files of the package, in order. */
    const files = []
    /** Replaces the response to a request of a file. */
    let deliver = (name) => wasm(name)
    const wasm = (name, type = 'application/wasm') =>
      new Response(readFileSync(new URL(name, pkg)), { headers: { 'content-type': type } })
    globalThis.fetch = async (url) => {
      const name = String(url).slice(pkg.href.length)
      files.push(name)
      return deliver(name)
    }
    const warnings = []
    console.warn = (text) => warnings.push(text)
    const failure = (run) => Promise.resolve().then(run).then(
      () => 'no error',
      ({ name, message }) => name + ': ' + message,
    )
    const run = async () => {
      const { fromProvider, lint, readPartial } = await import(new URL('index.js', pkg))
      const { scripted } = await import(new URL('test.js', pkg))
      const messages = [{ role: 'user', content: 'Extract: Jo.' }]
      const schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] }
      const User = {
        '~standard': {
          version: 1,
          vendor: 'test',
          validate: (value) => ({ value }),
          jsonSchema: { input: () => schema },
        },
      }
      const params = { responseModel: User, messages }
      const client = (model = 'openai/gpt-4o-mini', options = {}) => {
        const { fetch, requests } = scripted(Array(9).fill({ value: { name: 'Jo' } }))
        return Object.assign(fromProvider(model, { apiKey: 'k', env: {}, fetch, ...options }), { requests })
      }
      return (${run})()
    }
    run().then(
      (value) => parentPort.postMessage({ value }),
      (error) => parentPort.postMessage({ error: error.stack ?? String(error) }),
    )`
  const worker = new Worker(code, { eval: true })
  return new Promise((resolve, reject) => {
    worker.once('message', ({ value, error }) => (error ? reject(new Error(error)) : resolve(value)))
    worker.once('error', reject)
  }).finally(() => worker.terminate())
}

/* global client, deliver, failure, files, lint, messages, params, readPartial, warnings, wasm, User */

test('a client and its streams can be made before the core is there; calls wait for it', async () => {
  const seen = await apart(async () => {
    let arrive
    const gate = new Promise((resolve) => {
      arrive = resolve
    })
    deliver = async (name) => {
      await gate
      return wasm(name)
    }
    const one = client()
    const properties = [one.provider, one.model, one.mode, one.baseURL, one.modes.length]
    const early = [await failure(() => one.buildRequest(params)), await failure(() => lint(User, 'openai'))]
    const calls = [
      one.create(params),
      one.createPartial(params).final(),
      one.createIterable(params).abort(),
      readPartial(one.createPartial(params).toResponse()).final(),
      one
        .parseResponse(
          params,
          Response.json({
            choices: [{ message: { role: 'assistant', content: '{"name":"Jo"}' }, finish_reason: 'stop' }],
          }),
        )
        .catch(({ message }) => message),
    ]
    const before = one.requests.length
    arrive()
    const values = await Promise.all(calls)
    await one.ready()
    return {
      properties,
      early,
      before,
      values,
      url: one.buildRequest(params).url,
      dialect: lint(User, 'openai').dialect,
      cores: files.filter((name) => name === 'core.wasm').length,
      warnings,
    }
  })
  assert.deepEqual(seen.properties, ['openai', 'gpt-4o-mini', 'TOOLS', 'https://api.openai.com/v1', 7])
  for (const error of seen.early) assert.match(error, /^ConfigurationError: .*await client\.ready\(\)/)
  assert.equal(seen.before, 0)
  assert.deepEqual(seen.values[0], { name: 'Jo' })
  assert.deepEqual(seen.values[1], { name: 'Jo' })
  assert.deepEqual(seen.values[3], { name: 'Jo' })
  assert.equal(seen.url, 'https://api.openai.com/v1/chat/completions')
  assert.equal(seen.dialect, 'openai_strict')
  assert.equal(seen.cores, 1)
  assert.deepEqual(seen.warnings, [])
})

test('the call that waits for the core makes each step in a new task; later calls do not wait', async () => {
  const seen = await apart(async () => {
    let tasks = 0
    globalThis.scheduler = {
      yield: () => {
        tasks++
        return new Promise((resolve) => setTimeout(resolve))
      },
    }
    const one = client()
    const first = await one.create(params)
    const afterFirst = tasks
    await one.create(params)
    const afterSecond = tasks
    return { first, afterFirst, afterSecond }
  })
  assert.deepEqual(seen, { first: { name: 'Jo' }, afterFirst: 2, afterSecond: 2 })
})

test('the steps of the first call continue without timers and without scheduler.yield', async () => {
  const value = await apart(async () => {
    delete globalThis.scheduler
    globalThis.setTimeout = () => 0
    return client().create(params)
  })
  assert.deepEqual(value, { name: 'Jo' })
})

test('clients load the core and the part of their API at once, and each file once', async () => {
  const { begun, all } = await apart(async () => {
    const one = client('anthropic/claude-sonnet-4-5')
    const other = client('anthropic/claude-sonnet-4-5')
    const begun = [...files]
    await Promise.all([one.create({ ...params, mode: 'JSON' }), other.create({ ...params, mode: 'JSON' })])
    return { begun, all: files }
  })
  assert.deepEqual(begun, ['core.wasm', 'core-anthropic.wasm'])
  assert.deepEqual(all, [
    'core.wasm',
    'core-anthropic.wasm',
    'core-notation.wasm',
    'core-answer.wasm',
    'core-repair.wasm',
    'core-anthropic-answer.wasm',
  ])
})

test('what validates a plain schema is loaded after the request has left, and the answer waits for it', async () => {
  const { order, values } = await apart(async () => {
    const order = []
    let release
    const released = new Promise((resolve) => {
      release = resolve
    })
    deliver = (name) => {
      order.push(name)
      if (name !== 'validator.wasm') return wasm(name)
      return released.then(() => wasm(name))
    }
    const answers = ['{"name":1}', '{"name":"Jo"}']
    const fetch = async () => {
      order.push('request')
      setTimeout(() => release(), 10)
      const message = { role: 'assistant', content: answers.shift() }
      return Response.json({ choices: [{ message, finish_reason: 'stop' }] })
    }
    const plain = {
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
      unevaluatedProperties: false,
    }
    const call = { responseModel: plain, messages, mode: 'JSON' }
    return { order, values: [await client(undefined, { fetch }).create(call)] }
  })
  assert.deepEqual(values, [{ name: 'Jo' }])
  const at = (name) => order.indexOf(name)
  assert.ok(at('request') < at('core-plain.wasm'), order.join())
  assert.ok(at('core-plain.wasm') < at('validator.wasm'), order.join())
  assert.equal(order.filter((name) => name === 'request').length, 2)
})

test('a validator that cannot be loaded fails the call, and the next call loads it', async () => {
  const { first, second } = await apart(async () => {
    deliver = (name) => (name === 'validator.wasm' ? new Response('', { status: 404 }) : wasm(name))
    const plain = {
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
      unevaluatedProperties: false,
    }
    const one = client()
    const first = await failure(() => one.create({ responseModel: plain, messages }))
    deliver = wasm
    return { first, second: await one.create({ responseModel: plain, messages }) }
  })
  assert.match(first, /^ConfigurationError: .*validator/)
  assert.deepEqual(second, { name: 'Jo' })
})

test('wrong options are reported by fromProvider, before the core is there', async () => {
  const errors = await apart(async () => {
    deliver = () => new Promise(() => {})
    return [
      await failure(() => client('openia/gpt-4o')),
      await failure(() => client(undefined, { apiKey: undefined })),
      await failure(() => client(undefined, { mode: 'TOOL' })),
      await failure(() => client().with({ timeout: -1 })),
    ]
  })
  assert.match(errors[0], /^ConfigurationError: Unsupported provider: openia. Did you mean 'openai\/gpt-4o'/)
  assert.match(errors[1], /^ConfigurationError: OPENAI_API_KEY is not set/)
  assert.match(errors[2], /^ModeError: Invalid mode 'TOOL' for provider 'openai'/)
  assert.match(errors[3], /^ConfigurationError: timeout/)
})

test('a name that is close to an option is refused at once, one that is close to a request field by the first call', async () => {
  const seen = await apart(async () => {
    const { REQUEST_FIELDS } = await import(new URL('common/request-fields.js', pkg))
    const wrong = []
    const attempt = (name, options) => {
      try {
        return client(undefined, options)
      } catch ({ message }) {
        wrong.push([name, message])
      }
    }
    // Nothing is awaited, so the list of fields is not there yet.
    for (const name of REQUEST_FIELDS) {
      attempt(name, { [name]: 'v' })
      attempt(name, { extraBody: { [name]: 'v' } })
    }
    const typo = attempt('safety_setings', { safety_setings: [] })
    return {
      wrong,
      count: REQUEST_FIELDS.size,
      option: await failure(() => client(undefined, { maxRetrys: 1 })),
      secret: await failure(() => client(undefined, { my_secret: 'x' })),
      calls: [
        await failure(() => typo.create(params)),
        await failure(() => typo.createPartial(params).final()),
        await failure(() => client().create({ ...params, safety_setings: [] })),
        await failure(() =>
          client()
            .createPartial({ ...params, safety_setings: [] })
            .final(),
        ),
        await failure(() => client().create({ ...params, keep_alive: 1 })),
      ],
      early: await failure(() => client().createPartial({ ...params, maxRetries: -1 })),
    }
  })
  assert.deepEqual(seen.wrong, [])
  assert.ok(seen.count > 200)
  assert.match(seen.option, /^ConfigurationError: maxRetrys .*maxRetries/)
  assert.match(seen.secret, /^ConfigurationError: .*credential/)
  for (const error of seen.calls.slice(0, 4))
    assert.match(error, /^ConfigurationError: .*Did you mean safety_settings/)
  assert.equal(seen.calls[4], 'no error')
  assert.match(seen.early, /^ConfigurationError: .*maxRetries/)
})

test('every way to read a stream works before its code is there, in the order in which it began', async () => {
  const seen = await apart(async () => {
    const collect = async (iterable) => {
      const out = []
      for await (const item of iterable) out.push(structuredClone(item))
      return out
    }
    const one = client()
    const stream = one.createPartial(params)
    const restarts = stream.restarts
    const ways = [
      collect(stream),
      collect(stream.patches()),
      collect(stream.toReadableStream()),
      collect(readPartial(stream.toResponse({ headers: { 'x-own': '1' } }))),
      stream.final(),
      stream.usage().then(({ totalTokens }) => typeof totalTokens),
      stream.completion().then(({ mode }) => mode),
    ]
    const headers = Object.fromEntries(
      stream.toResponse({ status: 201, headers: { 'X-Accel-Buffering': 'yes' } }).headers,
    )
    const read = await Promise.all(ways)
    const later = await collect(one.createPartial(params))
    return { restarts, read, headers, later, sent: one.requests.length }
  })
  const [items, patches, readable, relayed, ...rest] = seen.read
  for (const list of [items, readable, relayed, seen.later]) assert.deepEqual(list.at(-1), { name: 'Jo' })
  assert.equal(patches[0].op, 'set')
  assert.deepEqual(rest, [{ name: 'Jo' }, 'number', 'TOOLS'])
  assert.equal(seen.headers['x-accel-buffering'], 'yes')
  assert.match(seen.headers['content-type'], /text\/event-stream/)
  assert.deepEqual([seen.restarts, seen.sent], [0, 2])
})

test('a stream that is aborted or left before its code is there sends nothing, and its promises reject at once', async () => {
  const seen = await apart(async () => {
    deliver = () => new Promise(() => {})
    const one = client()
    const stream = one.createPartial(params)
    const iterator = stream[Symbol.asyncIterator]()
    const pending = [
      failure(() => stream.final()),
      failure(() => iterator.next()),
      failure(() => stream.patches().next()),
    ]
    stream.abort(new Error('enough'))
    const aborted = [...(await Promise.all(pending)), await failure(() => stream.completion())]
    const over = await iterator.next()
    const left = one.createPartial(params)
    const leaving = left[Symbol.asyncIterator]()
    await leaving.return()
    const first = one.createIterable(params)
    first.abort()
    return {
      aborted,
      over,
      left: [await leaving.next(), await failure(() => left.final())],
      first: await failure(() => first.final()),
      sent: one.requests.length,
    }
  })
  assert.deepEqual(seen.aborted, Array(4).fill('Error: enough'))
  assert.deepEqual(seen.over, { done: true, value: undefined })
  assert.deepEqual(seen.left[0], { done: true, value: undefined })
  assert.match(seen.left[1], /^AbortError: The stream has no readers left/)
  assert.match(seen.first, /^AbortError: The stream was aborted/)
  assert.equal(seen.sent, 0)
})

test('files in messages and models of other libraries are converted by code that the call loads', async () => {
  const seen = await apart(async () => {
    const v = await import('valibot')
    const { type } = await import('arktype')
    const z3 = await import('zod3')
    const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47])
    const content = [{ type: 'image', source: new Blob([bytes]) }]
    const one = client()
    const models = [
      v.object({ name: v.string() }),
      type({ name: 'string' }),
      z3.z.object({ name: z3.z.string() }),
    ]
    const values = []
    for (const responseModel of models) values.push(await one.create({ responseModel, messages }))
    const streamed = await one
      .createPartial({ responseModel: v.object({ name: v.string() }), messages })
      .final()
    const sent = one.requests.length
    const picture = client()
    await picture.create({ ...params, messages: [{ role: 'user', content }] })
    const early = client()
    await early.ready()
    const built = early.buildRequest({
      responseModel: models[0],
      messages: [{ role: 'user', content: [{ type: 'image', source: bytes }] }],
    })
    return {
      values,
      streamed,
      sent,
      url: picture.requests[0].body.messages[0].content[0].image_url.url,
      built: JSON.parse(built.body).messages[0].content[0].image_url.url,
    }
  })
  assert.deepEqual(seen.values, Array(3).fill({ name: 'Jo' }))
  assert.deepEqual(seen.streamed, { name: 'Jo' })
  assert.equal(seen.sent, 4)
  assert.equal(seen.url, 'data:image/png;base64,iVBORw==')
  assert.equal(seen.built, seen.url)
})

test('a converter that is not there yet is an error of the functions that cannot wait', async () => {
  const errors = await apart(async () => {
    const v = await import('valibot')
    const one = client()
    await one.create(params)
    const responseModel = v.object({ name: v.string() })
    const early = [
      await failure(() => one.buildRequest({ responseModel, messages })),
      await failure(() => lint(responseModel, 'openai')),
    ]
    await one.create({ responseModel, messages })
    return [...early, await failure(() => one.buildRequest({ responseModel, messages }))]
  })
  for (const error of errors.slice(0, 2))
    assert.match(error, /^ConfigurationError: .*await client\.ready\(\)/)
  assert.equal(errors[2], 'no error')
})

test('files that are not delivered are replaced by their text, with one warning each', async () => {
  for (const [deliver, why] of [
    ["() => new Response('', { status: 404 })", /404/],
    [
      "() => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } })",
      /not a wasm module/,
    ],
    ["() => Promise.reject(new TypeError('Failed to fetch'))", /Failed to fetch/],
    ["() => new Response('\\0asm', { headers: { 'content-type': 'application/wasm' } })", /compile/],
  ]) {
    const seen = await apart(`async () => {
      deliver = ${deliver}
      const one = client()
      const value = await one.create(params)
      const error = await failure(() => one.create({ ...params, mode: 'JSON_SCHEMA' }))
      return { value, error, files, warnings }
    }`)
    assert.deepEqual(seen.value, { name: 'Jo' })
    assert.match(seen.error, /^ConfigurationError: .*core-schema\.wasm.*instructor-wasm\/inline/)
    // The parts for answers are not searched.
    assert.deepEqual(seen.files, ['core.wasm', 'core-schema.wasm'], String(why))
    assert.equal(seen.warnings.length, 1, seen.warnings.join('\n'))
    assert.match(seen.warnings[0], /core\.wasm was not delivered/)
    assert.match(seen.warnings[0], why)
  }
})

test('a wrong media type is compiled from its bytes, without a warning', async () => {
  const seen = await apart(async () => {
    deliver = (name) => wasm(name, 'application/octet-stream')
    return { value: await client().create(params), warnings }
  })
  assert.deepEqual(seen, { value: { name: 'Jo' }, warnings: [] })
})

test('a file that no text replaces is a ConfigurationError with the remedy, and is tried again', async () => {
  const seen = await apart(async () => {
    let broken = true
    deliver = (name) =>
      broken && /anthropic|validator|template/.test(name) ? new Response('', { status: 404 }) : wasm(name)
    const one = client('anthropic/claude-sonnet-4-5', { mode: 'JSON' })
    const openai = client()
    const responseModel = {
      type: 'object',
      properties: { name: { type: 'string' } },
      unevaluatedProperties: false,
    }
    const schema = { ...params, responseModel }
    const errors = [
      await failure(() => one.create(params)),
      await failure(() => openai.create(schema)),
      await failure(() => openai.create({ ...params, context: { a: 1 } })),
    ]
    const sent = one.requests.length + openai.requests.length
    broken = false
    const values = [
      await one.create(params),
      await openai.create(schema),
      await openai.create({ ...params, context: { a: 1 } }),
    ]
    return { errors, sent, values, warnings }
  })
  for (const [i, file] of ['core-anthropic', 'validator', 'template'].entries()) {
    assert.match(seen.errors[i], new RegExp(`^ConfigurationError: .*${file}\\.wasm.*404`))
    assert.match(seen.errors[i], /instructor-wasm\/inline/)
  }
  // The validator is loaded after the request has left.
  assert.equal(seen.sent, 1)
  assert.deepEqual(seen.values, Array(3).fill({ name: 'Jo' }))
  assert.deepEqual(seen.warnings, [])
})

test('a core that neither file nor text provides fails the calls, and the next call tries again', async () => {
  const seen = await apart(async () => {
    let broken = true
    deliver = (name) => (broken ? Promise.reject(new TypeError('offline')) : wasm(name))
    const own = globalThis.DecompressionStream
    delete globalThis.DecompressionStream
    const one = client()
    const errors = [
      await failure(() => one.create(params)),
      await failure(() => one.createPartial(params).final()),
      await failure(() => one.ready()),
    ]
    globalThis.DecompressionStream = own
    broken = false
    return { errors, value: await one.create(params), sent: one.requests.length }
  })
  for (const error of seen.errors) assert.match(error, /^ConfigurationError: .*'core\.wasm'.*offline.*inline/)
  assert.deepEqual([seen.value, seen.sent], [{ name: 'Jo' }, 1])
})

test('a Content-Security-Policy without wasm-unsafe-eval is named, and no text is loaded for it', async () => {
  const seen = await apart(async () => {
    // fetch compiles another module on its first use.
    await Response.json({}).json()
    const refuse = async () => {
      throw new WebAssembly.CompileError("Wasm code generation disallowed by 'unsafe-eval'")
    }
    WebAssembly.compile = refuse
    WebAssembly.compileStreaming = refuse
    globalThis.DecompressionStream = class {
      constructor() {
        warnings.push('a text was decoded')
      }
    }
    return { error: await failure(() => client().create(params)), warnings }
  })
  assert.match(seen.error, /^ConfigurationError: .*disallowed by.*must allow 'wasm-unsafe-eval'/)
  assert.deepEqual(seen.warnings, [])
})

test('Uint8Array.fromBase64 and atob decode the same module', async () => {
  for (const native of [true, false]) {
    const value = await apart(`async () => {
      if (${native})
        Uint8Array.fromBase64 = (text) => {
          files.push('decoded')
          return new Uint8Array(Buffer.from(text, 'base64'))
        }
      else delete Uint8Array.fromBase64
      deliver = () => new Response('', { status: 404 })
      return { value: await client().create(params), decoded: files.includes('decoded') }
    }`)
    assert.deepEqual(value, { value: { name: 'Jo' }, decoded: native })
  }
})

test("only the browser entry contains the rows of the registry, and only inline and bundlers' entry contain modules", () => {
  const reached = (entry) => {
    const found = new Set()
    const visit = (file) => {
      if (found.has(file)) return
      found.add(file)
      const text = readFileSync(new URL(file, pkg), 'utf8')
      for (const [, from] of text.matchAll(/^(?:import|export)\b[^'"]*from ['"](\.[^'"]+\.js)['"]/gm))
        visit(new URL(from, new URL(file, pkg)).href.slice(pkg.href.length))
    }
    visit(entry)
    return [...found]
  }
  const rows = (entry) =>
    reached(entry).some((file) =>
      /^\/\/ pkg\/registry\/|registry\/client\.js['"]/m.test(readFileSync(new URL(file, pkg), 'utf8')),
    )
  const carried = (entry) =>
    reached(entry).filter((file) => /^(core|validator|template).*\.text\.js$/.test(file))
  assert.ok(rows('index.js'))
  assert.deepEqual(carried('index.js'), [])
  const without = ['index.node.js', 'index.workerd.js', 'index.edge.js', 'slim.js', 'slim.node.js']
  const withCore = ['inline.js', 'inline.node.js', 'index.server.js']
  for (const entry of [...without, ...withCore]) assert.ok(!rows(entry), entry)
  for (const entry of without) assert.deepEqual(carried(entry), [], entry)
  for (const entry of withCore) assert.deepEqual(carried(entry), ['core-whole.text.js'], entry)
})

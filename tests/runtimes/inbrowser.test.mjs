/** Models without HTTP requests, tested with fakes of their interfaces: Chrome's, WebLLM's engine, a Worker's binding. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { afterEach, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  ConfigurationError,
  chromeAvailability,
  fromProvider,
  ProviderError,
  TimeoutError,
} from 'instructor-wasm'
import { all, failure, jason, messages, User } from './support.mjs'

const call = { responseModel: User, messages }
const png = 'data:image/png;base64,iVBORw0KGgo='

/** Chrome's interface with a list of answers; an Error in it is thrown. */
class Model {
  asked = []
  created = []
  destroyed = 0
  state = 'available'

  constructor(...answers) {
    this.answers = answers
  }

  async availability(options) {
    this.checked = options
    return this.state
  }

  async create(options) {
    this.created.push(options)
    if (this.refuses) throw this.refuses
    if (this.state !== 'available') {
      const monitor = new EventTarget()
      options.monitor(monitor)
      for (const loaded of [0, 0.5, 1])
        monitor.dispatchEvent(Object.assign(new Event('downloadprogress'), { loaded, total: 1 }))
    }
    return {
      contextUsage: 42,
      prompt: async (input, more) => {
        this.asked.push({ input, ...more })
        const answer = this.answers.shift()
        if (answer instanceof Error) throw answer
        if (answer === 'never')
          await new Promise((_, no) => more.signal.addEventListener('abort', () => no(more.signal.reason)))
        return answer
      },
      promptStreaming: (input, more) => {
        this.asked.push({ input, ...more })
        const pieces = this.answers.shift()
        return new ReadableStream({
          pull: (controller) => {
            const piece = pieces.shift()
            if (piece === undefined) controller.close()
            else if (piece instanceof Error) controller.error(piece)
            else controller.enqueue(piece)
          },
          cancel: () => {
            this.cancelled = true
          },
        })
      },
      destroy: () => {
        this.destroyed += 1
      },
    }
  }
}

const chrome = (languageModel, options) =>
  fromProvider('chrome/gemini-nano', { languageModel, httpRetries: 0, ...options })
const named = (name, message = 'no') => Object.assign(new Error(message), { name })

afterEach(() => {
  delete globalThis.LanguageModel
})

test('chrome: the schema constrains the output, the system prompt comes first, the session is destroyed', async () => {
  const model = new Model(JSON.stringify(jason))
  globalThis.LanguageModel = model
  assert.equal(await chromeAvailability(), 'available')
  const client = fromProvider('chrome/gemini-nano')
  const [value, completion] = await client.createWithCompletion({
    responseModel: User,
    messages: [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Yes?' },
      ...messages,
    ],
    languages: ['en'],
    temperature: 0.2,
    topK: 3,
  })
  assert.deepEqual(value, jason)
  assert.equal(completion.usage.totalTokens, 42)
  const [{ initialPrompts, expectedInputs, expectedOutputs, temperature, topK }] = model.created
  assert.deepEqual(
    initialPrompts.map(({ role }) => role),
    ['system', 'user', 'assistant'],
  )
  assert.deepEqual(
    [expectedInputs, expectedOutputs],
    [[{ type: 'text', languages: ['en'] }], [{ type: 'text', languages: ['en'] }]],
  )
  assert.deepEqual([temperature, topK], [0.2, 3])
  const [{ input, responseConstraint }] = model.asked
  assert.deepEqual(input, messages)
  assert.deepEqual(responseConstraint.required, ['name', 'age'])
  assert.equal(responseConstraint.additionalProperties, false)
  assert.equal(model.destroyed, 1)
})

test('chrome: an invalid answer is reasked', async () => {
  const model = new Model('{"name":"Jason","age":"x"}', JSON.stringify(jason))
  assert.deepEqual(await chrome(model).create(call), jason)
  assert.equal(model.created[1].initialPrompts.at(-1).role, 'assistant')
  assert.match(model.asked[1].input[0].content, /age/)
})

test('chrome: streams yield partial objects; leaving the loop ends prompt and session', async () => {
  const text = JSON.stringify(jason)
  const model = new Model([text.slice(0, 12), text.slice(12, 20), text.slice(20)], [...text])
  const stream = chrome(model).createPartial(call)
  const snapshots = await all(stream)
  assert.deepEqual(snapshots.at(-1), jason)
  assert.ok(snapshots.length >= 2)
  assert.deepEqual(await stream.final(), jason)
  assert.equal(model.destroyed, 1)
  for await (const _ of chrome(model).createPartial(call)) break
  await new Promise((done) => setTimeout(done, 5))
  assert.equal(model.cancelled, true)
  assert.ok(model.destroyed >= 2)
})

test("chrome: the download's progress is reported", async () => {
  const model = new Model(JSON.stringify(jason))
  model.state = 'downloadable'
  const seen = []
  await chrome(model, { onDownloadProgress: (progress) => seen.push(progress) }).create(call)
  assert.deepEqual(
    seen.map(({ loaded }) => loaded),
    [0, 0.5, 1],
  )
})

test('chrome: an error reports that the model is absent or unavailable', async () => {
  assert.equal(await chromeAvailability(), 'unavailable')
  assert.throws(
    () => fromProvider('chrome/gemini-nano'),
    (error) => error instanceof ConfigurationError && /LanguageModel/.test(error.message),
  )
  const model = new Model()
  model.state = 'unavailable'
  const error = await failure(() => chrome(model).create(call))
  assert.ok(error instanceof ConfigurationError, String(error))
  assert.match(error.message, /another provider/)
  const streamed = await failure(() => chrome(model).createPartial(call).final())
  assert.ok(streamed instanceof ConfigurationError, String(streamed))
})

test("chrome: the browser's errors are reported with a remedy, and only temporary ones are retried", async () => {
  const click = new Model()
  click.refuses = named('NotAllowedError')
  const error = await failure(() => chrome(click, { httpRetries: 2 }).create(call))
  assert.ok(error instanceof ProviderError && /click/.test(error.message), String(error))
  assert.equal(click.created.length, 1)
  const full = new Model(named('QuotaExceededError'))
  assert.equal((await failure(() => chrome(full, { httpRetries: 2 }).create(call))).status, 413)
  const passing = new Model(named('UnknownError'), JSON.stringify(jason))
  assert.deepEqual(await chrome(passing, { httpRetries: 1 }).create(call), jason)
  const broken = new Model(['{"name":', named('UnknownError', 'crashed')])
  assert.match((await failure(() => chrome(broken).createPartial(call).final())).message, /crashed/)
})

test('chrome: unsupported parameters are refused by name, and images are sent as blobs', async () => {
  for (const [params, name] of [
    [{ maxTokens: 5 }, /max_tokens/],
    [{ messages: [{ role: 'tool', content: 'x', tool_call_id: 'a' }] }, /tool/],
    [
      {
        messages: [
          { role: 'user', content: [{ type: 'document', source: 'data:application/pdf;base64,AAAA' }] },
        ],
      },
      /chrome does not accept this document/,
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'image', source: 'http://127.0.0.1/a.png' }] }] },
      /chrome does not accept this image/,
    ],
  ]) {
    const model = new Model()
    const error = await failure(() => chrome(model).create({ ...call, ...params }))
    assert.ok(error instanceof ConfigurationError && name.test(error.message), String(error))
    assert.equal(model.created.length, 0)
  }
  const model = new Model(JSON.stringify(jason))
  const content = [
    { type: 'text', text: 'Who?' },
    { type: 'image', source: png },
  ]
  await chrome(model).create({ responseModel: User, messages: [{ role: 'user', content }] })
  assert.deepEqual(model.created[0].expectedInputs, [{ type: 'text' }, { type: 'image' }])
  const [text, image] = model.asked[0].input[0].content
  assert.deepEqual(text, { type: 'text', value: 'Who?' })
  assert.deepEqual([image.type, image.value.type, image.value.size], ['image', 'image/png', 8])
})

test('chrome: abort and timeout end a prompt', async () => {
  const aborting = new AbortController()
  const model = new Model('never')
  const pending = failure(() => chrome(model).create({ ...call, signal: aborting.signal }))
  setTimeout(() => aborting.abort(new Error('enough')), 5)
  assert.equal((await pending).message, 'enough')
  assert.ok(
    (await failure(() => chrome(new Model('never')).create({ ...call, timeout: 10 }))) instanceof
      TimeoutError,
  )
})

// -- WebLLM --------------------------------------------------------------------------------------------------

function engineOf(...answers) {
  const engine = { requests: [], interrupted: 0 }
  engine.interruptGenerate = () => {
    engine.interrupted += 1
  }
  engine.chat = {
    completions: {
      async create(request) {
        engine.requests.push(request)
        const answer = answers.shift()
        if (answer instanceof Error) throw answer
        if (!request.stream) return answer
        return (async function* () {
          for (const content of answer) yield { choices: [{ index: 0, delta: { content } }] }
          yield { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }
          yield { choices: [], usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } }
        })()
      },
    },
  }
  return engine
}

const webllm = (engine, options) =>
  fromProvider('webllm/Llama-3.2-1B', { engine, httpRetries: 0, ...options })
const said = (value) => ({
  choices: [{ message: { role: 'assistant', content: JSON.stringify(value) }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
})

test('webllm: the schema is sent as text; an engine, a promise of one or a function is accepted', async () => {
  for (const given of [(e) => e, (e) => Promise.resolve(e), (e) => async () => e]) {
    const engine = engineOf(said(jason))
    const [value, { usage }] = await webllm(given(engine)).createWithCompletion({ ...call, maxTokens: 50 })
    assert.deepEqual(value, jason)
    assert.equal(usage.totalTokens, 7)
    const [request] = engine.requests
    assert.equal(request.model, 'Llama-3.2-1B')
    assert.equal(request.max_tokens, 50)
    assert.equal(request.response_format.type, 'json_object')
    assert.deepEqual(JSON.parse(request.response_format.schema).required, ['name', 'age'])
    assert.equal('engine' in request, false)
  }
})

test('webllm: streams, usage included; leaving the loop interrupts the engine', async () => {
  const text = JSON.stringify(jason)
  const engine = engineOf([text.slice(0, 10), text.slice(10)], [text.slice(0, 10), text.slice(10)])
  const stream = webllm(engine).createPartial(call)
  assert.deepEqual((await all(stream)).at(-1), jason)
  assert.equal((await stream.usage()).totalTokens, 7)
  assert.equal(engine.requests[0].stream_options.include_usage, true)
  assert.equal(engine.interrupted, 0)
  for await (const _ of webllm(engine).createPartial(call)) break
  await new Promise((done) => setTimeout(done, 5))
  assert.ok(engine.interrupted >= 1)
})

test('webllm: abort and timeout interrupt the engine', async () => {
  const engine = engineOf()
  let settle
  engine.chat.completions.create = () => new Promise((resolve) => (settle = resolve))
  const aborting = new AbortController()
  const pending = failure(() => webllm(engine).create({ ...call, signal: aborting.signal }))
  setTimeout(() => aborting.abort(new Error('enough')), 5)
  assert.equal((await pending).message, 'enough')
  assert.equal(engine.interrupted, 1)
  settle(said(jason))
  const late = await failure(() => webllm(engine).create({ ...call, timeout: 10 }))
  assert.ok(late instanceof TimeoutError)
  assert.equal(engine.interrupted, 2)
})

test('webllm: calls run one at a time; aborting a waiting call does not affect the running one, and an abandoned call is read to its end', async () => {
  const engine = engineOf()
  const running = []
  let finished = 0
  engine.chat.completions.create = (request) => {
    if (!request.stream) return new Promise((resolve) => running.push(() => resolve(said(jason))))
    return (async function* () {
      try {
        for (const content of JSON.stringify(jason)) {
          if (engine.interrupted) break
          yield { choices: [{ index: 0, delta: { content } }] }
        }
        yield { choices: [{ index: 0, delta: {}, finish_reason: 'abort' }] }
      } finally {
        finished += 1
      }
    })()
  }
  const client = webllm(engine)
  const aborting = new AbortController()
  const first = client.create(call)
  const second = failure(() => client.create({ ...call, signal: aborting.signal }))
  const third = client.create(call)
  const tick = () => new Promise((done) => setTimeout(done, 5))
  await tick()
  aborting.abort(new Error('enough'))
  assert.equal((await second).message, 'enough')
  assert.deepEqual([engine.interrupted, running.length], [0, 1])
  running.shift()()
  assert.deepEqual(await first, jason)
  await tick()
  running.shift()()
  assert.deepEqual(await third, jason)
  for await (const _ of client.createPartial(call)) break
  await tick()
  assert.deepEqual([engine.interrupted, finished], [1, 1])
  const last = client.create(call)
  await tick()
  running.shift()()
  assert.deepEqual(await last, jason)
})

test('webllm: without a valid engine, the error explains how to create one', async () => {
  assert.throws(
    () => fromProvider('webllm/m'),
    (error) => error instanceof ConfigurationError && /CreateMLCEngine/.test(error.message),
  )
  const error = await failure(() => webllm({ chat: 1 }).create(call))
  assert.ok(error instanceof ConfigurationError && error.parameter === 'engine', String(error))
  const unknown = engineOf(named('ModelNotLoadedError', 'Model not loaded'))
  const failed = await failure(() => webllm(unknown, { httpRetries: 2 }).create(call))
  assert.ok(failed instanceof ProviderError && /not loaded/.test(failed.message), String(failed))
  assert.equal(unknown.requests.length, 1)
})

// -- Workers AI ----------------------------------------------------------------------------------------------

const bindingOf = (...answers) => ({
  calls: [],
  async run(model, inputs, options) {
    this.calls.push({ model, inputs, options })
    const answer = answers.shift()
    if (answer instanceof Error) throw answer
    return answer
  },
})
const workers = (binding, options) =>
  fromProvider('workers_ai/@cf/meta/llama-3.3', { binding, env: {}, httpRetries: 0, ...options })

test('workers_ai: a binding needs neither key nor account; objects, texts and calls are read', async () => {
  for (const [result, mode] of [
    [{ response: jason }, 'JSON_SCHEMA'],
    [{ response: JSON.stringify(jason) }, 'JSON_SCHEMA'],
    [{ tool_calls: [{ name: 'User', arguments: jason }] }, 'TOOLS'],
    [
      Response.json({ choices: [{ message: { role: 'assistant', content: JSON.stringify(jason) } }] }),
      'JSON',
    ],
  ]) {
    const binding = bindingOf(result)
    assert.deepEqual(await workers(binding, { gateway: { id: 'g' } }).create({ ...call, mode }), jason)
    const [{ model, inputs, options }] = binding.calls
    assert.equal(model, '@cf/meta/llama-3.3')
    assert.deepEqual(options.gateway, { id: 'g' })
    assert.equal('model' in inputs || 'binding' in inputs || 'gateway' in inputs, false)
  }
})

test('workers_ai: a binding streams, and its numbered errors become statuses', async () => {
  const bytes = new TextEncoder().encode(
    `data: {"response":${JSON.stringify(JSON.stringify(jason))},"p":"x"}\n\ndata: {"response":"","usage":{"total_tokens":5}}\n\ndata: [DONE]\n\n`,
  )
  const binding = bindingOf(
    new ReadableStream({
      start: (c) => {
        c.enqueue(bytes)
        c.close()
      },
    }),
  )
  assert.deepEqual(
    await workers(binding)
      .createPartial({ ...call, mode: 'JSON' })
      .final(),
    jason,
  )
  const busy = bindingOf(new Error('3040: Capacity temporarily exceeded'))
  const error = await failure(() => workers(busy).create(call))
  assert.deepEqual([error.name, error.status, error.code], ['ProviderError', 429, '3040'])
  assert.throws(() => workers({}), ConfigurationError)
})

/** An engine in the form of wllama's, with these answers: objects, lists of chunks, or errors. */
function wllamaOf(...answers) {
  const requests = []
  return {
    requests,
    async createChatCompletion({ abortSignal, ...request }) {
      requests.push({ ...request, abortSignal })
      const answer = answers.shift()
      if (answer instanceof Error) throw answer
      if (!request.stream) return answer
      return (async function* () {
        for (const content of answer) {
          if (abortSignal.aborted) throw new DOMException('Operation aborted', 'AbortError')
          yield { model: '', choices: [{ index: 0, delta: { content } }] }
        }
        yield { model: '', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }
        yield {
          model: '',
          choices: [],
          usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
        }
      })()
    },
  }
}
const wllama = (engine, options) => fromProvider('wllama/smollm2', { engine, httpRetries: 0, ...options })

test('wllama: the schema is a response format, the engine is created once, and its empty model is replaced', async () => {
  const engine = wllamaOf({ ...said(jason), model: '' }, { ...said(jason), model: '' })
  let created = 0
  const client = wllama(async () => {
    created++
    return engine
  })
  const [value, { usage, model }] = await client.createWithCompletion({ ...call, maxTokens: 50 })
  assert.deepEqual([value, usage.totalTokens, model], [jason, 7, 'smollm2'])
  await client.create(call)
  assert.equal(created, 1)
  const [request] = engine.requests
  assert.deepEqual([request.max_tokens, request.model], [50, undefined])
  assert.equal(request.response_format.type, 'json_schema')
  assert.deepEqual(request.response_format.json_schema.schema.required, ['name', 'age'])
})

test('wllama: streams, usage included; leaving the loop and an abort stop the engine', async () => {
  const text = JSON.stringify(jason)
  const pieces = [text.slice(0, 10), text.slice(10)]
  const engine = wllamaOf(pieces, pieces, { ...said(jason), model: '' })
  const client = wllama(engine)
  const stream = client.createPartial(call)
  assert.deepEqual((await all(stream)).at(-1), jason)
  assert.equal((await stream.usage()).totalTokens, 7)
  for await (const _ of client.createPartial(call)) break
  assert.deepEqual(await client.create(call), jason)
  assert.deepEqual(
    engine.requests.map(({ abortSignal }) => abortSignal.aborted),
    [false, true, false],
  )
})

test('wllama: an engine that is missing, has another form, cannot be created or has no model', async () => {
  assert.throws(() => fromProvider('wllama/m'), { name: 'ConfigurationError', parameter: 'engine' })
  const none = await failure(() => wllama({}).create(call))
  assert.deepEqual([none.name, none.parameter, none.code], ['ConfigurationError', 'engine', undefined])
  let tries = 0
  const failing = wllama(() => {
    tries++
    throw new RangeError('out of memory')
  })
  for (const n of [1, 2]) {
    const error = await failure(() => failing.create(call))
    assert.deepEqual(
      [error.name, error.code, error.cause.message, tries],
      ['ConfigurationError', 'unavailable', 'out of memory', n],
    )
  }
  const unloaded = Object.assign(new Error('loadModel() is not yet called'), { type: 'model_not_loaded' })
  const error = await failure(() => wllama(wllamaOf(unloaded)).create(call))
  assert.deepEqual([error.name, error.code], ['ConfigurationError', 'unavailable'])
  const broken = Object.assign(new Error('decode failed'), { type: 'inference_error' })
  const server = await failure(() => wllama(wllamaOf(broken)).create(call))
  assert.deepEqual([server.name, server.status], ['ProviderError', 500])
})

test('a file that cannot be loaded is reported by name, not as a network error', () => {
  const hooks = `export const resolve = (name, context, next) => {
    if (/(\\/|node-)(chrome|webllm|wllama|workers-ai)\\.js$/.test(name)) throw new Error('import() is disallowed')
    return next(name, context)
  }`
  const loader = `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)})`
  const script = `import { fromProvider } from 'instructor-wasm'
    const options = [['chrome/x', { languageModel: {} }], ['webllm/x', { engine: {} }], ['wllama/x', { engine: {} }], ['workers_ai/@cf/x', { binding: { run() {} } }]]
    for (const [model, more] of options) {
      const error = await fromProvider(model, more).create({ responseModel: { type: 'string' }, prompt: 'x' }).catch((e) => e)
      console.log(error.name, error.message.slice(0, 90))
    }`
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(loader)}`, '--input-type=module', '-e', script],
    { encoding: 'utf8', cwd: fileURLToPath(new URL('../..', import.meta.url)) },
  )
  for (const name of ['chrome', 'webllm', 'wllama', 'workers-ai'])
    assert.match(
      stdout,
      new RegExp(`ConfigurationError The file inbrowser/${name}.js .*can't be loaded: import`),
      stderr,
    )
})

/** Batches: the requests of each API, the states, the answers with the validation of calls, and failures. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError, fromProvider, ProviderError, ValidationError } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import * as z from 'zod'
import { all, failure, jason, User } from './support.mjs'

const City = z.object({ city: z.string() }).meta({ title: 'City' })
const requests = [
  { id: 'a', responseModel: User, prompt: 'Jason is 25.' },
  { id: 'b', responseModel: City, prompt: 'Rome' },
  { id: 'c', responseModel: User, prompt: 'Nobody' },
  { id: 'd', responseModel: User, prompt: 'Too late' },
]
const replies = { a: { value: jason }, b: { value: { city: 'Rome' } }, c: { value: { name: 'X' } } }

/** The body of an answer in the format of the request. */
async function answer(url, body, reply) {
  const { fetch } = scripted([reply])
  return (await fetch(url, { method: 'POST', headers: {}, body: JSON.stringify(body) })).json()
}

const json = (body, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
const lines = (list) => new Response(list.map((line) => `${JSON.stringify(line)}\n`).join(''))

/** OpenAI's files and batches, or Mistral's jobs: a state machine as a fetch. */
function filesServer({ mistral = false } = {}) {
  const seen = []
  const state = { asked: 0, lines: [] }
  const job = () => {
    const ended = state.asked >= 2
    if (mistral)
      return {
        id: 'job-1',
        status: ended ? 'SUCCESS' : 'RUNNING',
        output_file: ended ? 'out' : null,
        error_file: ended ? 'err' : null,
        total_requests: 4,
        succeeded_requests: ended ? 3 : 0,
        failed_requests: ended ? 1 : 0,
      }
    return {
      id: 'batch_1',
      status: ended ? 'completed' : 'in_progress',
      output_file_id: ended ? 'out' : undefined,
      error_file_id: ended ? 'err' : undefined,
      request_counts: { total: 4, completed: ended ? 3 : 0, failed: ended ? 1 : 0 },
    }
  }
  const fetch = async (url, init) => {
    const { pathname } = new URL(url)
    seen.push({ method: init.method, pathname, headers: init.headers, body: init.body })
    if (pathname.endsWith('/files')) {
      const file = init.body.get('file')
      state.lines = (await file.text()).trimEnd().split('\n').map(JSON.parse)
      state.purpose = init.body.get('purpose')
      state.name = file.name
      return json({ id: 'file-1' })
    }
    if (/\/(batches|jobs)$/.test(pathname)) {
      state.created = JSON.parse(init.body)
      return json(job())
    }
    if (pathname.endsWith('/cancel')) {
      state.asked = 2
      return json(job())
    }
    if (/\/(batches|jobs)\//.test(pathname)) {
      state.asked++
      return json(job())
    }
    if (pathname.endsWith('/out/content')) {
      const out = []
      for (const { custom_id, body } of state.lines.slice(0, 3).reverse())
        out.push({
          id: `r-${custom_id}`,
          custom_id,
          response: {
            status_code: 200,
            body: await answer('https://api.openai.com/v1/chat/completions', body, replies[custom_id]),
          },
          error: null,
        })
      return lines([...out, { custom_id: 'unknown', response: { status_code: 200, body: {} } }])
    }
    if (pathname.endsWith('/err/content'))
      return lines([
        { custom_id: 'd', response: null, error: { code: 'batch_expired', message: 'too late' } },
      ])
    return json({ error: { message: `no route ${pathname}` } }, 404)
  }
  return { fetch, seen, state }
}

function check(results) {
  const byId = Object.fromEntries(results.map((one) => [one.id, one]))
  assert.deepEqual(Object.keys(byId).sort(), ['a', 'b', 'c', 'd'])
  assert.equal(results.length, 4)
  assert.deepEqual([byId.a.value, byId.b.value], [jason, { city: 'Rome' }])
  assert.equal(byId.a.error, undefined)
  assert.ok(byId.a.completion.usage.totalTokens > 0)
  assert.ok(byId.c.error instanceof ValidationError, String(byId.c.error))
  assert.deepEqual(byId.c.error.issues[0].path, ['age'])
  assert.ok(byId.d.error instanceof ProviderError)
  assert.match(byId.d.error.message, /too late/)
}

for (const [model, base, options] of [
  ['openai/gpt-4o-mini', '/v1', {}],
  ['groq/llama-3.3-70b-versatile', '/openai/v1', {}],
  ['openai-compatible/m', '/own/v1', { baseURL: 'https://llm.example.com/own/v1' }],
])
  test(`${model}: a file of requests, a batch, its state and two files of results`, async () => {
    const { fetch, seen, state } = filesServer()
    const client = fromProvider(model, { apiKey: async () => 'sk-secret', env: {}, fetch, ...options })
    const batch = client.batch(requests)
    const text = await batch.toJSONL()
    assert.equal(seen.length, 0)
    const [first] = text.split('\n')
    const line = JSON.parse(first)
    assert.deepEqual([line.custom_id, line.method, line.url], ['a', 'POST', '/v1/chat/completions'])
    assert.equal(line.body.tools?.[0]?.function.name ?? 'User', 'User')
    const submitted = await batch.submit()
    assert.deepEqual([submitted.id, submitted.ended, submitted.total], ['batch_1', false, 4])
    const progress = []
    const status = await batch.wait({
      interval: 1,
      onProgress: ({ status, succeeded }) => progress.push([status, succeeded]),
    })
    assert.deepEqual([status.status, status.succeeded, status.failed], ['completed', 3, 1])
    assert.deepEqual(progress.at(-1), ['completed', 3])
    assert.deepEqual(progress[0], ['in_progress', 0])
    check(await all(batch.results()))

    assert.deepEqual([state.purpose, state.name], ['batch', 'batch.jsonl'])
    assert.deepEqual(state.lines, text.trimEnd().split('\n').map(JSON.parse))
    assert.deepEqual(state.created, {
      input_file_id: 'file-1',
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    })
    assert.deepEqual(
      [...new Set(seen.map(({ method, pathname }) => `${method} ${pathname}`))],
      [
        `POST ${base}/files`,
        `POST ${base}/batches`,
        `GET ${base}/batches/batch_1`,
        `GET ${base}/files/out/content`,
        `GET ${base}/files/err/content`,
      ],
    )
    for (const { headers, body } of seen) {
      assert.equal(headers.authorization, 'Bearer sk-secret')
      assert.equal(headers['content-type'], typeof body === 'string' ? 'application/json' : undefined)
    }
  })

test('a batch continues in another process by its id, without a second submission', async () => {
  const { fetch, seen, state } = filesServer()
  const make = () => fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {}, fetch })
  const { id } = await make().batch(requests).submit()
  const before = seen.length
  const later = make().batch(requests, { batchId: id })
  check(await all(later.results({ interval: 1 })))
  assert.ok(seen.slice(before).every(({ method }) => method === 'GET'))
  assert.equal(state.lines.length, 4)
})

test('Responses requests have their own endpoint', async () => {
  const { fetch } = filesServer()
  const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {}, fetch, mode: 'RESPONSES_TOOLS' })
  const text = await client.batch(requests).toJSONL()
  assert.equal(JSON.parse(text.split('\n')[0]).url, '/v1/responses')
})

test('Mistral has one model per job, and lines without a method', async () => {
  const { fetch, state, seen } = filesServer({ mistral: true })
  const client = fromProvider('mistral/mistral-small-latest', { apiKey: 'k', env: {}, fetch })
  const batch = client.batch(requests)
  check(await all(batch.results({ interval: 1 })))
  assert.deepEqual(Object.keys(state.lines[0]), ['custom_id', 'body'])
  assert.deepEqual(state.created, {
    input_files: ['file-1'],
    endpoint: '/v1/chat/completions',
    model: 'mistral-small-latest',
  })
  assert.equal(seen[1].pathname, '/v1/batch/jobs')
  const two = client.batch([requests[0], { ...requests[1], model: 'mistral-large-latest' }])
  assert.match(
    (await failure(() => two.submit())).message,
    /one model.*mistral-small-latest, mistral-large-latest/,
  )
})

test('Anthropic takes the requests in one body, and its results may have another host only with our own path', async () => {
  for (const resultsUrl of [
    'https://api.anthropic.com/v1/messages/batches/msgbatch_1/results',
    'https://evil.example/steal',
  ]) {
    const seen = []
    let asked = 0
    let sent
    const state = (ended) => ({
      id: 'msgbatch_1',
      processing_status: ended ? 'ended' : 'in_progress',
      request_counts: {
        processing: ended ? 0 : 4,
        succeeded: ended ? 3 : 0,
        errored: 0,
        canceled: 0,
        expired: ended ? 1 : 0,
      },
      results_url: ended ? resultsUrl : null,
    })
    const fetch = async (url, init) => {
      seen.push(url)
      assert.equal(init.headers['x-api-key'], 'sk-ant')
      const { pathname } = new URL(url)
      if (init.method === 'POST') {
        sent = JSON.parse(init.body).requests
        return json(state(false))
      }
      if (!pathname.endsWith('/results')) return json(state(++asked > 1))
      const out = []
      for (const { custom_id, params } of sent.slice(0, 3)) {
        const message = await answer('https://api.anthropic.com/v1/messages', params, replies[custom_id])
        out.push({ custom_id, result: { type: 'succeeded', message } })
      }
      const error = { type: 'error', error: { type: 'invalid_request_error', message: 'too late' } }
      return lines([...out, { custom_id: 'd', result: { type: 'errored', error } }])
    }
    const client = fromProvider('anthropic/claude-sonnet-4-5', { apiKey: 'sk-ant', env: {}, fetch })
    const batch = client.batch(requests)
    const results = await all(batch.results({ interval: 1 }))
    check(results)
    assert.equal(results[3].error.code, 'invalid_request_error')
    assert.deepEqual(Object.keys(sent[0]), ['custom_id', 'params'])
    assert.equal(sent[0].params.model, 'claude-sonnet-4-5')
    assert.ok(
      seen.every((url) => url.startsWith('https://api.anthropic.com/v1/messages/batches')),
      String(seen),
    )
    const spaced = client.batch([{ ...requests[0], id: 'not an id' }])
    assert.match((await failure(() => spaced.toJSONL())).message, /letters, digits/)
  }
})

test('Gemini takes inlined requests, and its answers are matched by key or by order', async () => {
  for (const keyed of [true, false]) {
    let asked = 0
    let sent
    const seen = []
    const operation = async () => {
      const ended = ++asked > 1
      if (!ended)
        return {
          name: 'batches/xyz',
          metadata: { state: 'BATCH_STATE_RUNNING', batchStats: { requestCount: '4' } },
        }
      const inlinedResponses = []
      for (const { request, metadata } of sent) {
        const reply = replies[metadata.key]
        const url = 'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent'
        inlinedResponses.push({
          ...(keyed ? { metadata } : {}),
          ...(reply
            ? { response: await answer(url, request, reply) }
            : { error: { code: 4, message: 'too late' } }),
        })
      }
      return {
        name: 'batches/xyz',
        done: true,
        metadata: { state: 'BATCH_STATE_SUCCEEDED' },
        response: { inlinedResponses: { inlinedResponses } },
      }
    }
    const fetch = async (url, init) => {
      seen.push(`${init.method} ${new URL(url).pathname}`)
      if (init.method === 'POST') sent = JSON.parse(init.body).batch.input_config.requests.requests
      return json(await operation())
    }
    const client = fromProvider('google/gemini-2.5-flash', { apiKey: 'k', env: {}, fetch })
    check(await all(client.batch(requests).results({ interval: 1 })))
    assert.deepEqual(seen, [
      'POST /v1beta/models/gemini-2.5-flash:batchGenerateContent',
      'GET /v1beta/batches/xyz',
    ])
    assert.ok(sent[0].request.contents)
  }
})

test('requests without a result, and a batch that was refused, are errors of each request', async () => {
  const failed = {
    id: 'batch_1',
    status: 'failed',
    errors: { data: [{ message: 'line 1 is wrong' }] },
  }
  const fetch = async (url) => json(url.endsWith('/files') ? { id: 'file-1' } : failed)
  const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {}, fetch })
  const results = await all(client.batch(requests))
  assert.deepEqual(
    results.map(({ id }) => id),
    ['a', 'b', 'c', 'd'],
  )
  for (const { error } of results) {
    assert.ok(error instanceof ProviderError)
    assert.match(error.message, /'failed'.*line 1 is wrong/)
  }
})

test('waiting outlasts failures of the network and 503, but no other error, and ends with its signal', async () => {
  const server = filesServer()
  let calls = 0
  const faulty = async (url, init) => {
    if (init.method === 'GET' && url.endsWith('/batch_1')) {
      calls++
      if (calls === 1) throw new TypeError('fetch failed')
      if (calls === 2) return json({ error: { message: 'busy' } }, 503)
    }
    return server.fetch(url, init)
  }
  const client = (fetch) => fromProvider('openai/gpt-4o-mini', { apiKey: 'sk-secret', env: {}, fetch })
  check(await all(client(faulty).batch(requests).results({ interval: 1 })))

  const refused = client(async () => json({ error: { message: 'Incorrect API key sk-secret' } }, 401))
  const error = await failure(() => refused.batch(requests).wait())
  assert.ok(error instanceof ProviderError, String(error))
  assert.equal(error.status, 401)
  assert.doesNotMatch(JSON.stringify(error), /sk-secret/)

  const running = async (url) =>
    json(url.endsWith('/files') ? { id: 'f' } : { id: 'b', status: 'in_progress' })
  const controller = new AbortController()
  const waiting = client(running).batch(requests).wait({ signal: controller.signal })
  setTimeout(() => controller.abort(new Error('enough')), 30)
  await assert.rejects(waiting, /enough/)
})

test('a redirect is not followed', async () => {
  const fetch = async (_, init) => {
    assert.equal(init.redirect, 'manual')
    return new Response(null, { status: 302, headers: { location: 'https://evil.example/' } })
  }
  const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {}, fetch })
  assert.ok((await failure(() => client.batch(requests).submit())) instanceof ProviderError)
})

test('results are read in pieces, and leaving the loop cancels the download', async () => {
  const body = {
    choices: [{ index: 0, message: { role: 'assistant', content: '{"name":"Jason","age":25}' } }],
  }
  let cancelled = false
  const encoder = new TextEncoder()
  const stream = () => {
    let i = 0
    return new ReadableStream({
      pull(controller) {
        const line = JSON.stringify({ custom_id: `r${i++}`, response: { status_code: 200, body } })
        for (const half of [line.slice(0, 30), `${line.slice(30)}\n`])
          controller.enqueue(encoder.encode(half))
      },
      cancel() {
        cancelled = true
      },
    })
  }
  const fetch = async (url) =>
    url.endsWith('/content')
      ? new Response(stream())
      : json({ id: 'b', status: 'completed', output_file_id: 'o' })
  const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {}, fetch, mode: 'JSON' })
  const many = Array.from({ length: 1000 }, (_, i) => ({ id: `r${i}`, responseModel: User, prompt: 'x' }))
  const seen = []
  for await (const { id, value } of client.batch(many, { batchId: 'b' }).results()) {
    seen.push([id, value])
    if (seen.length === 3) break
  }
  assert.deepEqual(
    seen,
    [0, 1, 2].map((i) => [`r${i}`, jason]),
  )
  assert.equal(cancelled, true)
})

test('cancel requests the provider to stop', async () => {
  const { fetch, seen } = filesServer()
  const batch = fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {}, fetch }).batch(requests)
  await batch.submit()
  const status = await batch.cancel()
  assert.equal(status.ended, true)
  assert.ok(
    seen.some(({ method, pathname }) => method === 'POST' && pathname === '/v1/batches/batch_1/cancel'),
  )
})

test('templates are rendered, and wrong batches are refused before anything is sent', async () => {
  const { fetch, seen } = filesServer()
  const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {}, fetch })
  const text = await client
    .batch([{ responseModel: User, prompt: '{{ who }}', context: { who: 'Jason' } }])
    .toJSONL()
  const { custom_id, body } = JSON.parse(text)
  assert.deepEqual([custom_id, body.messages[0].content], ['request-1', 'Jason'])
  for (const wrong of [
    [],
    'x',
    [5],
    [{ ...requests[0], id: '' }],
    [requests[0], requests[0]],
    [{ ...requests[0], stream: true }],
    [{ ...requests[0], maxRetry: 1 }],
    [{ id: 'x', prompt: 'no model' }],
  ])
    assert.ok(
      (await failure(() => client.batch(wrong).submit())) instanceof ConfigurationError,
      JSON.stringify(wrong),
    )
  assert.ok((await failure(() => client.batch(requests).status())) instanceof ConfigurationError)
  assert.ok((await failure(() => client.batch(requests).wait({ interval: 0 }))) instanceof ConfigurationError)
  const other = fromProvider('cohere/command-a-03-2025', { apiKey: 'k', env: {}, fetch })
  assert.match((await failure(() => other.batch(requests).submit())).message, /cohere has no batches/)
  assert.equal(seen.length, 0)
})

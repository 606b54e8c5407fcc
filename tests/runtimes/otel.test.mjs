/** `instructor-wasm/otel` with the real OpenTelemetry SDK: spans of calls, attempts, streams and failures. */
import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { otel } from 'instructor-wasm/otel'
import { all, clientOf, failure, jason, messages, User } from './support.mjs'

const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
const tracer = provider.getTracer('test')
const call = { responseModel: User, messages }
const bad = { value: { name: 'Jason', age: 'x' } }

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
beforeEach(() => exporter.reset())
after(() => context.disable())

/** The finished spans: of calls, and of attempts by start. */
function spans() {
  const found = exporter.getFinishedSpans()
  const start = ({ startTime: [s, ns] }) => s * 1e9 + ns
  const attempts = found.filter(({ kind }) => kind === SpanKind.CLIENT).sort((a, b) => start(a) - start(b))
  return { calls: found.filter(({ kind }) => kind === SpanKind.INTERNAL), attempts }
}
const parentOf = (span) => span.parentSpanContext?.spanId

const PROVIDERS = [
  ['openai/gpt-4o-mini', 'openai', ['stop']],
  ['anthropic/claude-sonnet-4-5', 'anthropic', ['tool_use']],
  ['google/gemini-2.5-flash', 'gcp.gemini', ['STOP']],
  ['bedrock/anthropic.claude-3-haiku-20240307-v1:0', 'aws.bedrock', ['tool_use']],
  ['mistral/mistral-small', 'mistral_ai', ['stop']],
  ['cohere/command-a-03-2025', 'cohere', ['TOOL_CALL']],
]

for (const [model, name] of PROVIDERS)
  for (const streamed of [false, true])
    test(`${model}${streamed ? ', streamed' : ''}: a call, and its attempts as children`, async () => {
      const env = { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'secret-key-1', AWS_REGION: 'us-east-1' }
      const { client } = clientOf(
        [bad, { value: jason }],
        { hooks: otel(tracer), env, temperature: 0.5, maxTokens: 200 },
        model,
      )
      const run = () => (streamed ? client.createPartial(call).final() : client.create(call))
      await tracer.startActiveSpan('request', async (outer) => {
        assert.deepEqual(await run(), jason)
        outer.end()
      })
      const { calls, attempts } = spans()
      const [outer, extraction] = [
        calls.find(({ name }) => name === 'request'),
        calls.find(({ name }) => name !== 'request'),
      ]
      const asked = model.slice(model.indexOf('/') + 1)
      assert.equal(extraction.name, `instructor ${asked}`)
      assert.equal(parentOf(extraction), outer.spanContext().spanId)
      assert.equal(extraction.attributes['gen_ai.provider.name'], name)
      assert.equal(extraction.attributes['gen_ai.request.model'], asked)
      assert.equal(extraction.attributes['gen_ai.usage.input_tokens'], 20)
      assert.equal(extraction.attributes['gen_ai.usage.output_tokens'], 10)
      assert.equal(extraction.attributes['instructor.attempts'], 2)
      assert.equal(extraction.status.code, SpanStatusCode.UNSET)
      assert.equal(attempts.length, 2)
      for (const [i, attempt] of attempts.entries()) {
        assert.equal(attempt.name, `chat ${asked}`)
        assert.equal(parentOf(attempt), extraction.spanContext().spanId)
        assert.equal(attempt.attributes['gen_ai.operation.name'], 'chat')
        assert.equal(attempt.attributes['gen_ai.request.temperature'], 0.5)
        assert.equal(attempt.attributes['gen_ai.request.max_tokens'], 200)
        assert.equal(attempt.attributes['gen_ai.usage.input_tokens'], 10)
        assert.equal(attempt.attributes['gen_ai.usage.output_tokens'], 5)
        assert.equal(attempt.attributes['instructor.attempt'], i + 1)
        assert.ok(attempt.attributes['gen_ai.response.finish_reasons'].length, 'finish reasons')
      }
      assert.equal(attempts[0].status.code, SpanStatusCode.ERROR)
      assert.equal(attempts[0].attributes['error.type'], 'ValidationError')
      assert.match(attempts[0].events[0].attributes['exception.message'], /age/)
      assert.equal(attempts[1].status.code, SpanStatusCode.UNSET)
    })

test('an HTTP error and exhausted retries are errors of the attempt and of the call', async () => {
  const { client } = clientOf([{ status: 401 }], { hooks: otel(tracer) })
  await failure(() => client.create(call))
  let { calls, attempts } = spans()
  assert.equal(attempts[0].attributes['error.type'], '401')
  assert.equal(calls[0].attributes['error.type'], '401')
  assert.equal(calls[0].status.code, SpanStatusCode.ERROR)

  exporter.reset()
  const exhausted = clientOf([bad, bad], { hooks: otel(tracer), maxRetries: 1 })
  await failure(() => exhausted.client.create(call))
  ;({ calls, attempts } = spans())
  assert.equal(attempts.length, 2)
  assert.equal(calls[0].attributes['error.type'], 'InstructorRetryError')
})

test('an HTTP retry is an event of the attempt', async () => {
  const { client } = clientOf([{ status: 503, headers: { 'retry-after-ms': '5' } }, { value: jason }], {
    hooks: otel(tracer),
  })
  await client.create(call)
  const { attempts } = spans()
  assert.equal(attempts.length, 1)
  const [{ name, attributes }] = attempts[0].events
  assert.equal(name, 'http.retry')
  assert.deepEqual([attributes['error.type'], attributes['http.request.resend_count']], ['ProviderError', 1])
  assert.equal(attempts[0].status.code, SpanStatusCode.UNSET)
})

test('an aborted call, a truncated answer and a stream that is left end their spans', async () => {
  const controller = new AbortController()
  const aborting = clientOf([{ value: jason, delay: 300 }], { hooks: otel(tracer) })
  const running = failure(() => aborting.client.create({ ...call, signal: controller.signal }))
  setTimeout(() => controller.abort(new Error('enough')), 50)
  await running
  assert.equal(spans().calls[0].status.message, 'enough')
  assert.equal(spans().attempts.length, 1)

  exporter.reset()
  const cut = clientOf([{ value: jason, finish: 'length' }], { hooks: otel(tracer), maxRetries: 0 })
  await failure(() => cut.client.create(call))
  assert.equal(spans().attempts[0].attributes['error.type'], 'IncompleteOutputError')

  exporter.reset()
  const left = clientOf([{ value: jason, pace: 5 }], { hooks: otel(tracer) })
  for await (const _ of left.client.createPartial(call)) break
  await new Promise((done) => setTimeout(done, 30))
  assert.equal(spans().calls.length, 1)
  assert.equal(spans().attempts.length, 1)
})

test('concurrent calls have separate spans, and elements of a list one call', async () => {
  const { client } = clientOf([{ value: jason }, { value: jason }, { value: jason }], { hooks: otel(tracer) })
  await Promise.all([client.create(call), client.create(call), client.create(call)])
  const { calls, attempts } = spans()
  assert.deepEqual(attempts.map(parentOf).sort(), calls.map((span) => span.spanContext().spanId).sort())
  assert.equal(new Set(calls.map(({ attributes }) => attributes['instructor.call.id'])).size, 3)
  exporter.reset()
  const list = clientOf([{ value: { tasks: [jason, jason] } }], { hooks: otel(tracer) })
  await all(list.client.createIterable(call))
  assert.equal(spans().calls.length, 1)
})

test('without a context manager the attempts are still children; a tracer that samples nothing is accepted', async () => {
  context.disable()
  try {
    const { client } = clientOf([{ value: jason }], { hooks: otel(tracer) })
    await client.create(call)
    const { calls, attempts } = spans()
    assert.equal(parentOf(attempts[0]), calls[0].spanContext().spanId)
  } finally {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  }
  exporter.reset()
  const off = new BasicTracerProvider({
    sampler: new AlwaysOffSampler(),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  })
  for (const silent of [off.getTracer('x'), trace.getTracer('none')]) {
    const { client } = clientOf([{ value: jason }], { hooks: otel(silent) })
    assert.deepEqual(await client.create(call), jason)
  }
  assert.equal(spans().calls.length, 0)
})

test('a key is in no attribute', async () => {
  const { client } = clientOf([{ status: 401, body: { error: { message: 'bad key sk-secret' } } }], {
    hooks: otel(tracer),
  })
  await failure(() => client.create(call))
  const text = JSON.stringify(
    exporter.getFinishedSpans().map(({ attributes, events, status }) => ({ attributes, events, status })),
  )
  assert.match(text, /bad key/)
  assert.doesNotMatch(text, /sk-secret/)
})

/** Hooks and `instructor-wasm/otel`: handlers, their arguments, and real tracers. */
import { trace } from '@opentelemetry/api'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import { type CallFacts, fromProvider, type HookHandlers, Hooks } from 'instructor-wasm'
import { otel } from 'instructor-wasm/otel'
import { type Equal, expect } from './expect.js'

const hooks = new Hooks({ 'parse:error': [(error) => error.message] })
hooks.on('completion:kwargs', (request, about) => {
  expect<Equal<typeof about, CallFacts>>()
  request.user = about.callId
})
hooks.on('completion:end', ({ error }, { durationMs, attemptNumber }) => {
  expect<Equal<typeof error, unknown>>()
  expect<Equal<typeof durationMs, number>>()
  expect<Equal<typeof attemptNumber, number>>()
})
const spans = otel(trace.getTracer('app'))
expect<Equal<typeof spans, HookHandlers>>()
const all = hooks.copy().combine(spans, otel(new BasicTracerProvider().getTracer('app')))
expect<Equal<typeof all, Hooks>>()
fromProvider('openai/gpt-4o-mini', { hooks: all })
fromProvider('openai/gpt-4o-mini', { hooks: spans })
// @ts-expect-error a tracer has startSpan
otel({})
// @ts-expect-error an unknown event
hooks.on('nope', () => {})

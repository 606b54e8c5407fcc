import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromProvider, readPartial } from 'instructor-wasm'
import { type Reply, scripted } from 'instructor-wasm/test'
import { createApp } from './app.ts'
import { Notes } from './notes.ts'

process.env.APP_TOKEN = 'secret'
const headers = { authorization: 'Bearer secret', 'content-type': 'application/json' }

/** The app with the answers of a model, in order. */
const appOf = (...replies: Reply[]) => {
  const { fetch } = scripted(replies)
  const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'test', fetch, httpRetries: 0 })
  return createApp(() => client)
}

test('a caller without the token is refused', async () => {
  const response = await appOf().request('/api/sentiment', { method: 'POST', body: 'Good.' })
  assert.equal(response.status, 401)
})

test('a review becomes a value', async () => {
  const value = { sentiment: 'positive', reason: 'The word good.' }
  const response = await appOf({ value }).request('/api/sentiment', {
    method: 'POST',
    headers,
    body: 'Good.',
  })
  assert.deepEqual(await response.json(), value)
})

test('notes arrive as partial values', async () => {
  const value = { title: 'Launch', summary: 'We launch.', tasks: [{ task: 'Test', owner: 'Ann' }] }
  const body = JSON.stringify({ model: 'notes', input: 'Ann tests. We launch.' })
  const response = appOf({ value, piece: 3 }).request('/api/notes', { method: 'POST', headers, body })
  const notes = readPartial(Promise.resolve(response), Notes)
  const titles = new Set<string | undefined>()
  for await (const { title } of notes) titles.add(title)
  assert.ok(titles.size > 2)
  assert.deepEqual(await notes.final(), value)
})

test('a failure of the provider is masked', async () => {
  const app = appOf({ status: 401, body: { error: { message: 'Incorrect API key' } } })
  const response = await app.request('/api/sentiment', { method: 'POST', headers, body: 'Good.' })
  assert.equal(response.status, 502)
  assert.ok(!(await response.text()).includes('key'))
})

test('the 21st call of a minute is refused', async () => {
  const app = appOf(...Array.from({ length: 20 }, () => ({ value: { sentiment: 'neutral', reason: '' } })))
  const call = () => app.request('/api/sentiment', { method: 'POST', headers, body: 'Fine.' })
  for (let n = 0; n < 20; n++) assert.equal((await call()).status, 200)
  const refused = await call()
  assert.equal(refused.status, 429)
  assert.ok(Number(refused.headers.get('retry-after')) > 0)
})

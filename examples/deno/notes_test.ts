import assert from 'node:assert/strict'
import { fromProvider, readPartial } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import { Notes, notesHandler } from './notes.ts'

const value = { title: 'Launch', summary: 'We launch.', tasks: [{ task: 'Test', owner: 'Ann' }] }

function post(authorization: string) {
  const { fetch } = scripted([{ value, piece: 3 }])
  const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'test', fetch })
  const headers = { authorization, 'content-type': 'application/json' }
  const body = JSON.stringify({ model: 'notes', input: 'Ann tests. We launch.' })
  const request = new Request('http://localhost/api/notes', { method: 'POST', headers, body })
  return notesHandler({ client, token: 'secret' })(request)
}

Deno.test('notes arrive as partial values', async () => {
  const notes = readPartial(post('Bearer secret'), Notes)
  const titles = new Set<string | undefined>()
  for await (const { title } of notes) titles.add(title)
  assert.ok(titles.size > 2)
  assert.deepEqual(await notes.final(), value)
})

Deno.test('a caller without the token is refused', async () => {
  assert.equal((await post('Bearer guess')).status, 403)
})

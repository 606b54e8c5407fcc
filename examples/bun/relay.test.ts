import { expect, test } from 'bun:test'
import { fromProvider, readPartial } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import { Notes } from './notes.ts'
import { relay } from './relay.ts'

test('notes arrive as partial values', async () => {
  const value = { title: 'Launch', summary: 'We launch.', tasks: [{ task: 'Test', owner: 'Ann' }] }
  const { fetch } = scripted([{ value, piece: 3 }])
  const handle = relay(fromProvider('openai/gpt-4o-mini', { apiKey: 'test', fetch }))
  const request = new Request('http://localhost/api/notes', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'notes', input: 'Ann tests. We launch.' }),
  })

  const notes = readPartial(handle(request), Notes)

  const titles = new Set<string | undefined>()
  for await (const { title } of notes) titles.add(title)
  expect(titles.size).toBeGreaterThan(2)
  expect(await notes.final()).toEqual(value)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromProvider } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import { findPeople } from './people.mjs'

test('an invalid answer is sent back to the model, and valid people are kept', async () => {
  const jason = { name: 'Jason', age: 25, skills: ['Rust'] }
  const ann = { name: 'Ann', age: null, skills: [] }
  const { fetch, requests } = scripted([
    { value: { tasks: [jason, { ...ann, age: 'unknown' }] } },
    { value: { tasks: [ann] } },
  ])
  const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'test', fetch })

  const people = await findPeople(client, 'Jason, 25, writes Rust and sails with Ann.').final()

  assert.deepEqual(people, [jason, ann])
  assert.equal(requests.length, 2)
})

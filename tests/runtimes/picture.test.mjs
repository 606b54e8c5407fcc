/** The picture of a stream in the README is what the package streams. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { picture } from '../../scripts/picture.mjs'

test('docs/public/stream.svg has the snapshots of a real stream', async () => {
  const file = readFileSync(new URL('../../docs/public/stream.svg', import.meta.url), 'utf8')
  assert.equal(file, await picture(), 'run node scripts/picture.mjs')
  assert.ok(file.length < 60_000)
})

// A real model: SmolLM2-135M in llama.cpp's own server, through the built package. The grammar that the server
// generates from the JSON Schema guarantees the shape, so a small model is enough; the content is not checked.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { fromProvider, Mode } from 'instructor-wasm'
import { startModel } from '../../../scripts/model.mjs'

const User = {
  title: 'User',
  type: 'object',
  properties: { name: { type: 'string', maxLength: 40 }, age: { type: 'integer', minimum: 0, maximum: 150 } },
  required: ['name', 'age'],
  additionalProperties: false,
}
const cli = fileURLToPath(new URL('../../../pkg/cli.js', import.meta.url))
const messages = [{ role: 'user', content: 'Extract the user: Jason is 25 years old.' }]
// One busy core decodes a few tokens a second; the limits only keep a hung server from hanging the suite.
const timeout = 240_000

let model
let client
before(async () => {
  model = await startModel()
  client = fromProvider(`llama_cpp/${model.model}`, {
    baseURL: model.baseURL,
    mode: Mode.JSON_SCHEMA,
    timeout,
  })
})
after(() => model?.stop())

test('a real model fills a JSON Schema and its tokens are counted', { timeout }, async () => {
  const [user, completion] = await client.createWithCompletion({
    responseModel: User,
    messages,
    maxTokens: 80,
    temperature: 0,
  })
  assert.equal(typeof user.name, 'string')
  assert.ok(Number.isInteger(user.age))
  assert.ok(completion.usage.inputTokens > 0)
  assert.ok(completion.usage.outputTokens > 0)
  assert.equal(completion.attempts.length, 1)
})

test('a real model streams: the object grows to the validated value', { timeout }, async () => {
  const stream = client.createPartial({ responseModel: User, messages, maxTokens: 80, temperature: 0 })
  const snapshots = []
  for await (const snapshot of stream) snapshots.push(snapshot)
  const user = await stream.final()
  assert.ok(snapshots.length > 1, `${snapshots.length} snapshots`)
  assert.deepEqual(snapshots.at(-1), user)
  assert.ok(Number.isInteger(user.age))
})

test('an answer truncated by maxTokens is an IncompleteOutputError, not a partial object', {
  timeout,
}, async () => {
  await assert.rejects(
    client.create({ responseModel: User, messages, maxTokens: 3, maxRetries: 0, temperature: 0 }),
    (error) => /Incomplete/.test(error.name) || /Incomplete/.test(error.cause?.name ?? ''),
  )
})

test('npx instructor-wasm extract prints the value of a real model', { timeout }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'instructor-extract-'))
  const schema = join(folder, 'user.json')
  writeFileSync(schema, JSON.stringify(User))
  const options = ['--mode', 'JSON_SCHEMA', '--base-url', model.baseURL, '--compact', '--quiet']
  const child = spawn(
    process.execPath,
    [cli, 'extract', '--model', `llama_cpp/${model.model}`, '--schema', schema, ...options],
    { env: { PATH: process.env.PATH } },
  )
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (data) => (stdout += data))
  child.stderr.on('data', (data) => (stderr += data))
  child.stdin.end('Jason is 25 years old.')
  const [status] = await once(child, 'close')
  rmSync(folder, { recursive: true })
  assert.equal(status, 0, stderr)
  assert.match(stdout, /^\{.*\}\n$/)
  const { name, age, ...rest } = JSON.parse(stdout)
  assert.equal(typeof name, 'string')
  assert.ok(Number.isInteger(age) && age >= 0 && age <= 150)
  assert.deepEqual(rest, {})
})

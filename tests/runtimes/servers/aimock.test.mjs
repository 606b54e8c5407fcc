// Other people's idea of the wire formats: aimock, a mock server with fixtures, over real HTTP through the built package.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fromProvider, Mode } from 'instructor-wasm'
import { at, freePort, start, stop } from '../../../.ci/lib.mjs'

const user = { name: 'Jason', age: 25 }
const User = {
  title: 'User',
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
}
const fixtures = [
  {
    match: { userMessage: 'by tool' },
    response: { toolCalls: [{ name: 'User', arguments: JSON.stringify(user) }] },
  },
  { match: { userMessage: 'by text' }, response: { content: JSON.stringify(user) } },
  {
    match: { userMessage: 'by prose' },
    response: { content: `Here it is:\n\`\`\`json\n${JSON.stringify(user)}\n\`\`\`` },
  },
  {
    match: { userMessage: 'refused' },
    response: { error: { message: 'no such key', type: 'invalid_request_error' }, status: 401 },
  },
]

let server
let folder
let base
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aimock-'))
  writeFileSync(join(folder, 'fixtures.json'), JSON.stringify({ fixtures }))
  const port = await freePort()
  base = `http://127.0.0.1:${port}`
  const cli = at('node_modules', '@copilotkit', 'aimock', 'dist', 'cli.js')
  server = start(process.execPath, [
    cli,
    '-p',
    String(port),
    '-h',
    '127.0.0.1',
    '-f',
    join(folder, 'fixtures.json'),
    '--chunk-size',
    '8',
  ])
  server.stdout.resume()
  server.stderr.resume()
  for (let tries = 0; ; tries++) {
    try {
      await fetch(base)
      break
    } catch (error) {
      if (tries > 100) throw error
      await new Promise((done) => setTimeout(done, 100))
    }
  }
})
after(() => {
  if (server) stop(server)
  if (folder) rmSync(folder, { recursive: true, force: true })
})

const client = (mode) =>
  fromProvider('openai/gpt-4o-mini', {
    apiKey: 'k',
    baseURL: `${base}/v1`,
    httpRetries: 0,
    ...(mode ? { mode } : {}),
  })
const ask = (content) => ({ responseModel: User, messages: [{ role: 'user', content }] })

test('a tool call', async () => assert.deepEqual(await client(Mode.TOOLS).create(ask('by tool')), user))
test('native JSON Schema', async () =>
  assert.deepEqual(await client(Mode.JSON_SCHEMA).create(ask('by text')), user))
test('JSON in a fence', async () =>
  assert.deepEqual(await client(Mode.MD_JSON).create(ask('by prose')), user))

for (const [mode, content] of [
  ['TOOLS', 'by tool'],
  ['JSON_SCHEMA', 'by text'],
  ['MD_JSON', 'by prose'],
]) {
  test(`a stream in ${mode}`, async () => {
    const stream = client(Mode[mode]).createPartial(ask(content))
    let last
    for await (const snapshot of stream) last = snapshot
    assert.deepEqual(last, user)
    assert.deepEqual(await stream.final(), user)
  })
}

test('a refused key is a ProviderError with its status, and no retry can help', async () => {
  await assert.rejects(
    client().create(ask('refused')),
    (error) => error.name === 'ProviderError' && error.status === 401,
  )
})

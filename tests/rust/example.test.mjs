/** The program in examples/rust: the crate with reqwest, against a server on this machine. */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { scripted } from 'instructor-wasm/test'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, 'examples', 'rust')
const target = join(root, '.cache', 'rust-example')
const KEY = 'sk-example-key'

before(() => {
  // Without TLS, which a server on this machine does not need, and without debug information: both take longer to build.
  const args = ['build', '--no-default-features', '--manifest-path', join(folder, 'Cargo.toml')]
  const env = { ...process.env, CARGO_PROFILE_DEV_DEBUG: '0' }
  const built = spawnSync('cargo', [...args, '--target-dir', target], { encoding: 'utf8', env })
  assert.equal(built.status, 0, built.stderr)
})

/** Runs the program against a server with scripted answers; its output, its exit code, and the requests. */
async function extract(script, ...args) {
  const { fetch, requests } = scripted(script)
  const keys = []
  const server = createServer(async (request, response) => {
    keys.push(request.headers.authorization)
    const body = (await request.setEncoding('utf8').toArray()).join('')
    const answer = await fetch(`http://localhost${request.url}`, {
      method: request.method,
      headers: request.headers,
      body,
    })
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(await answer.text())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const env = {
    ...process.env,
    OPENAI_API_KEY: KEY,
    OPENAI_BASE_URL: `http://127.0.0.1:${server.address().port}/v1`,
  }
  try {
    const program = join(target, 'debug', 'extract')
    const { stdout, stderr, code } = await promisify(execFile)(program, args, { env, timeout: 60_000 }).catch(
      (error) => error,
    )
    return { stdout, stderr, code: code ?? 0, requests, keys }
  } finally {
    server.close()
  }
}

test('a text becomes a value of a Rust type, and the key is sent as a header', async () => {
  const { stdout, code, requests, keys } = await extract(
    [{ value: { name: 'Ann', age: 31 } }],
    'Ann is 31 years old.',
  )
  assert.equal(stdout, 'Ann is 31 years old\n')
  assert.equal(code, 0)
  assert.deepEqual(keys, [`Bearer ${KEY}`])
  assert.match(JSON.stringify(requests[0].body.messages), /Ann is 31 years old\./)
  assert.deepEqual(requests[0].body.tools[0].function.parameters.required, ['name', 'age'])
})

test('the request is sent again to a busy server, and an invalid answer is reported to the model', async () => {
  const { stdout, requests } = await extract([
    { status: 503, headers: { 'retry-after': '0' }, body: { error: { message: 'overloaded' } } },
    { value: { name: 'Jason', age: 300 } },
    { value: { name: 'Jason', age: 25 } },
  ])
  assert.equal(stdout, 'Jason is 25 years old\n')
  assert.equal(requests.length, 3)
  assert.match(JSON.stringify(requests[2].body.messages.at(-1)), /255/)
})

test('an error of the server ends the program with its message, without the key', async () => {
  const body = { error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } }
  const { stdout, stderr, code } = await extract([{ status: 401, body }])
  assert.equal(stdout, '')
  assert.equal(code, 1)
  assert.match(stderr, /Incorrect API key provided/)
  assert.ok(!stderr.includes(KEY))
})

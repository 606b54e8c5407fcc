/** examples/node: the command with a provider on 127.0.0.1. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { describe, test } from 'node:test'
import { model, output, ready, typeChecks, variables } from './support.mjs'

describe('examples/node', () => {
  const people = [
    { name: 'Jason', age: 25, skills: ['Rust'] },
    { name: 'Ann', age: null, skills: ['sailing'] },
  ]

  /** Runs the command with text on its input. */
  async function run(folder, api, text) {
    const child = spawn(process.execPath, ['extract.mjs'], {
      cwd: folder,
      env: { ...process.env, ...variables(api) },
    })
    const said = { out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', (piece) => (said.out += piece))
    child.stderr.setEncoding('utf8').on('data', (piece) => (said.err += piece))
    child.stdin.end(text)
    const code = await new Promise((done) => child.on('close', done))
    return { code, ...said }
  }

  test('the app type-checks, and its tests pass', async (t) => {
    const folder = ready(t, 'node')
    await typeChecks(folder)
    assert.match(await output(process.execPath, ['--test'], { cwd: folder }), /# pass 1\n|ℹ pass 1\n/)
  })

  test('people are lines of JSON; a failure is a message and the exit code 1', async (t) => {
    const folder = ready(t, 'node')
    const api = await model()
    api.reply = { arguments: JSON.stringify({ tasks: people }) }
    try {
      const first = await run(folder, api, 'Jason, 25, writes Rust and sails with Ann.')
      assert.deepEqual(
        first.out
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
        people,
      )
      assert.equal(first.code, 0)
      assert.match(JSON.stringify(api.requests[0].body), /sails with Ann/)
      assert.equal(api.requests[0].headers.authorization, 'Bearer sk-test-key')
      api.reply = { status: 401, body: { error: { message: 'Incorrect API key provided: sk-test-key' } } }
      const second = await run(folder, api, 'Jason')
      assert.equal(second.code, 1)
      assert.match(second.err, /^ProviderError: /)
      assert.ok(!second.err.includes('sk-test-key'))
    } finally {
      await api.close()
    }
  })
})

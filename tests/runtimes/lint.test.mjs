import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ConfigurationError, lint } from 'instructor-wasm'
import * as z from 'zod'

const cli = fileURLToPath(new URL('../../pkg/cli.js', import.meta.url))
const run = (input, ...args) =>
  spawnSync(process.execPath, [cli, ...args], { input: JSON.stringify(input), encoding: 'utf8' })

const User = z.object({ name: z.string().min(2), tags: z.record(z.string(), z.number()).optional() })
const schema = z.toJSONSchema(User)

test('lint reports what is rewritten and what is only validated, with paths', () => {
  const report = lint(User, 'openai/gpt-4o-mini')
  assert.equal(report.dialect, 'openai_strict')
  assert.equal(report.possible, true)
  const at = (pointer) => report.findings.filter((one) => one.pointer === pointer).map(({ level }) => level)
  assert.deepEqual(at('/properties/name'), ['described'])
  assert.ok(at('/properties/tags').includes('rewritten'), JSON.stringify(report.findings))
  assert.deepEqual(report.schema.required, ['name', 'tags'])
  for (const { pointer } of report.findings) assert.notEqual(resolve(schema, pointer), undefined, pointer)
})

test('a dialect that accepts the schema unchanged has no findings', () => {
  assert.deepEqual(lint(schema, 'plain').findings, [])
})

test('a limit of the API makes a schema impossible', () => {
  const properties = Object.fromEntries(Array.from({ length: 5001 }, (_, i) => [`p${i}`, { type: 'string' }]))
  const report = lint({ type: 'object', properties }, 'openai')
  assert.equal(report.possible, false)
  assert.equal(report.schema, null)
  assert.match(report.findings.at(-1).what, /5001 properties/)
})

test('an unknown target and a value without a schema are configuration errors', () => {
  assert.throws(() => lint(User, 'opnai'), ConfigurationError)
  assert.throws(() => lint(User, 5), ConfigurationError)
  assert.throws(() => lint(class Foo {}, 'openai'), ConfigurationError)
})

test('the command line prints a report for each target', () => {
  const { stdout, status } = run(schema, 'lint', '-', '--for', 'openai,gemini')
  assert.equal(status, 0)
  assert.match(stdout, /^openai \(openai_strict\): \d+ notes$/m)
  assert.match(stdout, /^gemini \(gemini_\w+\): /m)
  assert.match(stdout, /described +\/properties\/name /)
})

test('the command line fails for a schema that cannot be sent, and with another exit code for wrong usage', () => {
  const properties = Object.fromEntries(Array.from({ length: 5001 }, (_, i) => [`p${i}`, { type: 'string' }]))
  assert.equal(run({ type: 'object', properties }, 'lint', '-', '--for=openai').status, 1)
  assert.equal(run(schema, 'lint', '-').status, 2)
  assert.equal(run(schema, 'lint', 'no-such-file.json', '--for', 'openai').status, 2)
  assert.equal(run(schema, 'lint', '-', '--for', 'opnai').status, 2)
  assert.equal(run(schema, 'paint', '-', '--for', 'openai').status, 2)
})

test('the command line prints JSON for other programs', () => {
  const reports = JSON.parse(run(schema, 'lint', '-', '--for', 'openai', '--json').stdout)
  assert.equal(reports.openai.dialect, 'openai_strict')
})

function resolve(value, pointer) {
  return pointer
    .split('/')
    .slice(1)
    .reduce((inner, key) => inner?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], value)
}

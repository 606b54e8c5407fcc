// The bundled entries of Node: one set of classes, few files, and what a bundler for servers makes of them.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import * as indexModule from 'instructor-wasm'
import * as inlineModule from 'instructor-wasm/inline'
import * as slimModule from 'instructor-wasm/slim'
import { failure } from './support.mjs'

// Copies, because a lint rule forbids computed names of imports.
const [index, inline, slim] = [indexModule, inlineModule, slimModule].map((module) => ({ ...module }))
const root = fileURLToPath(new URL('../..', import.meta.url))
const pkg = join(root, 'pkg')
const run = (program, ...args) =>
  execFileSync(process.execPath, ['--input-type=module', ...args, '-e', program], {
    cwd: root,
    encoding: 'utf8',
  })

test('a class is the same in every entry', async () => {
  for (const name of Object.keys(index).filter((name) => /Error$|^AutoCache$/.test(name))) {
    assert.equal(inline[name], index[name], name)
    assert.equal(slim[name], index[name], name)
  }
  for (const name of ['ConfigurationError', 'InstructorRetryError', 'AutoCache'])
    assert.equal(index[name].name, name)
  assert.equal(index.fromProvider('openai/x', { apiKey: 'k', env: {} }).constructor.name, 'Instructor')
  const error = await failure(() => inline.fromProvider('openai/gpt-4o-mini', { env: {} }))
  assert.ok(error instanceof index.ConfigurationError)
})

test('every entry has the exports of index.js, and its own', async () => {
  const browser = await import(join(pkg, 'index.js'))
  const names = Object.keys(browser).sort()
  for (const [entry, more] of [
    ['index.node', []],
    ['index.server', []],
    ['inline.node', []],
    ['slim.node', ['init']],
  ])
    assert.deepEqual(
      Object.keys(await import(join(pkg, `${entry}.js`))).sort(),
      [...names, ...more].sort(),
      entry,
    )
})

test('an app loads two files of JavaScript, and neither zlib nor the core as text', () => {
  const program = `
    import { register } from 'node:module'
    register('data:text/javascript,' + encodeURIComponent(\`
      import { writeSync } from 'node:fs'
      export async function load(url, context, next) {
        if (url.includes('/pkg/')) writeSync(1, url.replace(/.*\\\\/pkg\\\\//, '') + '\\\\n')
        return next(url, context)
      }\`))
    const { fromProvider } = await import('instructor-wasm')
    const { mode } = fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {} })
    console.log(mode)`
  assert.deepEqual(run(program).trim().split('\n').sort(), ['TOOLS', 'index.node.js', 'node-shared.js'])
  const client = `const { fromProvider } = await import('instructor-wasm')
    fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {} })
    console.log(process.moduleLoadList.includes('NativeModule zlib'))`
  assert.equal(run(client), 'false\n')
})

test('a server that is bundled without the wasm files uses the texts, once and for all modules', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'instructor-node-'))
  try {
    const app = `
      import { fromProvider } from 'instructor-wasm'
      import { scripted } from 'instructor-wasm/test'
      const { fetch, requests } = scripted([{ value: { name: 'Jo' } }])
      const client = fromProvider('anthropic/claude-sonnet-4-5', { apiKey: 'k', env: {}, fetch })
      const schema = { type: 'object', properties: { name: { type: 'string', minLength: 1 } }, required: ['name'] }
      const messages = [{ role: 'user', content: 'Extract: {{ who }}.' }]
      const value = await client.create({ responseModel: schema, messages, context: { who: 'Jo' }, mode: 'TOOLS' })
      console.log(JSON.stringify([value, requests[0].body.messages[0].content]))`
    for (const format of ['esm', 'cjs']) {
      const isEsm = format === 'esm'
      await build({
        stdin: {
          contents: isEsm
            ? app
            : `(async () => {${app.replace(/import (.*) from (.*)/g, 'const $1 = await import($2)')}})()`,
          resolveDir: root,
        },
        bundle: true,
        platform: 'node',
        format,
        splitting: isEsm,
        outdir: join(folder, format),
        outExtension: { '.js': isEsm ? '.mjs' : '.cjs' },
        logLevel: 'silent',
      })
      assert.ok(!readdirSync(join(folder, format)).some((file) => file.endsWith('.wasm')))
      const said = execFileSync(process.execPath, [join(folder, format, `stdin.${isEsm ? 'mjs' : 'cjs'}`)], {
        encoding: 'utf8',
      })
      assert.deepEqual(JSON.parse(said), [{ name: 'Jo' }, 'Extract: Jo.'], format)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('the source maps name files of the package', () => {
  const maps = readdirSync(pkg).filter((file) => file.endsWith('.js.map'))
  assert.ok(maps.includes('node-shared.js.map') && maps.includes('index.node.js.map'), maps.join())
  for (const map of maps) {
    const { sources } = JSON.parse(readFileSync(join(pkg, map), 'utf8'))
    for (const source of sources.filter((name) => !name.startsWith('%3C')))
      assert.ok(existsSync(resolve(pkg, source)), `${map}: ${source}`)
  }
})

test('a missing core is an error with the name of the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'instructor-node-'))
  try {
    for (const file of ['index.node.js', 'node-shared.js'])
      writeFileSync(
        join(folder, file.replace(/\.js$/, '.mjs')),
        readFileSync(join(pkg, file), 'utf8').replaceAll('node-shared.js', 'node-shared.mjs'),
      )
    const { fromProvider } = await import(join(folder, 'index.node.mjs'))
    const error = await failure(() => fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {} }))
    assert.match(error.message, /core\.wasm/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

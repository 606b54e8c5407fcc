/** `instructor-wasm/debug`: the core with the names of its functions and line tables. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from '../../pkg/core_bg.js'
import { files } from '../../scripts/lib.mjs'
import { functionNames, sections } from '../../scripts/relocations.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pkg = join(root, 'pkg')
const bytes = readFileSync(join(pkg, 'core-debug.wasm'))

/** Runs a program in a new process, because a process has one core. */
function run(program) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout)
}

/** Gives the next call of an export an address outside of the memory: the function traps, in the code of Rust. */
const TRAP = `
  const Real = WebAssembly.Instance
  let broken
  WebAssembly.Instance = class {
    constructor(module, imports) {
      const { exports } = new Real(module, imports)
      this.exports = Object.fromEntries(Object.entries(exports).map(([name, value]) => [
        name,
        typeof value === 'function'
          ? (...args) => (name === broken ? value(0xfffffff0, ...args.slice(1)) : value(...args))
          : value,
      ]))
    }
  }
  const trapOf = async (entry) => {
    const { fromProvider } = await import(entry)
    const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'k' })
    broken = 'coreclient_buildRequest'
    try {
      client.buildRequest({ responseModel: { type: 'object' }, prompt: 'x' })
    } catch (error) {
      console.log(JSON.stringify({ kind: error.kind, name: error.cause.name, stack: error.cause.stack }))
    }
  }`

test('the file has the names of Rust functions, and DWARF with their files and lines', () => {
  const found = sections(bytes)
  const names = [...functionNames(found.get('name')).values()]
  assert.ok(names.filter((name) => name.includes('instructor_wasm::call::')).length > 100)
  for (const section of ['.debug_info', '.debug_line', '.debug_str'])
    assert.ok(found.get(section)?.length > 10_000, section)
  assert.ok(found.get('.debug_line').includes('machine.rs'))
})

test('the stack of a trap names the functions, and that of the main entry does not', () => {
  const debug = run(`${TRAP}\nawait trapOf('instructor-wasm/debug')`)
  assert.deepEqual([debug.kind, debug.name], ['defect', 'RuntimeError'])
  assert.match(debug.stack, /instructor_wasm::\S+/)
  const main = run(`${TRAP}\nawait trapOf('instructor-wasm')`)
  assert.deepEqual([main.kind, main.name], ['defect', 'RuntimeError'])
  assert.doesNotMatch(main.stack, /instructor_wasm::/)
})

test('it has the exports of the main entry and makes the same request', () => {
  const request = (entry) => `
    const { fromProvider, ...others } = await import('${entry}')
    const client = fromProvider('anthropic/claude-sonnet-4-5', { apiKey: 'k' })
    const schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] }
    const made = client.buildRequest({ responseModel: schema, prompt: 'x', mode: 'JSON' })
    console.log(JSON.stringify({ made, exports: Object.keys(others).sort() }))`
  assert.deepEqual(run(request('instructor-wasm/debug')), run(request('instructor-wasm')))
})

test('no other entry names the file', () => {
  const naming = files(pkg)
    .filter((file) => file.endsWith('.js') && readFileSync(file, 'utf8').includes('core-debug'))
    .map((file) => relative(pkg, file))
  assert.deepEqual(naming.sort(), [
    'cjs/debug.js',
    'debug.node.js',
    'loader.debug-node.js',
    'loader.debug.js',
    'wasm/loaders/debug-workerd.js',
  ])
})

// The build with Cargo's dev profile keeps them.
test('no path of the machine that built it is in the file', { skip: !build && 'a dev build' }, () => {
  for (const path of [root.replace(/\/$/, ''), homedir()])
    assert.ok(!bytes.includes(`${path}/`), `it has ${path}`)
})

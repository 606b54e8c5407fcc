// The package as CommonJS, for hosts in which `require` does not load ES modules: Node before 20.19, Jest. Node runs without
// that ability here, so that `require` selects these files.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const run = (program, ...flags) =>
  execFileSync(process.execPath, ['--no-warnings', ...flags, '--input-type=commonjs', '-e', program], {
    cwd: root,
    encoding: 'utf8',
  })
const WITHOUT = '--no-experimental-require-module'

test('require runs calls, streams, templates and the validator module', () => {
  const program = `
    const { fromProvider, InstructorRetryError } = require('instructor-wasm')
    const { scripted } = require('instructor-wasm/test')
    const z = require('zod')
    const User = z.object({ name: z.string() })
    const schema = { type: 'object', properties: { name: { type: 'string' } }, unevaluatedProperties: false }
    const { fetch, requests } = scripted([
      { value: { name: 1 } }, { value: { name: 'Jo' } }, { value: { name: 'Jo' } }, { value: { name: 'Jo', age: 1 } },
    ])
    const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {}, fetch })
    const main = async () => {
      const out = [await client.create({ responseModel: User, prompt: 'Hi {{ who }}', context: { who: 'Jo' } })]
      out.push(requests[0].body.messages[0].content)
      out.push(await client.createPartial({ responseModel: User, prompt: 'x' }).final())
      await client.create({ responseModel: schema, prompt: 'x', maxRetries: 0 }).catch((error) => {
        out.push(error instanceof InstructorRetryError, error.issues?.length ?? error.message)
      })
      console.log(JSON.stringify({ file: require.resolve('instructor-wasm').slice(process.cwd().length), out }))
    }
    main()`
  const { file, out } = JSON.parse(run(program, WITHOUT))
  assert.equal(file, '/pkg/cjs/index.js')
  assert.deepEqual(out.slice(0, 4), [{ name: 'Jo' }, 'Hi Jo', { name: 'Jo' }, true])
})

test('every entry can be required, has the exports of its ES module, and shares its classes', () => {
  const entries = Object.keys(exports).filter((name) => !/\.(wasm|json)$/.test(name))
  const program = `
    const list = ${JSON.stringify(entries.map((name) => `instructor-wasm${name.slice(1)}`))}
    const main = async () => {
      const seen = {}
      for (const name of list) {
        const required = require(name)
        const imported = await import(name)
        seen[name] = {
          missing: Object.keys(imported).filter((key) => !(key in required)),
          shared: !required.ConfigurationError || required.ConfigurationError === require('instructor-wasm').ConfigurationError,
        }
      }
      console.log(JSON.stringify(seen))
    }
    main()`
  const seen = JSON.parse(run(program, WITHOUT))
  assert.equal(Object.keys(seen).length, entries.length)
  for (const [name, facts] of Object.entries(seen))
    assert.deepEqual(facts, { missing: [], shared: true }, name)
})

test('where require loads ES modules, it returns what import returns', {
  skip: !process.features.require_module,
}, () => {
  const program = `import('instructor-wasm').then((imported) => {
    console.log(require('instructor-wasm').ConfigurationError === imported.ConfigurationError)
  })`
  assert.equal(run(program), 'true\n')
})

test('no file for require loads another with import(), which Jest refuses', () => {
  const folder = join(root, 'pkg', 'cjs')
  const files = readdirSync(folder).filter((name) => name.endsWith('.js'))
  assert.ok(files.length > 10)
  for (const name of files) {
    const code = readFileSync(join(folder, name), 'utf8').replace(/"(?:[^"\\]|\\.)*"|`[^`]*`/g, '""')
    assert.doesNotMatch(code, /\bimport\s*\(|\bimport\.meta\b/, name)
  }
})

test('an older Node is refused in words, in both forms', () => {
  const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } })`
  const attempt = (load) => `${old}
    const main = async () => {
      const { fromProvider, ConfigurationError } = ${load}
      try {
        fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {} })
      } catch (error) {
        console.log(error instanceof ConfigurationError, error.message)
      }
    }
    main()`
  for (const load of ["await import('instructor-wasm')", "require('instructor-wasm')"])
    assert.match(
      run(attempt(load), WITHOUT),
      /^true instructor-wasm needs Node 20 or newer, and this is Node 18\.20\.8/,
    )
})

test('React Native gets an error that points to the relay, from code that Metro can read', () => {
  const file = exports['.']['react-native']
  const program = `
    delete globalThis.WebAssembly
    delete globalThis.TextDecoder
    import(${JSON.stringify(join(root, file))}).then(({ fromProvider, readPartial, ConfigurationError }) => {
      try {
        fromProvider('openai/gpt-4o-mini', { apiKey: 'k', env: {} })
      } catch (error) {
        console.log(typeof readPartial, error instanceof ConfigurationError, error.message)
      }
    })`
  assert.match(run(program), /^function true React Native has no WebAssembly.*readPartial\(response\)/)
})

test('no file of the package has a class static block, which the Babel preset of React Native refuses', () => {
  const files = readdirSync(join(root, 'pkg'), { recursive: true }).filter((name) => name.endsWith('.js'))
  for (const name of files)
    assert.doesNotMatch(readFileSync(join(root, 'pkg', name), 'utf8'), /^\s*static \{|#\w+ in this\b/m, name)
})

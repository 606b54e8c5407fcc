/**
 * The programs of other libraries in docs/ (`ts peer=ai`) compile and run, where the libraries are installed: they are
 * dependencies of benches/stream. The model's answers are those of pages.test.mjs.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { transform } from 'esbuild'
import { pages, programs, root } from './pages/programs.mjs'
import { provider } from './pages/sample.mjs'

const modules = join(root, 'benches', 'stream', 'node_modules')
const skip = existsSync(modules) ? false : 'the libraries are not installed: npm ci in benches/stream'
// Below node_modules, so that the libraries resolve and git ignores it.
const folder = join(modules, '.programs')
const own = { fetch: globalThis.fetch, env: process.env }
after(() => {
  globalThis.fetch = own.fetch
  process.env = own.env
})

const found = pages()
  .flatMap(programs)
  .filter(({ attributes }) => attributes.peer)
  .map((program) => ({ ...program, name: `${program.page.replace(/[^\w]+/g, '_')}_${program.line}` }))

test('pages show programs of other libraries', () => assert.ok(found.length >= 6))

test('the programs of other libraries compile', { skip }, () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const { name, code } of found) writeFileSync(join(folder, `${name}.ts`), `${code}export {}\n`)
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tests', 'types', 'tsconfig.json'),
      compilerOptions: { types: ['node'], typeRoots: [join(root, 'node_modules', '@types')] },
      files: found.map(({ name }) => `${name}.ts`),
    }),
  )
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const run = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
  assert.equal(run.status, 0, run.stdout)
})

for (const { page, line, name, code } of found)
  test(`${page}:${line} runs`, { skip }, async () => {
    globalThis.fetch = provider()
    process.env = { PATH: own.env.PATH, OPENAI_API_KEY: 'test' }
    const { code: script } = await transform(code, { loader: 'ts', format: 'esm' })
    mkdirSync(folder, { recursive: true })
    const file = join(folder, `${name}.mjs`)
    writeFileSync(file, script)
    await import(pathToFileURL(file).href)
  })

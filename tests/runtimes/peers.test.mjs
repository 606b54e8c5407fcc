/**
 * The programs of other libraries in docs/ (`ts peer=ai`) compile and run, where the libraries are installed: they are
 * dependencies of benches/stream. The model's answers are those of pages.test.mjs. instructor-js gets Zod 3, which it requires.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
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

/** The module in place of `zod`, from the folder of the libraries. */
const zodOf = ({ attributes }) => (attributes.peer === 'instructor-js' ? 'zod/v3' : 'zod')

test('pages show programs of other libraries', () => {
  for (const [peer, least] of Object.entries({ ai: 4, openai: 2, 'instructor-js': 3 }))
    assert.ok(found.filter(({ attributes }) => attributes.peer === peer).length >= least, peer)
})

test('the programs of other libraries compile', { skip }, () => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const { name, code } of found) writeFileSync(join(folder, `${name}.ts`), `${code}export {}\n`)
  for (const zod of ['zod', 'zod/v3']) {
    const config = join(folder, `tsconfig.${zod.replace('/', '-')}.json`)
    writeFileSync(
      config,
      JSON.stringify({
        extends: join(root, 'tests', 'types', 'tsconfig.json'),
        compilerOptions: {
          types: ['node'],
          typeRoots: [join(root, 'node_modules', '@types')],
          ...(zod === 'zod' ? {} : { paths: { zod: [join(modules, zod)] } }),
        },
        include: [],
        files: found.filter((program) => zodOf(program) === zod).map(({ name }) => `${name}.ts`),
      }),
    )
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const run = spawnSync(process.execPath, [tsc, '-p', config], { encoding: 'utf8' })
    assert.equal(run.status, 0, run.stdout)
  }
})

/** A plugin of esbuild that imports another module in place of `zod`. */
const replaced = (zod) => ({
  name: 'zod',
  setup: ({ onResolve, resolve }) =>
    onResolve({ filter: /^zod$/ }, ({ kind }) => resolve(zod, { kind, resolveDir: folder })),
})

for (const program of found) {
  const { page, line, name, code } = program
  test(`${page}:${line} runs`, { skip }, async () => {
    globalThis.fetch = provider()
    process.env = { PATH: own.env.PATH, OPENAI_API_KEY: 'test' }
    mkdirSync(folder, { recursive: true })
    const outfile = join(folder, `${name}.mjs`)
    const zod = zodOf(program)
    await build({
      stdin: { contents: code, loader: 'ts', resolveDir: folder },
      outfile,
      format: 'esm',
      platform: 'node',
      // Where Zod is replaced, it is in the library, too.
      ...(zod === 'zod' ? {} : { bundle: true, external: ['openai'], plugins: [replaced(zod)] }),
    })
    await import(pathToFileURL(outfile).href)
  })
}

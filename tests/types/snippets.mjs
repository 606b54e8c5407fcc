// node tests/types/snippets.mjs: the TypeScript of README.md and docs/ compiles against the built package, so that
// copied code compiles. Each block is a separate module; its undeclared names are in snippets.d.ts.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const out = join(root, '.cache', 'snippets')
const pages = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? pages(join(folder, entry.name))
      : entry.name.endsWith('.md')
        ? [join(folder, entry.name)]
        : [],
  )

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
let count = 0
for (const page of [join(root, 'README.md'), ...pages(join(root, 'docs'))]) {
  const text = readFileSync(page, 'utf8')
  for (const block of text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)) {
    const line = text.slice(0, block.index).split('\n').length
    const name = `${relative(root, page).replace(/[^\w]+/g, '_')}_${line}.ts`
    writeFileSync(join(out, name), `${block[1]}export {}\n`)
    count++
  }
}
if (!count) throw new Error('no TypeScript code found in README.md and docs/')
for (const name of ['snippets.d.ts', 'foreign.d.ts'])
  copyFileSync(join(root, 'tests', 'types', name), join(out, name))
writeFileSync(
  join(out, 'tsconfig.json'),
  JSON.stringify({
    extends: '../../tests/types/tsconfig.json',
    compilerOptions: { types: ['node'], typeRoots: ['../../node_modules/@types'] },
    include: ['*.ts'],
  }),
)
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const run = spawnSync(process.execPath, [tsc, '-p', out], { stdio: 'inherit' })
console.log(`${count} snippets of README.md and docs/ ${run.status === 0 ? 'check' : 'do not check'}`)
process.exit(run.status ?? 1)

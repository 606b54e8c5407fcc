// node tests/types/snippets.mjs: the TypeScript of README.md and docs/ compiles against the built package, so that
// copied code compiles. Each block is a separate module; its undeclared names are in snippets.d.ts.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pages, programs, root } from '../runtimes/pages/programs.mjs'

const out = join(root, '.cache', 'snippets')
rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
let count = 0
for (const page of pages())
  for (const { language, line, code, attributes } of programs(page)) {
    // The programs of other libraries are checked where these are installed (tests/runtimes/peers.test.mjs).
    if (!['ts', 'tsx'].includes(language) || attributes.peer) continue
    writeFileSync(join(out, `${page.replace(/[^\w]+/g, '_')}_${line}.${language}`), `${code}export {}\n`)
    count++
  }
if (!count) throw new Error('no TypeScript code found in README.md and docs/')
for (const name of ['snippets.d.ts', 'foreign.d.ts'])
  copyFileSync(join(root, 'tests', 'types', name), join(out, name))
writeFileSync(
  join(out, 'tsconfig.json'),
  JSON.stringify({
    extends: '../../tests/types/tsconfig.json',
    // Stricter than most apps, so that the code compiles in all of them.
    compilerOptions: {
      types: ['node'],
      typeRoots: ['../../node_modules/@types'],
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
    },
    include: ['*.ts', '*.tsx'],
  }),
)
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const run = spawnSync(process.execPath, [tsc, '-p', out], { stdio: 'inherit' })
console.log(`${count} snippets of README.md and docs/ ${run.status === 0 ? 'check' : 'do not check'}`)
process.exit(run.status ?? 1)

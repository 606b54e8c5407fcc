// npm run check: formatting, lints and types of everything, without building wasm or running a test. Under a minute when
// Cargo's and tsc's caches are warm. The three groups run side by side.
import { at, bold, dim, green, red, root, run, say, seconds } from './lib.mjs'
import { BIOME, CLIPPY, RUSTFMT } from './lints.mjs'
import { setup } from './setup.mjs'

process.chdir(root)
const began = Date.now()
await setup('check')

const node = (...args) => [process.execPath, ...args]
const tsc = (folder) =>
  node(
    at('node_modules', 'typescript', 'bin', 'tsc'),
    ...['--noEmit', '-p', at(folder), '--incremental'],
    ...['--tsBuildInfoFile', at('.cache', 'tsc', `${folder.replaceAll('/', '-')}.json`)],
  )

/** In a group, each part starts after the one before it: they share a lock (Cargo) or an input (pkg/). */
const groups = [
  [['rustfmt', RUSTFMT], ...CLIPPY],
  [
    // The playground and the type tests import the package, so its declarations in pkg/ have to be up to date.
    ['tsc src/ts', node(at('scripts', 'build.mjs'), '--quiet')],
    ['tsc www', tsc('www')],
    ['tsc tests/types', tsc('tests/types')],
  ],
  [
    ['biome', BIOME],
    ['prose', node(at('scripts', 'prose.mjs'))],
  ],
]

const failures = []
async function runGroup(group) {
  for (const [name, [command, ...args]] of group) {
    const since = Date.now()
    const { ok, output } = await run(`check-${name}`, command, args, {
      env: { ...process.env, INSTRUCTOR_MODULES: 'none' },
    })
    say(`  ${ok ? green('✓') : red('✗')} ${name} ${dim(seconds(since))}`)
    if (!ok) failures.push([name, output])
  }
}
await Promise.all(groups.map(runGroup))

for (const [name, output] of failures) say(`\n${bold(name)}\n${output.trim()}`)
say(`\n${failures.length ? red(`${failures.length} failed`) : green('all passed')} ${dim(seconds(began))}`)
process.exit(failures.length ? 1 : 0)

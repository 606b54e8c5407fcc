// node scripts/fuzz.mjs [--runs N] [seconds per target] [target …]: runs the fuzz targets of tests/fuzz from their
// committed corpus, for a time or, with --runs, for a number of executions.
//
// cargo-fuzz is not needed: a target is a plain program once the coverage flags are given. Every target runs with a stack
// of 1 MB, which is what a wasm module has. New inputs of a run go to artifacts/fuzz (not committed); a crash is
// saved there too and fails the run.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './lib.mjs'

const { values, positionals } = parseArgs({ options: { runs: { type: 'string' } }, allowPositionals: true })
const timed = /^\d+$/.test(positionals[0] ?? '')
const seconds = timed ? Number(positionals[0]) : 20
const wanted = positionals.slice(timed ? 1 : 0)
/** Kilobytes. */
const STACK = 1024

const folder = join(root, 'tests', 'fuzz')
const targets = readdirSync(join(folder, 'fuzz_targets'))
  .filter((file) => file.endsWith('.rs'))
  .map((file) => file.replace('.rs', ''))
  .filter((name) => !wanted.length || wanted.includes(name))

const flags = [
  '--cfg=fuzzing',
  '-Cpasses=sancov-module',
  '-Cllvm-args=-sanitizer-coverage-level=4',
  '-Cllvm-args=-sanitizer-coverage-inline-8bit-counters',
  '-Cllvm-args=-sanitizer-coverage-pc-table',
  '-Cllvm-args=-sanitizer-coverage-trace-compares',
  '-Clink-dead-code',
  '-Ccodegen-units=1',
]
// The explicit host keeps the flags away from build scripts.
const host = spawnSync('rustc', ['-vV'], { encoding: 'utf8' }).stdout.match(/host: (.*)/)[1]
// Explicit, so that the programs are found whatever the environment's target folder.
const output = process.env.CARGO_TARGET_DIR
  ? join(process.env.CARGO_TARGET_DIR, 'fuzz')
  : join(folder, 'target')
const build = spawnSync('cargo', ['build', '--release', '--target', host, '--target-dir', output], {
  cwd: folder,
  stdio: 'inherit',
  env: { ...process.env, RUSTFLAGS: flags.join(' ') },
})
if (build.status !== 0) process.exit(1)

let failed = false
for (const target of targets) {
  const found = join(root, 'artifacts', 'fuzz', target)
  mkdirSync(found, { recursive: true })
  const began = Date.now()
  const corpus = join(folder, 'corpus', target)
  const run = spawnSync(
    'sh',
    [
      '-c',
      `ulimit -s ${STACK}; exec "$0" "$@"`,
      join(output, host, 'release', target),
      found,
      ...(existsSync(corpus) ? [corpus] : []),
      values.runs ? `-runs=${values.runs}` : `-max_total_time=${seconds}`,
      '-max_len=4096',
      '-timeout=10',
      '-rss_limit_mb=2048',
      '-print_final_stats=1',
      `-artifact_prefix=${found}/`,
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  )
  if (run.error) throw run.error
  const runs = run.stderr.match(/stat::number_of_executed_units:\s*(\d+)/)?.[1] ?? '0'
  const took = Math.round((Date.now() - began) / 1000)
  console.log(`${run.status === 0 ? 'ok    ' : 'FAILED'} ${target}: ${runs} runs in ${took} s`)
  if (run.status !== 0) {
    failed = true
    if (run.signal) console.log(`ended by ${run.signal}`)
    console.log(run.stderr.split('\n').slice(-40).join('\n'))
  }
}
process.exit(failed ? 1 : 0)

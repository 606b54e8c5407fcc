// node .ci/fuzz.mjs [seconds per target] [target …]: runs the fuzz targets of tests/fuzz from their committed corpus.
//
// cargo-fuzz is not needed: a target is a plain program once the coverage flags are given. What a run finds on the
// way goes to artifacts/fuzz (not committed); a crash is left there too and fails the run.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './lib.mjs'

const folder = join(root, 'tests', 'fuzz')
const seconds = Number(process.argv[2] ?? 20)
const wanted = process.argv.slice(3)
const targets = readdirSync(join(folder, 'fuzz_targets'))
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
// The host is named, so that the flags are not given to build scripts.
const host = spawnSync('rustc', ['-vV'], { encoding: 'utf8' }).stdout.match(/host: (.*)/)[1]
// Named here, so that the programs are found wherever the environment sends cargo's output.
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
  const run = spawnSync(
    join(output, host, 'release', target),
    [
      found,
      join(folder, 'corpus', target),
      `-max_total_time=${seconds}`,
      '-max_len=4096',
      '-timeout=10',
      '-rss_limit_mb=2048',
      '-print_final_stats=1',
      `-artifact_prefix=${found}/`,
    ],
    { encoding: 'utf8' },
  )
  if (run.error) throw run.error
  const runs = run.stderr.match(/stat::number_of_executed_units:\s*(\d+)/)?.[1] ?? '0'
  console.log(`${run.status === 0 ? 'ok    ' : 'FAILED'} ${target}: ${runs} runs in ${seconds} s`)
  if (run.status !== 0) {
    failed = true
    console.log(run.stderr.split('\n').slice(-40).join('\n'))
  }
}
process.exit(failed ? 1 : 0)

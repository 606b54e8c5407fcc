// Public bug reports rebuilt as programs: each runs against the built package and reports whether it behaves correctly.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { collection, root } from './testdata.mjs'

const SUMMARY = /^reports: run (\d+), right (\d+), wrong \d+$/m

export function reports() {
  const folder = collection('reports', 'reports')
  if (!folder) return { ok: true, lines: [] }
  const run = (...args) =>
    spawnSync(process.execPath, [join(folder, 'run.mjs'), '--pkg', root, ...args], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
  const all = run()
  console.log(`${all.stdout}${all.stderr}`)
  const counts = SUMMARY.exec(all.stdout)
  if (!counts) return { ok: false, lines: ['reports: failed, no summary'] }
  // The programs have their own time limits: one that fails on a busy machine is repeated alone.
  const wrong = /^wrong: (.*)$/m.exec(all.stdout)?.[1].split(' ') ?? []
  const still = wrong.filter((name) => {
    const again = run('--only', name)
    console.log(again.stdout)
    return again.status !== 0
  })
  const ran = Number(counts[1])
  return {
    ok: still.length === 0,
    lines: [`reports: run ${ran}, right ${ran - still.length}, wrong ${still.length}`],
  }
}

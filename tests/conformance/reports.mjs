// Public bug reports rebuilt as programs: each runs against the built package and says whether it is right.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { collection, root } from './testdata.mjs'

export function reports() {
  const folder = collection('reports', 'reports')
  if (!folder) return { ok: true, lines: ['reports: skipped, no test data'] }
  const run = spawnSync(process.execPath, [join(folder, 'run.mjs'), '--pkg', root], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  console.log(`${run.stdout}${run.stderr}`)
  const line = /^reports: run \d+, right \d+, wrong \d+$/m.exec(run.stdout)?.[0]
  return { ok: run.status === 0 && line !== undefined, lines: [line ?? 'reports: failed, no summary'] }
}

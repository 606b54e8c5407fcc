// npm run bench:stream: partial objects from OpenAI's bytes, compared with other libraries and a baseline.
//
//   --peers=baseline,ai   --shapes=records,longstr,wide,wideobj   --sizes=1k,10k,100k,1m
//   --chunk=4096       bytes per network chunk; 0 sends each event alone
//   --budget=8000      ms of CPU after which a peer is cut off and its total extrapolated (marked *)
//   --out=file.jsonl   the figures, one line per cell
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const option = (name, fallback) =>
  process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback
const list = (name, fallback) => option(name, fallback).split(',')

const ALL =
  'baseline,instructor-wasm,instructor-wasm-core,jsonriver,streamparser,partial-json,ai,openai,anthropic,instructor-js'
const peers = list('peers', ALL)
const shapes = list('shapes', 'records,longstr,wide,wideobj')
const sizes = list('sizes', '1k,10k,20k,100k,1m')
const chunk = Number(option('chunk', '4096'))
const budget = Number(option('budget', '8000'))
const out = option('out', '')

if (!existsSync(`${here}node_modules`)) {
  console.log('Installing the peers into benches/stream …')
  const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit' })
  if (install.status !== 0) process.exit(1)
}
if (out) writeFileSync(out, '')

const version = (name) => {
  try {
    return JSON.parse(readFileSync(`${here}node_modules/${name}/package.json`, 'utf8')).version
  } catch {
    return 'absent'
  }
}
const names = Object.keys(JSON.parse(readFileSync(`${here}package.json`, 'utf8')).dependencies)
console.log(`Node ${process.version}; ${names.map((name) => `${name} ${version(name)}`).join(', ')}`)
console.log(
  `4-character deltas as OpenAI events, ${chunk ? `${chunk} bytes` : 'one event'} per network chunk. CPU of the process; * = cut off at ${budget} ms and extrapolated.\n`,
)

const time = (ms) =>
  ms < 10 ? `${ms.toFixed(2)} ms` : ms < 10_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(0)} s`
const micro = (us) =>
  us === undefined ? '–' : us < 1000 ? `${us.toFixed(1)} µs` : `${(us / 1000).toFixed(1)} ms`

function cell(settings) {
  const child = spawnSync(process.execPath, ['--expose-gc', `${here}cell.mjs`, JSON.stringify(settings)], {
    encoding: 'utf8',
    timeout: Math.max(120_000, budget * 8),
    maxBuffer: 2 ** 24,
  })
  const line = child.stdout
    ?.trim()
    .split('\n')
    .findLast((text) => text.startsWith('{'))
  return line ? JSON.parse(line) : { error: (child.stderr || 'no result').trim().split('\n')[0] }
}

const failures = []
for (const shape of shapes) {
  console.log(`## ${shape}\n`)
  console.log(
    '| peer | size | CPU | × baseline | growth | p50 / p99 per delta at the end | heap | snapshots / deltas | final |',
  )
  console.log('|---|---|---|---|---|---|---|---|---|')
  const baselines = {}
  for (const peer of peers) {
    let before
    for (const size of sizes) {
      const result = cell({ peer, shape, size, chunk, budget })
      if (out) appendFileSync(out, `${JSON.stringify({ peer, shape, size, chunk, ...result })}\n`)
      if (result.error) {
        console.log(`| ${result.peer ?? peer} | ${size} | ${result.error.slice(0, 80)} | | | | | | |`)
        break
      }
      if (peer === 'baseline') baselines[size] = result.cpu
      const ratio = baselines[size] ? (result.cpu / baselines[size]).toFixed(2) : '–'
      // Growth is for tenfold sizes only.
      const growth = before && size !== '20k' ? `×${(result.cpu / before).toFixed(1)}` : ''
      if (size !== '20k') before = result.cpu
      const final = result.equal === null ? '–' : result.equal ? 'equal' : 'DIFFERS'
      const star = result.extrapolated ? '*' : ''
      console.log(
        `| ${result.peer} | ${size} | ${time(result.cpu)}${star} | ${ratio} | ${growth} | ${micro(result.p50)} / ${micro(result.p99)} | ${result.heapMB.toFixed(1)} MB | ${result.snapshots} / ${result.deltas} | ${final} |`,
      )
      if (peer.startsWith('instructor-wasm') && result.equal === false)
        failures.push(`${peer} ${shape} ${size}: final value differs`)
    }
  }
  console.log('')
}
for (const failure of failures) console.log(failure)
process.exit(failures.length ? 1 : 0)

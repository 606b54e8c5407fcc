// npm run size: the size of the package, and what apps that use it download.
//
//   npm run size                     the modules of pkg/; the scenarios of benches/size, ours and other libraries', in real
//                                    builds and Chromium; the files of the core
//   npm run size -- --time           also the milliseconds to the first request and the longest task (--runs 9)
//   npm run size -- --own            ours only, without the files of the core; nothing is installed
//   npm run size -- --only OpenAI    the scenarios with this in their name; may be repeated
//   npm run size -- --features       what each feature adds to a page, for docs/internals/size.md (--update writes it)
//   npm run size -- --update         write benches/size/budgets.json for what was measured
//
// It fails if our modules or pages are above benches/size/budgets.json. The numbers are in artifacts/size.json as well.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { artifacts, at, chromium, die, dim, red, root, say } from './lib.mjs'

const BUDGETS = at('benches', 'size', 'budgets.json')
const thousands = (n) => n.toLocaleString('en')
const kilobytes = (n) => (n / 1000).toFixed(1)

/** The sizes of each module in pkg/, as printed after each build. */
export function modules() {
  if (!existsSync(at('pkg', 'index.js'))) die('pkg/ is not built: run npm run build')
  const names = readdirSync(at('pkg')).filter((name) => name.endsWith('.wasm'))
  const sizes = {}
  say(`\n  ${'bytes'.padEnd(44)}${['raw', 'gzip', 'brotli'].map((n) => n.padStart(12)).join('')}`)
  for (const name of names.sort()) {
    const bytes = readFileSync(at('pkg', name))
    const size = {
      raw: bytes.length,
      gzip: gzipSync(bytes, { level: 9 }).length,
      brotli: brotliCompressSync(bytes).length,
    }
    sizes[name.slice(0, -'.wasm'.length)] = size
    say(
      `  ${`pkg/${name}`.padEnd(44)}${Object.values(size)
        .map((n) => thousands(n).padStart(12))
        .join('')}`,
    )
  }
  return sizes
}

function table(rows, times) {
  const cells = (list) => list.map((text, i) => String(text).padStart([10, 9, 9, 11, 9, 9, 9, 9][i])).join('')
  const head = ['before: js', 'wasm', 'all', 'whole call']
  const more = times ? ['ms', 'phone ms', '× openai', 'task ms'] : []
  const peer = rows.find(({ name }) => name === 'openai, zod/mini')?.times?.phone
  say(`\n  ${dim('KB with gzip that a page downloads before its first request, and in the whole call')}`)
  say(`  ${''.padEnd(40)}${cells([...head, ...more])}`)
  for (const { name, before, call, times: found } of rows) {
    const weights = before
      ? [before.js, before.wasm, before.all, call.all].map(kilobytes)
      : [kilobytes(call.js), kilobytes(call.wasm), '', kilobytes(call.all)]
    const milliseconds = found
      ? [
          found.plain.toFixed(0),
          found.phone.toFixed(0),
          peer ? (found.phone / peer).toFixed(2) : '',
          found.task.toFixed(0),
        ]
      : []
    say(`  ${name.padEnd(40)}${cells([...weights, ...milliseconds])}`)
  }
}

/** What each feature adds to a page. */
async function features(update) {
  const { open } = await import('../benches/size/measure.mjs')
  const { SCENARIOS, table: tableOf, write } = await import('../benches/size/features.mjs')
  const scenarios = await open({ peers: false, own: SCENARIOS })
  try {
    await scenarios.weigh()
  } finally {
    await scenarios.close()
  }
  say(tableOf(scenarios.rows))
  if (update) write(scenarios.rows)
}

async function main() {
  process.chdir(root)
  const { values: options } = parseArgs({
    options: {
      time: { type: 'boolean', default: false },
      runs: { type: 'string', default: '9' },
      own: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      features: { type: 'boolean', default: false },
      update: { type: 'boolean', default: false },
    },
  })
  const runs = Number(options.runs)
  if (!Number.isInteger(runs) || runs < 1) die('--runs must be a whole number above 0')
  if (options.update && options.only.length) die('--update needs every scenario: leave --only out')
  if (!chromium()) die('Chromium is missing: npm run setup -- --for browser')
  if (options.features) return features(options.update)
  const sizes = modules()
  const { open } = await import('../benches/size/measure.mjs')
  const { compare, limits } = await import('../benches/size/budgets.mjs')
  const budgets = JSON.parse(readFileSync(BUDGETS, 'utf8'))
  const within = ({ name, before }) => before.all <= (budgets.scenarios[name]?.before ?? 0)
  const scenarios = await open({ peers: !options.own, only: options.only })
  let node
  try {
    await scenarios.weigh((row) => !row.peer && (options.update || !within(row)))
    if (options.time) {
      await scenarios.time(runs, (round) => process.stdout.isTTY && say(dim(`  round ${round} of ${runs}`)))
      node = scenarios.timeNode(runs)
    }
  } finally {
    await scenarios.close()
  }
  table(scenarios.rows, options.time)
  if (node) {
    say(`\n  ${dim('Node, a new process: import, client and first call, ms')}`)
    for (const [library, ms] of Object.entries(node))
      say(`  ${library.padEnd(40)}${ms.toFixed(0).padStart(10)}`)
  }
  const rows = scenarios.rows.map(({ files, site, ...row }) => row)
  const ours = rows.filter(({ peer }) => !peer)
  const gzip = Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, size.gzip]))
  if (options.update) {
    Object.assign(budgets, limits(gzip, ours))
    writeFileSync(BUDGETS, `${JSON.stringify(budgets, null, 2)}\n`)
  }
  // Needs a run of wasm-opt.
  const files =
    options.own || options.only.length ? undefined : await (await import('./weigh.mjs')).weighCore()
  mkdirSync(artifacts, { recursive: true })
  writeFileSync(
    join(artifacts, 'size.json'),
    `${JSON.stringify({ modules: sizes, scenarios: rows, node, files }, null, 2)}\n`,
  )
  if (options.only.length)
    budgets.scenarios = Object.fromEntries(
      Object.entries(budgets.scenarios).filter(([name]) => options.only.some((part) => name.includes(part))),
    )
  const { above, loose, passed } = compare(budgets, gzip, ours)
  say()
  for (const text of loose) say(dim(`  ${text}, which --own --update lowers`))
  for (const text of above) say(red(`  ${text}`))
  if (above.length)
    say(
      '  The budgets are in benches/size/budgets.json. What loads more than before, and does every app need it?',
    )
  say(`${passed} passed, ${above.length} failed`)
  if (above.length) process.exitCode = 1
}

if (process.argv[1]?.endsWith('size.mjs')) await main()

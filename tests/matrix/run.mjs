// npm run matrix: the packed tarball in the hosts, bundlers and compilers that apps use. Each target installs a scratch app below
// .cache/matrix, runs the same cases there, and must have the results that are expected of it.
//
//   npm run matrix                    all targets; writes docs/internals/matrix.md
//   npm run matrix -- --fast          those that `npm test` runs
//   npm run matrix -- --only jest     those whose name contains it, without writing
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { at, seconds } from '../../scripts/lib.mjs'
import { APPS, app, NotInstalled, packed } from './apps.mjs'
import { browserVersion, closeBrowser } from './browser.mjs'
import { BUNDLERS } from './bundlers.mjs'
import { DECLARATIONS } from './declarations.mjs'
import { HOSTS } from './hosts.mjs'

const { values: options } = parseArgs({
  options: { fast: { type: 'boolean' }, only: { type: 'string' } },
})
const PAGE = at('docs', 'internals', 'matrix.md')
const MARK = '<!-- table -->'

/** Not run here: what each needs. */
const MISSING = [
  ['Safari, iOS', 'a Mac'],
  ['Firefox', 'a build for Playwright, which no npm package contains'],
  [
    'Vercel, Cloudflare and Deno Deploy themselves',
    'accounts; their runtimes are above (edge-runtime, Next.js, workerd, Deno)',
  ],
  ['a device with Hermes', 'React Native; Metro with its preset is above'],
]

/** Results of a group, as `{ name: results }` of routes or as results. */
const flat = (results) =>
  Object.entries(results).flatMap(([name, result]) =>
    typeof result === 'string'
      ? [[name, result]]
      : flat(result).map(([inner, said]) => [`${name}: ${inner}`, said]),
  )

/** Compares the results with what is expected: everything, except the cases that are documented not to work there. */
function judge({ without = [] }, results) {
  const list = flat(results)
  const failed = list.filter(([name, said]) => said !== 'ok' && !without.includes(name))
  // A limit that is gone is a mistake of this table and of docs/loading.md.
  const gone = list.filter(([name, said]) => said === 'ok' && without.includes(name))
  return {
    passed: list.length - failed.length - gone.length,
    total: list.length,
    failures: [
      ...failed.map(([name, said]) => `${name}: ${said}`),
      ...gone.map(([name]) => `${name}: works, but the table states that it does not`),
    ],
  }
}

function versionOf(target) {
  const folder = at('.cache', 'matrix', target.app)
  const names = Object.keys(APPS[target.app]).filter((name) => !['zod', '@types/node'].includes(name))
  const require = createRequire(join(folder, 'x.js'))
  const wanted = names.filter((name) =>
    target.name.toLowerCase().includes(name.replace(/^@|\/core$/g, '').split('/')[0]),
  )
  return wanted
    .map((name) => APPS[target.app][name].replace(/^npm:.*@/, ''))
    .filter(() => existsSync(folder) && require)
    .join(', ')
}

const targets = [...HOSTS, ...DECLARATIONS, ...BUNDLERS].filter(
  (target) =>
    (!options.fast || target.fast) &&
    (!options.only || target.name.toLowerCase().includes(options.only.toLowerCase())),
)
const rows = []
let passed = 0
let failed = 0
packed()
for (const target of targets) {
  const began = Date.now()
  let outcome
  try {
    outcome = judge(target, await target.run(app(target.app)))
  } catch (error) {
    if (error instanceof NotInstalled && !process.env.INSTRUCTOR_REQUIRE_TESTDATA) {
      console.log(`skipped: ${target.name}: ${error.message}`)
      rows.push([target.name, '', 'not run', error.message])
      continue
    }
    outcome = { passed: 0, total: 1, failures: [error.message] }
  }
  const { failures, total } = outcome
  passed += outcome.passed
  failed += failures.length
  console.log(
    `${failures.length ? '✗' : '✓'} ${target.name}: ${outcome.passed} of ${total} (${seconds(began)})`,
  )
  for (const failure of failures) console.log(`    ${failure.replaceAll('\n', '\n    ')}`)
  const limits = target.without ? `not there: ${target.without.join('; ')}` : ''
  rows.push([
    target.name,
    versionOf(target),
    `${outcome.passed} of ${total}`,
    failures.length ? 'fails' : limits,
  ])
}
const usesBrowser = targets.some(({ name }) => /^Chromium|^Next/.test(name))
const chromium = usesBrowser ? await browserVersion() : ''
await closeBrowser()

if (!options.fast && !options.only) {
  const head = readFileSync(PAGE, 'utf8').split(MARK)[0]
  const table = [
    '| target | version | cases | |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      (row) =>
        `| ${row.map((cell) => cell.replaceAll('|', '\\|').split('\n')[0].slice(0, 200)).join(' | ')} |`,
    ),
  ]
  const missing = MISSING.map(([what, why]) => `| ${what} | ${why} |`)
  const text = `${head}${MARK}\n\nChromium ${chromium}, Node ${process.versions.node}.\n\n${table.join('\n')}\n\n## Not run\n\n| target | what it needs |\n| --- | --- |\n${missing.join('\n')}\n`
  writeFileSync(PAGE, text)
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)

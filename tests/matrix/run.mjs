// npm run matrix: the packed tarball in the hosts, bundlers and compilers that apps use. Each target installs a scratch app below
// .cache/matrix, runs the same cases there, and must have the results that are expected of it.
//
//   npm run matrix                    all targets; writes docs/internals/matrix.md
//   npm run matrix -- --fast          those that `npm test` runs
//   npm run matrix -- --only jest     those whose name contains it
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { at, seconds } from '../../scripts/lib.mjs'
import { APPS, app, NotInstalled, packed } from './apps.mjs'
import { BROWSERS } from './browser.mjs'
import { BUNDLERS } from './bundlers.mjs'
import { CRATE } from './crate.mjs'
import { DECLARATIONS } from './declarations.mjs'
import { FRAMEWORKS } from './frameworks.mjs'
import { HOSTS } from './hosts.mjs'
import { RUNNERS } from './runners.mjs'

const { values: options } = parseArgs({
  options: { fast: { type: 'boolean' }, only: { type: 'string' } },
})
const PAGE = at('docs', 'internals', 'matrix.md')
const LAST = at('.cache', 'matrix', 'results.json')
const MARK = '<!-- table -->'

/** Not run here: what each needs. */
const MISSING = [
  ['Safari, iOS', 'a Mac'],
  ['Windows, macOS', 'a machine with the system; Node, browsers and compilers are above, on Linux'],
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
    expected: list.length - failed.length - gone.length,
    shown: `${list.filter(([, said]) => said === 'ok').length} of ${list.length}`,
    failures: [
      ...failed.map(([name, said]) => `${name}: ${said}`),
      ...gone.map(([name]) => `${name}: works, but the table states that it does not`),
    ],
  }
}

/** The version of the target's package, if its name is in that of the target. */
function versionOf({ name, app, version }) {
  if (version) return version
  const others = ['zod', '@types/node', ...(app.startsWith('node') ? [] : ['node'])]
  const packages = Object.entries(APPS[app]).filter(([one]) => !others.includes(one))
  return packages
    .filter(([one]) => name.toLowerCase().includes(one.replace('@rspack/core', 'rspack')))
    .map(([, version]) => version.replace(/^npm:.*@/, ''))
    .join(', ')
}

const ALL = [...HOSTS, ...FRAMEWORKS, ...RUNNERS, ...DECLARATIONS, ...BUNDLERS, ...CRATE]
const began = Date.now()
const targets = ALL.filter(
  (target) =>
    (!options.fast || target.fast) &&
    (!options.only || target.name.toLowerCase().includes(options.only.toLowerCase())),
)
/** The last result of each target, cases and remark by its name, so that one can be run again alone. */
const stored = () => (existsSync(LAST) ? JSON.parse(readFileSync(LAST, 'utf8')) : {})
const store = (name, row) => writeFileSync(LAST, JSON.stringify({ ...stored(), [name]: row }, null, 1))
let passed = 0
let failed = 0
packed()
for (const target of targets) {
  const since = Date.now()
  let outcome
  try {
    outcome = judge(target, await target.run(app(target.app)))
  } catch (error) {
    if (error instanceof NotInstalled && !process.env.INSTRUCTOR_REQUIRE_TESTDATA) {
      console.log(`skipped: ${target.name}: ${error.message}`)
      store(target.name, ['not run', error.message])
      continue
    }
    outcome = { expected: 0, shown: '0', failures: [error.message] }
  }
  const { failures, shown } = outcome
  passed += outcome.expected
  failed += failures.length
  console.log(`${failures.length ? '✗' : '✓'} ${target.name}: ${shown} (${seconds(since)})`)
  for (const failure of failures) console.log(`    ${failure.replaceAll('\n', '\n    ')}`)
  const limits = target.without ? `not there: ${target.without.join('; ')}` : ''
  store(target.name, [shown, failures.length ? 'fails' : limits])
}
for (const [name, browser] of Object.entries(BROWSERS)) {
  const used = targets.some((target) => target.name.startsWith(`${name}: `))
  if (used) store(name, [await browser.version()])
  await browser.close()
}

if (!options.fast) {
  const last = stored()
  const head = readFileSync(PAGE, 'utf8').split(MARK)[0]
  const line = (cells) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').split('\n')[0].slice(0, 200)).join(' | ')} |`
  const table = ALL.map((target) => {
    const [cases, remark] = last[target.name] ?? ['not run', '']
    return line([target.name, versionOf(target), cases, remark])
  })
  const missing = MISSING.map(line)
  const versions = Object.keys(BROWSERS).map((name) => `${name} ${last[name]?.[0] ?? ''}`)
  writeFileSync(
    PAGE,
    [
      `${head}${MARK}`,
      ...['', `${versions.join(', ')}.`],
      ...['', '| target | version | cases | |', '| --- | --- | --- | --- |', ...table],
      ...['', '## Not run', '', '| target | what it needs |', '| --- | --- |', ...missing, ''],
    ].join('\n'),
  )
}
console.log(`${targets.length} targets in ${seconds(began)}`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)

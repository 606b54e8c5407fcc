// npm test: installs what is missing, builds, runs every test, and reports what was skipped.
//   npm test -- --only rust,node     the steps whose names begin so, and the build if they need it
//   npm test -- --list               the names of the steps
// This list is the only place that knows what is run. A step whose files are missing fails: a test that silently
// stops running is worse than one that fails. Tests without their test data are skipped, or fail with
// INSTRUCTOR_REQUIRE_TESTDATA.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  artifacts,
  at,
  bold,
  chromedriver,
  chromium,
  dim,
  files,
  green,
  red,
  root,
  run,
  say,
  seconds,
} from './lib.mjs'
import { BIOME, CLIPPY, NATIVE_FEATURES, RUSTFMT } from './lints.mjs'
import { setup } from './setup.mjs'

process.chdir(root)
const { values: options } = parseArgs({
  options: { only: { type: 'string' }, list: { type: 'boolean' }, verbose: { type: 'boolean' } },
})

const minutes = (n) => n * 60_000
const under = (folder, end) => files(at(folder)).filter((file) => file.endsWith(end))
const testEnv = {
  ...process.env,
  CHROMIUM: chromium() ?? '',
  CARGO_TARGET_DIR: at('target'),
  // The same property cases each time, so a failure can be repeated. Set it for other cases.
  PROPTEST_RNG_SEED: process.env.PROPTEST_RNG_SEED ?? '1',
  NO_COLOR: '1',
  FORCE_COLOR: '0',
}

/** `node --test` with every test file below the given folders. */
const node = (...folders) => {
  const found = folders.flatMap((folder) => under(folder, '.test.mjs'))
  if (!found.length) throw new Error(`no *.test.mjs in ${folders.join(', ')}`)
  return ['node', '--test', '--test-reporter=spec', '--test-concurrency=1', ...found]
}
const script = (path, ...args) => {
  if (!existsSync(at(path))) throw new Error(`${path} is missing`)
  return ['node', at(path), ...args]
}
/**
 * Each step: name, description, requirements (purposes of setup.mjs; with `build`, the step `build` runs first), and a
 * function that returns the commands when the step starts.
 */
const steps = [
  ['format', 'Rust is formatted', ['check'], () => [RUSTFMT]],
  [
    'lint',
    'TypeScript and scripts are formatted and lint-free, and the prose is plain',
    ['check'],
    () => [BIOME, script('scripts/prose.mjs')],
  ],
  [
    'clippy',
    'no warnings, natively and in each wasm module',
    ['check'],
    () => CLIPPY.map(([, command]) => command),
  ],
  [
    'rust',
    'native Rust tests',
    ['check'],
    // With their output, since a test that lacks its test data passes and prints that it is skipped.
    () => [['cargo', 'test', '--workspace', '--no-fail-fast', ...NATIVE_FEATURES, '--', '--show-output']],
  ],
  ['build', 'three wasm modules and the package', ['build'], () => [script('scripts/build.mjs')]],
  [
    'package',
    'the packed tarball contains what its exports name, and loads',
    ['build'],
    () => [script('scripts/package.mjs')],
  ],
  [
    'rust-example',
    'the Rust program in examples/rust against a server (50 s the first time, for its HTTP client)',
    ['build'],
    () => [node('tests/rust')],
  ],
  [
    'matrix',
    'the packed tarball in Node, Jest, an edge runtime and compilers; `npm run matrix` has all targets',
    ['build'],
    () => [script('tests/matrix/run.mjs', '--fast')],
  ],
  [
    'examples',
    'the apps of examples/ as npm create makes them, in their runtimes (50 s); `npm run examples` has all',
    ['build', 'browser'],
    () => [['node', '--test', '--test-reporter=spec', at('tests', 'examples', 'examples.test.mjs')]],
  ],
  [
    'wasm',
    'the exported client inside wasm, in headless Chromium',
    ['wasm-pack', 'browser'],
    () => [
      [
        ...['wasm-pack', 'test', '--headless', '--chrome'],
        ...['--chromedriver', chromedriver(), '--mode', 'no-install'],
      ],
    ],
  ],
  [
    'types',
    'the client, the playground, the type tests and the programs of the docs',
    ['build'],
    () => [
      ...['src/ts', 'www', 'tests/types'].map((folder) =>
        script('node_modules/typescript/bin/tsc', '--noEmit', '-p', at(folder)),
      ),
      script('tests/types/snippets.mjs'),
    ],
  ],
  [
    'node',
    'the package in Node',
    ['build'],
    () => [
      [
        'node',
        '--test',
        '--test-reporter=spec',
        ...under('tests/runtimes', '.test.mjs').filter((f) => !/runtimes\/(workerd|vite|servers)\//.test(f)),
      ],
    ],
  ],
  ['workerd', 'the package in workerd, through miniflare', ['build'], () => [node('tests/runtimes/workerd')]],
  [
    'vite',
    'the package in a Vite page, dev and build, in Chromium; a model in the page',
    ['build', 'browser'],
    () => [node('tests/runtimes/vite')],
  ],
  [
    'size',
    'what pages download before the first request and in a call, within the budgets, in Chromium',
    ['build', 'browser'],
    () => [script('scripts/size.mjs', '--own')],
  ],
  [
    'docs',
    'the site of the documentation is built, without dead links',
    ['build', 'docs'],
    () => [script('scripts/docs.mjs', '--build', '--no-api'), node('tests/site')],
  ],
  [
    'suite',
    'JSON-Schema-Test-Suite against the validator module, in Chromium',
    ['build', 'browser'],
    () => [script('tests/browser/suite.mjs')],
  ],
  [
    'conformance',
    'golden cases, recorded traffic, and the cases of other libraries against the built package',
    ['build'],
    () => [script('tests/conformance/run.mjs')],
  ],
  [
    'servers',
    'a real local model, and a mock server over HTTP',
    ['build', 'model'],
    () => [node('tests/runtimes/servers')],
  ],
  [
    'fuzz',
    'framings and parsers under a fuzzer, a few seconds each',
    ['check'],
    () => [script('scripts/fuzz.mjs', '3')],
  ],
  [
    'playground',
    'the playground in Chromium, desktop and phone, and a model in the page',
    ['build', 'browser', 'model'],
    // The model in the page is a separate file, during which the others run.
    () => [node('tests/playground').map((word) => word.replace('concurrency=1', 'concurrency=2'))],
  ],
]

/**
 * What a step's tests report as skipped, as reason → tests: lines `skipped: TEST: REASON`, and tests that node --test
 * skips.
 */
function skips(output) {
  const found = new Map()
  const add = (test, reason) => found.set(reason, (found.get(reason) ?? new Set()).add(test))
  for (const [, test, reason] of output.matchAll(/^skipped: (.*): ([^:\n]+)$/gm)) add(test, reason)
  for (const [, test, reason] of output.matchAll(/^ *﹣ (.*?) \([\d.]+ms\) # (.*)$/gm)) add(test, reason)
  return found
}

/** The tests that a step's output counts: cargo, wasm-bindgen's runner, node --test, and the scripts' last lines. */
function count(output) {
  const sums = { passed: 0, failed: 0 }
  const add = (pattern, key) => {
    for (const [, n] of output.matchAll(pattern)) sums[key] += Number(n)
  }
  add(/^test result: .*? (\d+) passed/gm, 'passed')
  add(/^test result: .*?; (\d+) failed/gm, 'failed')
  add(/^ℹ pass (\d+)$/gm, 'passed')
  add(/^ℹ fail (\d+)$/gm, 'failed')
  add(/^(\d+) passed, \d+ failed$/gm, 'passed')
  add(/^\d+ passed, (\d+) failed$/gm, 'failed')
  return sums
}

const wanted = steps.filter(
  ([name]) => !options.only || options.only.split(',').some((want) => name.startsWith(want)),
)
const needs = new Set(wanted.flatMap(([, , needed]) => needed))
const chosen = steps.filter((step) => wanted.includes(step) || (step[0] === 'build' && needs.has('build')))
if (options.list) {
  for (const [name, what] of steps) say(`${name.padEnd(12)} ${what}`)
  process.exit(0)
}

const began = Date.now()
await setup(...(options.only ? needs : ['test']))
mkdirSync(artifacts, { recursive: true })
const results = []
for (const [name, what, , commands] of chosen) {
  const since = Date.now()
  say(`\n${bold(name)} ${dim(what)}`)
  let ok = true
  let output = ''
  try {
    for (const [command, ...args] of commands()) {
      const done = await run(`test-${name}`, command === 'node' ? process.execPath : command, args, {
        live: options.verbose,
        progress: !options.verbose && process.stdout.isTTY,
        timeout: minutes(20),
        env: testEnv,
      })
      output += done.output
      ok &&= done.ok
      if (!done.ok) break
    }
  } catch (error) {
    ok = false
    output += error.message
  }
  const { passed, failed } = count(output)
  writeFileSync(join(artifacts, `test-${name}.log`), output)
  if (!ok && !options.verbose) say(output.trim().split('\n').slice(-60).join('\n'))
  // A step without tests (a linter, a build) counts as one; a failed one as at least one failure.
  results.push({
    name,
    ok,
    passed: passed || (ok ? 1 : 0),
    failed: ok ? failed : Math.max(failed, 1),
    skipped: skips(output),
    time: seconds(since),
  })
  say(`  ${ok ? green('✓') : red('✗')} ${name} ${dim(seconds(since))}`)
}

say(`\n${'step'.padEnd(14)}${'passed'.padStart(9)}${'failed'.padStart(9)}${'time'.padStart(11)}`)
for (const r of results) {
  const line = `${r.name.padEnd(14)}${String(r.passed).padStart(9)}${String(r.failed).padStart(9)}${r.time.padStart(11)}`
  say(r.ok ? line : red(line))
}
say(`${'all'.padEnd(14)}${''.padStart(18)}${seconds(began).padStart(11)}\n`)
for (const { name, skipped } of results)
  for (const [reason, tests] of skipped) {
    const list = [...tests]
    const more = list.length > 6 ? ` and ${list.length - 6} more` : ''
    say(`skipped in ${name}: ${list.slice(0, 6).join(', ')}${more}: ${reason}`)
  }
const total = (key) => results.reduce((n, r) => n + r[key], 0)
say(`${total('passed')} passed, ${total('failed')} failed`)
process.exit(results.every((r) => r.ok && r.failed === 0) ? 0 : 1)

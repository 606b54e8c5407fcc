#!/usr/bin/env node
// Runs the conformance suites and prints one summary line for each.
//   node tests/conformance/run.mjs                      all suites
//   node tests/conformance/run.mjs --suite golden       one of them
//   … --suite golden --provider groq --case TOOLS__D    only cases of this provider whose file name contains the text
//   … --all-differences                                 every difference, not only the first few
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { collection, root } from './testdata.mjs'

const { values: options } = parseArgs({
  options: {
    suite: { type: 'string', multiple: true },
    provider: { type: 'string' },
    case: { type: 'string' },
    'all-differences': { type: 'boolean' },
  },
})

/** Suites written in Rust: modules of the native test binary. Their summary lines are printed again at the end. */
const rust = {
  traffic: {
    tests: ['traffic'],
    line: /^traffic\b/,
    shown: /^(provider|excepted|skipped|not supported|\S+ +\S+ +\S+ +\d+ +\d+ +\d+$)/,
  },
  aws: { tests: ['sigv4', 'stream_framings'], line: /^(sigv4|eventstream)\b/ },
  schema: { tests: ['schema_conformance', 'schema_tools', 'schema_property'], line: /^schema\b/ },
  'json-schema': { tests: ['validate_suite'], line: /^json-schema-test-suite\b/ },
  lenient: {
    tests: ['lenient_cases', 'lenient_json5', 'lenient_rules'],
    line: /^lenient\b/,
    shown: /^miss /,
  },
  json: { tests: ['json_suites'], line: /^(jsontestsuite|json5|lenient|prefix|jiter)/ },
}

const suites = {
  golden: async () => (await import('./golden.mjs')).golden(options),
  // The prompts of Python, word for word the same requests as without the notation of types.
  'golden-json-schema': async () =>
    (await import('./golden.mjs')).golden({ ...options, schemaPrompt: 'json-schema' }),
  // In the browser's entry: the parts of the core for answers arrive after the request.
  'golden-browser': async () => (await import('./golden.mjs')).golden({ ...options, browser: true }),
  ...Object.fromEntries(Object.entries(rust).map(([name, suite]) => [name, () => cargo(name, suite)])),
  reports: async () => (await import('./reports.mjs')).reports(),
  reask: async () => (await import('./reask.mjs')).reask(),
  peers: async () => (await import('./peers.mjs')).peers(options),
  integrations: async () => (await import('./integrations.mjs')).integrations(options),
}

function cargo(name, { tests, line, shown }) {
  if (!collection(name)) return { ok: true, lines: [] }
  const lines = []
  let ok = true
  for (const test of tests) {
    const args = [
      'test',
      '--quiet',
      '--features',
      'validator,template',
      '--test',
      'core',
      `${test}::`,
      '--',
      '--nocapture',
    ]
    const run = spawnSync('cargo', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 })
    const output = `${run.stdout}\n${run.stderr}`
    // After the dots of cargo's quiet runner.
    const said = output.split('\n').map((text) => text.replace(/^\.+/, ''))
    if (shown) console.log(said.filter((text) => shown.test(text)).join('\n'))
    lines.push(...said.filter((text) => line.test(text)))
    // A module without its own line is summarized by its count.
    const [, passed] = /^test result: ok\. (\d+) passed/m.exec(output) ?? []
    if (passed && !said.some((text) => line.test(text)))
      lines.push(`${name} ${test.replace(`${name}_`, '')}: ${passed} of ${passed} tests hold`)
    if (run.status !== 0) {
      ok = false
      console.log(output)
      lines.push(`${name}: cargo test --test core ${test}:: failed`)
    }
  }
  return { ok, lines }
}

const wanted = options.suite ?? Object.keys(suites)
const summary = []
let failed = false
for (const name of wanted) {
  if (!suites[name]) {
    console.error(`There is no suite ${name}. Suites: ${Object.keys(suites).join(', ')}.`)
    process.exit(2)
  }
  try {
    const { ok, lines } = await suites[name]()
    failed ||= !ok
    summary.push(...lines)
  } catch (error) {
    failed = true
    summary.push(`${name}: failed, ${error.message}`)
    console.error(error)
  }
}
console.log(`\n${summary.join('\n')}`)
process.exit(failed ? 1 : 0)

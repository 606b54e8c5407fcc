#!/usr/bin/env node
/**
 * `npx instructor-wasm lint schema.json --for openai,gemini`: reports how a schema is rendered for each provider.
 *
 * Exit codes: 0 it can be sent to all of them, 1 it cannot be sent to at least one, 2 the command line or the file is
 * wrong.
 */
import { readFileSync } from 'node:fs'
import { type LintReport, lintModel } from './client/lint.js'
import { loader } from './loader.node.js'
import type { SingleModel } from './schema/infer.js'

const USAGE = `instructor-wasm lint <schema.json | -> --for <target>[,<target>…] [--json] [--schema]

  Reports how a JSON Schema is rendered for each target: a provider (openai), one of its models
  (google/gemini-1.5-pro), or a dialect (openai_strict).

  --json     the reports as JSON
  --schema   print the rendered schema, too
`

function fail(message: string): never {
  console.error(`instructor-wasm: ${message}`)
  process.exit(2)
}

function read(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    return fail(`${file} cannot be read: ${(error as Error).message}`)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    return fail(`${file} is not JSON: ${(error as Error).message}`)
  }
}

function print(
  target: string,
  { dialect, possible, findings, schema }: LintReport,
  withSchema: boolean,
): void {
  const count = findings.length
  const verdict = !possible
    ? 'cannot be sent'
    : count
      ? `${count} ${count === 1 ? 'note' : 'notes'}`
      : 'sent unchanged'
  console.log(`${target}${target === dialect ? '' : ` (${dialect})`}: ${verdict}`)
  const width = Math.min(48, Math.max(0, ...findings.map(({ pointer }) => (pointer || '/').length)))
  for (const { pointer, level, what } of findings)
    console.log(`  ${level.padEnd(10)}  ${(pointer || '/').padEnd(width)}  ${what}`)
  if (withSchema && schema) console.log(JSON.stringify(schema, null, 2))
  console.log('')
}

const args = process.argv.slice(2)
const flags = new Set<string>()
const files: string[] = []
let targets: string[] = []
for (let at = 0; at < args.length; at++) {
  const arg = args[at] as string
  if (arg === '--for') targets = targets.concat((args[++at] ?? '').split(','))
  else if (arg.startsWith('--for=')) targets = targets.concat(arg.slice(6).split(','))
  else if (arg.startsWith('--')) flags.add(arg)
  else files.push(arg)
}
targets = targets.map((target) => target.trim()).filter(Boolean)
if (flags.has('--help') || !files.length) {
  console.log(USAGE)
  process.exit(flags.has('--help') ? 0 : 2)
}
const [command, file, ...more] = files
for (const flag of flags)
  if (flag !== '--json' && flag !== '--schema') fail(`${flag} is not an option.\n\n${USAGE}`)
if (command !== 'lint') fail(`${command} is not a command.\n\n${USAGE}`)
if (!file || more.length) fail(`lint expects one file.\n\n${USAGE}`)
if (!targets.length) fail(`--for is missing: which providers?\n\n${USAGE}`)

const schema = read(file) as SingleModel
const reports: Record<string, LintReport> = {}
try {
  for (const target of targets) reports[target] = lintModel(loader, schema, target)
} catch (error) {
  fail((error as Error).message)
}
if (flags.has('--json')) console.log(JSON.stringify(reports, null, 2))
else for (const [target, report] of Object.entries(reports)) print(target, report, flags.has('--schema'))
process.exit(Object.values(reports).every(({ possible }) => possible) ? 0 : 1)
